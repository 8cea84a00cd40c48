from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import MODULE, ArchiveCase

TODAY = "2026-06-15"


class ServiceCase(ArchiveCase):
    """One plan for key clients, one for all others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.service.plan"].search([]).active = False
        # whatever else is in the database is none of our clients
        cls.env["insurance.archive"].search([("id", "!=", cls.archive.id)]).write(
            {"service_plan_fixed": True, "service_plan_id": False}
        )
        cls.archive.sudo()._write_multi([{"state": "entered"}])
        cls.env.invalidate_all()
        cls.archive.last_contact_date = "2026-04-01 08:00:00"
        cls.key_plan = cls._plan("Key", [("key_client", "=", True)], sequence=1)
        cls.plan = cls._plan("All", [], sequence=2)

    @classmethod
    def _plan(cls, name, domain, **values):
        return cls.env["insurance.service.plan"].create(
            {"name": name, "client_filter": repr(domain), **values}
        )

    def _line(self, plan=None, **values):
        return self.env["insurance.service.plan.line"].create(
            {"plan_id": (plan or self.plan).id, **values}
        )

    def _run_cron(self, day=TODAY):
        with freeze_time(f"{day} 08:00:00"), self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_plan_services").method_direct_trigger()
        self.env.invalidate_all()

    def _items(self):
        return self.archive.service_item_ids

    def _reminders(self):
        kind = self.env.ref(f"{MODULE}.mail_activity_type_client_care")
        return self.env["mail.activity"].search(
            [("res_id", "=", self.partner.id), ("activity_type_id", "=", kind.id)]
        )

    def _talk(self, **values):
        return (
            self.env["insurance.interaction"]
            .with_user(self.agent)
            .create({"archive_id": self.archive.id, "purpose": "care", **values})
        )


@tagged("post_install", "-at_install")
class TestServicePlan(ServiceCase):
    """Each client gets the first plan that fits."""

    def test_first_plan_that_fits_wins(self):
        self._run_cron()
        self.assertEqual(self.archive.service_plan_id, self.plan)
        self.archive.key_client = True
        self._run_cron()
        self.assertEqual(self.archive.service_plan_id, self.key_plan)

    def test_client_without_a_fitting_plan_has_none(self):
        self._run_cron()
        self.plan.active = False
        self._run_cron()
        self.assertFalse(self.archive.service_plan_id)

    def test_plan_chosen_by_hand_stays(self):
        self.archive.write({"gender": "male", "birth_date": "1980-05-04"})
        with Form(self.archive.with_user(self.agent)) as form:
            form.service_plan_id = self.key_plan
        self.assertTrue(self.archive.service_plan_fixed)
        self._run_cron()
        self.assertEqual(self.archive.service_plan_id, self.key_plan)

    def test_archive_that_is_being_collected_gets_no_plan(self):
        self.archive.sudo()._write_multi([{"state": "collecting"}])
        self.env.invalidate_all()
        self._run_cron()
        self.assertFalse(self.archive.service_plan_id)

    def test_second_run_writes_no_row(self):
        plans = self.env["insurance.service.plan"].search([])
        self.assertEqual(plans._assign_range(0, self.archive.id), 1)
        self.assertEqual(plans._assign_range(0, self.archive.id), 0)

    def test_number_of_statements_does_not_grow_with_the_clients(self):
        self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(50)]
        )
        self.env.flush_all()
        plans = self.env["insurance.service.plan"].search([])
        plans.mapped("client_filter")
        with self.assertQueryCount(1):
            plans._assign_range(0, 10**9)

    def test_filter_must_be_one_on_clients(self):
        for text in ("[", "[('nothing', '=', 1)]", "__import__('os')", "5"):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                self.plan.client_filter = text

    def test_sealed_and_personal_fields_sort_nobody_into_plans(self):
        for name in ("id_number", "accessible", "editable"):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(ValidationError, "same for everybody"),
            ):
                self.plan.client_filter = repr([(name, "=", True)])

    def test_counts_are_of_the_clients_that_open(self):
        self.plan.dedicated_manager = True
        self.archive.manager_id = False
        self._run_cron()
        mine = self.plan.with_user(self.agent)
        self.assertEqual((mine.client_count, mine.without_manager_count), (1, 1))
        for action in (mine.action_open_clients, mine.action_open_without_manager):
            found = self.env["insurance.archive"].search(action()["domain"])
            self.assertEqual(found, self.archive)
        for user in self.agent2 | self.insurance_admin | self.compliance:
            self.assertFalse(self.plan.with_user(user).client_count)

    def test_administrator_sorts_at_once_and_an_agent_does_not(self):
        with self.assertRaisesRegex(UserError, "administrator"):
            self.plan.with_user(self.agent).action_assign_now()
        self.plan.with_user(self.insurance_admin).action_assign_now()
        self.assertEqual(self.archive.service_plan_id, self.plan)

    def test_agents_read_plans_and_change_none(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.agent).name = "x"
        self.assertEqual(self.plan.with_user(self.agent).name, "All")


@tagged("post_install", "-at_install")
class TestPlannedServices(ServiceCase):
    """What the plan asks for, when, of whom; and who did it in time."""

    def test_first_call_follows_the_last_contact(self):
        self._line(kind="call", every_months=3)
        self._run_cron()
        self.assertRecordValues(
            self._items(),
            [
                {
                    "due_date": date(2026, 7, 1),
                    "user_id": self.agent.id,
                    "partner_id": self.partner.id,
                    "company_id": self.archive.company_id.id,
                    "state": "planned",
                }
            ],
        )

    def test_nothing_is_planned_beyond_the_horizon(self):
        self._line(kind="call", every_months=12)
        self.archive.last_contact_date = "2026-06-01 08:00:00"
        self._run_cron()
        self.assertFalse(self._items())

    def test_long_forgotten_client_is_due_today(self):
        self._line(kind="call", every_months=3)
        self.archive.last_contact_date = "2020-01-01 08:00:00"
        self._run_cron()
        self.assertEqual(self._items().due_date, date(2026, 6, 15))

    def test_second_run_plans_nothing_twice(self):
        self._line(kind="call", every_months=1)
        self._line(kind="birthday")
        self.archive.birth_date = "1980-06-20"
        for day in (TODAY, TODAY, "2026-06-16"):
            self._run_cron(day)
        self.assertEqual(len(self._items()), 2)

    def test_next_one_is_counted_from_when_it_was_done(self):
        line = self._line(kind="call", every_months=1)
        self._run_cron()
        first = self._items()
        with freeze_time("2026-06-20"):
            first.action_done()
        self._run_cron("2026-07-01")
        second = self._items() - first
        self.assertEqual(second.due_date, date(2026, 7, 20))
        self.assertEqual(second.line_id, line)

    def test_birthday_care_comes_each_year(self):
        self._line(kind="birthday", days_before=3)
        self.archive.birth_date = "1980-06-20"
        self._run_cron()
        self.assertRecordValues(
            self._items(),
            [{"occasion_date": date(2026, 6, 20), "due_date": date(2026, 6, 17)}],
        )
        self._run_cron("2027-06-01")
        self.assertEqual(
            sorted(self._items().mapped("occasion_date")),
            [date(2026, 6, 20), date(2027, 6, 20)],
        )

    def test_birthday_on_a_leap_day_and_today(self):
        self._line(kind="birthday")
        self.archive.birth_date = "1980-02-29"
        self._run_cron("2027-02-10")
        self.assertEqual(self._items().occasion_date, date(2027, 2, 28))
        self._items().line_id = False
        self.archive.birth_date = "1980-06-15"
        self._run_cron()
        self.assertIn(date(2026, 6, 15), self._items().mapped("occasion_date"))

    def test_renewal_care_is_for_each_policy(self):
        self._line(kind="renewal", days_before=30)
        with freeze_time(TODAY):
            policies = self._policy(
                state="active",
                renewable=True,
                start_date="2025-07-20",
                end_date="2026-07-19",
                term_years=1,
            )
        self._run_cron()
        self.assertEqual(self._items().policy_id, policies)
        self.assertEqual(self._items().due_date, date(2026, 6, 20))

    def test_care_that_should_have_begun_is_due_today_and_not_late(self):
        self._line(kind="birthday", days_before=30)
        self.archive.birth_date = "1980-06-20"
        self._run_cron()
        self.assertEqual(self._items().due_date, date(2026, 6, 15))

    def test_manager_is_responsible_and_the_agent_stands_in(self):
        self._line(kind="call", every_months=1, responsible="manager")
        self._run_cron()
        self.assertEqual(self._items().user_id, self.manager)
        self._items().line_id = False
        self.archive.manager_id = False
        self._run_cron()
        self.assertIn(self.agent, self._items().user_id)

    def test_reminder_is_neutral_and_comes_once(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        self._run_cron()
        activity = self._reminders()
        self.assertEqual(activity.user_id, self.agent)
        seen = activity.with_user(self.accountant).read(
            ["display_name", "summary", "note", "res_name"]
        )
        self.assertNotIn("insurance", str(seen).lower())
        self.assertEqual(activity.summary, "Client care")

    def test_talk_does_what_is_due_and_closes_the_reminder(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        with freeze_time("2026-06-18 08:00:00"):
            talk = self._talk(date="2026-06-18 07:00:00", channel="message")
        self.assertRecordValues(
            self._items(),
            [
                {
                    "state": "done",
                    "done_on": date(2026, 6, 18),
                    "interaction_id": talk.id,
                    "days_late": 3,
                }
            ],
        )
        self.assertFalse(self._reminders())

    def test_visit_is_not_done_by_a_call_nor_anything_by_no_answer(self):
        self._line(kind="visit", every_months=1, channel="face_to_face")
        self._run_cron()
        with freeze_time("2026-06-18 08:00:00"):
            self._talk(channel="phone")
            self._talk(channel="face_to_face", outcome="not_reached")
            self.assertEqual(self._items().state, "planned")
            self._talk(channel="face_to_face")
        self.assertEqual(self._items().state, "done")

    def test_service_far_ahead_is_not_done_by_a_talk_today(self):
        days = self.env["insurance.parameter"]._get("service_early_days")
        item = self.env["insurance.service.item"].create(
            {
                "archive_id": self.archive.id,
                "due_date": date.today() + timedelta(days=days + 2),
            }
        )
        self._talk()
        self.assertEqual(item.state, "planned")

    def test_handover_takes_services_and_reminders_along(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        self.archive.with_user(self.supervisor).write(
            {"agent_id": self.agent2.id, "team_id": self.team_a.id}
        )
        self.assertEqual(self._items().user_id, self.agent2)
        self.assertEqual(self._reminders().user_id, self.agent2)

    def test_leaving_out_needs_a_reason_and_what_a_plan_asks_for_stays(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        item = self._items().with_user(self.agent)
        with self.assertRaisesRegex(UserError, "why"):
            item.state = "skipped"
        item.write({"state": "skipped", "state_reason": "On holiday"})
        with self.assertRaisesRegex(UserError, "Leave it out"):
            item.unlink()

    def test_late_services_are_found(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        Item = self.env["insurance.service.item"]
        with freeze_time("2026-06-16"):
            self.env.invalidate_all()
            self.assertTrue(self._items().late)
            self.assertIn(self._items(), Item.search([("late", "=", True)]))
            self.assertEqual(self.archive.with_user(self.agent).service_late_count, 1)

    def test_one_statement_a_line_whatever_the_number_of_clients(self):
        line = self._line(kind="call", every_months=1)
        clients = self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(40)]
        )
        clients.sudo()._write_multi([{"state": "entered"}] * len(clients))
        clients.write({"service_plan_id": self.plan.id})
        self.env.flush_all()
        (
            line.plan_id.id,
            line.kind,
            self.env["insurance.parameter"]._get("service_horizon_days"),
        )
        self.cr.execute("UPDATE insurance_archive SET last_contact_date = NULL")
        before = self.cr.sql_log_count
        with freeze_time("2030-01-01"):
            self.assertGreaterEqual(line._plan_services(), 40)
        self.assertLessEqual(self.cr.sql_log_count - before, 3)


@tagged("post_install", "-at_install")
class TestServiceAccess(ServiceCase):
    def test_services_open_with_the_archive(self):
        item = self.env["insurance.service.item"].create(
            {"archive_id": self.archive.id, "due_date": TODAY}
        )
        effect = self.env["insurance.service.effect"].browse(self.archive.id)
        benefit = self.env["insurance.incentive"].create(
            {
                "archive_id": self.archive.id,
                "name": "Talk",
                "kind_id": self.env.ref(f"{MODULE}.incentive_kind_talk").id,
            }
        )
        for record in item, effect, benefit:
            self.assertTrue(record.with_user(self.agent).has_access("read"))
            for user in (
                self.agent2,
                self.department,
                self.archivist,
                self.compliance,
                self.insurance_admin,
                self.accountant,
            ):
                with self.subTest(model=record._name, user=user.login):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["partner_id"])

    def test_service_is_not_hung_under_a_hidden_client(self):
        with self.assertRaises(AccessError):
            self.env["insurance.service.item"].with_user(self.agent2).create(
                {"archive_id": self.archive.id, "due_date": TODAY}
            )

    def test_reading_figures_of_a_client_is_a_use(self):
        effect = self.env["insurance.service.effect"].browse(self.archive.id)
        log = type(self.env["insurance.use.log"])
        with patch.object(log, "_record") as record:
            effect.with_user(self.agent).read(["execution_rate"])
        self.assertEqual(record.call_args.args, ("view",))
        self.assertEqual(record.call_args.kwargs["archives"], self.archive)
        self.assertEqual(record.call_args.kwargs["content"], [effect._name])

    def test_effect_compares_served_clients_with_others(self):
        item = self.env["insurance.service.item"].create(
            {"archive_id": self.archive.id, "due_date": date.today()}
        )
        item.action_done()
        old = {"state": "active", "start_date": date.today() - timedelta(days=900)}
        self._policy(**old)
        self._policy(state="active", start_date=date.today() - timedelta(days=5))
        self.env.flush_all()
        effect = self.env["insurance.service.effect"].browse(self.archive.id)
        self.assertRecordValues(
            effect.with_user(self.agent),
            [
                {
                    "served": "yes",
                    "planned_count": 1,
                    "execution_rate": 100,
                    "repurchase_rate": 100,
                    "loss_rate": 0,
                }
            ],
        )


@tagged("post_install", "-at_install")
class TestBenefitGate(ServiceCase):
    """Benefits outside the contract are refused, with reason and article."""

    def _benefit(self, kind, user=None, **values):
        return (
            self.env["insurance.incentive"]
            .with_user(user or self.agent)
            .create(
                {
                    "archive_id": self.archive.id,
                    "name": "Something nice",
                    "kind_id": self.env.ref(f"{MODULE}.incentive_kind_{kind}").id,
                    **values,
                }
            )
        )

    def test_forbidden_kinds_are_refused_with_the_article(self):
        for kind in (
            "rebate",
            "cash",
            "discount",
            "commission",
            "gift_for_sale",
            "premium_paid",
        ):
            benefit = self._benefit(kind)
            with self.subTest(kind=kind):
                self.assertIn("art. 116, 131", benefit.verdict)
                benefit.action_submit()
                self.assertEqual(benefit.state, "refused")
                self.assertIn("art. 116, 131", benefit.state_reason)
                self.assertEqual(benefit.regulation_id.code, "IL-116")

    def test_allowed_service_goes_to_the_supervisor(self):
        benefit = self._benefit("priority")
        self.assertFalse(benefit.verdict)
        benefit.action_submit()
        with self.assertRaises(AccessError):
            benefit.state = "granted"
        benefit.with_user(self.supervisor).state = "granted"
        self.assertEqual(benefit.approved_by_id, self.supervisor)
        benefit.state = "given"

    def test_anything_for_a_sale_is_a_rebate(self):
        benefit = self._benefit("greeting", value=20, tied_to_sale=True)
        benefit.action_submit()
        self.assertEqual(benefit.state, "refused")
        self.assertIn("rebate", benefit.state_reason)

    def test_what_the_contract_promises_passes(self):
        benefit = self._benefit("contract", value=5000, tied_to_sale=True)
        benefit.action_submit()
        self.assertEqual(benefit.state, "to_approve")

    def test_limit_counts_the_whole_year(self):
        limit = self.env["insurance.parameter"]._get("incentive_value_limit")
        first = self._benefit("greeting", value=limit - 10)
        first.action_submit()
        first.with_user(self.supervisor).state = "granted"
        second = self._benefit("greeting", value=20)
        second.action_submit()
        self.assertEqual(second.state, "refused")
        third = self._benefit("greeting", value=10)
        third.action_submit()
        self.assertEqual(third.state, "to_approve")

    def test_gate_can_not_be_walked_around(self):
        benefit = self._benefit("rebate", self.supervisor)
        with self.assertRaisesRegex(UserError, "art. 116"):
            benefit.state = "to_approve"
        with self.assertRaisesRegex(UserError, "can't become"):
            benefit.state = "granted"
        with self.assertRaisesRegex(UserError, "can't start as"):
            self._benefit("rebate", state="granted")
        good = self._benefit("priority")
        good.action_submit()
        rebate = self.env.ref(f"{MODULE}.incentive_kind_rebate")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            good.kind_id = rebate

    def test_nobody_approves_the_own_benefit(self):
        benefit = self._benefit("priority", self.supervisor)
        benefit.action_submit()
        with self.assertRaisesRegex(UserError, "by oneself"):
            benefit.state = "granted"

    def test_refusal_stays_on_record(self):
        benefit = self._benefit("cash")
        benefit.action_submit()
        with self.assertRaisesRegex(UserError, "stay on record"):
            benefit.unlink()
        self._benefit("cash").unlink()

    def test_forbidden_kind_needs_reason_and_article(self):
        with self.assertRaisesRegex(ValidationError, "which article"):
            self.env["insurance.incentive.kind"].create({"name": "Trip"})
