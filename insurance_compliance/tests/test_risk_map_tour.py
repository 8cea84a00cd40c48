from odoo.tests import HttpCase, tagged

from .common_risk import RiskCase


@tagged("post_install", "-at_install")
class TestRiskMapTour(RiskCase, HttpCase):
    """The map is read and walked through by the keyboard."""

    def _walk_in(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.compliance.lang = lang
        risk = self._risk(threat="physical", stage="transmit")
        self._assess(self.department_head, risk, "5511")
        self.start_tour(
            "/odoo/risk-map", "insurance_risk_map", login=self.compliance.login
        )

    def test_map_leads_to_the_risk_in_english(self):
        self._walk_in("en_US")

    def test_map_leads_to_the_risk_in_chinese(self):
        self._walk_in("zh_CN")
