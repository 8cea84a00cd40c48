from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_check import CheckCase

LANGUAGES = ("en_US", "zh_CN")


@tagged("post_install", "-at_install")
class TestCheckTour(CheckCase, HttpCase):
    def _speak(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        (self.compliance | self.department_head).lang = lang

    def test_an_inspection_from_plan_to_review(self):
        check = self.env["insurance.check"].create(
            {
                "code": "tour",
                "kind": "manual",
                "name": "Tour demand",
                "item_ids": [fields.Command.create({"name": "Is the cabinet locked"})],
            }
        )
        for lang in LANGUAGES:
            with self.subTest(lang=lang):
                self._speak(lang)
                self.start_tour(
                    "/odoo/inspections",
                    "insurance_inspection",
                    login=self.compliance.login,
                )
                run = self.Run.search([("check_ids", "=", check.id)], limit=1)
                self.assertEqual(run.state, "submitted")
                self.start_tour(
                    "/odoo/inspections",
                    "insurance_inspection_review",
                    login=self.department_head.login,
                )
                self.assertEqual(run.state, "done")
                self.assertEqual(run.result_ids.state, "passed")
