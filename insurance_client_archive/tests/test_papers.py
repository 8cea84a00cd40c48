from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import MODULE, ArchiveCase


@tagged("post_install", "-at_install")
class TestPapers(ArchiveCase):
    """The register of papers."""

    def _paper(self, **values):
        return (
            self.env["insurance.document"]
            .with_user(self.agent)
            .create(
                {
                    "archive_id": self.archive.id,
                    "type_id": self.env.ref(f"{MODULE}.document_type_id_proof").id,
                    **values,
                }
            )
        )

    @freeze_time("2026-06-01")
    def test_validity_tells_what_expires(self):
        papers = {
            "valid": self._paper(received_on="2026-05-01"),
            "expiring": self._paper(received_on="2026-05-01", valid_until="2026-06-01"),
            "expired": self._paper(received_on="2026-05-01", valid_until="2026-05-31"),
        }
        for validity, paper in papers.items():
            with self.subTest(validity=validity):
                self.assertEqual(paper.validity, validity)
                found = paper.search([("validity", "=", validity)])
                self.assertIn(paper, found)
                self.assertFalse(found & (paper.union(*papers.values()) - paper))

    def test_id_numbers_are_kept_out(self):
        for reference in ("11010519491231002X", "ID 440524188001010014"):
            with self.subTest(reference=reference), self.assertRaises(ValidationError):
                self._paper(reference=reference)
        self.assertTrue(self._paper(reference="A-2026-000123"))

    def test_dates_to_come_are_refused(self):
        tomorrow = fields.Date.add(fields.Date.today(), days=2)
        with self.assertRaises(ValidationError):
            self._paper(received_on=tomorrow)

    def test_only_the_button_says_who_checked(self):
        paper = self._paper(checked_by_id=self.agent2.id, checked_on="2026-01-01")
        self.assertFalse(paper.checked_by_id)
        paper.write({"checked_by_id": self.agent2.id})
        self.assertFalse(paper.checked_by_id)
        paper.action_check()
        self.assertEqual(paper.checked_by_id, self.agent)

    def test_papers_open_with_the_archive(self):
        paper = self._paper()
        for user in self.outsiders | self.archivist | self.compliance:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                paper.with_user(user).read(["reference"])
        with self.assertRaises(AccessError):
            paper.with_user(self.agent2).action_check()
