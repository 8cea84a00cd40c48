from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_access import AccessCase


@tagged("post_install", "-at_install")
class TestMissingPapers(AccessCase):
    """What a record lacks tells nothing about papers that are closed to the reader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive.action_enter()
        cls.on_file, cls.lacking = cls._types("On file", "Lacking")
        cls.needs_filed, cls.needs_lacking = (
            cls._require(one) for one in cls.on_file | cls.lacking
        )
        cls.paper = cls.env["insurance.document"].create(
            {"archive_id": cls.archive.id, "type_id": cls.on_file.id}
        )
        cls.env.flush_all()

    @classmethod
    def _types(cls, *names):
        return cls.env["insurance.document.type"].create(
            [{"code": name, "name": name} for name in names]
        )

    @classmethod
    def _require(cls, paper_type):
        return cls.env["insurance.requirement"].create(
            {"what": "paper", "document_type_id": paper_type.id, "stage": "file"}
        )

    def _seen(self, user=None):
        return self._as(user or self.agent).browse(self.archive.id)

    def test_closed_papers_are_neither_there_nor_missing(self):
        archive = self._seen()
        self.assertFalse(archive.document_ids)
        self.assertFalse(archive.missing_ids)

    def test_what_is_missing_brings_no_paper_into_sight(self):
        archive = self._seen()
        self.assertFalse(archive.missing_ids)
        self.assertFalse(archive.document_ids)

    def test_no_order_of_fields_opens_papers_in_one_request(self):
        for names in (
            ("missing_ids", "document_ids"),
            ("document_ids", "missing_ids"),
            ("completeness", "document_ids", "missing_ids"),
        ):
            with self.subTest(names=names):
                [row] = self._seen().web_read({name: {} for name in names})
                self.assertFalse(row["document_ids"])
                self.assertFalse(row["missing_ids"])
                row = self._seen().read(list(names))[0]
                self.assertFalse(row["document_ids"])

    def test_counting_after_a_look_counts_the_papers(self):
        archive = self._seen()
        self.assertFalse(archive.document_ids)
        archive.employer = "Other"
        self.env.flush_all()
        self.assertEqual(archive.completeness, 50)
        self.assertFalse(archive.document_ids)

    def test_with_the_slice_the_true_list_is_shown(self):
        self._grant(self.agent, ["documents"], self.archive)
        archive = self._seen()
        self.assertEqual(archive.document_ids, self.paper)
        self.assertEqual(archive.missing_ids, self.needs_lacking)

    def test_archivist_still_sees_what_lacks_for_filing(self):
        self.assertEqual(self._seen(self.archivist).missing_ids, self.needs_lacking)

    def test_filing_still_asks_for_what_is_not_on_file(self):
        archive = self._seen()
        self.assertFalse(archive.document_ids)
        with self.assertRaisesRegex(UserError, "Lacking") as refusal:
            archive._check_file()
        self.assertNotIn("On file", str(refusal.exception))

    def test_fields_of_a_closed_slice_are_not_told_to_be_empty(self):
        field = self.env["ir.model.fields"]._get("insurance.archive", "health_grade")
        need = self.env["insurance.requirement"].create(
            {"what": "field", "field_id": field.id, "stage": "file"}
        )
        self.assertNotIn(need, self._seen().missing_ids)
        self._grant(self.agent, ["health"], self.archive)
        self.assertIn(need, self._seen().missing_ids)

    def test_onchange_lists_no_closed_papers(self):
        archive = self._seen()
        spec = {"missing_ids": {}, "document_ids": {}, "employer": {}}
        answer = archive.onchange({"employer": "Other"}, ["employer"], spec)
        self.assertFalse(answer["value"].get("missing_ids"))
        self.assertFalse(answer["value"].get("document_ids"))
