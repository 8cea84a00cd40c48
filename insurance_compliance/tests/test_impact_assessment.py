from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.tests.common import ArchiveCase

from .. import person
from .common_impact import assessment_values


@tagged("post_install", "-at_install")
class TestImpactAssessment(ArchiveCase):
    """One person says what a plan does to people, another decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.compliance2 = cls._user("compliance2", role="compliance")
        cls.classPatch(person, "is_person", lambda env: True)

    def _assessment(self, user=None, **values):
        model = self.env["insurance.impact.assessment"].with_user(
            user or self.compliance
        )
        return model.create(assessment_values(**values))

    def _submitted(self, **values):
        assessment = self._assessment(**values)
        assessment.state = "submitted"
        return assessment

    def _approved(self, **values):
        assessment = self._submitted(**values)
        assessment.with_user(self.compliance2).state = "approved"
        return assessment

    def test_the_three_questions_of_the_law_are_answered_first(self):
        assessment = self._assessment(
            purpose_text=" ", rights_text=False, measures_text=False
        )
        with self.assertRaisesRegex(
            UserError, "Purpose and manner, Rights and risks, Protective measures"
        ):
            assessment.state = "submitted"

    def test_score_is_likelihood_times_severity_before_and_after(self):
        assessment = self._assessment()
        self.assertRecordValues(
            assessment, [{"score": 12, "residual_score": 6, "level": "low"}]
        )
        assessment.residual_likelihood = "5"
        self.assertEqual(assessment.level, "high")

    def test_nothing_goes_live_that_is_not_necessary(self):
        assessment = self._assessment(is_necessary=False, measures_fit=False)
        with self.assertRaisesRegex(UserError, "Necessary, Measures are appropriate"):
            assessment.state = "submitted"
        assessment.conclusion = "no"
        assessment.state = "submitted"

    def test_high_risk_that_remains_goes_not_live(self):
        assessment = self._assessment(residual_likelihood="4", residual_severity="5")
        with self.assertRaisesRegex(UserError, "remains is high"):
            assessment.state = "submitted"

    def test_author_does_not_approve_nor_whoever_wrote_a_word(self):
        assessment = self._submitted()
        with self.assertRaisesRegex(AccessError, "yourself"):
            assessment.state = "approved"
        assessment.state = "draft"
        assessment.with_user(self.compliance2).rights_text = "More"
        assessment.state = "submitted"
        with self.assertRaisesRegex(AccessError, "yourself"):
            assessment.with_user(self.compliance2).state = "approved"

    def test_translating_a_draft_makes_an_author(self):
        assessment = self._assessment()
        assessment.with_user(self.compliance2).update_field_translations(
            "rights_text", {"en_US": "Other words"}
        )
        self.assertIn(self.compliance2, assessment.author_ids)

    def test_only_compliance_approves(self):
        assessment = self._submitted(user=None)
        for user in (self.agent, self.insurance_admin, self.supervisor):
            with self.assertRaises(AccessError):
                assessment.with_user(user).state = "approved"

    def test_a_program_in_the_name_of_a_person_does_not_approve(self):
        assessment = self._submitted()
        self.patch(person, "is_person", lambda env: False)
        with self.assertRaisesRegex(AccessError, "not by programs"):
            assessment.with_user(self.compliance2).state = "approved"

    def test_who_approved_and_when_is_not_entered(self):
        for values in (
            {"approved_by_id": self.compliance2.id},
            {"approved_on": fields.Datetime.now()},
            {"author_ids": [(5,)]},
            {"shipped": True},
            {"version": 7},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self._assessment().write(values)
        sneaky = self._assessment(
            approved_by_id=self.compliance2.id, version=9, author_ids=[], shipped=True
        )
        self.assertRecordValues(
            sneaky, [{"approved_by_id": False, "version": 1, "shipped": False}]
        )
        self.assertEqual(sneaky.author_ids, self.compliance)
        with self.assertRaises(UserError):
            self._assessment(state="approved")

    def test_context_gives_no_state_and_no_author(self):
        model = self.env["insurance.impact.assessment"].with_user(self.compliance)
        one = model.with_context(
            default_state="approved", default_author_ids=[], default_shipped=True
        ).create(assessment_values())
        self.assertRecordValues(one, [{"state": "draft", "shipped": False}])
        self.assertEqual(one.author_ids, self.compliance)

    def test_what_was_submitted_stays_as_it_is(self):
        assessment = self._submitted()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            assessment.parts = ["health"]
        assessment.with_user(self.compliance2).state = "approved"
        for values in ({"parts": ["health"]}, {"conclusion": "no"}):
            with self.assertRaises(UserError):
                assessment.write(values)
        with self.assertRaises(UserError):
            assessment.measure_ids = [(0, 0, {"name": "late"})]

    def test_others_do_not_change_a_draft(self):
        assessment = self._assessment(user=self.insurance_admin)
        with mute_logger("odoo.addons.base.models.ir_rule"):
            with self.assertRaises(AccessError):
                assessment.with_user(self.agent).name = "Mine"
        self.assertTrue(assessment.with_user(self.agent).name)

    def test_next_version_replaces_the_one_before(self):
        first = self._approved()
        action = first.action_new_version()
        second = first.browse(action["res_id"])
        self.assertEqual((second.version, second.previous_id), (2, first))
        self.assertFalse(second.conclusion)
        second.write(assessment_values())
        second.state = "submitted"
        self.assertEqual(first.state, "approved")
        second.with_user(self.compliance2).state = "approved"
        self.assertEqual(first.state, "replaced")
        with self.assertRaises(UserError):
            self._approved().state = "replaced"

    def test_approved_ones_are_kept_for_three_years_after_the_end(self):
        assessment = self._approved()
        with self.assertRaisesRegex(UserError, "on record"):
            assessment.unlink()
        assessment.write({"state": "withdrawn", "state_reason": "Plan given up"})
        with self.assertRaisesRegex(UserError, "on record"):
            assessment.unlink()
        years = fields.Date.add(fields.Date.today(), years=3)
        self.assertEqual(assessment.keep_until, years)
        long_ago = fields.Datetime.now() - timedelta(days=3 * 366 + 2)
        assessment.sudo().ended_on = long_ago
        assessment.unlink()

    def test_in_force_ends_with_review_conclusion_and_open_measures(self):
        today = fields.Date.today()
        go = self._approved()
        no = self._approved(conclusion="no")
        late = self._approved()
        late.sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE insurance_impact_assessment SET review_date = %s WHERE id = %s",
            (today - timedelta(days=1), late.id),
        )
        late.invalidate_recordset()
        measured = self._approved(
            conclusion="measures", measure_ids=[(0, 0, {"name": "Test"})]
        )
        every = go | no | late | measured
        found = every.search([("in_force", "=", True), ("id", "in", every.ids)])
        self.assertEqual(found, go)
        self.assertEqual(every.filtered("in_force"), go)
        self.assertTrue(late.review_overdue)
        with self.assertRaisesRegex(UserError, "where one sees"):
            measured.measure_ids.action_done()
        measured.measure_ids.evidence = "Report 7"
        measured.measure_ids.action_done()
        self.assertTrue(measured.in_force)
        self.assertEqual(measured.measure_ids.done_by_id, self.compliance)

    def test_done_is_said_by_the_server(self):
        measured = self._assessment(measure_ids=[(0, 0, {"name": "Test"})])
        with self.assertRaisesRegex(UserError, "works this out"):
            measured.measure_ids.done_on = fields.Datetime.now()
        with self.assertRaises(UserError):
            self._assessment(
                measure_ids=[(0, 0, {"name": "x", "done_on": fields.Datetime.now()})]
            )

    def test_report_shows_the_three_answers(self):
        assessment = self._approved(rights_text="Canary of rights")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "insurance_compliance.report_impact_assessment", assessment.ids
        )
        for words in ("Canary of rights", "Why", "Protection", self.compliance2.name):
            self.assertIn(words, html.decode())
