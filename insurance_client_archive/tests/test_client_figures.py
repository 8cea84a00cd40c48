from datetime import date

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..client_scope import Scope
from .common import MODULE
from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestClientFigures(SegmentCase):
    """What is known of a client, worked out from the records as of a day."""

    def _ago(self, **span):
        return fields.Date.subtract(self.today, **span)

    def test_age_is_in_completed_years_on_the_day(self):
        self.archive.birth_date = fields.Date.subtract(self.today, years=40)
        self.assertEqual(self._figures()["age"], 40)
        self.assertEqual(self._figures(day=self._ago(days=1))["age"], 39)

    def test_what_is_not_known_is_not_zero(self):
        figures = self._figures()
        for name in ("age", "income_band", "tenure_months", "satisfaction"):
            self.assertIsNone(figures[name], name)
        for name in ("policies_issued", "premium_in_force", "claims_36m"):
            self.assertEqual(figures[name], 0, name)

    def test_policies_are_counted_by_what_became_of_them(self):
        self._issued(premium=1000)
        self._issued(state="paid_up", premium=500)
        self._issued(state="lapsed")
        self._issued(state="surrendered")
        self._policy(state="application")
        self._policy(state="declined")
        figures = self._figures()
        self.assertEqual(figures["policies_issued"], 4)
        self.assertEqual(figures["policies_in_force"], 2)
        self.assertEqual(figures["policies_applied"], 1)
        self.assertEqual(figures["policies_lapsed"], 1)
        self.assertEqual(figures["policies_ended"], 1)
        self.assertEqual(figures["policies_lost_24m"], 2)
        self.assertEqual(figures["premium_in_force"], 1000)
        self.assertEqual(figures["premium_12m"], 3500)
        self.assertEqual(figures["repurchases"], 3)

    def test_a_policy_counts_from_its_first_day(self):
        self._issued(start_date=self._ago(days=10))
        self.assertEqual(self._figures(day=self._ago(days=11))["policies_issued"], 0)
        self.assertEqual(self._figures(day=self._ago(days=10))["policies_issued"], 1)

    def test_twelve_months_end_on_the_same_day_a_year_later(self):
        self._issued(start_date="2021-03-05")
        for day, count in ((date(2022, 3, 4), 1), (date(2022, 3, 5), 0)):
            self.assertEqual(self._figures(day=day)["new_policies_12m"], count)

    def test_renewals_are_no_repurchases(self):
        first = self._issued(term_years=1, payment_years=1)
        self._issued(previous_policy_id=first.id, start_date=self._ago(days=5))
        figures = self._figures()
        self.assertEqual((figures["repurchases"], figures["renewals"]), (0, 1))
        self.assertEqual(figures["last_purchase_days"], 100)

    def test_sums_insured_stand_by_kind_of_cover(self):
        health = self.env.ref(f"{MODULE}.product_category_medical")
        self._issued(sum_insured=300_000)
        self._issued(sum_insured=200_000, product_id=self._product(health).id)
        figures = self._figures()
        self.assertEqual(figures["sum_life"], 300_000)
        self.assertEqual(figures["sum_health"], 200_000)
        self.assertEqual(figures["sum_property"], 0)
        self.assertEqual(figures["lines_in_force"], 2)

    def test_the_preferred_line_is_the_one_bought_most(self):
        health = self.env.ref(f"{MODULE}.product_category_medical")
        product = self._product(health)
        self._issued()
        self._issued(product_id=product.id)
        self._issued(product_id=product.id, state="surrendered")
        self.assertEqual(self._figures()["main_line"], "health")

    def test_claims_count_for_36_months(self):
        policy = self._issued(start_date=self._ago(years=5))
        values = {"policy_id": policy.id, "state": "paid", "paid_amount": 700}
        for span in ({"months": 2}, {"years": 4}):
            day = self._ago(**span)
            self.env["insurance.claim"].create(
                {**values, "event_date": day, "reported_date": day, "paid_on": day}
            )
        figures = self._figures()
        self.assertEqual((figures["claims_36m"], figures["claims_paid_36m"]), (1, 700))

    def test_a_call_that_nobody_took_is_no_contact(self):
        Talk = self.env["insurance.interaction"]
        mine = {"archive_id": self.archive.id}
        Talk.create(
            {**mine, "date": fields.Datetime.subtract(fields.Datetime.now(), days=30)}
        )
        Talk.create({**mine, "outcome": "not_reached"})
        figures = self._figures()
        self.assertEqual(
            (figures["contacts_12m"], figures["last_contact_days"]), (1, 30)
        )

    def test_the_household_is_the_client_and_who_lives_there(self):
        Person = self.env["insurance.related.person"]
        for relation in ("spouse", "child", "child", "parent"):
            Person.create(
                {"archive_id": self.archive.id, "name": "王", "relation": relation}
            )
        figures = self._figures()
        self.assertEqual(figures["household_size"], 4)
        self.assertEqual(figures["household_children"], 2)
        enterprise = self._archive(
            name="上海浦江贸易有限公司", client_kind="enterprise"
        )
        self.assertIsNone(self._figures(enterprise)["household_size"])

    def test_rows_that_do_not_change_are_not_written(self):
        scope = Scope(archive_ids=(self.archive.id,))
        self.assertEqual(self.Feature._refresh(scope, self.today), 1)
        self.assertEqual(self.Feature._refresh(scope, self.today), 0)
        self._issued()
        self.assertEqual(self.Feature._refresh(scope, self.today), 1)

    def test_a_range_a_list_and_all_at_once_give_the_same(self):
        self._issued()
        ids = (self.archive.id,)
        found = []
        for scope in (Scope(archive_ids=ids), Scope(*ids, *ids), Scope()):
            self.Feature.search([("archive_id", "in", ids)]).unlink()
            self.Feature._refresh(scope, self.today)
            found.append(self.archive._figures())
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0], found[2])

    def test_restricted_archives_are_left_alone(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'restricted' WHERE id = %s",
            [self.archive.id],
        )
        scope = Scope(archive_ids=(self.archive.id,))
        self.assertEqual(self.Feature._refresh(scope, self.today), 0)

    def test_every_feature_is_defined_for_people(self):
        definitions = self.env["insurance.score.feature"].search([])
        features = self.Feature._feature_fields()
        self.assertEqual(set(definitions.mapped("code")), set(features))
        for definition in definitions:
            self.assertTrue(definition.name and definition.meaning, definition.code)
            self.assertTrue(definition.unit and definition.source, definition.code)
            if definition.kind == "choice":
                self.assertTrue(definition.option_ids, definition.code)

    def test_every_figure_has_a_source(self):
        sources = self.Feature._sources()
        self.assertEqual(sources["feedback"], ["complaints_12m"])
        filled = {name for names in sources.values() for name in names}
        self.assertEqual(filled, set(self.Feature._feature_fields()))

    def test_agents_see_the_figures_of_their_own_clients_only(self):
        self._figures()
        mine = self.Feature.search([("archive_id", "=", self.archive.id)])
        self.assertEqual(mine.with_user(self.agent).policies_issued, 0)
        found = self.Feature.with_user(self.agent2).search([("id", "=", mine.id)])
        self.assertFalse(found)
        for user in (self.editor, self.archivist, self.insurance_admin):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.Feature.with_user(user).search([])

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_writes_figures_by_hand(self):
        self._figures()
        row = self.Feature.search([("archive_id", "=", self.archive.id)])
        for user in (self.agent, self.supervisor, self.editor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.with_user(user).write({"policies_issued": 9})
