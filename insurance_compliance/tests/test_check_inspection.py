from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..destruction_plan import Plan
from .common_access import AccessCase

MODELS = "odoo.addons.insurance_compliance.models"


@tagged("post_install", "-at_install")
class TestCheckInspection(AccessCase):
    """Who is logged in has tests of its own over RPC: here everybody is a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = cls.env["insurance.archive"]
        for letter in "甲乙丙丁戊己庚辛壬":
            cls.others |= cls._archive(name=f"李{letter}")
        cls.mine = cls.archive | cls.others
        cls._move_to("entered", cls.mine)
        cls.check = cls.env["insurance.check"].create(
            {
                "code": "test_inspect",
                "kind": "manual",
                "name": "All papers are there",
                "severity": "high",
                "item_ids": [
                    fields.Command.create({"name": "Signed", "per_archive": True}),
                    fields.Command.create({"name": "Legible", "per_archive": True}),
                    fields.Command.create({"name": "Cabinet locked"}),
                ],
            }
        )

    @classmethod
    def _move_to(cls, state, archives):
        """Put archives into a state, whatever else that would need."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE insurance_archive SET state = %s WHERE id = ANY(%s)",
            [state, archives.ids],
        )
        cls.env.invalidate_all()

    def setUp(self):
        super().setUp()
        for name in ("insurance_check_inspection", "insurance_check_answer"):
            patcher = patch(f"{MODELS}.{name}.check_person")
            patcher.start()
            self.addCleanup(patcher.stop)

    def _prepare(self, **values):
        return (
            self.env["insurance.check.run"]
            .with_user(self.compliance)
            .create(
                {
                    "check_ids": [fields.Command.set(self.check.ids)],
                    "inspector_id": self.compliance.id,
                    "agent_id": self.agent.id,
                    "sample_size": 4,
                    **values,
                }
            )
        )

    def _begun(self, **values):
        run = self._prepare(**values)
        run.action_begin()
        return run

    def _answer_all(self, run, answer="pass"):
        run.answer_ids.with_user(run.inspector_id).write({"answer": answer})

    def test_each_question_is_asked_for_each_archive_or_once(self):
        run = self._begun()
        self.assertEqual(run.answer_count, 2 * 4 + 1)
        self.assertEqual((run.sample_count, run.frame_count), (4, len(self.mine)))
        self.assertLessEqual(run.answer_ids.archive_id, self.mine)
        self.assertEqual(set(run.answer_ids.mapped("answer")), {"open"})

    def test_the_same_seed_draws_the_same_archives(self):
        drawn = []
        for seed in ("one", "one", "two", "three", "four"):
            run = self._prepare()
            run.sudo().seed = seed
            run.action_begin()
            drawn.append(run.answer_ids.archive_id)
        self.assertEqual(drawn[0], drawn[1])
        self.assertGreater(len({tuple(sample.ids) for sample in drawn}), 1)

    def test_the_server_draws_the_seed(self):
        first, second = self._begun(), self._begun()
        self.assertTrue(first.seed)
        self.assertNotEqual(first.seed, second.seed)

    def test_a_share_is_rounded_up(self):
        run = self._begun(sample_kind="percent", sample_percent=25)
        self.assertEqual(run.sample_count, 3)  # of ten

    def test_a_sample_is_never_larger_than_what_is_there(self):
        self.assertEqual(self._begun(sample_size=400).sample_count, len(self.mine))

    def test_archives_not_yet_entered_are_not_drawn(self):
        self._move_to("collecting", self.others)
        self.assertEqual(self._begun().answer_ids.archive_id, self.archive)

    def test_more_than_anybody_reads_is_refused(self):
        self.env["insurance.parameter"].search(
            [("key", "=", "check_sample_limit")]
        ).value = "3"
        with self.assertRaises(UserError):
            self._begun()

    def test_without_archives_there_is_no_sample(self):
        with self.assertRaises(UserError):
            self._begun(agent_id=self.manager.id)

    def test_an_inspection_needs_an_inspector_and_questions(self):
        with self.assertRaises(UserError):
            self._begun(inspector_id=False)
        self.check.item_ids.active = False
        with self.assertRaises(UserError):
            self._begun()

    def test_a_third_party_is_named(self):
        with self.assertRaises(UserError):
            self._begun(way="third_party")
        self._begun(way="third_party", third_party="Audit & Co.")

    def test_an_agent_can_not_inspect(self):
        with self.assertRaises(ValidationError):
            self._prepare(inspector_id=self.agent.id)

    def test_answers_become_results(self):
        run = self._begun()
        self._answer_all(run)
        answers = run.answer_ids.with_user(self.compliance)
        answers[0].write({"answer": "fail", "note": "No signature"})
        answers[1].answer = "na"
        run.action_submit()
        result = run.result_ids
        self.assertEqual((result.population, result.violations), (8, 1))
        self.assertEqual((result.state, result.rate), ("failed", 87.5))
        self.assertEqual((run.state, run.rate), ("submitted", 87.5))

    def test_what_does_not_apply_at_all_is_not_applicable(self):
        run = self._begun()
        self._answer_all(run, "na")
        run.action_submit()
        self.assertEqual(run.result_ids.state, "not_applicable")

    def test_open_questions_keep_an_inspection_open(self):
        run = self._begun()
        with self.assertRaises(UserError):
            run.action_submit()

    def test_a_failure_is_explained(self):
        run = self._begun()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            run.answer_ids[0].with_user(self.compliance).answer = "fail"
            self.env.flush_all()

    def test_who_answers_is_known_and_not_said(self):
        run = self._begun()
        answer = run.answer_ids[0].with_user(self.compliance)
        with self.assertRaises(UserError):
            answer.write({"answer": "pass", "user_id": self.agent.id})
        answer.answer = "pass"
        self.assertEqual(answer.user_id, self.compliance)

    def test_only_the_inspector_answers_and_finishes(self):
        other = self._user("compliance 2", role="compliance")
        run = self._begun()
        with self.assertRaises(AccessError):
            run.answer_ids[0].with_user(other).answer = "pass"
        self._answer_all(run)
        with self.assertRaises(AccessError):
            run.with_user(other).action_submit()

    def test_the_inspector_does_not_review(self):
        run = self._begun()
        self._answer_all(run)
        run.action_submit()
        with self.assertRaises(AccessError):
            run.action_review()
        with self.assertRaises(AccessError):
            run.write({"state": "done"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            run.sudo().reviewer_id = self.compliance
            self.env.flush_all()

    def test_another_person_reviews(self):
        run = self._begun()
        self._answer_all(run)
        run.answer_ids[0].with_user(self.compliance).write(
            {"answer": "fail", "note": "Missing"}
        )
        run.action_submit()
        run.with_user(self.department_head).action_review()
        self.assertEqual((run.state, run.reviewer_id), ("done", self.department_head))
        self.assertTrue(run.result_ids.latest)
        found = self.env["insurance.rectification"].search(
            [("key", "=", "check:test_inspect")]
        )
        self.assertEqual(len(found), 1)

    def test_the_reviewer_sends_it_back_with_a_reason(self):
        run = self._begun()
        self._answer_all(run)
        run.action_submit()
        head = run.with_user(self.department_head)
        with self.assertRaises(UserError):
            head.write({"state": "running"})
        head.write({"state": "running", "state_reason": "Look at the cabinet again."})
        run.answer_ids[0].with_user(self.compliance).answer = "na"
        run.action_submit()
        self.assertEqual(run.result_ids.population, 8)

    def test_answers_are_closed_after_the_end(self):
        run = self._begun()
        self._answer_all(run)
        run.action_submit()
        with self.assertRaises(AccessError):
            run.answer_ids[0].with_user(self.compliance).answer = "na"

    def test_a_department_makes_its_own_inspections_and_sees_no_other(self):
        mine = self._begun(inspector_id=self.department.id)
        other = self._begun()
        runs = self.env["insurance.check.run"].with_user(self.department)
        self.assertIn(mine, runs.search([]))
        self.assertNotIn(other, runs.search([]))
        answers = mine.with_user(self.department).answer_ids
        answers.write({"answer": "pass"})
        self.assertTrue(all(answers.mapped("item_id.name")))
        mine.with_user(self.department).action_submit()
        self.assertEqual(mine.state, "submitted")
        with self.assertRaises(AccessError):
            other.with_user(self.department).answer_ids[:1].read(["answer"])

    def test_the_plan_of_an_inspection_stays_when_it_has_begun(self):
        run = self._begun()
        with self.assertRaises(UserError):
            run.sample_size = 1
        with self.assertRaises(UserError):
            run.inspector_id = self.department
        run.note = "Third floor"

    def test_numbers_alone_are_shown_of_archives(self):
        run = self._begun()
        answer = run.answer_ids.filtered("archive_id")[0].with_user(self.compliance)
        self.assertNotIn(answer.archive_id.sudo().partner_id.name, answer.number)
        with self.assertRaises(UserError):
            answer.action_open_archive()
        self.assertFalse(run._fields["answer_ids"].related)

    def test_destroyed_archives_leave_the_samples(self):
        run = self._begun()
        archive = run.answer_ids.archive_id[0]
        plan = Plan(self.env.cr, archive.id)
        ids = run.answer_ids.filtered(lambda one: one.archive_id == archive).ids
        self.assertEqual(plan.rows["insurance_check_answer"], set(ids))

    def test_a_sample_is_drawn_in_few_queries(self):
        run = self._prepare()
        run.check_ids.item_ids.mapped("per_archive")
        self.env.flush_all()
        with self.assertQueryCount(50):
            run.action_begin()
            self.env.flush_all()
