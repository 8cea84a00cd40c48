import random

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestBeneficiary(ArchiveCase):
    """Orders without gaps, and shares that add to exactly 100 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._policy().with_user(cls.agent)
        cls.spouse = cls.env["insurance.related.person"].create(
            {"archive_id": cls.archive.id, "name": "王芳", "relation": "spouse"}
        )

    def _heirs(self, *shares, **values):
        numbers = ArchiveCase.numbers
        return [
            (0, 0, {"name": f"继承人{next(numbers)}", "share": share, **values})
            for share in shares
        ]

    def assertRefused(self, lines, words="100 %"):
        with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
            self.policy.beneficiary_ids = lines
        self.policy.invalidate_recordset()

    def test_any_split_of_the_whole_is_accepted_and_any_other_refused(self):
        draw = random.Random(20260615)
        for size in (1, 2, 3, 4, 7, 11):
            cuts = sorted(draw.sample(range(1, 10_000), size - 1))
            parts = [
                (end - start) / 100
                for start, end in zip([0, *cuts], [*cuts, 10_000], strict=True)
            ]
            with self.subTest(parts=parts):
                self.policy.beneficiary_ids = [(5,), *self._heirs(*parts)]
                self.assertEqual(len(self.policy.beneficiary_ids), size)
                parts[0] += 0.01 if parts[0] < 100 else -0.01
                self.assertRefused([(5,), *self._heirs(*parts)])

    def test_message_names_benefit_order_and_sum(self):
        self.assertRefused(
            [*self._heirs(60, 40), *self._heirs(50, 30, rank=2)],
            r"Death benefit, order 2: the shares add to 80 %",
        )

    def test_each_order_and_benefit_is_a_whole_of_its_own(self):
        self.policy.beneficiary_ids = [
            *self._heirs(60, 40),
            *self._heirs(100, rank=2),
            *self._heirs(100, kind="survival"),
        ]
        self.assertEqual(len(self.policy.beneficiary_ids), 4)

    def test_order_has_no_gap(self):
        self.assertRefused(
            [*self._heirs(100), *self._heirs(100, rank=3)], "nobody in order 2"
        )
        self.assertRefused(self._heirs(100, rank=2), "nobody in order 1")

    def test_three_lines_change_in_one_save(self):
        self.policy.beneficiary_ids = self._heirs(50, 30, 20)
        first, second, third = self.policy.beneficiary_ids
        self.policy.beneficiary_ids = [
            (1, first.id, {"share": 70}),
            (2, second.id),
            (1, third.id, {"share": 10}),
            *self._heirs(20),
        ]
        self.assertEqual(
            sorted(self.policy.beneficiary_ids.mapped("share")), [10, 20, 70]
        )

    def test_one_line_alone_does_not_break_the_whole(self):
        self.policy.beneficiary_ids = self._heirs(50, 50)
        first = self.policy.beneficiary_ids[0]
        with self.assertRaises(ValidationError):
            first.share = 60
        first.invalidate_recordset()
        with self.assertRaises(ValidationError):
            first.unlink()
        with self.assertRaises(ValidationError):
            first.create({"policy_id": self.policy.id, "name": "外人", "share": 10})
        with self.assertRaises(ValidationError):
            first.rank = 2

    def test_context_switches_nothing_off(self):
        self.policy.beneficiary_ids = self._heirs(50, 50)
        first = self.policy.beneficiary_ids[0]
        with self.assertRaises(ValidationError):
            first.with_context(insurance_shares=True).share = 60

    def test_lines_can_be_created_and_deleted_together(self):
        heirs = self.env["insurance.policy.beneficiary"].with_user(self.agent)
        heirs = heirs.create(
            [
                {"policy_id": self.policy.id, "name": name, "share": 50}
                for name in ("赵雷", "赵丽")
            ]
        )
        self.assertFalse(self.policy.statutory_beneficiaries)
        heirs.unlink()
        self.assertTrue(self.policy.statutory_beneficiaries)

    def test_legal_heirs_and_named_persons_exclude_each_other(self):
        self.policy.beneficiary_ids = self._heirs(100)
        with self.assertRaisesRegex(ValidationError, "legal heirs"):
            self.policy.statutory_beneficiaries = True

    def test_related_person_is_shown_as_the_archive_knows_her(self):
        self.policy.beneficiary_ids = [(0, 0, {"related_person_id": self.spouse.id})]
        self.assertRecordValues(
            self.policy.beneficiary_ids,
            [{"person_kind": "related", "name": "王芳", "relation": "spouse"}],
        )
        self.spouse.name = "王小芳"
        self.assertEqual(self.policy.beneficiary_ids.name, "王小芳")

    def test_person_is_named_once(self):
        line = (0, 0, {"related_person_id": self.spouse.id, "share": 50})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.policy.beneficiary_ids = [line, line]

    def test_insured_person_is_named_once(self):
        for person in (
            {"related_person_id": self.spouse.id},
            {"person_kind": "policyholder"},
            {"name": "赵敏"},
            {"name": "赵敏", "birth_date": "1990-02-03"},
        ):
            with (
                self.subTest(person=person),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.policy.insured_ids = [(0, 0, person), (0, 0, person)]
            self.policy.invalidate_recordset()

    def test_namesakes_with_other_birth_dates_are_two_persons(self):
        self.policy.insured_ids = [
            (0, 0, {"name": "赵敏", "birth_date": "1990-02-03"}),
            (0, 0, {"name": "赵敏", "birth_date": "1991-02-03"}),
            (0, 0, {"name": "赵敏"}),
        ]
        self.assertEqual(self.policy.insured_ids.mapped("name"), ["赵敏"] * 3)

    def test_policyholder_is_insured_under_the_own_name(self):
        self.policy.insured_ids = [(0, 0, {})]
        self.assertRecordValues(
            self.policy.insured_ids,
            [{"person_kind": "policyholder", "name": "张伟", "relation": "self"}],
        )

    def test_nobody_is_no_insured_person(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.policy.insured_ids = [(0, 0, {"person_kind": "listed"})]

    def test_person_of_another_archive_is_refused(self):
        other = self._archive(name="赵敏")
        stranger = self.env["insurance.related.person"].create(
            {"archive_id": other.id, "name": "赵雷", "relation": "child"}
        )
        for field in ("insured_ids", "beneficiary_ids"):
            with self.subTest(field=field), self.assertRaises(ValidationError):
                self.policy[field] = [(0, 0, {"related_person_id": stranger.id})]

    def test_line_cannot_be_hung_under_a_hidden_policy(self):
        mine = self._archive(name="赵敏", agent_id=self.agent2.id)
        policy = self._policy(archive_id=mine.id).with_user(self.agent2)
        for model in ("insurance.policy.insured", "insurance.policy.beneficiary"):
            lines = self.env[model].with_user(self.agent2)
            with self.subTest(model=model):
                with self.assertRaises(AccessError):
                    lines.create({"policy_id": self.policy.id, "name": "赵雷"})
                line = lines.create({"policy_id": policy.id, "name": "赵雷"})
                with self.assertRaises(AccessError):
                    line.policy_id = self.policy.id
                line.invalidate_recordset()
                # follows from the policy: what a caller sends for it is not heard
                line.archive_id = self.archive.id
                self.env.flush_all()
                line.invalidate_recordset()
                self.assertEqual(line.sudo().archive_id, mine)
