from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_recommendation import RecommendationCase

REPORT = "insurance_product_match.report_recommendation"


@tagged("post_install", "-at_install")
class TestProposal(RecommendationCase):
    """The proposal says what the client must know, in the client's language."""

    def _printed(self, advice, user=None, **context):
        reports = self.env["ir.actions.report"].with_user(user or self.agent)
        reports = reports.with_context(**{"insurance_purpose": "quotation", **context})
        html, _kind = reports._render_qweb_html(REPORT, advice.ids)
        return html.decode()

    def test_names_product_premium_exclusions_and_notices(self):
        advice = self._advice("talk")
        text = self._printed(advice)
        for said in (
            advice.number,
            self.product.name,
            self.product.insurance_filing_number,
            "2,000.00",
            "40,000.00",
            "Early surrender loses most of it",
            "Read the terms",
            "Earners",
            advice.opinion,
            *advice.with_context(lang=advice._client_lang())._notices().mapped("name"),
        ):
            with self.subTest(said=said):
                self.assertIn(said, text)

    def test_speaks_the_clients_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        notice = self.env.ref("insurance_product_match.proposal_notice_surrender")
        notice.with_context(lang="zh_CN").name = "退保损失提示"
        self.partner.lang = "zh_CN"
        self.assertIn("退保损失提示", self._printed(self._advice("talk")))

    def test_no_sealed_value_is_printed(self):
        self.archive.write({"annual_income": "738291", "id_number": False})
        self.assertNotIn("738291", self._printed(self._advice("talk")))

    def test_is_printed_from_the_step_recommend_on(self):
        advice = self._advice("match")
        with self.assertRaises(UserError):
            advice.action_print_proposal()

    def test_print_needs_the_right_and_a_purpose(self):
        advice = self._advice("talk")
        with self.assertRaises(AccessError):
            self._printed(advice, user=self.agent2)
        with self.assertRaises(UserError):
            self._printed(advice, insurance_purpose=False)
