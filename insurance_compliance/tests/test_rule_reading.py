from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.tests.common import MODULE, ArchiveCase

from .. import person


@tagged("post_install", "-at_install")
class TestRuleReading(ArchiveCase):
    """Rules are approved by another, read by everybody concerned, and confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(person, "is_person", lambda env: True)
        cls.officer2 = cls._user("officer2", role="compliance")
        cls.rule = cls._rule()
        cls.rule.with_user(cls.officer2).write({"state": "approved"})

    @classmethod
    def _rule(cls, **values):
        return (
            cls.env["insurance.rule.document"]
            .with_user(cls.compliance)
            .create(
                {
                    "name": "Clear desk",
                    "code": "desk",
                    "body": "<p>Lock papers away.</p>",
                    "group_ids": [(6, 0, cls.env.ref(f"{MODULE}.group_agent").ids)],
                    **values,
                }
            )
        )

    def _reading(self, user, rule=None):
        return (
            self.env["insurance.rule.reading"]
            .search(
                [
                    ("user_id", "=", user.id),
                    ("document_id", "=", (rule or self.rule).id),
                ]
            )
            .with_user(user)
        )

    def _confirm(self, user, rule=None):
        reading = self._reading(user, rule)
        reading.action_read()
        reading.action_confirm()
        return reading

    def _make_late(self, reading):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_rule_reading SET due_on = %s WHERE id = %s",
            (fields.Date.today() - timedelta(days=1), reading.id),
        )
        self.env.invalidate_all()

    # --- rules

    def test_author_does_not_approve_the_own_rule(self):
        draft = self._rule(code="other")
        with self.assertRaisesRegex(AccessError, "yourself"):
            draft.write({"state": "approved"})
        with self.assertRaises(AccessError):
            draft.with_user(self.insurance_admin).write({"state": "approved"})
        draft.with_user(self.department_head).write({"state": "approved"})
        self.assertRecordValues(
            draft,
            [{"state": "in_force", "approved_by_id": self.department_head.id}],
        )

    def test_empty_rule_for_nobody_is_not_approved(self):
        for values, words in (
            ({"body": "<p><br></p>"}, "Write the text"),
            ({"group_ids": []}, "who must read"),
        ):
            draft = self._rule(code="other", **values)
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                draft.with_user(self.officer2).write({"state": "approved"})
            draft.unlink()

    def test_words_in_force_stay(self):
        for values in ({"body": "<p>x</p>"}, {"name": "x"}, {"version": 3}):
            with self.subTest(values), self.assertRaises(UserError):
                self.rule.with_user(self.compliance).write(values)
        with self.assertRaises(UserError):
            self.rule.with_user(self.compliance).update_field_translations(
                "body", {"en_US": {"Lock papers away.": "Whatever"}}
            )
        with self.assertRaises(UserError):
            self.rule.with_user(self.compliance).unlink()

    def test_rule_of_tomorrow_comes_into_force_by_itself(self):
        draft = self._rule(
            code="later", in_force_from=fields.Date.today() + timedelta(days=1)
        )
        draft.with_user(self.officer2).write({"state": "approved"})
        self.assertEqual(draft.state, "approved")
        self.assertFalse(self._reading(self.agent, draft))
        with self.assertRaises(UserError):
            draft.with_user(self.officer2).write({"state": "in_force"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_rule_document SET in_force_from = %s WHERE id = %s",
            (fields.Date.today(), draft.id),
        )
        self.env.invalidate_all()
        self.env["insurance.rule.document"]._cron_rules()
        self.assertEqual(draft.state, "in_force")
        self.assertTrue(self._reading(self.agent, draft))

    def test_drafts_are_not_read_by_agents(self):
        draft = self._rule(code="secret plan")
        found = self.env["insurance.rule.document"].with_user(self.agent).search([])
        self.assertNotIn(draft, found)
        self.assertIn(self.rule, found)

    # --- who has to read

    def test_members_by_implied_groups_have_to_read_and_others_have_not(self):
        for user in (self.agent, self.manager, self.supervisor):
            self.assertEqual(self._reading(user).state, "todo")
        for user in (self.archivist, self.compliance):
            self.assertFalse(self._reading(user))

    def test_who_joins_later_finds_it_and_who_leaves_is_not_asked(self):
        self.archivist.group_ids |= self.env.ref(f"{MODULE}.group_agent")
        self.env["insurance.rule.reading"].with_user(self.archivist).action_my_rules()
        self.assertTrue(self._reading(self.archivist))
        self.archivist.group_ids -= self.env.ref(f"{MODULE}.group_agent")
        self.env["insurance.rule.document"]._cron_rules()
        self.assertFalse(self._reading(self.archivist))

    def test_following_the_members_takes_as_long_for_many(self):
        readings = self.env["insurance.rule.reading"]
        readings._follow_members()
        self.env.flush_all()
        with self.assertQueryCount(2):
            readings._follow_members()

    # --- confirming

    def test_server_says_when_it_was_opened_and_confirmed(self):
        reading = self._reading(self.agent)
        with self.assertRaisesRegex(UserError, "Open the rule"):
            reading.action_confirm()
        reading.action_read()
        reading.action_confirm()
        self.assertEqual(reading.state, "confirmed")
        self.assertAlmostEqual(
            reading.confirmed_on, fields.Datetime.now(), delta=timedelta(minutes=1)
        )
        rule = self.rule.with_user(self.agent)
        self.assertEqual(reading.text_hash, rule._digest())

    def test_nobody_confirms_for_somebody_else(self):
        reading = self._reading(self.agent)
        reading.action_read()
        for user in (self.agent2, self.supervisor, self.compliance):
            with mute_logger("odoo.addons.base.models.ir_rule"):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    reading.with_user(user).action_confirm()
                with self.assertRaises(AccessError):
                    reading.with_user(user).action_read()
        self.assertFalse(reading.confirmed_on)

    def test_a_program_in_one_s_name_does_not_confirm(self):
        reading = self._reading(self.agent)
        reading.action_read()
        self.patch(person, "is_person", lambda env: False)
        with self.assertRaisesRegex(AccessError, "not by programs"):
            reading.action_confirm()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_writes_creates_or_backdates_a_confirmation(self):
        reading = self._reading(self.agent)
        past = "2020-01-01 00:00:00"
        for user in (self.agent, self.compliance, self.insurance_admin):
            mine = reading.with_user(user)
            for values in ({"confirmed_on": past}, {"opened_on": past}):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    mine.write(values)
            with self.assertRaises(AccessError):
                mine.create(
                    {
                        "document_id": self.rule.id,
                        "user_id": user.id,
                        "required_since": past,
                        "due_on": "2020-01-01",
                        "confirmed_on": past,
                    }
                )
            with self.assertRaises(AccessError):
                mine.unlink()

    def test_second_confirmation_changes_nothing(self):
        reading = self._confirm(self.agent)
        first = reading.confirmed_on
        reading.with_context(confirmed_on="2020-01-01").action_confirm()
        self.assertEqual(reading.confirmed_on, first)

    def test_new_version_is_confirmed_anew(self):
        old = self._confirm(self.agent)
        action = self.rule.with_user(self.compliance).action_new_version()
        draft = self.rule.browse(action["res_id"])
        self.assertEqual((draft.version, draft.code), (2, "desk"))
        unread = self._reading(self.agent2)
        unread.action_read()
        draft.with_user(self.officer2).write({"state": "approved"})
        self.env.invalidate_all()
        self.assertEqual(self.rule.state, "replaced")
        self.assertEqual(old.state, "confirmed")
        self.assertEqual(self._reading(self.agent, draft).state, "todo")
        self.assertFalse(unread.exists())
        self._confirm(self.agent, draft)

    def test_version_that_is_not_in_force_is_not_confirmed(self):
        reading = self._reading(self.agent)
        reading.action_read()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_rule_document SET state = 'withdrawn' WHERE id = %s",
            (self.rule.id,),
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "not in force any more"):
            reading.action_confirm()

    def test_others_readings_are_not_seen(self):
        found = self.env["insurance.rule.reading"].with_user(self.agent).search([])
        self.assertEqual(found.user_id, self.agent)

    # --- overdue, reminders, share

    def test_overdue_is_listed_and_the_share_is_counted(self):
        late = self._reading(self.agent2)
        self._make_late(late)
        self._confirm(self.agent)
        found = self.env["insurance.rule.reading"].search([("overdue", "=", True)])
        self.assertIn(late, found)
        self.assertNotIn(self._reading(self.agent), found)
        count = len(self.rule.reading_ids)
        self.assertAlmostEqual(self.rule.confirmed_share, 100 / count, places=1)

    def test_one_reminder_a_person_that_goes_when_all_is_confirmed(self):
        self._make_late(self._reading(self.agent))
        for _day in range(2):
            self.env["insurance.rule.document"]._cron_rules()
        kind = self.env.ref("insurance_compliance.mail_activity_type_rule_reading")
        domain = [("activity_type_id", "=", kind.id), ("user_id", "=", self.agent.id)]
        activities = self.env["mail.activity"]
        self.assertEqual(activities.search_count(domain), 1)
        for reading in self.env["insurance.rule.reading"].search(
            [("user_id", "=", self.agent.id)]
        ):
            reading.with_user(self.agent).action_read()
            reading.with_user(self.agent).action_confirm()
        self.assertEqual(activities.search_count(domain), 0)

    def test_where_the_house_says_so_nobody_applies_before_reading(self):
        request = self.env["insurance.access.request"].with_user(self.agent).new({})
        words = "Rules to read"
        self.assertNotIn(words, str(request._problems_of_applicant()))
        parameter = self.env["insurance.parameter"].search(
            [("key", "=", "rules_before_access")]
        )
        parameter.value = "true"
        self.assertIn(words, str(request._problems_of_applicant()))
        for reading in self.env["insurance.rule.reading"].search(
            [("user_id", "=", self.agent.id)]
        ):
            reading.with_user(self.agent).action_read()
            reading.with_user(self.agent).action_confirm()
        self.assertNotIn(words, str(request._problems_of_applicant()))

    def test_shipped_rules_cover_the_life_of_data_in_two_languages(self):
        shipped = [
            self.env.ref(f"insurance_compliance.rule_document_{name}_1")
            for name in ("collect", "store", "use", "transmit", "destroy")
        ]
        for rule in shipped:
            self.assertGreater(len(rule.body), 300)
            self.assertTrue(rule.group_ids)
