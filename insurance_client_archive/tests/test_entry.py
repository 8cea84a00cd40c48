from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestEntry(ArchiveCase):
    """What may be entered, with the same words in the form and over RPC."""

    def assertRefused(self, pattern, **values):
        with self.assertRaisesRegex(ValidationError, pattern):
            self._archive(**values)

    def test_placeholder_is_no_name(self):
        self.assertRefused("full name|placeholder|name", name="待定")

    def test_title_is_no_name(self):
        self.assertRefused("", name="张先生")

    def test_enterprise_has_the_name_of_an_organisation(self):
        self.assertRefused("", name="测试", client_kind="enterprise")

    def test_phone_is_landline_or_mobile(self):
        for phone in ("12345", "13800", "+86 400 810 8888"):
            with self.subTest(phone=phone):
                self.assertRefused("", phone=phone)
        for phone in ("13912345678", "010-65881234", "+852 2123 4567"):
            with self.subTest(phone=phone):
                self.assertTrue(self._archive(name="刘洋", phone=phone))

    def test_birth_date_is_possible(self):
        self.assertRefused("future", birth_date="2999-01-01")
        self.assertRefused("Check the year", birth_date="1850-01-01")

    def test_credit_code_checks(self):
        values = {"name": "北京东方贸易有限公司", "client_kind": "enterprise"}
        self.assertRefused("", credit_code="91110000600037341X", **values)
        archive = self._archive(credit_code="91110000600037341L", **values)
        self.assertEqual(archive.credit_code, "91110000600037341L")

    def test_contact_of_a_client_meets_the_same_rules(self):
        for user in self.agent | self.accountant:
            with self.subTest(user=user.login):
                with self.assertRaises(ValidationError):
                    self.partner.with_user(user).phone = "12345"

    def test_other_contacts_are_free(self):
        partner = self.env["res.partner"].create({"name": "待定", "phone": "12345"})
        self.assertEqual(partner.phone, "12345")

    def test_form_says_it_at_once(self):
        values = {"birth_date": "2999-01-01", "client_kind": "individual"}
        Archive = self.env["insurance.archive"].with_user(self.agent)
        answer = Archive.onchange(values, ["birth_date"], {"birth_date": {}})
        self.assertIn("future", answer["warning"]["message"])

    def test_messages_are_translated(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        Archive = self.env["insurance.archive"].with_context(lang="zh_CN")
        english = self.env["insurance.archive"]._credit_code_problem("123")
        self.assertNotEqual(Archive._credit_code_problem("123"), "")
        self.assertIn("18", english)

    def test_client_data_without_archive_is_refused(self):
        Partner = self.env["res.partner"].with_user(self.agent)
        with self.assertRaisesRegex(UserError, "Open a client archive"):
            Partner.create({"name": "周杰", "insurance_gender": "male"})
        partner = Partner.create({"name": "周杰", "insurance_gender": False})
        with self.assertRaisesRegex(UserError, "Open a client archive"):
            partner.insurance_gender = "male"

    def test_contact_form_writes_to_the_archive(self):
        partner = self.partner.with_user(self.agent)
        with Form(partner) as form:
            form.insurance_birth_date = "1985-03-02"
        self.assertEqual(str(self.archive.birth_date), "1985-03-02")

    def test_foreign_hand_does_not_write_through_the_contact(self):
        with self.assertRaises(UserError):
            self.partner.with_user(self.agent2).write({"insurance_gender": "male"})
        self.assertFalse(self.archive.gender)
