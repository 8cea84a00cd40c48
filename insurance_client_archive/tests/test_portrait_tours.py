from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestPortraitTours(SegmentCase, HttpCase):
    """Portrait, class set by hand, live preview and flows in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.archive.write({"birth_date": "1985-03-04", "income_band": "3"})
        cls.env["insurance.related.person"].create(
            {
                "archive_id": cls.archive.id,
                "relation": "spouse",
                "name": "李娜",
                "in_household": True,
            }
        )
        cls._issued()
        cls.env["insurance.interaction"].create(
            {
                "archive_id": cls.archive.id,
                "name": "问候",
                "outcome": "reached",
                "user_id": cls.agent.id,
            }
        )
        # some time ago, so that the flows have a beginning
        cls._refresh(day=fields.Date.subtract(cls.today, days=70))
        cls._refresh()

    def _in_both(self, path, tour, user):
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                user.lang = lang
                self.start_tour(path, tour, login=user.login)

    def test_an_agent_reads_a_portrait(self):
        path = f"/odoo/clients/{self.archive.id}"
        self._in_both(path, "insurance_portrait", self.agent)

    def test_an_agent_sets_a_class_by_hand(self):
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                self.agent.lang = lang
                self.start_tour(
                    f"/odoo/clients/{self.archive.id}",
                    "insurance_override",
                    login=self.agent.login,
                )
                self.env.invalidate_all()
                override = self.archive.class_override_ids.filtered(
                    lambda setting: setting.state == "active"
                )
                self.assertEqual(override.user_id, self.agent)
                self.assertEqual(self.archive.value_tier, override.segment_id.code)
                override.with_user(self.agent).action_end()

    def test_an_editor_sees_the_effect_while_typing(self):
        card = self._draft()
        self._in_both(
            f"/odoo/scorecards/{card.id}", "insurance_live_preview", self.editor
        )
        self.assertEqual(card.factor_ids.band_ids.low, "60")

    def test_a_number_of_the_flows_opens_its_clients(self):
        self._in_both("/odoo/class-flows", "insurance_class_flow", self.agent)
