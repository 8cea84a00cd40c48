"""Assessments over the wire: a client without a login, and a hostile agent."""

from rpc_channels import CHANNELS

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_product_match.tests.common_needs import NeedsCase

QUIET = (
    "odoo.http",
    "odoo.sql_db",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.insurance_client_archive.models.insurance_use_denied",
)
ASSESSMENT = "insurance.assessment"
ARCHIVE = "insurance.archive"


@tagged("post_install", "-at_install")
class TestNeedsWire(NeedsCase, HttpCase):
    def _calls(self, user=None):
        """Yield the ways in which a program talks to Odoo, with a name each."""
        for channel in CHANNELS:
            with self.subTest(channel=channel.__name__), mute_logger(*QUIET):
                yield channel(self, user or self.agent)

    def _submit(self, token, survey, answers):
        """Send the answers as the page of the survey does."""
        # the token of the invitation is all that a client has
        start = f"/survey/start/{survey.access_token}?answer_token={token}"
        self.assertEqual(self.url_open(start).status_code, 200)
        path = f"/survey/{{}}/{survey.access_token}/{token}"
        for step, params in (("begin", {}), ("submit", answers)):
            response = self.url_open(
                path.format(step), json={"jsonrpc": "2.0", "params": params}
            )
        return response

    def _answers(self, survey):
        answers = {}
        for question in survey.question_ids:
            if question.question_type == "numerical_box":
                answers[str(question.id)] = "2"
            else:
                answers[str(question.id)] = str(question.suggested_answer_ids[-1].id)
        return answers

    def test_a_client_without_a_login_answers_by_the_link(self):
        assessment = self._ask("tolerance").with_env(self.env)
        entry, survey = assessment.user_input_id, assessment.survey_id
        self.env.flush_all()
        self.authenticate(None, None)
        self._submit(entry.access_token, survey, self._answers(survey))
        self.env.invalidate_all()
        self.assertEqual(assessment.state, "done")
        self.assertEqual(self.archive.risk_tolerance, assessment.tolerance)
        self.assertFalse(assessment.answered_by_id)
        # the link is worth nothing any more
        first = assessment.points
        self._submit(entry.access_token, survey, {})
        self.env.invalidate_all()
        self.assertEqual(assessment.points, first)
        self.assertFalse(entry.user_input_line_ids)

    def test_an_agent_who_answers_with_the_client_is_named(self):
        assessment = self._ask("need").with_env(self.env)
        survey = assessment.survey_id
        token = assessment.user_input_id.access_token
        self.env.flush_all()
        self.authenticate(self.agent.login, self.agent.login)
        self._submit(token, survey, self._answers(survey))
        self.env.invalidate_all()
        self.assertEqual(assessment.state, "done")
        self.assertEqual(assessment.answered_by_id, self.agent)
        self.assertEqual(assessment.channel, "interview")

    def test_a_survey_is_not_answered_without_an_invitation(self):
        survey = self.env.ref("insurance_product_match.survey_tolerance")
        answers = self.env["survey.user_input"]
        before = answers.search([("survey_id", "=", survey.id)])
        self.authenticate(None, None)
        self.url_open(f"/survey/start/{survey.access_token}")
        self.assertEqual(answers.search([("survey_id", "=", survey.id)]), before)

    def test_results_are_not_written_by_any_channel(self):
        assessment = self._ask("tolerance")
        forged = {
            "tolerance": "c5",
            "done_on": "2026-01-01",
            "valid_until": "2099-01-01",
            "points": 40,
            "to_confirm": False,
            "budget": 9e9,
        }
        for call in self._calls():
            for name, value in forged.items():
                reply = call(
                    ASSESSMENT, "write", [assessment.id], {"vals": {name: value}}
                )
                self.assertTrue(reply.refused, name)
            for vals in (
                {"archive_id": self.archive.id, "kind": "health", "state": "done"},
                {"archive_id": self.archive.id, "kind": "health", "points": 1},
            ):
                reply = call(ASSESSMENT, "create", None, {"vals_list": [vals]})
                self.assertTrue(reply.refused)
        self.assertFalse(assessment.tolerance)

    def test_the_state_is_not_forced_by_any_channel(self):
        assessment = self._ask("tolerance")
        for call in self._calls():
            for vals in ({"state": "done"}, {"state": "done", "state_reason": "x"}):
                reply = call(ASSESSMENT, "write", [assessment.id], {"vals": vals})
                self.assertTrue(reply.refused)
            reply = call(
                ASSESSMENT,
                "action_change_state",
                [assessment.id],
                {"context": {"target_state": "done"}},
            )
            self.assertTrue(reply.refused)
        self.assertEqual(assessment.state, "draft")

    def test_the_tolerance_of_a_client_is_not_written_by_any_channel(self):
        for call in self._calls():
            for vals in (
                {"risk_tolerance": "c5"},
                {"risk_tolerance_until": "2099-01-01"},
                {"risk_tolerance_tests": -99},
                {"assessment_ids": [[0, 0, {"kind": "tolerance", "tolerance": "c5"}]]},
            ):
                reply = call(ARCHIVE, "write", [self.archive.id], {"vals": vals})
                self.assertTrue(reply.refused)
            load = call(
                ARCHIVE,
                "load",
                None,
                {
                    "fields": [".id", "risk_tolerance"],
                    "data": [[str(self.archive.id), "C5 – aggressive"]],
                },
            )
            self.assertFalse(load.value and load.value.get("ids"))
        self.assertFalse(self.archive.risk_tolerance)

    def test_what_is_private_is_not_called(self):
        assessment = self._ask("tolerance")
        for call in self._calls():
            for model, method, ids in (
                (ASSESSMENT, "_receive", None),
                (ASSESSMENT, "_take", [assessment.id]),
                (ARCHIVE, "_update_tolerance", [self.archive.id]),
                (ARCHIVE, "_count_tolerance_test", [self.archive.id]),
                (ARCHIVE, "_suitability_client", [self.archive.id]),
            ):
                self.assertTrue(call(model, method, ids, {}).refused, method)

    def test_the_key_of_an_invitation_is_not_read(self):
        assessment = self._ask("tolerance")
        token = assessment.sudo().user_input_id.access_token
        for call in self._calls():
            for model, ids, names in (
                (ASSESSMENT, [assessment.id], ["user_input_id"]),
                ("survey.user_input", None, ["access_token"]),
            ):
                reply = (
                    call(model, "read", ids, {"fields": names})
                    if ids
                    else call(model, "search_read", None, {"fields": names})
                )
                self.assertNotIn(token, reply.text)

    def test_the_third_test_of_a_day_is_refused_with_its_article(self):
        self._assessed("tolerance")
        self._assessed("tolerance")
        vals = {"archive_id": self.archive.id, "kind": "tolerance", "channel": "link"}
        for call in self._calls():
            reply = call(ASSESSMENT, "create", None, {"vals_list": [vals]})
            self.assertTrue(reply.refused)
            self.assertIn("29", reply.text)

    def test_clients_of_others_stay_closed(self):
        assessment = self._assessed("need")
        vals = {"archive_id": self.archive.id, "kind": "finance", "channel": "link"}
        for call in self._calls(self.agent2):
            for model, method, ids, kwargs in (
                (ASSESSMENT, "read", [assessment.id], {"fields": ["points"]}),
                (ASSESSMENT, "action_confirm", [assessment.id], {}),
                (ASSESSMENT, "action_open_link", [assessment.id], {}),
                (ASSESSMENT, "create", None, {"vals_list": [vals]}),
                (ARCHIVE, "needs_overview", [self.archive.id], {}),
                (ARCHIVE, "action_ask_assessment", [self.archive.id], {"kind": "need"}),
            ):
                self.assertTrue(call(model, method, ids, kwargs).refused, method)

    def test_nobody_licenses_oneself(self):
        grade = self.env.ref("insurance_product_match.agent_grade_expert")
        Profile = self.env["insurance.agent.profile"]
        for user in (self.agent, self.supervisor):
            own = Profile.create({"user_id": user.id, "licence_number": "1"})
            training = {"profile_id": own.id, "name": "Unit-linked products"}
            for call in self._calls(user):
                for model, method, ids, kwargs in (
                    (Profile._name, "write", own.ids, {"vals": {"note": "x"}}),
                    (grade._name, "write", grade.ids, {"vals": {"max_grade": "5"}}),
                    (
                        "insurance.agent.training",
                        "create",
                        None,
                        {"vals_list": [training]},
                    ),
                    (
                        Profile._name,
                        "write",
                        own.ids,
                        {"vals": {"training_ids": [[0, 0, {"name": "x"}]]}},
                    ),
                ):
                    self.assertTrue(call(model, method, ids, kwargs).refused, method)
