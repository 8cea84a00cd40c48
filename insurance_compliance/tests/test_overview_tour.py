from odoo.tests import HttpCase, tagged

from .common_access import AccessCase


@tagged("post_install", "-at_install")
class TestOverviewTour(AccessCase, HttpCase):
    def test_card_of_the_overview_opens_what_it_counts(self):
        self._grant(self.department, ["claims"], self.archive)
        self.start_tour(
            "/odoo/compliance-overview",
            "insurance_overview",
            login=self.compliance.login,
        )
