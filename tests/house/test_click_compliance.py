"""Odoo's own robot opens every menu, view and filter of access and compliance."""

import logging

from odoo.tests import HttpCase, tagged

ADDON = "insurance_compliance"
ROOT = "insurance_client_archive.menu_root"
ROBOT = (
    "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader')"
    f".startClickEverywhere('{ROOT}');"
)


class Walked(logging.Handler):
    """The menus that the robot says it has opened."""

    def __init__(self):
        super().__init__()
        self.menus = set()

    def emit(self, record):
        message = record.getMessage()
        if "Testing menu " in message:
            self.menus |= {word for word in message.split() if "." in word}


@tagged("post_install", "-at_install")
class TestClickCompliance(HttpCase):
    """The menus of the addon, as people of the demo data who see them."""

    allow_end_on_form = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._leave_menus_of_the_addon()

    @classmethod
    def _leave_menus_of_the_addon(cls):
        """The archive's own menus are walked by its own test."""
        own = cls.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", "ir.ui.menu")]
        )
        cls.menus = cls.env["ir.ui.menu"].browse(own.mapped("res_id"))
        keep = cls.menus
        while keep.parent_id - keep:
            keep |= keep.parent_id
        root = cls.env.ref(ROOT)
        others = cls.env["ir.ui.menu"].search([("id", "child_of", root.id)]) - keep
        others.active = False

    def _click_everywhere(self, login, lang="en_US"):
        user = self.env["res.users"].search([("login", "=", login)])
        user.write({"tour_enabled": False, "lang": lang})
        walked = Walked()
        logger = logging.getLogger()
        logger.addHandler(walked)
        self.addCleanup(logger.removeHandler, walked)
        self.browser_js(
            "/odoo",
            ROBOT,
            "odoo.isReady === true",
            login=login,
            timeout=600,
            success_signal="clickbot test succeeded",
        )
        seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        there = self.menus.filtered(
            lambda menu: (
                menu.action
                and seen.issuperset(map(int, menu.parent_path.split("/")[:-1]))
            )
        )
        self.assertTrue(there)
        self.assertLessEqual(set(there.get_external_id().values()), walked.menus)

    def test_agent(self):
        self._click_everywhere("agent")

    def test_supervisor(self):
        self._click_everywhere("supervisor", "zh_CN")

    def test_department_head(self):
        self._click_everywhere("head")

    def test_compliance_officer(self):
        self._click_everywhere("compliance")

    def test_administrator(self):
        self._click_everywhere("insadmin", "zh_CN")
