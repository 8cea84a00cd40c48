from collections import Counter

from odoo import fields
from odoo.tests import tagged

from ..consent_guard import drop_guards
from ..models.insurance_consent_status_count import KEY, Columns
from .common_consent import ConsentCase, give_consent

#: every column by itself, and together
GROUPS = (
    ("status",),
    ("processing_id",),
    ("agent_id", "status"),
    ("team_id", "kind", "required", "status"),
    ("company_id", "agent_id", "team_id", "processing_id", "status"),
)


@tagged("post_install", "-at_install")
class TestConsentCount(ConsentCase):
    """States of everybody are counted without a row for each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        # who is a child is asked for one purpose more
        cls._archive(name="李小明", birth_date=fields.Date.subtract(today, years=3))
        cls.other = cls._archive(name="王芳", agent_id=cls.agent2.id)
        # asked only from tomorrow on: who is a client today is not asked yet
        cls._purpose("marketing").applies_from = fields.Datetime.add(
            fields.Datetime.now(), days=1
        )
        give_consent(cls.archive, "service", "health")
        give_consent(cls.archive, "bank", given=False)
        give_consent(cls.other, "service")
        run_out = give_consent(cls._archive(name="陈静"), "service")
        cls.env.flush_all()
        drop_guards(cls.env.cr)  # time has passed: nobody may write it
        cls.env.cr.execute(
            "UPDATE insurance_consent SET valid_until = %s WHERE id = %s",
            [fields.Date.subtract(today, days=1), run_out.id],
        )
        cls.env.invalidate_all()
        cls.rows = cls.env["insurance.consent.status"].with_user(cls.compliance)

    def _one_by_one(self, groupby, domain=()):
        found = Counter(
            tuple(row[name] for name in groupby) for row in self.rows.search(domain)
        )
        return dict(found)

    def _counted(self, groupby, domain=()):
        found = self.rows._read_group(domain, groupby, ["__count"])
        return {tuple(values): number for *values, number in found}

    def test_counts_are_those_of_the_rows(self):
        statuses = {status for (status,) in self._one_by_one(["status"])}
        self.assertLessEqual(
            {"given", "refused", "expired", "waiting", "missing"}, statuses
        )
        for groupby in GROUPS:
            with self.subTest(groupby):
                self.assertEqual(self._counted(groupby), self._one_by_one(groupby))

    def test_filters_count_the_same(self):
        for domain in (
            [("status", "=", "missing")],
            [("required", "=", True), ("agent_id", "=", self.agent2.id)],
            [("processing_id.code", "=", "minors")],
        ):
            with self.subTest(domain):
                self.assertEqual(
                    self._counted(["status"], domain),
                    self._one_by_one(["status"], domain),
                )
                self.assertEqual(
                    self.rows.search_count(domain), len(self.rows.search(domain))
                )

    def test_pivot_adds_up(self):
        sets = [["agent_id", "status"], ["agent_id"], []]
        for groupby, found in zip(
            sets, self.rows._read_grouping_sets([], sets, ["__count"]), strict=True
        ):
            with self.subTest(groupby):
                self.assertEqual(
                    {tuple(values): number for *values, number in found},
                    self._one_by_one(groupby),
                )

    def test_whoever_sees_the_own_clients_counts_them_alone(self):
        own = self.rows.with_user(self.agent2)
        found = dict(own._read_group([], ["status"], ["__count"]))
        self.assertEqual(sum(found.values()), len(own.search([])))
        self.assertEqual(found["given"], 1)

    def test_callers_do_not_choose_the_table(self):
        for sent in (["agent_id"], ("agent_id",), True):
            rows = self.rows.with_context(**{KEY: sent})
            self.assertEqual(len(rows.search([])), len(self.rows.search([])))
        counting = self.rows._counting([], ["status"], ["__count"])
        self.assertIsInstance(counting.env.context[KEY], Columns)

    def test_groups_carry_no_context_of_counting(self):
        for agent, _number in self.rows._read_group([], ["agent_id"], ["__count"]):
            self.assertNotIn(KEY, agent.env.context)
