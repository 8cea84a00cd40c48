from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestSegment(SegmentCase):
    """Clients chosen by a filter that is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Segment = cls.env["insurance.segment"]
        cls.other = cls._archive(name="李明", intent_level="high")
        cls.foreign = cls._archive(
            name="王芳",
            intent_level="high",
            agent_id=cls.agent2.id,
            team_id=cls.team_b.id,
        )
        cls.call = cls.env.ref("mail.mail_activity_data_call")

    def _segment(self, client_filter="[('intent_level', '=', 'high')]", **values):
        user = values.pop("user", self.agent)
        return self.Segment.with_user(user).create(
            {"name": "意向高", "client_filter": client_filter, **values}
        )

    def _shared(self, **values):
        group = self.env.ref("insurance_client_archive.group_agent")
        return self._segment(group_ids=[fields.Command.set(group.ids)], **values)

    def _opened(self, segment, user=None):
        action = segment.with_user(user or self.agent).action_open_clients()
        return self.env["insurance.archive"].with_user(user or self.agent).search(
            action["domain"]
        ) & (self.archive | self.other | self.foreign)

    # --- who is in it

    def test_a_segment_finds_the_own_clients_only(self):
        segment = self._shared()
        self.assertEqual(self._opened(segment), self.other)
        self.assertEqual(self._opened(segment, self.agent2), self.foreign)

    def test_the_count_is_what_opens_on_a_click(self):
        segment = self._segment()
        found = self.env["insurance.archive"].with_user(self.agent)
        self.assertEqual(
            segment.client_count,
            found.search_count(segment.action_open_clients()["domain"]),
        )
        self.assertTrue(segment.client_count)

    def test_whoever_may_open_no_client_counts_none(self):
        segment = self._segment(user=self.editor)
        self.assertEqual(segment.client_count, 0)

    def test_destroyed_archives_are_in_no_segment(self):
        segment = self._segment("[]")
        before = segment.client_count
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'destroyed' WHERE id = %s",
            [self.other.id],
        )
        self.env.invalidate_all()
        self.assertEqual(segment.client_count, before - 1)

    # --- what may be asked

    def test_only_allowed_fields_and_plain_values_make_a_segment(self):
        for client_filter in (
            "[('id_number', '=', '110101199003077758')]",
            "[('annual_income', '!=', False)]",
            "[('name', 'ilike', '王')]",
            "[('partner_id.user_ids.login', '=', 'admin')]",
            "[('agent_id.login', '=', 'admin')]",
            "[('agent_id', 'any', [('login', '=', 'admin')])]",
            "[('value_tier', 'any!', [])]",
            "[('accessible', '=', True)]",
            "[('class_preview', '=', '1::high')]",
            "[('saved_segment_ids', 'in', [1])]",
            "[('agent_id', '=', uid)]",
            "__import__('os')",
            "[('value_tier', '=', 'high')",
            "{'a': 1}",
            "[('value_tier', 'high')]",
        ):
            with self.subTest(filter=client_filter), self.assertRaises(ValidationError):
                self._segment(client_filter)

    def test_what_is_stored_is_checked_again_when_it_is_used(self):
        segment = self._segment()
        self.env.cr.execute(
            "UPDATE insurance_segment SET client_filter = %s WHERE id = %s",
            ["[('name', 'ilike', '王')]", segment.id],
        )
        self.env.invalidate_all()
        with self.assertRaises(ValidationError):
            segment._archives_domain()
        self.assertEqual(segment.client_count, 0)

    def test_days_may_be_relative(self):
        segment = self._segment("[('birth_date', '<', 'today -60y')]")
        self.other.birth_date = "1940-01-01"
        self.assertEqual(self._opened(segment), self.other)

    def test_age_counts_in_completed_years(self):
        self.other.birth_date = fields.Date.subtract(self.today, years=60)
        self.archive.birth_date = fields.Date.add(self.other.birth_date, days=1)
        for condition, found in (
            ("('age', '>=', 60)", self.other),
            ("('age', '>', 59)", self.other),
            ("('age', '=', 60)", self.other),
            ("('age', '<', 60)", self.archive),
            ("('age', '<=', 59)", self.archive),
            ("('age', 'in', [58, 59])", self.archive),
        ):
            with self.subTest(condition=condition):
                segment = self._segment(f"[{condition}]")
                self.assertEqual(self._opened(segment), found)

    def test_who_was_never_reached_is_silent_for_ever(self):
        self.env["insurance.interaction"].create(
            {
                "archive_id": self.other.id,
                "name": "问候",
                "date": fields.Datetime.subtract(fields.Datetime.now(), days=30),
                "outcome": "reached",
                "user_id": self.agent.id,
            }
        )
        for days, found in ((29, True), (32, False)):
            with self.subTest(days=days):
                opened = self._opened(self._segment(f"[('silent_days', '>=', {days})]"))
                self.assertIn(self.archive, opened)
                self.assertEqual(self.other in opened, found)

    # --- whose it is

    def test_a_segment_is_private_until_it_is_shared(self):
        segment = self._segment()
        self.assertNotIn(segment, self.Segment.with_user(self.agent2).search([]))
        shared = self._shared()
        self.assertIn(shared, self.Segment.with_user(self.agent2).search([]))
        self.assertNotIn(shared, self.Segment.with_user(self.editor).search([]))

    def test_only_the_owner_changes_a_segment(self):
        segment = self._shared()
        with self.assertRaises(AccessError):
            segment.with_user(self.agent2).name = "我的"
        with self.assertRaises(UserError):
            segment.user_id = self.agent2

    def test_nobody_makes_a_segment_in_the_name_of_others(self):
        segment = self._segment(user_id=self.agent2.id)
        self.assertEqual(segment.user_id, self.agent)
        by_default = self.Segment.with_user(self.agent)
        by_default = by_default.with_context(default_user_id=self.agent2.id)
        self.assertEqual(by_default.create({"name": "x"}).user_id, self.agent)

    # --- searching, mailing

    def test_clients_are_found_by_segment_id_or_name(self):
        segment = self._segment()
        Archive = self.env["insurance.archive"].with_user(self.agent)
        for domain in (
            [("saved_segment_ids", "in", segment.ids)],
            [("saved_segment_ids", "=", segment.id)],
            [("saved_segment_ids", "ilike", "意向")],
        ):
            with self.subTest(domain=domain):
                found = Archive.search(domain)
                self.assertIn(self.other, found)
                self.assertNotIn(self.archive, found)
                self.assertNotIn(self.foreign, found)

    def test_segments_of_others_find_nobody(self):
        segment = self._segment(user=self.agent2)
        Archive = self.env["insurance.archive"].with_user(self.agent)
        self.assertFalse(Archive.search([("saved_segment_ids", "in", segment.ids)]))

    def test_a_client_tells_its_segments(self):
        segment = self._segment()
        self.assertIn(segment, self.other.with_user(self.agent).saved_segment_ids)
        self.assertNotIn(segment, self.archive.with_user(self.agent).saved_segment_ids)

    def test_contacts_are_found_as_far_as_their_archives_open(self):
        segment = self._shared()
        domain = segment.action_open_contacts()["domain"]
        Partner = self.env["res.partner"]
        mine = Partner.with_user(self.agent).search(domain)
        self.assertIn(self.other.partner_id, mine)
        self.assertNotIn(self.foreign.partner_id, mine)
        theirs = Partner.with_user(self.agent2).search(domain)
        self.assertNotIn(self.other.partner_id, theirs)

    def test_outsiders_find_nobody_by_a_segment(self):
        segment = self._shared()
        domain = [("insurance_segment_ids", "in", segment.ids)]
        Partner = self.env["res.partner"].with_user(self.accountant)
        self.assertFalse(Partner.search(domain))

    def test_what_runs_by_itself_finds_what_the_owner_may_open(self):
        segment = self._segment()
        contacts = self.env["res.partner"].search(
            [("insurance_segment_ids", "in", segment.ids)]
        )
        self.assertTrue(self.env.su)
        self.assertIn(self.other.partner_id, contacts)
        self.assertNotIn(self.foreign.partner_id, contacts)

    def test_mailing_needs_the_mailing_application(self):
        segment = self._segment()
        if segment.may_mail:
            self.assertEqual(
                segment.action_new_mailing()["res_model"], "mailing.mailing"
            )
        else:
            with self.assertRaisesRegex(UserError, "Email Marketing"):
                segment.action_new_mailing()

    # --- activities

    def _plan(self, segment, user=None, **values):
        Plan = self.env["insurance.segment.plan"].with_user(user or self.agent)
        return Plan.create(
            {
                "segment_id": segment.id,
                "activity_type_id": self.call.id,
                "due_date": fields.Date.add(self.today, days=3),
                **values,
            }
        )

    def _activities(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", (self.other | self.foreign).partner_id.ids),
                ("activity_type_id", "=", self.call.id),
            ]
        )

    def test_each_client_gets_one_activity_that_tells_nothing(self):
        segment = self._segment()
        self._plan(segment).action_plan()
        activity = self._activities()
        self.assertEqual(activity.res_id, self.other.partner_id.id)
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(activity.summary or "", self.call.summary or "")
        self.assertFalse(activity.note)
        self._plan(segment).action_plan()
        self.assertEqual(len(self._activities()), 1)

    def test_many_clients_are_planned_as_bulk_work_with_the_rights_of_the_user(self):
        self.env["insurance.parameter"].search(
            [("key", "=", "segment_plan_at_once")]
        ).value = "1"
        self.archive.intent_level = "high"
        segment = self._segment()
        self._plan(segment).action_plan()
        sweep = self.env["insurance.sweep"].search([("kind", "=", "segment_plan")])
        self.assertEqual((sweep.state, sweep.user_id), ("running", self.agent))
        extent = sweep._call("extent")
        sweep._call("chunk", 0, extent.last, 100)
        self.assertEqual(self._activities().mapped("res_id"), self.other.partner_id.ids)

    def test_days_that_have_passed_are_refused(self):
        with self.assertRaises(UserError):
            self._plan(self._segment(), due_date="2020-01-01")

    def test_an_empty_segment_plans_nothing(self):
        segment = self._segment("[('headcount', '=', 987654)]")
        with self.assertRaises(UserError):
            self._plan(segment).action_plan()
