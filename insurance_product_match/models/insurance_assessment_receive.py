from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..tools import assessment_points


class InsuranceAssessment(models.Model):
    """Taking the answers over: points, classes, and how long they hold."""

    _inherit = "insurance.assessment"

    @api.model
    def _receive(self, answers):
        """Take over what clients have answered, and leave none of it in the survey."""
        assessments = self.search(
            [("user_input_id", "in", answers.ids), ("state", "=", "draft")]
        )
        for assessment in assessments:
            answer = assessment.user_input_id
            if assessment.kind == "tolerance" and not (
                assessment.archive_id._count_tolerance_test()
            ):
                # nobody chooses among many results
                assessment.write(
                    {
                        "state": "void",
                        "state_reason": self.env._(
                            "Tested too often: at most %(day)s times a day and "
                            "%(year)s times in 12 months (Suitability Measures, "
                            "art. 29).",
                            day=self._number("tolerance_max_per_day"),
                            year=self._number("tolerance_max_per_year"),
                        ),
                    }
                )
                continue
            assessment._take(answer)
            answer.user_input_line_ids.unlink()

    def _take(self, answer):
        self.ensure_one()
        points, most = answer._assessment_points()
        facts = answer._assessment_facts()
        today = fields.Date.context_today(self)
        months = self._number(
            "tolerance_valid_months"
            if self.kind == "tolerance"
            else "assessment_valid_months"
        )
        values = {
            "state": "done",
            "done_on": today,
            "valid_until": today + relativedelta(months=months, days=-1),
            "points": points,
            "most_points": most,
        }
        user = self.env.user
        if user._is_internal():
            # said by the client, but entered by one of us: the figures tell it
            values |= {"channel": "interview", "answered_by_id": user.id}
        values |= getattr(self, f"_result_{self.kind}")(answer, facts, points, most)
        self.write(values)
        self.archive_id._update_tolerance()

    def _result_need(self, answer, facts, points, most):
        edges = [self._number(f"need_{name}_from") for name in ("medium", "high")]
        level = assessment_points.level(points, most, edges)
        return {
            "need_level": ("low", "medium", "high")[level],
            "budget": assessment_points.number(facts.get("budget")),
            "dependants": int(assessment_points.number(facts.get("dependants"))),
            "answers": answer._assessment_text(),
        }

    def _result_tolerance(self, answer, facts, points, most):
        edges = [self._number(f"tolerance_c{number}_from") for number in range(2, 6)]
        level = assessment_points.level(points, most, edges) + 1
        tolerance = f"c{min(level, answer._assessment_cap())}"
        before = self.archive_id._last_tolerance()
        return {
            "tolerance": tolerance,
            "tolerance_before": before,
            "to_confirm": bool(before) and before != tolerance,
            "answers": answer._assessment_text(),
        }

    def _result_finance(self, answer, facts, points, most):
        number = assessment_points.number
        # as the system: a client who answers without a login has no rights
        self.env["insurance.assessment.finance"].with_user(SUPERUSER_ID).create(
            {
                "assessment_id": self.id,
                "archive_id": self.archive_id.id,
                "income_band": facts.get("income_band"),
                "asset_band": facts.get("asset_band"),
                "debts": number(facts.get("debts")),
                "savings": number(facts.get("savings")),
                "answers": answer._assessment_text(),
            }
        )
        # what the client wants to spend is no secret: without it nobody can be served
        return {"budget": number(facts.get("budget")), "points": 0, "most_points": 0}

    def _result_health(self, answer, facts, points, most):
        # as the system: a client who answers without a login has no rights
        self.env["insurance.assessment.health"].with_user(SUPERUSER_ID).create(
            {
                "assessment_id": self.id,
                "archive_id": self.archive_id.id,
                "health_grade": facts.get("health_grade") or "a",
                "answers": answer._assessment_text(),
            }
        )
        # points would tell of the answers
        return {"points": 0, "most_points": 0}

    def action_confirm(self):
        """Take down that the client has confirmed a class that has changed."""
        for assessment in self:
            assessment.archive_id.check_access("write")
            if not (assessment.to_confirm and assessment.state == "done"):
                raise UserError(self.env._("There is nothing to confirm here."))
            if assessment != assessment.archive_id._latest_tolerance():
                raise UserError(self.env._("The client has been tested again since."))
            # superuser: the mark of this one test, for who may change the client
            assessment.sudo().write(
                {
                    "to_confirm": False,
                    "confirmed_on": fields.Date.context_today(self),
                    "confirmed_by_id": self.env.uid,
                }
            )
            assessment.archive_id._log_use("edit", content=["risk_tolerance"])
        self.archive_id._update_tolerance()

    @api.model
    def _number(self, key):
        return self.env["insurance.parameter"]._get(key)
