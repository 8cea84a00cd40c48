from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestScript(ArchiveCase):
    """What agents say is written, approved by another person, and then fixed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer2 = cls._user("officer2", role="compliance")
        cls.script = (
            cls.env["insurance.script"]
            .with_user(cls.compliance)
            .create({"name": "Care", "purpose": "care", "body": "Is all well?"})
        )

    def _approve(self):
        self.script.with_user(self.officer2).write({"state": "approved"})

    def test_author_cant_approve_and_colleague_can(self):
        with self.assertRaisesRegex(UserError, "yourself"):
            self.script.write({"state": "approved"})
        with self.assertRaises(AccessError):
            self.script.with_user(self.supervisor).write({"state": "approved"})
        self._approve()
        self.assertEqual(self.script.approved_by_id, self.officer2)

    def test_whoever_changed_the_draft_is_its_author(self):
        self.script.with_user(self.officer2).body = "How are you?"
        self.assertEqual(self.script.author_id, self.officer2)
        with self.assertRaises(UserError):
            self._approve()
        with self.assertRaises(UserError):
            self.script.author_id = self.agent

    def test_who_only_sorts_the_list_does_not_relieve_the_author(self):
        self.script.with_user(self.officer2).sequence = 3
        with self.assertRaisesRegex(UserError, "yourself"):
            self.script.write({"state": "approved"})

    def test_approved_text_is_fixed(self):
        self._approve()
        with self.assertRaises(UserError):
            self.script.body = "Buy now"
        with self.assertRaises(UserError):
            self.script.unlink()
        copy = self.script.copy()
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.approved_by_id)

    def test_forbidden_words_are_refused_in_a_script(self):
        with self.assertRaisesRegex(ValidationError, "保本"):
            self.script.body = "本产品保本。"

    def test_words_forbidden_later_stop_the_approval(self):
        self.script.body = "包你满意"
        self.env["insurance.wording"].create(
            {"name": "包你满意", "category": "return", "reason": "A promise."}
        )
        with self.assertRaises(ValidationError):
            self._approve()

    def test_agents_see_approved_scripts_alone_and_name_the_one_they_followed(self):
        mine = self.script.with_user(self.agent)
        self.assertFalse(mine.has_access("read"))
        self._approve()
        self.assertTrue(mine.has_access("read"))
        self.assertFalse(mine.has_access("write"))
        talk = (
            self.env["insurance.interaction"]
            .with_user(self.agent)
            .create({"archive_id": self.archive.id, "script_id": self.script.id})
        )
        self.assertEqual(talk.script_body, "Is all well?")
        self.assertEqual(mine.use_count, 1)
        self.assertEqual(self.script.with_user(self.officer2).use_count, 0)
