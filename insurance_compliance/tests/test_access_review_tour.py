from odoo.tests import HttpCase, tagged

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
class TestAccessReviewTour(HandoverCase, HttpCase):
    """Access is recertified in a browser."""

    def _withdraw_in(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.supervisor.lang = lang
        grant = self._grant(self.colleague, ["claims"], self.archive)
        campaign = (
            self.env["insurance.access.campaign"]
            .with_user(self.compliance)
            .create({"name": "Review", "team_ids": self.team_a.ids})
        )
        campaign.action_start()
        self.start_tour(
            "/odoo/access-decisions",
            "insurance_access_review",
            login=self.supervisor.login,
        )
        self.env.invalidate_all()
        self.assertEqual(grant.state, "revoked")
        decided = campaign.line_ids.filtered(lambda line: line.decision == "revoke")
        self.assertRecordValues(
            decided,
            [{"reason": "No longer needed", "decided_by_id": self.supervisor.id}],
        )

    def test_supervisor_withdraws_a_grant_under_review_in_english(self):
        self._withdraw_in("en_US")

    def test_supervisor_withdraws_a_grant_under_review_in_chinese(self):
        self._withdraw_in("zh_CN")
