from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestSuggestionBox(ArchiveCase):
    """Any employee hands in; those who decide answer."""

    def _suggestion(self, user=None, **values):
        Suggestion = self.env["insurance.suggestion"].with_user(user or self.accountant)
        return Suggestion.create({"name": "Shorter forms", **values})

    def test_any_employee_hands_in_by_the_form(self):
        Suggestion = self.env["insurance.suggestion"].with_user(self.accountant)
        with Form(Suggestion) as form:
            form.name = "Shorter forms"
            form.description = "One page is enough."
        self.assertEqual(form.record.user_id, self.accountant)
        with self.assertRaises(AccessError):
            self.archive.with_user(self.accountant).read(["name"])

    def test_menu_is_there_for_every_employee(self):
        menu = self.env.ref("insurance_client_archive.menu_suggestion_box")
        visible = self.env["ir.ui.menu"].with_user(self.accountant)._visible_menu_ids()
        self.assertIn(menu.id, visible)

    def test_authors_see_their_own_and_deciders_all(self):
        suggestion = self._suggestion()
        self.assertTrue(suggestion.has_access("read"))
        for user in self.supervisor | self.department | self.insurance_admin:
            self.assertTrue(suggestion.with_user(user).has_access("read"))
        for user in self.agent | self.archivist | self.compliance:
            self.assertFalse(suggestion.with_user(user).has_access("read"))

    def test_portal_users_see_no_box(self):
        client = new_test_user(self.env, "test client", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["insurance.suggestion"].with_user(client).search([])

    def test_author_is_who_hands_in_and_answers_nothing(self):
        suggestion = self._suggestion(user_id=self.agent.id, answer="Adopted!")
        self.assertEqual(suggestion.user_id, self.accountant)
        self.assertFalse(suggestion.answer)
        with self.assertRaisesRegex(UserError, "Authors change"):
            suggestion.answer = "Adopted!"
        with self.assertRaises(UserError):
            suggestion.state = "adopted"

    def test_decision_needs_an_answer_and_names_who_gave_it(self):
        suggestion = self._suggestion().with_user(self.department)
        suggestion.state = "considered"
        with self.assertRaisesRegex(UserError, "Tell the author"):
            suggestion.state = "adopted"
        suggestion.answer = "From July on."
        suggestion.state = "adopted"
        self.assertEqual(suggestion.answered_by_id, self.department)
        with self.assertRaisesRegex(UserError, "until it is taken up"):
            suggestion.with_user(self.accountant).name = "Longer forms"

    def test_words_of_the_author_stay_the_authors(self):
        with self.assertRaisesRegex(UserError, "Authors change"):
            self._suggestion().with_user(self.supervisor).name = "Other words"
