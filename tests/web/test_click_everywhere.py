from odoo.tests import HttpCase, tagged

ROBOT = (
    "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader')"
    ".startClickEverywhere('insurance_client_archive.menu_root');"
)


@tagged("post_install", "-at_install")
class TestClickEverywhere(HttpCase):
    """Odoo's own robot opens every menu, view and filter of our application."""

    allow_end_on_form = True

    def _click_everywhere(self, *groups):
        user = self.env["res.users"].create(
            {
                "name": "Robot",
                "login": "robot",
                "password": "robot-robot",
                "group_ids": [
                    (4, self.env.ref(f"insurance_client_archive.group_{name}").id)
                    for name in groups
                ],
            }
        )
        user.tour_enabled = False
        self.browser_js(
            "/odoo",
            ROBOT,
            "odoo.isReady === true",
            login="robot",
            timeout=600,
            success_signal="clickbot test succeeded",
        )

    def test_supervisor(self):
        self._click_everywhere("supervisor")

    def test_every_other_role(self):
        self._click_everywhere("archivist", "compliance", "department_head", "admin")
