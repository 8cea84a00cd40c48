from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.client_scope import Scope

from .common_needs import NeedsCase

MODULE = "insurance_product_match"
#: the careful edge of the income band 3
INCOME = 120_000


@tagged("post_install", "-at_install")
class TestCoverGap(NeedsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # which bases a user may know has tests of its own
        cls.startClassPatcher(
            patch.object(
                cls.registry["insurance.archive"], "_closed_bases", lambda self: set()
            )
        )

    def _number(self, key):
        return self.env["insurance.parameter"]._get(key)

    def _child(self, **values):
        return self.env["insurance.related.person"].create(
            {
                "archive_id": self.archive.id,
                "name": "张小宝",
                "relation": "child",
                **values,
            }
        )

    def test_a_need_is_income_debts_and_dependants_less_savings(self):
        self._assessed("need", dependants="2")
        self._assessed("finance", income_band="3", debts="300000", savings="100000")
        expected = (
            INCOME * self._number("cover_life_multiple")
            + 300_000 * self._number("need_debt_pct") / 100
            + 2 * self._number("need_dependant_sum")
            - 100_000 * self._number("need_savings_pct") / 100
        )
        self.assertEqual(self._gap("death").need, expected)

    def test_a_parameter_changes_the_need(self):
        before = self._gap("accident").need
        multiple = self._number("cover_accident_multiple")
        parameter = self.env["insurance.parameter"].search(
            [("key", "=", "cover_accident_multiple")]
        )
        parameter.value = str(2 * multiple)
        self.assertEqual(self._gap("accident").need, 2 * before)

    def test_a_need_is_never_negative(self):
        self._assessed("finance", income_band="1", savings="900000000")
        # nothing is needed and nothing is there: no gap at all
        self.assertIsNone(self._gap("pension"))

    def test_an_unknown_income_is_no_income_of_zero(self):
        self.archive.income_band = False
        gap = self._gap("accident")
        self.assertIsNone(gap.need)
        self.assertIsNone(gap.percent)

    def test_covers_of_the_product_count_by_kind(self):
        medical = self.env.ref(f"{MODULE}.cover_kind_medical")
        product = self._product(
            insurance_cover_ids=[
                Command.create({"cover_kind_id": self.kind.id, "percent": 50}),
                Command.create(
                    {"cover_kind_id": medical.id, "basis": "fixed", "amount": 7000}
                ),
            ]
        )
        self._in_force(product, 400_000)
        self.assertEqual(self._gap("critical_illness").have, 200_000)
        self.assertEqual(self._gap("medical").have, 7_000)

    def test_without_covers_the_category_says_what_it_is(self):
        product = self._product(insurance_cover_ids=[])
        self._in_force(product, 400_000)
        gap = self._gap("critical_illness")
        self.assertEqual((gap.have, gap.policies), (400_000, 1))
        self.assertEqual(gap.gap, gap.need - 400_000)
        self.assertEqual(gap.percent, round(100 * 400_000 / gap.need))

    def test_only_policies_in_force_count(self):
        policy = self._in_force(self._product(), 400_000)
        policy.write({"state": "lapsed", "state_reason": "Not paid"})
        self.assertEqual(self._gap("critical_illness").have, 0)

    def test_the_household_needs_and_has_more(self):
        child = self._child()
        policy = self._in_force(self._product(), 400_000)
        policy.insured_ids = [
            Command.clear(),
            Command.create({"person_kind": "related", "related_person_id": child.id}),
        ]
        self.assertEqual(self._gap("critical_illness").have, 0)
        own, all_of_them = self._gap("medical"), self._gap("medical", household=True)
        self.assertEqual(all_of_them.need, 2 * own.need)
        self.assertEqual(self._gap("critical_illness", household=True).have, 400_000)

    def test_each_child_is_to_be_educated(self):
        self._child()
        self._child(name="张小妹")
        self.assertEqual(
            self._gap("education").need, 2 * self._number("need_child_sum")
        )

    def test_an_employer_needs_cover_for_each_head(self):
        company = self._archive(name="江南贸易", client_kind="enterprise", headcount=50)
        gap = self._gap("staff_liability", archive=company)
        self.assertEqual(gap.need, 50 * self._number("cover_liability_sum"))
        self.assertIsNone(self._gap("death", archive=company))

    def test_one_statement_says_for_many_what_it_says_for_one(self):
        other = self._archive(name="赵敏", income_band="5")
        self._in_force(self._product(), 400_000)
        rows = self.env.execute_query(
            self.env["insurance.archive"]._cover_gap_sql(
                Scope(archive_ids=(self.archive.id, other.id))
            )
        )
        said = {(row[0], row[1]): (row[2], row[3]) for row in rows}
        for archive in self.archive | other:
            for gap in archive.with_user(self.agent)._cover_gaps():
                self.assertEqual(
                    said[archive.id, gap.kind.id],
                    (gap.need, gap.have),
                )

    def test_the_portrait_draws_the_same_needs(self):
        archive = self.archive.with_user(self.agent)
        lines = {}
        for gap in archive._cover_gaps():
            if gap.need is not None:
                lines[gap.kind.line] = lines.get(gap.kind.line, 0) + gap.need
        self.assertEqual(archive._cover_needed(), lines)

    def test_a_gap_costs_few_queries(self):
        archive = self.archive.with_user(self.agent)
        archive._cover_gaps()
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            archive._cover_gaps()
