from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_needs import NeedsCase


@tagged("post_install", "-at_install")
class TestNeedsPage(NeedsCase):
    def _page(self, user=None, archive=None):
        archive = (archive or self.archive).with_user(user or self.agent)
        return archive.needs_overview()

    def _card(self, kind):
        return next(card for card in self._page()["kinds"] if card["kind"] == kind)

    def test_cards_say_how_it_stands(self):
        self.assertEqual(self._card("tolerance")["state"], "missing")
        asked = self._ask("tolerance")
        self.assertEqual(self._card("tolerance")["asked"], asked.id)
        self._answer(asked, 0.2)
        self.assertEqual(self._card("tolerance")["state"], "valid")
        self._assessed("tolerance", 1)
        self.assertEqual(self._card("tolerance")["state"], "confirm")
        self.archive.assessment_ids.write(
            {"valid_until": "2020-01-01", "to_confirm": False}
        )
        self.assertEqual(self._card("tolerance")["state"], "expired")

    def test_bars_are_no_longer_than_the_page(self):
        self._in_force(self._product(), 9_000_000)
        page = self._page()
        for bar in page["client"] + page["household"]:
            self.assertTrue(0 <= bar["have_share"] <= 100)
            self.assertTrue(0 <= bar["need_share"] <= 100)

    def test_organisations_are_asked_less(self):
        company = self._archive(name="江南贸易", client_kind="enterprise", headcount=9)
        page = self._page(archive=company)
        self.assertEqual([card["kind"] for card in page["kinds"]], ["need", "finance"])
        self.assertFalse(page["individual"])

    def test_the_page_of_another_agents_client_is_closed(self):
        with self.assertRaises(AccessError):
            self._page(user=self.agent2)
        with self.assertRaises(AccessError):
            self.archive.with_user(self.agent2).action_ask_assessment("need")

    def test_archivists_see_no_needs(self):
        self.archive.state = "entered"
        try:
            page = self._page(user=self.archivist)
        except AccessError:
            return
        self.assertFalse(page)

    def test_a_made_up_kind_is_refused(self):
        with self.assertRaises(UserError):
            self.archive.with_user(self.agent).action_ask_assessment("income")

    def test_asking_opens_the_question_for_this_client(self):
        action = self.archive.with_user(self.agent).action_ask_assessment("finance")
        self.assertEqual(action["context"]["default_archive_id"], self.archive.id)
        self.assertEqual(action["context"]["default_kind"], "finance")
