from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_needs import NeedsCase


@tagged("post_install", "-at_install")
class TestAssessment(NeedsCase):
    def test_the_answers_move_to_the_archive_and_leave_the_survey(self):
        assessment = self._assessed("need", budget="12000", dependants="3")
        self.assertEqual(assessment.state, "done")
        self.assertEqual((assessment.budget, assessment.dependants), (12_000, 3))
        self.assertIn(" — ", assessment.answers)
        self.assertFalse(assessment.sudo().user_input_id.user_input_line_ids)

    def test_points_decide_the_need(self):
        self.assertEqual(self._assessed("need", 0).need_level, "low")
        self.assertEqual(self._assessed("need", 1).need_level, "high")

    def test_points_decide_the_tolerance(self):
        self.assertEqual(self._assessed("tolerance", 1).tolerance, "c5")
        self.assertEqual(self.archive.risk_tolerance, "c5")

    def test_whoever_bears_no_loss_is_conservative_whatever_the_points(self):
        assessment = self._ask("tolerance")
        none_at_all = self.env.ref(
            "insurance_product_match.survey_tolerance_answer_loss_1"
        )
        none_at_all.sudo().answer_score = 500
        self._answer(assessment, 1)
        self.assertEqual(assessment.points, assessment.most_points)
        self.assertEqual(assessment.tolerance, "c1")

    def test_an_assessment_holds_for_its_months_and_not_a_day_longer(self):
        assessment = self._assessed("need")
        today = fields.Date.context_today(assessment)
        last = fields.Date.subtract(fields.Date.add(today, months=12), days=1)
        self.assertEqual(assessment.valid_until, last)
        self.assertEqual(self.archive._assessment("need"), assessment)
        assessment.valid_until = fields.Date.subtract(today, days=1)
        self.assertFalse(self.archive._assessment("need"))

    def test_what_the_archive_knows_is_filled_in(self):
        self.archive.intent_budget = 9000
        entry = self._ask("finance").sudo().user_input_id
        lines = {
            line.question_id.insurance_fact: line for line in entry.user_input_line_ids
        }
        self.assertEqual(lines["budget"].value_numerical_box, 9000)
        # whoever has the link sees it: it tells the agent nothing that is closed
        seen = self.archive.with_user(self.agent).income_band
        told = lines.get("income_band")
        self.assertEqual(
            told and told.suggested_answer_id.insurance_value, seen or None
        )

    def test_nobody_writes_results(self):
        assessment = self._ask("tolerance")
        mine = assessment.with_user(self.agent)
        for values in (
            {"tolerance": "c5"},
            {"valid_until": "2099-01-01"},
            {"done_on": "2020-01-01"},
            {"to_confirm": False},
            {"state": "done"},
        ):
            with self.assertRaises(UserError):
                mine.write(values)
        with self.assertRaises(UserError):
            self._ask("need", tolerance="c5")
        with self.assertRaises(UserError):
            self._ask("need", state="done")

    def test_nobody_writes_the_tolerance_of_a_client(self):
        archive = self.archive.with_user(self.agent)
        for values in (
            {"risk_tolerance": "c5"},
            {"risk_tolerance_until": "2099-01-01"},
            {"risk_tolerance_to_confirm": False},
            {"risk_tolerance_tests": 0},
        ):
            with self.assertRaises(UserError):
                archive.write(values)
        with self.assertRaises(UserError):
            archive.create({"name": "王芳", "risk_tolerance": "c5"})

    def test_clients_of_others_are_not_asked(self):
        with self.assertRaises(AccessError):
            self._ask("need", user=self.agent2)
        assessment = self._assessed("need")
        with self.assertRaises(AccessError):
            assessment.with_user(self.agent2).read(["points"])
        with self.assertRaises(AccessError):
            assessment.with_user(self.agent2).action_confirm()

    def test_the_client_and_the_kind_stay(self):
        assessment = self._ask("need").with_user(self.agent)
        with self.assertRaises(UserError):
            assessment.kind = "tolerance"

    def test_answers_are_not_deleted(self):
        assessment = self._assessed("need").with_user(self.agent)
        with self.assertRaises(UserError):
            assessment.unlink()

    def test_the_link_is_for_who_looks_after_the_client(self):
        assessment = self._ask("need")
        self.assertTrue(assessment.with_user(self.agent).link)
        with self.assertRaises(AccessError):
            assessment.with_user(self.agent).read(["user_input_id"])
        self.assertFalse(self._answer(assessment).with_user(self.agent).link)

    def test_a_void_questionnaire_is_not_answered_any_more(self):
        assessment = self._ask("need").with_user(self.agent)
        assessment.write({"state": "void", "state_reason": "Wrong client"})
        self.assertFalse(assessment.sudo().user_input_id)

    def test_a_question_that_ran_out_makes_room_for_another(self):
        late = self._ask("need").with_env(self.env)
        late.expires_on = "2020-01-01"
        again = self._ask("need")
        self.assertEqual((late.state, again.state), ("void", "draft"))

    def test_only_a_supervisor_voids_an_answer(self):
        assessment = self._assessed("tolerance", 1)
        values = {"state": "void", "state_reason": "Answered by the neighbour"}
        with self.assertRaises(AccessError):
            assessment.with_user(self.agent).write(values)
        assessment.with_user(self.supervisor).write(values)
        self.assertFalse(self.archive.risk_tolerance)

    def test_organisations_are_not_tested_for_tolerance(self):
        company = self._archive(name="江南贸易", client_kind="enterprise")
        with self.assertRaises(UserError):
            self._ask("tolerance", archive=company)

    def test_an_answer_needs_an_invitation(self):
        survey = self.env.ref("insurance_product_match.survey_tolerance")
        with self.assertRaises(UserError):
            survey._create_answer(user=self.agent)

    def test_who_edits_surveys_sees_no_answers(self):
        self._ask("tolerance")
        survey = self.env.ref("insurance_product_match.survey_tolerance")
        self.agent2.group_ids |= self.env.ref("survey.group_survey_user")
        entries = self.env["survey.user_input"].with_user(self.agent2)
        self.assertFalse(entries.search([("survey_id", "=", survey.id)]))
