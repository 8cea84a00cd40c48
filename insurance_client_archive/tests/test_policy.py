from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import MODULE, ArchiveCase

TODAY = date(2026, 6, 15)


@tagged("post_install", "-at_install")
class TestPolicy(ArchiveCase):
    """Entering a policy."""

    def assertRefused(self, **values):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._policy(**values).flush_recordset()

    def test_annual_premium_counts_all_instalments_of_a_year(self):
        for mode, annual, total in (
            ("single", 100, 100),
            ("yearly", 100, 1000),
            ("half_yearly", 200, 2000),
            ("quarterly", 400, 4000),
            ("monthly", 1200, 12000),
        ):
            with self.subTest(mode=mode):
                policy = self._policy(payment_mode=mode, premium=100, payment_years=10)
                self.assertEqual(policy.annual_premium, annual)
                self.assertEqual(policy.total_premium, total)

    def test_annual_premium_alone_gives_the_instalment(self):
        policy = self._policy(premium=0, payment_mode="monthly", payment_years=1)
        policy.annual_premium = 1000
        self.assertRecordValues(
            policy, [{"premium": 83.33, "annual_premium": 1000, "total_premium": 1000}]
        )

    def test_premium_can_be_imported_as_annual_premium(self):
        policy = self.env["insurance.policy"].create(
            {
                "archive_id": self.archive.id,
                "product_id": self._product().id,
                "state": "active",
                "start_date": "2020-01-01",
                "annual_premium": 1200,
                "payment_mode": "quarterly",
            }
        )
        self.assertEqual((policy.premium, policy.annual_premium), (300, 1200))

    def test_premiums_that_contradict_each_other_are_refused(self):
        with self.assertRaisesRegex(UserError, "instalment"):
            self._policy(premium=100, annual_premium=900, payment_mode="monthly")

    def test_term_gives_the_end_and_the_end_can_be_entered(self):
        policy = self._policy(start_date="2026-03-01", term_years=10)
        self.assertEqual(policy.end_date, date(2036, 2, 29))
        policy.end_date = "2036-03-31"
        self.assertEqual(policy.end_date, date(2036, 3, 31))

    def test_whole_life_has_no_end(self):
        self.assertFalse(self._policy(term_years=0, term="whole life").end_date)

    def test_policy_does_not_end_before_it_starts(self):
        self.assertRefused(start_date="2026-03-02", end_date="2026-03-01")

    def test_cover_of_a_single_day_is_possible(self):
        policy = self._policy(start_date="2026-03-01", end_date="2026-03-01")
        self.assertEqual(policy.end_date, policy.start_date)

    def test_premiums_end_with_the_term(self):
        self.assertRefused(term_years=10, payment_years=11)

    def test_negative_amounts_are_refused(self):
        self.assertRefused(sum_insured=-1)
        self.assertRefused(premium=-1)

    def test_cooling_off_counts_from_the_delivery(self):
        days = timedelta(self.env["insurance.parameter"]._get("cooling_off_days"))
        policy = self._policy(start_date="2026-03-01")
        self.assertEqual(policy.cooling_off_end, date(2026, 3, 1) + days)
        policy.delivered_on = "2026-03-08"
        self.assertEqual(policy.cooling_off_end, date(2026, 3, 8) + days)

    def test_policy_of_a_year_and_property_have_no_cooling_off(self):
        self.assertFalse(self._policy(term_years=1).cooling_off_end)
        motor = self._product(self.env.ref(f"{MODULE}.product_category_motor"))
        self.assertFalse(self._policy(product_id=motor.id).cooling_off_end)

    def test_policy_number_is_unique_in_a_company_and_may_be_missing(self):
        self._policy(number=" A1 ")
        self.assertRefused(number="A1")
        self.assertFalse(self._policy(number="").number)
        self.assertFalse(self._policy(number=" ").number)

    def test_product_is_an_insurance_product(self):
        chair = self.env["product.template"].create({"name": "Chair"})
        with self.assertRaisesRegex(ValidationError, "Chair"):
            self._policy(product_id=chair.id)

    def test_product_with_policies_stays_an_insurance_product(self):
        product = self._policy().product_id
        with self.assertRaisesRegex(UserError, "policies"):
            product.is_insurance = False

    def test_selling_agent_is_the_agent_of_the_client(self):
        policy = self._policy()
        self.assertEqual(policy.agent_id, self.agent)
        policy = self._policy(agent_id=self.agent2.id)
        self.assertEqual(policy.agent_id, self.agent2)

    def test_issued_policy_is_not_deleted(self):
        policy = self._policy(state="active")
        with self.assertRaisesRegex(UserError, "application"):
            policy.unlink()
        self._policy().unlink()

    def test_issued_policy_stays_with_its_policyholder(self):
        other = self._archive(name="王芳")
        application = self._policy()
        application.archive_id = other
        self.assertEqual(application.partner_id, other.partner_id)
        with self.assertRaisesRegex(UserError, "policyholder"):
            self._policy(state="active").archive_id = other

    def test_label_names_the_client_where_the_screen_asks_for_it(self):
        policy = self._policy(number="A7").with_user(self.agent)
        self.assertEqual(policy.display_name, "A7 Term life 20")
        policy = policy.with_context(show_policy_client=True)
        self.assertEqual(policy.display_name, "张伟: A7 Term life 20")

    def test_form_of_an_agent(self):
        product = self._product()
        with Form(self.env["insurance.policy"].with_user(self.agent)) as form:
            form.archive_id = self.archive
            form.product_id = product
            form.start_date = TODAY
            form.term_years = 1
            form.premium = 360
            form.payment_mode = "quarterly"
            with form.insured_ids.new() as insured:
                insured.person_kind = "listed"
                insured.name = "赵敏"
            with form.beneficiary_ids.new() as heir:
                heir.person_kind = "listed"
                heir.name = "赵雷"
                heir.share = 40
            with form.beneficiary_ids.new() as heir:
                heir.person_kind = "listed"
                heir.name = "赵丽"
                heir.share = 60
        policy = form.record
        self.assertEqual(policy.annual_premium, 1440)
        self.assertEqual(policy.insured_ids.name, "赵敏")
        self.assertEqual(policy.beneficiary_ids.mapped("name"), ["赵雷", "赵丽"])
        self.assertFalse(policy.statutory_beneficiaries)
        self.assertEqual(policy.agent_id, self.agent)


@tagged("post_install", "-at_install")
class TestPolicyLife(ArchiveCase):
    """From the application to the end."""

    def _move(self, policy, state, reason=False, user=None):
        policy = policy.with_user(user or self.agent)
        return policy.write({"state": state, "state_reason": reason})

    def _run_cron(self, method, **options):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(self.env(cr=cr)["insurance.policy"], method)(**options)
        self.env.invalidate_all()

    def test_application_becomes_a_policy_in_force(self):
        policy = self._policy()
        self._move(policy, "underwriting")
        self._move(policy, "active")
        self.assertEqual(policy.state, "active")

    def test_button_moves_and_asks_for_a_reason_where_one_is_needed(self):
        policy = self._policy().with_user(self.agent)
        policy.with_context(target_state="active").action_change_state()
        self.assertEqual(policy.state, "active")
        action = policy.with_context(target_state="lapsed").action_change_state()
        self.assertEqual(action["res_model"], "insurance.state.change")
        self.assertEqual(policy.state, "active")

    def test_activation_names_everything_that_is_missing(self):
        policy = self._policy(
            number=False, start_date=False, term_years=0, sum_insured=0
        )
        policy.statutory_beneficiaries = False
        with self.assertRaises(UserError) as caught:
            self._move(policy, "active")
        for word in ("number", "start", "sum insured", "beneficiaries"):
            self.assertIn(word, str(caught.exception))
        self.assertEqual(policy.state, "application")

    def test_policy_whose_end_has_passed_is_not_put_in_force(self):
        policy = self._policy(start_date="2020-01-01", end_date="2020-12-31")
        with self.assertRaisesRegex(UserError, "end has passed"):
            self._move(policy, "active")

    def test_property_needs_no_sum_insured(self):
        motor = self._product(self.env.ref(f"{MODULE}.product_category_motor"))
        policy = self._policy(product_id=motor.id, sum_insured=0)
        self._move(policy, "active")
        self.assertEqual(policy.state, "active")

    def test_end_of_a_policy_needs_a_reason(self):
        policy = self._policy(state="active")
        for state in ("lapsed", "surrendered", "terminated"):
            with self.subTest(state=state), self.assertRaisesRegex(UserError, "why"):
                self._move(policy, state)
        self._move(policy, "lapsed", "Second premium unpaid")
        self._move(policy, "active", "Paid with interest")
        self.assertEqual(policy.state_reason, "Paid with interest")

    def test_policy_does_not_expire_before_its_end(self):
        policy = self._policy(state="active")
        with self.assertRaisesRegex(UserError, "not reached its end"):
            self._move(policy, "expired")

    def test_ended_policy_is_corrected_by_a_supervisor_only(self):
        policy = self._policy(state="terminated")
        with self.assertRaisesRegex(UserError, "role"):
            self._move(policy, "active", "Wrong client")
        self._move(policy, "active", "Wrong client", self.supervisor)
        self.assertEqual(policy.state, "active")

    def test_policy_sold_before_is_entered_as_it_stands(self):
        for state in ("active", "lapsed", "expired", "surrendered", "terminated"):
            with self.subTest(state=state):
                policy = self._policy(state=state, start_date="2015-05-01")
                self.assertEqual(policy.state, state)
                self.assertFalse(policy.application_date)

    def test_issued_policy_has_a_start(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._policy(state="active", start_date=False).flush_recordset()

    def test_cron_expires_what_has_ended_and_nothing_else(self):
        with freeze_time(TODAY):
            ended = self._policy(
                state="active", start_date="2025-06-15", end_date="2026-06-14"
            )
            last_day = self._policy(
                state="active", start_date="2025-06-16", end_date=TODAY
            )
            lapsed = self._policy(
                state="lapsed", start_date="2025-06-15", end_date="2026-06-14"
            )
            whole_life = self._policy(state="active", term_years=0)
            paid_up = self._policy(
                state="paid_up", start_date="2025-06-15", end_date="2026-06-14"
            )
            with self.enter_registry_test_mode():
                self.env.ref(f"{MODULE}.cron_policy_expire").method_direct_trigger()
        policies = ended | paid_up | last_day | lapsed | whole_life
        policies.invalidate_recordset()
        self.assertEqual(
            policies.mapped("state"),
            ["expired", "expired", "active", "lapsed", "active"],
        )
        history = self.env["insurance.change"].search(
            [("res_id", "=", ended.id), ("model", "=", "insurance.policy")]
        )
        self.assertEqual(history.mapped("field_name"), ["state"])

    def test_cron_expires_all_batches(self):
        with freeze_time(TODAY):
            policies = self.env["insurance.policy"].union(
                *(
                    self._policy(state="active", start_date="2020-01-01", term_years=1)
                    for _number in range(5)
                )
            )
            self._run_cron("_cron_expire", batch_size=2)
        self.assertEqual(set(policies.mapped("state")), {"expired"})

    def test_cron_moves_the_next_premium(self):
        with freeze_time("2026-01-31"):
            policy = self._policy(state="active", payment_mode="monthly")
            self.assertEqual(policy.next_premium_date, date(2026, 1, 31))
        with freeze_time("2026-02-01"):
            self._run_cron("_cron_next_premium")
            self.assertEqual(policy.next_premium_date, date(2026, 2, 28))
        with freeze_time("2026-03-01"):
            self._run_cron("_cron_next_premium")
            self.assertEqual(policy.next_premium_date, date(2026, 3, 31))


@tagged("post_install", "-at_install")
class TestPolicyRenewal(ArchiveCase):
    def setUp(self):
        super().setUp()
        start = fields.Date.today() - relativedelta(days=335)
        self.policy = self._policy(
            state="active", renewable=True, start_date=start, term_years=1
        ).with_user(self.agent)

    def _renew(self):
        action = self.policy.action_renew()
        return self.policy.browse(action["res_id"])

    def test_renewal_falls_due_on_the_first_day_without_cover(self):
        day = self.policy.end_date + timedelta(days=1)
        self.assertEqual(self.policy.renewal_date, day)
        self.policy.renewable = False
        self.assertFalse(self.policy.renewal_date)

    def test_renewing_prepares_the_next_application(self):
        start = self.policy.end_date + timedelta(days=1)
        self.policy.write(
            {
                "insured_ids": [(0, 0, {"name": "赵敏"})],
                "beneficiary_ids": [(0, 0, {"name": "赵雷"})],
            }
        )
        renewal = self._renew()
        self.assertRecordValues(
            renewal,
            [
                {
                    "state": "application",
                    "number": False,
                    "previous_policy_id": self.policy.id,
                    "start_date": start,
                    "end_date": start + relativedelta(years=1, days=-1),
                    "product_id": self.policy.product_id.id,
                    "annual_premium": self.policy.annual_premium,
                    "sum_insured": self.policy.sum_insured,
                }
            ],
        )
        self.assertEqual(renewal.insured_ids.name, "赵敏")
        self.assertEqual(renewal.beneficiary_ids.name, "赵雷")
        self.assertFalse(self.policy.renewal_date)

    def test_renewing_twice_opens_the_same_application(self):
        self.assertEqual(self._renew(), self._renew())

    def test_declined_renewal_leaves_the_policy_due(self):
        renewal = self._renew()
        renewal.write({"state": "declined", "state_reason": "Risk too high"})
        self.assertTrue(self.policy.renewal_date)
        self.assertNotEqual(self._renew(), renewal)

    def test_whole_life_is_not_renewed(self):
        policy = self._policy(state="active", term_years=0, payment_years=10)
        with self.assertRaisesRegex(UserError, "renewed"):
            policy.with_user(self.agent).action_renew()

    def test_renewal_belongs_to_the_same_client(self):
        other = self._archive(name="王芳")
        with self.assertRaisesRegex(ValidationError, "same policyholder"):
            self._policy(archive_id=other.id, previous_policy_id=self.policy.id)


@tagged("post_install", "-at_install")
class TestPolicyFigures(ArchiveCase):
    def test_policies_group_by_everything_the_search_offers(self):
        policy = self._policy(state="active", renewable=True, term_years=1)
        Policy = self.env["insurance.policy"].with_user(self.agent)
        mine = [("id", "=", policy.id)]
        for groupby in (
            "product_id",
            "category_id",
            "line",
            "state",
            "agent_id",
            "partner_id",
            "payment_mode",
            "start_date:month",
            "renewal_date:month",
            "next_premium_date:month",
        ):
            with self.subTest(groupby=groupby):
                [group] = Policy.formatted_read_group(
                    mine, [groupby], ["annual_premium:sum"]
                )
                self.assertTrue(group[groupby])
                self.assertEqual(group["annual_premium:sum"], 1000)

    def test_board_shows_the_way_of_a_policy_in_its_order(self):
        self._policy(state="terminated")
        Policy = self.env["insurance.policy"].with_user(self.agent)
        Policy = Policy.with_context(read_group_expand=True)
        groups = Policy.web_read_group([], ["state"])["groups"]
        self.assertEqual(
            [group["state"] for group in groups],
            ["application", "underwriting", "active", "lapsed", "terminated"],
        )
