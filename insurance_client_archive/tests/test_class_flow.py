from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_segments import SegmentCase

JUNE = date(2026, 6, 30)


@tagged("post_install", "-at_install")
class TestClassFlow(SegmentCase):
    """From which class to which, and how many in each month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._archive(
            name="王芳", agent_id=cls.agent2.id, team_id=cls.team_b.id
        )
        for archive in (cls.archive, cls.foreign):
            cls._move(archive, date(2026, 3, 1), None, "low")
            cls._move(archive, date(2026, 6, 30), "low", "medium")
            cls._move(archive, date(2026, 9, 1), "medium", "high")
            cls.env.cr.execute(
                "UPDATE insurance_archive SET value_tier = 'high' WHERE id = %s",
                [archive.id],
            )
        cls.env.invalidate_all()

    @classmethod
    def _move(cls, archive, day, old, new):
        cls.Change.create(
            {
                "archive_id": archive.id,
                "day": day,
                "dimension": "value_tier",
                "old_code": old,
                "new_code": new,
                "old_segment_id": old and cls._segment("value_tier", old).id,
                "new_segment_id": cls._segment("value_tier", new).id,
            }
        )

    def _flow(self, user=None, day=JUNE, dimension="value_tier"):
        Change = self.Change.with_user(user or self.agent)
        flow = Change.flow(dimension, fields.Date.to_string(day))
        ways = {
            (row["code"], cell["code"]): cell["number"]
            for row in flow["rows"]
            for cell in row["cells"]
            if cell["number"]
        }
        return flow, ways

    def test_clients_are_counted_from_the_class_then_to_the_class_now(self):
        flow, ways = self._flow()
        self.assertEqual(ways, {("medium", "high"): 1})
        self.assertEqual((flow["total"], flow["moved"]), (1, 1))
        self.assertEqual(self._flow(day=date(2026, 6, 29))[1], {("low", "high"): 1})
        flow, ways = self._flow(day=date(2026, 9, 1))
        self.assertEqual((ways, flow["moved"]), ({("high", "high"): 1}, 0))
        self.assertEqual(self._flow(day=date(2026, 1, 1))[1], {})

    def test_a_number_opens_the_clients_behind_it(self):
        Change = self.Change.with_user(self.agent)
        action = Change.action_open_flow("value_tier", "2026-06-30", "medium", "high")
        Archive = self.env["insurance.archive"].with_user(self.agent)
        self.assertEqual(Archive.search(action["domain"]), self.archive)

    def test_everybody_sees_the_own_clients(self):
        Archive = self.env["insurance.archive"]
        domain = [("class_history", "=", "value_tier:2026-06-30:medium")]
        self.assertEqual(
            Archive.with_user(self.agent2).search(domain) & self.foreign, self.foreign
        )
        self.assertNotIn(self.archive, Archive.with_user(self.agent2).search(domain))
        for user in (self.editor, self.insurance_admin, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._flow(user)

    def test_strange_questions_are_refused(self):
        Archive = self.env["insurance.archive"].with_user(self.agent)
        for value in ("state:2026-06-30:filed", "value_tier:x:high", "value_tier", ""):
            with self.subTest(value=value), self.assertRaises(UserError):
                Archive.search([("class_history", "=", value)])
        with self.assertRaises(UserError):
            self._flow(dimension="state")
        with self.assertRaises(UserError):
            self.Change.with_user(self.agent).action_open_flow(
                "value_tier", "2026-06-30", "medium", "x"
            )

    # --- sizes

    def _size(self, month, user=None):
        Size = self.env["insurance.client.class.size"]
        Size._take(month)
        rows = Size.with_user(user or self.agent).search(
            [("month", "=", month), ("dimension", "=", "value_tier")]
        )
        return {row.segment_id.code: row.client_count for row in rows}

    def test_a_month_is_counted_as_of_its_end(self):
        self.assertEqual(self._size(date(2026, 5, 1)), {"low": 1})
        self.assertEqual(self._size(date(2026, 6, 1)), {"medium": 1})
        self.assertEqual(self._size(date(2026, 2, 1)), {})

    def test_counting_again_counts_nobody_twice(self):
        self._size(date(2026, 6, 1))
        self.assertEqual(self._size(date(2026, 6, 1)), {"medium": 1})

    def test_supervisors_see_their_team_and_editors_all_numbers(self):
        month = date(2026, 6, 1)
        self.assertEqual(self._size(month, self.supervisor), {"medium": 1})
        Size = self.env["insurance.client.class.size"].with_user(self.editor)
        agents = Size.search([("month", "=", month)]).agent_id
        self.assertGreaterEqual(agents, self.agent | self.agent2)
        with self.assertRaises(AccessError):
            self._size(month, self.department)
