from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_feedback import FeedbackCase


@tagged("post_install", "-at_install")
class TestFeedbackPortal(FeedbackCase, HttpCase):
    """A client writes about the own archive and sees the own letters alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls._portal_user("test client", cls.partner)
        cls.other = cls._archive(name="王芳")
        cls.stranger = new_test_user(
            cls.env, "test stranger", groups="base.group_portal", lang="en_US"
        )

    def _portal(self, user=None):
        return self.env["insurance.feedback"].with_user(user or self.client)

    def _post(self, **values):
        page = self.url_open("/my/feedback/new")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open("/my/feedback/new", data={"csrf_token": token, **values})

    def test_client_hands_in_on_the_page_and_follows_the_answer(self):
        self.authenticate(self.client.login, self.client.login)
        page = self._post(kind="complaint", name="No call", description="Three times.")
        feedback = self.env["insurance.feedback"].search(
            [("portal_user_id", "=", self.client.id)]
        )
        self.assertRecordValues(
            feedback,
            [
                {
                    "archive_id": self.archive.id,
                    "channel": "portal",
                    "state": "new",
                    "handler_id": self.manager.id,
                    "description": "Three times.",
                }
            ],
        )
        self.assertIn(feedback.number, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        handled = feedback.with_user(self.manager)
        handled.statement = "Internal words"
        handled.state = "acknowledged"
        self._answer(handled, answer="Sorry, we call today.")
        page = self.url_open("/my/feedback").text
        self.assertIn("Sorry, we call today.", page)
        for internal in ("Internal words", "Two calls were missed.", "test manager"):
            self.assertNotIn(internal, page)

    def test_refused_message_comes_back_with_its_words(self):
        self.authenticate(self.client.login, self.client.login)
        self.assertIn('name="description"', self.url_open("/my/feedback/new").text)
        page = self._post(kind="complaint", name="", description="Three times.").text
        self.assertIn("Three times.</textarea>", page)
        self.assertIn("alert-danger", page)

    def test_answer_is_not_shown_before_it_is_given(self):
        self._portal()._portal_hand_in("complaint", "No call", "Three times.")
        feedback = self.env["insurance.feedback"].search([], order="id desc", limit=1)
        feedback.with_user(self.manager).answer = "A draft"
        self.assertNotIn("A draft", str(self._portal()._portal_rows()))

    def test_client_does_not_see_what_the_agent_took_down(self):
        self._feedback(name="Said on the phone")
        self.assertFalse(self._portal()._portal_rows())

    def test_strangers_without_an_archive_hand_in_nothing(self):
        with self.assertRaisesRegex(UserError, "Only clients"):
            self._portal(self.stranger)._portal_hand_in("complaint", "x", "y")
        self.authenticate(self.stranger.login, self.stranger.login)
        self.assertIn("for clients", self.url_open("/my/feedback").text)
        self.assertNotIn("/my/feedback", self.url_open("/my").text)

    def test_posted_archive_and_author_are_ignored(self):
        self.authenticate(self.client.login, self.client.login)
        self._post(
            kind="suggestion",
            name="Mine",
            description="Text",
            archive_id=self.other.id,
            user_id=self.agent.id,
            state="closed",
        )
        feedback = self.env["insurance.feedback"].search([], order="id desc", limit=1)
        self.assertEqual(feedback.archive_id, self.archive)
        self.assertEqual(feedback.portal_user_id, self.client)
        self.assertEqual(feedback.state, "new")

    def test_client_needs_words_and_not_too_many(self):
        for kind, name, text in (
            ("complaint", "", "text"),
            ("complaint", "name", " "),
            ("regulator", "name", "text"),
            ("complaint", "n" * 121, "text"),
            ("complaint", "name", "t" * 5001),
        ):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self._portal()._portal_hand_in(kind, name, text)

    def test_flood_is_stopped(self):
        limit = self.env["insurance.parameter"]._get("feedback_portal_per_day")
        for _number in range(limit):
            self._portal()._portal_hand_in("suggestion", "x", "y")
        with self.assertRaisesRegex(UserError, "a lot today"):
            self._portal()._portal_hand_in("suggestion", "x", "y")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.http")
    def test_portal_users_reach_no_model(self):
        feedback = self._feedback()
        for record in (feedback, self.archive):
            with self.assertRaises(AccessError):
                record.with_user(self.client).read(["name"])
        with self.assertRaises(AccessError):
            self._portal().create({"archive_id": self.archive.id, "name": "x"})
        with self.assertRaises(AccessError):
            self.env["insurance.feedback.topic"].with_user(self.client).search([])

    def test_page_asks_for_a_login(self):
        self.assertIn("/web/login", self.url_open("/my/feedback").url)

    def test_markup_of_a_client_is_text(self):
        self._portal()._portal_hand_in("praise", "<b>x</b>", "<script>1</script>")
        self.authenticate(self.client.login, self.client.login)
        self.assertIn("&lt;b&gt;x&lt;/b&gt;", self.url_open("/my/feedback").text)
