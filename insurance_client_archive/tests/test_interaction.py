from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import MODULE, ArchiveCase


@tagged("post_install", "-at_install")
class TestInteraction(ArchiveCase):
    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        self.today = fields.Date.context_today(self.archive)

    def _talk(self, user=None, **values):
        return (
            self.env["insurance.interaction"]
            .with_user(user or self.agent)
            .create({"archive_id": self.archive.id, **values})
        )

    def _quick_form(self, action):
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        model = self.env[action["res_model"]].with_user(self.agent)
        return Form(model.with_context(**action["context"]), view=view)

    def _reminders(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.partner.id)]
        )

    def test_quick_entry_updates_the_last_contact(self):
        self.assertFalse(self.archive.last_contact_date)
        action = self.archive.with_user(self.agent).action_log_interaction()
        with self._quick_form(action) as form:
            form.outcome = "interested"
            form.client_words = "想了解重疾险。\n下周再联系。"
        talk = form.record
        self.assertEqual(talk.name, "想了解重疾险。")
        self.assertEqual(talk.channel, "phone")
        self.assertEqual(talk.user_id, self.agent)
        self.assertEqual(self.archive.last_contact_date, talk.date)

    def test_account_manager_finds_the_talks_of_own_clients(self):
        talk = self._talk()
        for user, found in ((self.manager, True), (self.supervisor, False)):
            talks = self.env["insurance.interaction"].with_user(user)
            arch = talks.get_view(view_type="search")["arch"]
            [mine] = etree.fromstring(arch).xpath("//filter[@name='my_clients']")
            domain = safe_eval(mine.get("domain"), {"uid": user.id})
            self.assertEqual(talk in talks.search(domain), found)

    def test_first_contact_captures_the_needs_in_the_archive(self):
        action = self.archive.with_user(self.agent).action_log_interaction()
        with self._quick_form(action) as form:
            self.assertEqual(form.purpose, "first_contact")
            form.intent_level = "high"
            form.intent_note = "给孩子存教育金"
        self.assertEqual(self.archive.intent_level, "high")
        self.assertEqual(self.archive.intent_note, "给孩子存教育金")
        self._talk()
        action = self.archive.with_user(self.agent).action_log_interaction()
        self.assertNotIn("default_purpose", action["context"])

    def test_quick_entry_from_contact_and_opportunity(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Family cover",
                "partner_id": self.partner.id,
                "user_id": self.agent.id,
            }
        )
        for record in self.partner, lead:
            action = record.with_user(self.agent).action_log_interaction()
            with self._quick_form(action) as form:
                form.client_words = "好的"
            self.assertEqual(form.record.archive_id, self.archive)
        self.assertEqual(form.record.lead_id, lead)

    def test_quick_entry_needs_an_archive(self):
        partner = self.env["res.partner"].create({"name": "孙丽"})
        with self.assertRaisesRegex(UserError, "archive"):
            partner.with_user(self.agent).action_log_interaction()

    def test_quick_entry_is_closed_to_others(self):
        for user in self.agent2 | self.department:
            with self.assertRaises(AccessError):
                self.archive.with_user(user).action_log_interaction()
            with self.assertRaises(AccessError):
                self._talk(user)

    def test_subject_typed_by_hand_stays(self):
        talk = self._talk(name="About the offer", client_words="Yes")
        talk.client_words = "Yes, next month"
        self.assertEqual(talk.name, "About the offer")

    def test_subject_falls_back_on_the_purpose(self):
        self.assertEqual(self._talk(purpose="renewal").name, "Renewal")

    def test_one_click_sets_the_day_of_the_next_step(self):
        action = self.archive.with_user(self.agent).action_log_interaction()
        form = self._quick_form(action)
        form.next_in = "7"
        week = self.today + timedelta(days=7)
        self.assertEqual(fields.Date.to_date(form.next_date), week)
        self.assertEqual(form.save().next_date, week)

    def test_reminder_says_nothing_about_the_client(self):
        day = self.today + timedelta(days=3)
        talk = self._talk(
            next_step="Send the cancer cover proposal", next_date=day, remind=True
        )
        reminder = self._reminders()
        self.assertRecordValues(
            reminder,
            [
                {
                    "user_id": self.agent.id,
                    "date_deadline": day,
                    "summary": "Follow up",
                    "note": False,
                }
            ],
        )
        self.assertTrue(talk.remind)

    def test_reminder_follows_the_next_step(self):
        day = self.today + timedelta(days=3)
        talk = self._talk(next_date=day, remind=True)
        talk.next_date = day + timedelta(days=2)
        self.assertEqual(self._reminders().date_deadline, talk.next_date)
        talk.remind = False
        self.assertFalse(self._reminders())

    def test_reminder_of_somebody_else_cannot_be_taken_away(self):
        activity = self.env["mail.activity"].create(
            {"user_id": self.env.user.id, "summary": "Private"}
        )
        talk = self._talk()
        talk.reminder_id = activity
        talk.remind = False
        self.assertTrue(activity.exists().active)

    def test_later_contact_ticks_off_what_was_due(self):
        due = self._talk(
            date=self.now - timedelta(days=5), next_date=self.today, remind=True
        )
        later = self._talk(
            date=self.now - timedelta(days=5),
            next_date=self.today + timedelta(days=9),
        )
        self._talk(outcome="not_reached")
        self.assertFalse(due.next_done)
        self._talk(outcome="reached")
        self.assertTrue(due.next_done)
        self.assertFalse(later.next_done)
        self.assertFalse(self._reminders())

    def test_due_filter_leaves_out_what_is_done(self):
        talk = self._talk(
            date=self.now - timedelta(days=5), next_date=self.today - timedelta(days=1)
        )
        search = self.env.ref(f"{MODULE}.insurance_interaction_view_search")
        self.assertIn("next_done", search.arch)
        due = [("next_done", "=", False), ("next_date", "<=", "today")]
        talks = talk.search([("id", "=", talk.id), *due])
        self.assertEqual(talks, talk)
        talk.action_next_done()
        self.assertFalse(talk.search([("id", "=", talk.id), *due]))

    def test_logging_many_talks_costs_few_queries(self):
        def values(number):
            return [
                {"archive_id": self.archive.id, "client_words": "好"}
                for _index in range(number)
            ]

        talks = self.env["insurance.interaction"].with_user(self.agent)
        talks.create(values(2))
        self.env.flush_all()
        with self.assertQueryCount(10):
            talks.create(values(50))
            self.env.flush_all()
