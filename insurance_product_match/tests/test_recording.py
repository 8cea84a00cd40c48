from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import MODULE
from .common_recommendation import RecommendationCase


@tagged("post_install", "-at_install")
class TestRecording(RecommendationCase):
    """Which sales are recorded, where that is kept, and who finds it good."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checker = new_test_user(
            cls.env, "test checker", f"{MODULE}.group_recording_checker", lang="en_US"
        )

    def _keep(self, recording):
        recording.with_user(self.agent).write(
            {
                "recorded_on": fields.Datetime.now(),
                "custodian": "Branch",
                "reference": f"V{recording.id}",
                "consented": True,
                "node_ids": self.env["insurance.recording.node"].search([]).ids,
            }
        )
        recording.with_user(self.agent).state = "kept"
        return recording

    def _drawn(self):
        advice = self._advice("confirmed", contact_way="phone")
        recording = self._keep(advice.recording_ids)
        # superuser: the draw is made by chance
        recording.sudo().check_required = True
        return recording

    def test_face_to_face_sale_by_an_own_agent_needs_none(self):
        self.assertFalse(self._advice("confirmed").recording_ids)

    def test_sale_by_phone_is_recorded_before_it_is_made(self):
        advice = self._advice("confirmed", contact_way="phone")
        self.assertRecordValues(
            advice.recording_ids, [{"state": "due", "full_check": False}]
        )
        with self.assertRaises(UserError):
            advice.state = "sold"
        self._keep(advice.recording_ids)
        advice.state = "sold"

    def test_recording_is_not_moved_to_another_sale(self):
        advice = self._advice("confirmed", contact_way="phone")
        other = self._advice("match")
        recording = advice.recording_ids.with_user(self.agent)
        for values in ({"recommendation_id": other.id}, {"way": "online"}):
            with self.assertRaises(UserError):
                recording.write(values)
        with self.assertRaises(UserError):
            advice.state = "sold"

    def test_long_contract_of_an_agency_is_recorded(self):
        advice = self._advice("confirmed", sales_channel="agency")
        self.assertEqual(len(advice.recording_ids), 1)

    def test_older_client_is_recorded_and_every_one_checked(self):
        age = self.env["insurance.parameter"]._get("record_age")
        self.env["insurance.parameter"].search(
            [("key", "=", "record_age")]
        ).value = str(self.archive.age)
        self.assertTrue(age)
        advice = self._advice("confirmed")
        self.assertTrue(advice.recording_ids.full_check)
        self._keep(advice.recording_ids)
        self.assertTrue(advice.recording_ids.check_required)

    def test_at_least_the_share_is_drawn(self):
        share = self.env["insurance.parameter"]._get("qc_pct") / 100
        Recording = self.env["insurance.recording"].sudo()
        advice = self._advice("confirmed", contact_way="phone")
        first = advice.recording_ids
        self._keep(first)
        kept = [("company_id", "=", first.company_id.id), ("state", "!=", "due")]
        total = Recording.search_count(kept)
        drawn = Recording.search_count([*kept, ("check_required", "=", True)])
        self.assertGreaterEqual(drawn, share * total)

    def test_custody_needs_every_moment_and_consent(self):
        advice = self._advice("confirmed", sales_channel="agency")
        recording = advice.recording_ids
        with self.assertRaises(UserError) as refused:
            recording.state = "kept"
        self.assertEqual(len(str(refused.exception).splitlines()), 4)

    def test_checker_sees_what_was_drawn_and_no_archive(self):
        recording = self._drawn().with_user(self.checker)
        self.assertTrue(recording.reference)
        with self.assertRaises(AccessError):
            recording.archive_id.read(["name"])
        recording.sudo().check_required = False
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            recording.read(["reference"])

    def test_seller_does_not_check_the_own_sale(self):
        recording = self._drawn()
        self.agent.group_ids += self.env.ref(f"{MODULE}.group_recording_checker")
        with self.assertRaises(AccessError):
            recording.with_user(self.agent).state = "passed"
        with self.assertRaises(AccessError):
            recording.with_user(self.agent).fault = "None at all"

    def test_fault_is_repaired_within_the_working_days(self):
        recording = self._drawn()
        with self.assertRaises(UserError):
            recording.with_user(self.checker).state = "faulty"
        recording.with_user(self.checker).write({"fault": "No signature to be seen"})
        recording.with_user(self.checker).state = "faulty"
        days = self.env["insurance.parameter"]._get("qc_fix_workdays")
        self.assertGreater(
            recording.fix_due, fields.Date.add(fields.Date.today(), days=days)
        )
        self.assertEqual(recording.checked_by_id, self.checker)
        with self.assertRaises(UserError):
            recording.with_user(self.agent).state = "kept"
        recording.with_user(self.agent).write({"fixed": "Signed again on camera"})
        recording.with_user(self.agent).state = "kept"
        recording.with_user(self.checker).state = "passed"

    def test_checker_changes_nothing_of_the_entry(self):
        recording = self._drawn().with_user(self.checker)
        with self.assertRaises(UserError):
            recording.reference = "Other"
        with self.assertRaises(AccessError):
            recording.fixed = "Done by myself"

    def test_ledger_is_not_written_by_hand(self):
        advice = self._advice("confirmed", contact_way="phone")
        with self.assertRaises(UserError):
            advice.recording_ids.with_user(self.agent).check_required = False
        with self.assertRaises(UserError):
            advice.recording_ids.with_user(self.agent).unlink()
