from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MODULE
from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestReclassification(SegmentCase):
    """All clients are classified anew for a cause; the system is a document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.analyst = cls._user("analyst", role="segment_analyst")
        cls.round = (
            cls.env["insurance.reclassification"]
            .with_user(cls.editor)
            .create({"name": "New tariff", "cause": "product", "reason": "Dearer"})
        )

    def test_start_refreshes_all_clients_and_is_kept(self):
        self.round.action_start()
        self.assertEqual(self.round.state, "running")
        self.assertEqual(self.round.user_id, self.editor)
        sweep = self.round.sweep_id.sudo()
        self.assertEqual(sweep.kind, "segment_refresh")
        self.assertIn("New tariff", sweep.note)
        with self.assertRaises(UserError):
            self.round.action_start()
        with self.assertRaises(UserError):
            self.round.reason = "x"
        with self.assertRaises(UserError):
            self.round.unlink()
        self.round.conclusion = "Plans stay as they are"

    def test_moves_since_the_start_are_counted(self):
        self._refresh()
        self.round.action_start()
        before = self.round.moved_count
        draft = self._draft()
        draft.with_user(self.editor2).write({"state": "approved"})
        self.archive.birth_date = "1930-01-01"
        draft.with_user(self.editor).write({"state": "active"})
        self._refresh()
        self.round.invalidate_recordset()
        self.assertGreater(self.round.moved_count, before)
        action = self.round.action_open_moves()
        found = self.Change.with_user(self.agent).search(action["domain"])
        self.assertIn(self.archive, found.archive_id)
        # in China the day is eight hours older than in UTC
        moved = self.round.moved_count
        self.round.sweep_id.sudo().write(
            {
                "state": "done",
                "date_end": fields.Datetime.subtract(fields.Datetime.now(), days=1),
            }
        )
        self.round.invalidate_recordset()
        self.assertEqual(self.round.moved_count, moved)

    def test_only_editors_start_a_round(self):
        for user in (self.agent, self.analyst, self.insurance_admin):
            self.assertTrue(self.round.with_user(user).has_access("read"))
            with self.assertRaises(AccessError):
                self.round.with_user(user).action_start()

    def test_analyst_drafts_and_does_not_set_in_force(self):
        draft = self._draft(self.analyst)
        with self.assertRaises(AccessError):
            draft.write({"state": "approved"})
        draft.with_user(self.editor).write({"state": "approved"})
        with self.assertRaises(AccessError):
            draft.write({"state": "active"})

    def test_document_names_versions_thresholds_and_who_approved(self):
        draft = self._draft(self.analyst, name="By years of life")
        draft.with_user(self.editor).write({"state": "approved"})
        draft.with_user(self.editor).write({"state": "active"})
        self.round.action_start()
        for user in (self.agent, self.insurance_admin):
            cards = self.env["insurance.scorecard"].with_user(user)
            action = cards.with_context(lang="en_US").action_print_system()
            report = self.env["ir.actions.report"].with_user(user)
            html = (
                report.with_context(lang="en_US")
                ._render_qweb_html(
                    f"{MODULE}.report_classification_system",
                    action["context"]["active_ids"],
                )[0]
                .decode()
            )
            for words in (
                "By years of life",
                self.editor.name,
                self.analyst.name,
                "New tariff",
                self._segment("value_tier", "high").display_name,
            ):
                self.assertIn(words, html)
            months = self.env["insurance.parameter"]._get("refresh_declining_months")
            self.assertRegex(html, rf"declining clients\s*</td>\s*<td>\s*{months}\b")
