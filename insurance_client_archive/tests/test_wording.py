from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import MODULE, ArchiveCase


@tagged("post_install", "-at_install")
class TestWording(ArchiveCase):
    """Words that mislead clients are refused, noticed and reviewed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.capital = cls.env.ref(f"{MODULE}.wording_capital")
        cls.Talk = cls.env["insurance.interaction"].with_user(cls.agent)
        cls.Hit = cls.env["insurance.wording.hit"]

    def _talk(self, words, **values):
        return self.Talk.create(
            {"archive_id": self.archive.id, "our_words": words, **values}
        )

    def _hits(self, talk):
        return self.Hit.search([("interaction_id", "=", talk.id)])

    def test_talk_with_forbidden_words_is_kept_and_goes_to_the_supervisor(self):
        talk = self._talk("这款产品绝对 保*本，放心。")
        self.assertIn("保*本", talk.our_words)
        hits = self._hits(talk)
        self.assertRecordValues(
            hits,
            [
                {
                    "wording_id": self.capital.id,
                    "user_id": self.agent.id,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(hits.archive_id, self.archive)

    def test_denial_of_the_words_is_no_hit(self):
        talk = self._talk("已向客户说明本产品不保本，客户投保本产品前已了解风险。")
        self.assertFalse(self._hits(talk))
        self.assertFalse(talk.wording_warning)

    def test_words_to_take_care_of_warn_and_are_not_listed(self):
        talk = self._talk("客户问利息多少。")
        self.assertTrue(talk.wording_warning)
        self.assertFalse(self._hits(talk))

    def test_form_warns_while_one_writes(self):
        with Form(self.Talk.with_context(default_archive_id=self.archive.id)) as form:
            form.our_words = "零风险，买了就赚"
            self.assertIn("零风险", form.wording_warning)
            form.our_words = "说明了退保损失"
            self.assertFalse(form.wording_warning)

    def test_hit_stays_when_the_talk_is_rewritten(self):
        talk = self._talk("保本的")
        talk.our_words = "说明了保障责任"
        hit = self._hits(talk)
        self.assertTrue(hit.rewritten)
        self.assertEqual(hit.state, "open")
        talk.our_words = "保本的"
        self.assertEqual(self._hits(talk), hit)
        self.assertFalse(hit.rewritten)

    def test_supervisor_settles_with_a_reason_and_nobody_else(self):
        hit = self._hits(self._talk("稳赚不赔"))
        with self.assertRaises(AccessError):
            hit.with_user(self.agent).write({"state": "harmless", "state_reason": "x"})
        with self.assertRaises(UserError):
            hit.with_user(self.supervisor).write({"state": "settled"})
        with self.assertRaises(UserError):
            hit.with_user(self.supervisor).write({"words": "x"})
        hit.with_user(self.supervisor).write(
            {"state": "settled", "state_reason": "Client called back"}
        )
        self.assertEqual(hit.reviewed_by_id, self.supervisor)

    def test_nobody_reviews_the_own_words(self):
        talk = self._talk("稳赚不赔")
        talk.sudo().user_id = self.supervisor
        hit = self._hits(talk)
        hit.sudo().user_id = self.supervisor
        with self.assertRaisesRegex(UserError, "oneself"):
            hit.with_user(self.supervisor).write(
                {"state": "harmless", "state_reason": "x"}
            )

    def test_list_opens_with_the_archive(self):
        hit = self._hits(self._talk("稳赚不赔"))
        self.assertTrue(hit.with_user(self.agent).has_access("read"))
        self.assertFalse(hit.with_user(self.agent2).has_access("read"))
        with self.assertRaises(AccessError):
            hit.with_user(self.agent).unlink()

    def test_answer_to_a_client_is_refused_with_the_reason(self):
        feedback = self.env["insurance.feedback"].create(
            {"archive_id": self.archive.id, "name": "x", "kind": "suggestion"}
        )
        with self.assertRaisesRegex(ValidationError, "稳赚"):
            feedback.answer = "您放心，这款稳赚。"
        feedback.answer = "本产品不保本，现金价值见合同。"

    def test_new_words_count_at_once_and_archived_ones_no_more(self):
        self.assertFalse(self._hits(self._talk("包你满意")))
        words = (
            self.env["insurance.wording"]
            .with_user(self.compliance)
            .create({"name": "包你满意", "category": "return", "reason": "A promise."})
        )
        self.assertTrue(self._hits(self._talk("包你满意")))
        words.active = False
        self.assertFalse(self._hits(self._talk("包你满意")))
        with self.assertRaises(AccessError):
            words.with_user(self.agent).reason = "x"
        with self.assertRaises(ValidationError):
            words.name = "保"

    def test_every_shipped_entry_gives_reason_and_finds_its_own_words(self):
        Wording = self.env["insurance.wording"]
        entries = Wording.search([("regulation_id", "!=", False)])
        self.assertGreaterEqual(len(entries), 16)
        for entry in entries:
            phrase = entry._phrase()
            for words in phrase.words:
                found = dict(Wording._found_in(f"我们说：{words}。"))
                self.assertIn(entry, found, words)
            for words in phrase.allowed:
                found = dict(Wording._found_in(f"我们说：{words}。"))
                self.assertNotIn(entry, found, words)

    def test_many_talks_are_noted_with_few_queries(self):
        values = [
            {"archive_id": self.archive.id, "our_words": "保本"} for _n in range(20)
        ]
        Talk = self.env["insurance.interaction"]
        talks = Talk.create(values)
        self.env.flush_all()
        with self.assertQueryCount(6):
            talks._note_wording()
        self.assertEqual(
            self.Hit.search_count([("interaction_id", "in", talks.ids)]), 20
        )
