from odoo.tests import HttpCase, tagged

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
class TestHandoverTour(HandoverCase, HttpCase):
    """An agent leaves, in a browser."""

    def _hand_over_in(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.supervisor.lang = lang
        self._long_policy()
        self.start_tour(
            "/odoo/handovers", "insurance_handover", login=self.supervisor.login
        )
        self.env.invalidate_all()
        self.assertEqual(self.archive.agent_id, self.colleague)
        handover = self.env["insurance.handover"].search(
            [("agent_id", "=", self.agent.id)]
        )
        self.assertRecordValues(
            handover.line_ids, [{"state": "sent", "channel": "other"}]
        )
        self.assertTrue(handover.rights_cut_on)
        archives = self._as(self.agent).browse(self.archive.id)
        self.assertFalse(archives.has_access("read"))

    def test_supervisor_hands_over_and_tells_a_client_in_english(self):
        self._hand_over_in("en_US")

    def test_supervisor_hands_over_and_tells_a_client_in_chinese(self):
        self._hand_over_in("zh_CN")
