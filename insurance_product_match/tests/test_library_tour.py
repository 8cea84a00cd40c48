from odoo.tests import HttpCase, tagged

from .common import MatchCase


@tagged("post_install", "-at_install")
class TestLibraryTour(MatchCase, HttpCase):
    """An editor hands a product in, a specialist approves it, an agent sees it."""

    def _through(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        (self.editor | self.specialist | self.agent).lang = lang
        product = self._product()
        self.env.flush_all()
        url = f"/odoo/product-library/{product.id}"
        self.start_tour(url, "insurance_library_submit", login=self.editor.login)
        self.start_tour(url, "insurance_library_approve", login=self.specialist.login)
        self.start_tour(
            "/odoo/product-library", "insurance_library_look", login=self.agent.login
        )
        self.env.invalidate_all()
        self.assertEqual(product.insurance_state, "approved")
        self.assertEqual(product.insurance_review_ids.reviewer_id, self.specialist)

    def test_from_draft_to_agent_in_english(self):
        self._through("en_US")

    def test_from_draft_to_agent_in_chinese(self):
        self._through("zh_CN")
