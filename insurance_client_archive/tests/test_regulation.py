import re

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

MODULE = "insurance_client_archive"


@tagged("post_install", "-at_install")
class TestRegulation(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulations = cls.env["insurance.regulation"].search([])
        cls.citations = cls.regulations.filtered_domain(
            [("kind", "=", "handbook_citation")]
        )
        cls.deletion = cls._regulation("pipl_47")

    @classmethod
    def _regulation(cls, name):
        return cls.env.ref(f"{MODULE}.regulation_{name}")

    def _user(self, role):
        return new_test_user(self.env, f"law {role}", groups=f"{MODULE}.group_{role}")

    def test_every_regulation_has_a_status_and_says_something(self):
        self.assertGreaterEqual(len(self.regulations), 150)
        for regulation in self.regulations:
            self.assertIn(regulation.status, ("verified", "unverified"))
            self.assertTrue(regulation.demand or regulation.fact, regulation.code)

    def test_what_is_not_verified_says_why(self):
        unverified = self.regulations.filtered_domain([("status", "=", "unverified")])
        self.assertTrue(unverified)
        self.assertFalse(unverified.filtered(lambda rule: not rule.evidence))

    def test_verified_rows_name_the_copy_that_was_read(self):
        verified = self.regulations.filtered_domain([("status", "=", "verified")])
        self.assertFalse(verified.filtered(lambda rule: not rule.source))

    def test_every_wrong_citation_has_its_correction(self):
        self.assertEqual(len(self.citations), 15)
        for citation in self.citations:
            self.assertTrue(citation.handbook_label, citation.code)
            self.assertTrue(citation.fact, citation.code)
            self.assertTrue(citation.corrected_by_ids, citation.code)

    def test_destruction_is_article_47(self):
        citation = self._regulation("hb_pipl_41")
        self.assertEqual(citation.corrected_by_ids, self.deletion)
        self.assertIn(citation, self.deletion.corrects_ids)

    def test_every_contradiction_keeps_both_texts_and_a_proposal(self):
        contradictions = self.regulations.filtered_domain(
            [("kind", "=", "handbook_contradiction")]
        )
        self.assertEqual(len(contradictions), 8)
        for contradiction in contradictions:
            self.assertTrue(contradiction.handbook_label)
            self.assertTrue(contradiction.handbook_second_text)
            self.assertTrue(contradiction.fact)

    def test_a_citation_is_not_corrected_by_the_handbook(self):
        with self.assertRaises(ValidationError):
            self.citations[0].corrected_by_ids = self.citations[1]

    @mute_logger("odoo.sql_db")
    def test_a_code_names_one_regulation(self):
        with self.assertRaises(IntegrityError):
            self.env["insurance.regulation"].create(
                {"code": "PIPL-47", "name": "Personal Information Protection Law"}
            )

    def test_is_named_by_law_and_article(self):
        self.assertEqual(
            self.deletion.display_name, "Personal Information Protection Law, art. 47"
        )
        self.assertEqual(self._regulation("gbt_18894").article, False)

    def test_is_found_by_law_article_and_code(self):
        search = self.env["insurance.regulation"].name_search
        for text in ("PIPL-47", "Personal Information Protection"):
            found = [id_ for id_, _name in search(text, limit=100)]
            self.assertIn(self.deletion.id, found)

    def test_upgrade_keeps_what_somebody_verified(self):
        regulation = self._regulation("bds_2")
        self.assertEqual(regulation.status, "unverified")
        regulation.status = "verified"
        self.env["insurance.regulation"]._load_records(
            [
                {
                    "xml_id": f"{MODULE}.regulation_bds_2",
                    "values": {"status": "unverified", "demand": "New text"},
                }
            ],
            update=True,
        )
        self.assertRecordValues(
            regulation, [{"status": "verified", "demand": "New text"}]
        )

    def test_roles_read_and_only_administrators_write(self):
        for role in ("agent", "department", "archivist", "compliance"):
            regulation = self.deletion.with_user(self._user(role))
            self.assertTrue(regulation.demand)
            with self.assertRaises(AccessError):
                regulation.status = "unverified"
        regulation = self.deletion.with_user(self._user("admin"))
        regulation.status = "unverified"
        with self.assertRaises(AccessError):
            regulation.unlink()

    def test_outsiders_see_nothing(self):
        outsider = new_test_user(self.env, "law outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.deletion.with_user(outsider).read(["demand"])

    def test_unverified_is_shown(self):
        views = self.env["insurance.regulation"].get_views(
            [(False, "list"), (False, "form"), (False, "search")]
        )["views"]
        self.assertIn("decoration-warning", views["list"]["arch"])
        self.assertIn("Unverified", views["form"]["arch"])
        for name in ("unverified", "wrong_citations"):
            self.assertIn(f'name="{name}"', views["search"]["arch"])

    def test_chinese_users_read_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.ref(f"base.module_{MODULE}")._update_translations(["zh_CN"])
        deletion = self.deletion.with_context(lang="zh_CN")
        self.assertEqual(
            deletion.display_name, "《中华人民共和国个人信息保护法》第47条"
        )
        han = re.compile("[\u4e00-\u9fff]")
        for field in ("name", "demand", "fact", "evidence", "handbook_label"):
            for regulation in self.regulations.with_context(lang="zh_CN"):
                text = regulation[field]
                if text and not re.fullmatch(r"[A-Z]+/T \d+-\d+", text):
                    self.assertRegex(text, han, f"{regulation.code} {field}")
        for parameter in self.env["insurance.parameter"].search([]):
            parameter = parameter.with_context(lang="zh_CN")
            self.assertRegex(parameter.name, han, parameter.key)
            self.assertRegex(parameter.source, han, parameter.key)
