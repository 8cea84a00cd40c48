from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestInstall(TransactionCase):
    """The addons together."""

    def test_compliance_is_installed_beside_the_archive(self):
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        self.assertLessEqual(
            {"insurance_client_archive", "insurance_compliance"},
            set(installed.mapped("name")),
        )
