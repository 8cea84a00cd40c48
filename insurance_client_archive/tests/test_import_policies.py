from odoo.tests import tagged

from .common_import import ImportCase

TAKEN = "A client with this name and phone is already on file."


@tagged("post_install", "-at_install")
class TestImportPolicies(ImportCase):
    """Policies come in for clients that the user looks after, each number once."""

    columns = ["number", "archive_id", "product_id", "premium", "start_date"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()

    def _policies(self, *rows, user=None, **options):
        rows = [
            [number, client, self.product.name, premium, "2026-01-10"]
            for number, client, premium in rows
        ]
        file = self._file(*rows, header=self.columns)
        return self._import(
            file, user, columns=self.columns, model="insurance.policy", **options
        )

    def test_good_policies_come_in_and_bad_ones_are_listed(self):
        self._policy(number="TAKEN-1", product_id=self.product.id)
        result = self._policies(
            ("NEW-1", self.archive.phone, "6000"),
            ("TAKEN-1", "张伟", "6000"),
            ("NEW-1", "张伟", "6000"),
            ("NEW-2", "张伟", "a lot"),
            ("NEW-3", "", "6000"),
            ("NEW-4", "张伟", "6000"),
        )
        policies = self.env["insurance.policy"].browse(result["ids"])
        reasons = self._reasons(result)
        self.assertEqual(policies.mapped("number"), ["NEW-1", "NEW-4"], reasons)
        self.assertEqual(list(reasons), [3, 4, 5, 6])
        self.assertIn("already in use", reasons[3])
        self.assertEqual(reasons[4], "Row 2 of this file has the same policy number.")
        self.assertEqual(reasons[6], "“Policyholder” is missing.")

    def test_policy_for_the_client_of_another_agent_is_refused(self):
        result = self._policies(("NEW-1", "张伟", "6000"), user=self.agent2)
        self.assertFalse(result["ids"])
        self.assertIn("No matching record", self._reasons(result)[2])

    def test_client_whose_name_two_have_is_not_guessed(self):
        self._archive(name="张伟", phone="13912345678")
        result = self._policies(
            ("NEW-1", "张伟", "6000"), ("NEW-2", "13912345678", "6000")
        )
        self.assertEqual(len(result["ids"]), 1)
        self.assertEqual(list(self._reasons(result)), [2])

    def test_policyholders_are_found_together(self):
        chars = "一二三四五六七八九十"
        for char in chars:
            self._archive(name=f"欧阳{char}{char}", phone="")
        self._policies(("WARM", "张伟", "6000"))
        counts = []
        for prefix, names in (("A", chars[:2]), ("B", chars)):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            rows = [(f"{prefix}{c}", f"欧阳{c}{c}", "600") for c in names]
            result = self._policies(*rows)
            self.env.flush_all()
            self.assertFalse(result["refused"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 8)
