from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_filing import FilingCase


@tagged("post_install", "-at_install")
class TestPaperFile(FilingCase):
    """Volumes of paper: where they lie, who has them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive.with_user(cls.archivist)._file({})
        cls.file = (
            cls.env["insurance.paper.file"]
            .with_user(cls.archivist)
            .create({"archive_id": cls.archive.id, "box": "A-1", "pages": 12})
        )

    def _lend(self, **values):
        return (
            self.env["insurance.paper.loan"]
            .with_user(self.archivist)
            .create(
                {
                    "file_id": self.file.id,
                    "borrower_id": self.agent.id,
                    "purpose": "Claim",
                    **values,
                }
            )
        )

    def test_lent_and_taken_back(self):
        loan = self._lend(lent_by_id=self.agent.id, lent_at="2020-01-01 00:00:00")
        self.assertEqual(loan.lent_by_id, self.archivist)
        self.assertGreater(str(loan.lent_at), "2026")
        self.assertEqual(self.file.state, "lent")
        self.assertEqual(self.file.borrower_id, self.agent)
        with self.assertRaises(UserError):
            self._lend()
        self.file.action_return()
        self.assertEqual(self.file.state, "there")
        self.assertEqual(loan.taken_by_id, self.archivist)
        self._lend()

    def test_overdue_volumes_are_found(self):
        self._lend()
        overdue = [("overdue", "=", True), ("id", "=", self.file.id)]
        self.assertFalse(self.file.search(overdue))
        self._write_sql(
            "UPDATE insurance_paper_file SET back_by = now() - interval '2 days'"
            " WHERE id = %s",
            self.file.id,
        )
        self.assertTrue(self.file.overdue)
        self.assertEqual(self.file.search(overdue), self.file)

    def test_it_comes_back_on_a_day_to_come(self):
        with self.assertRaises(ValidationError):
            self._lend(back_by="2020-01-01")

    def test_nobody_writes_loans_or_states(self):
        loan = self._lend()
        with self.assertRaises(UserError):
            loan.write({"purpose": "Other"})
        with self.assertRaises(UserError):
            self.file.write({"state": "there"})
        with self.assertRaises(UserError):
            loan.unlink()
        with self.assertRaises(UserError):
            self.file.unlink()

    def test_only_archivists_lend(self):
        for user in (self.agent, self.compliance, self.department):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._lend_as(user)

    def _lend_as(self, user):
        return (
            self.env["insurance.paper.loan"]
            .with_user(user)
            .create(
                {"file_id": self.file.id, "borrower_id": user.id, "purpose": "Claim"}
            )
        )

    def test_volume_is_registered_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.file.copy({"archive_id": self.archive.id, "volume": 1})
