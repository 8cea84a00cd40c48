from odoo.tests import tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestNameSearch(ArchiveCase):
    """One box finds the client who rings, by whatever the agent has at hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write(
            {"phone": "+86 138 0071 2345", "email": "wei.zhang@example.com"}
        )

    def _finds(self, text, user=None):
        Archive = self.env["insurance.archive"].with_user(user or self.agent)
        found = Archive.search([("display_name", "ilike", text)])
        offered = Archive.name_search(text)
        self.assertEqual(found.ids, [row[0] for row in offered])
        return self.archive in found

    def test_a_client_is_found_by_name_number_phone_and_mail(self):
        for text in ("张", self.archive.number, "138 0071", "WEI.ZHANG@"):
            with self.subTest(text=text):
                self.assertTrue(self._finds(text))
        self.assertFalse(self._finds("nobody at all"))

    def test_a_phone_is_found_however_it_is_written(self):
        for text in ("13800712345", "138-0071-2345", "(138) 0071 2345", "2345"):
            with self.subTest(text=text):
                self.assertTrue(self._finds(text))
        self.assertFalse(self._finds("13800712346"))

    def test_few_digits_are_not_looked_for_across_the_blanks(self):
        self.assertFalse(self._finds("807"))

    def test_signs_of_patterns_are_plain_signs(self):
        for text in ("%", "_", "\\", "138%2345"):
            with self.subTest(text=text):
                self.assertFalse(self._finds(text))

    def test_nobody_finds_the_clients_of_others(self):
        for user in self.agent2, self.department, self.compliance:
            with self.subTest(user=user.login):
                self.assertFalse(self._finds("13800712345", user))

    def test_the_box_of_the_list_asks_this(self):
        view = self.env.ref("insurance_client_archive.insurance_archive_view_search")
        self.assertIn("[('display_name', 'ilike', self)]", view.arch)
