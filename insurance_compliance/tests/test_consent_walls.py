from odoo import fields
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import freeze_time, tagged

from .common_consent import ConsentCase


@tagged("post_install", "-at_install")
class TestConsentWalls(ConsentCase):
    """Notice and consent come before the data."""

    def _mine(self, archive=None):
        return (archive or self.archive).with_user(self.agent)

    def test_client_is_entered_only_after_the_notice(self):
        with self.assertRaises(RedirectWarning) as refusal:
            self._mine().action_enter()
        message, action, button = refusal.exception.args[:3]
        self.assertIn("Advice, application and service", message)
        self.assertEqual(action["res_model"], "insurance.consent.ask")
        self.assertEqual(action["context"]["default_archive_id"], self.archive.id)
        self.assertEqual(button, "Notice and consent")
        self._give("service")
        self._mine().action_enter()
        self.assertEqual(self.archive.state, "entered")

    def test_health_notice_and_account_wait_for_their_separate_consents(self):
        other = self._archive(name="王芳")
        for name, value, code in (
            ("health_notice", "None", "health"),
            ("bank_account", "6222021001112233446", "bank"),
        ):
            with self.subTest(name), self.assertRaises(RedirectWarning):
                self._mine(other)[name] = value
            self._give("service", archive=other)
            with self.subTest(name), self.assertRaises(RedirectWarning):
                self._mine(other)[name] = value
            self._give(code, archive=other)
            self._mine(other)[name] = value
            self.assertTrue(other[name])

    def test_value_can_be_removed_without_consent(self):
        self._mine().health_notice = False
        self.assertFalse(self.archive.health_notice)

    def test_new_client_with_a_health_notice_is_saved_first(self):
        with self.assertRaisesRegex(UserError, "Save the client without"):
            self.env["insurance.archive"].with_user(self.agent).create(
                {"name": "赵磊", "health_notice": "None"}
            )

    def test_withdrawn_health_consent_stops_new_entries(self):
        consent = self._give("health")
        self._mine().health_notice = "None"
        consent._withdraw("x", "phone")
        with self.assertRaises(RedirectWarning):
            self._mine().health_notice = "Other"

    def test_child_needs_the_guardian(self):
        child = self._archive(
            name="小明", birth_date=fields.Date.subtract(fields.Date.today(), years=8)
        )
        self.assertTrue(child._is_minor())
        with self.assertRaisesRegex(UserError, "guardian"):
            self._give("service", archive=child)
        self._give("service", archive=child, given_by="guardian", giver_name="父亲")
        with self.assertRaises(RedirectWarning) as refusal:
            self._mine(child).action_enter()
        self.assertIn("child", refusal.exception.args[0])
        self._give("minors", archive=child, given_by="guardian", giver_name="父亲")
        self._mine(child).action_enter()

    def test_consent_of_the_guardian_ends_on_the_birthday(self):
        today = fields.Date.today()
        child = self._archive(
            name="小明", birth_date=fields.Date.subtract(today, years=13)
        )
        consent = self._give(
            "minors", archive=child, given_by="guardian", giver_name="母亲"
        )
        birthday = fields.Date.add(child.birth_date, years=14)
        self.assertEqual(consent.valid_until, fields.Date.subtract(birthday, days=1))

    def test_child_who_has_come_of_age_is_asked_in_person(self):
        today = fields.Date.today()
        child = self._archive(
            name="小明",
            birth_date=fields.Date.subtract(today, years=14, days=-9),
        )
        consent = self._give(
            "minors", archive=child, given_by="guardian", giver_name="母亲"
        )
        self.assertTrue(child._has_consent("guardian"))
        birthday = fields.Date.add(child.birth_date, years=14)
        self.assertEqual(consent.valid_until, fields.Date.subtract(birthday, days=1))
        with freeze_time(birthday):
            self.assertFalse(child._has_consent("guardian"))
            self._run_cron("consent_expire")
        self.assertEqual(consent.state, "expired")
        activity = child.partner_id.activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertNotIn("consent", (activity.summary or "").lower())

    def test_organisations_are_not_asked(self):
        company = self._archive(name="上海远航贸易有限公司", client_kind="enterprise")
        self._mine(company).action_enter()
        self.assertFalse(company.missing_consent)

    def test_clients_of_before_are_given_time_and_then_asked(self):
        self._purpose("service").applies_from = fields.Datetime.add(
            fields.Datetime.now(), hours=1
        )
        self.assertFalse(self._mine().missing_consent)
        self.assertIn("Not asked yet", self._mine().consent_overview)
        self._mine().action_enter()
        grace = self.env.ref("insurance_compliance.parameter_consent_grace_days")
        grace.value = "0"
        self._purpose("service").applies_from = fields.Datetime.now()
        self.env.invalidate_all()
        self.assertTrue(self._mine().missing_consent)

    def test_report_names_who_is_missing(self):
        rows = self.env["insurance.consent.status"].with_user(self.agent)
        mine = [("archive_id", "=", self.archive.id), ("required", "=", True)]
        self.assertEqual(rows.search(mine).status, "missing")
        self._give("service")
        self.env.invalidate_all()
        self.assertEqual(rows.search(mine).status, "given")
        self.assertFalse(
            rows.with_user(self.agent2).search([("archive_id", "=", self.archive.id)])
        )
        self.assertTrue(rows.with_user(self.compliance).search(mine))
