from odoo.tests import HttpCase, tagged

from .common_vault import VaultCase


@tagged("post_install", "-at_install")
class TestSealedFieldTours(VaultCase, HttpCase):
    """The eye, the pencil and the search by number, in a browser."""

    def test_agent_opens_hides_and_changes_sealed_values(self):
        path = f"/odoo/clients/{self.archive.id}"
        self.start_tour(path, "insurance_sealed_field", login=self.agent.login)
        uses = [
            (use["action"], use["content"])
            for use in self.uses
            if use["action"] in ("reveal", "edit")
        ]
        self.assertEqual(
            uses,
            [
                ("reveal", ["id_number"]),
                ("reveal", ["health_notice"]),
                ("edit", ["income_band"]),
                ("edit", ["annual_income"]),
            ],
        )
        self.env.invalidate_all()
        self.assertEqual(self.archive.income_band, "5")

    def test_agent_opens_sealed_values_on_the_contact(self):
        path = f"/odoo/contacts/{self.partner.id}"
        self.start_tour(path, "insurance_sealed_contact", login=self.agent.login)
        self.assertIn(("reveal", "done"), self.actions())

    def test_agent_finds_a_client_by_number(self):
        self.start_tour(
            "/odoo/clients", "insurance_find_by_number", login=self.agent.login
        )
        self.assertIn(("search_miss", "done"), self.actions())
        self.assertIn(("search_hit", "done"), self.actions())
