from odoo.tests import HttpCase, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestTours(ArchiveCase, HttpCase):
    """The ways of an agent and of outsiders through the real web client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new_client = cls.env["res.partner"].create(
            {"name": "孙丽", "phone": "13700137000"}
        )

    def _start(self, tour, partner, user):
        self.start_tour(f"/odoo/res.partner/{partner.id}", tour, login=user.login)

    def _talk_to_a_client(self):
        self._start("insurance_agent_talks_to_a_client", self.new_client, self.agent)
        archive = self.new_client.with_user(self.agent).insurance_archive_id
        self.assertEqual(archive.employer, "上海第一中学")
        self.assertEqual(archive.intent_level, "high")
        self.assertRecordValues(
            archive.interaction_ids,
            [{"outcome": "interested", "channel": "phone", "next_step": "发送计划书"}],
        )
        self.assertTrue(archive.interaction_ids.remind)

    def test_agent_opens_an_archive_and_logs_a_talk(self):
        self._talk_to_a_client()

    def test_agent_does_the_same_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.agent.lang = "zh_CN"
        self._talk_to_a_client()

    def test_outsiders_see_an_ordinary_contact(self):
        for user in self.accountant | self.agent2:
            with self.subTest(user=user.login):
                self._start("insurance_outsider_sees_a_contact", self.partner, user)
