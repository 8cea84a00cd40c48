from odoo import api, fields, models
from odoo.exceptions import UserError

#: questionnaires whose answers no survey officer reads: Odoo's own rules name the types
#: that they open, and this is none of them
ASSESSMENT_SURVEY = "insurance_assessment"
KINDS = [
    ("need", "Needs"),
    ("finance", "Finances"),
    ("health", "Health"),
    ("tolerance", "Risk tolerance"),
]


class SurveySurvey(models.Model):
    """Questionnaires on needs and tolerance: answered by invitation only."""

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[(ASSESSMENT_SURVEY, "Assessment of a client")],
        ondelete={ASSESSMENT_SURVEY: "cascade"},
    )
    insurance_assessment_kind = fields.Selection(
        KINDS,
        string="Assesses",
        help="The questionnaire in use for a kind is the first active one.",
    )

    @api.depends("survey_type")
    @api.depends_context("uid")
    def _compute_allowed_survey_types(self):
        result = super()._compute_allowed_survey_types()
        if self.env.user.has_group("survey.group_survey_user"):
            for survey in self:
                survey.allowed_survey_types = [
                    *(survey.allowed_survey_types or []),
                    ASSESSMENT_SURVEY,
                ]
        return result

    @api.onchange("survey_type")
    def _onchange_survey_type(self):
        result = super()._onchange_survey_type()
        if self.survey_type == ASSESSMENT_SURVEY:
            self.write(
                {
                    "access_mode": "token",
                    "certification": False,
                    "is_time_limited": False,
                    "scoring_type": "no_scoring",
                    "users_login_required": False,
                }
            )
        return result

    def write(self, vals):
        if "survey_type" in vals:
            self._check_assessment_stays(vals["survey_type"])
        return super().write(vals)

    def _check_assessment_stays(self, survey_type):
        """Keep answers of clients out of sight of those who edit surveys."""
        assessments = self.filtered(
            lambda survey: survey.survey_type == ASSESSMENT_SURVEY != survey_type
        )
        # superuser: whether there are answers decides; who asks sees none of them
        if assessments.sudo().user_input_ids:
            raise UserError(
                self.env._(
                    "Clients have answered this questionnaire already: its type stays. "
                    "Duplicate it for another use."
                )
            )

    def _check_answer_creation(
        self,
        user,
        partner,
        email,
        test_entry=False,
        check_attempts=True,
        invite_token=False,
    ):
        """Refuse answers without an invitation, a second attempt included."""
        if self.survey_type == ASSESSMENT_SURVEY and not test_entry:
            raise UserError(
                self.env._("This questionnaire is answered by invitation only.")
            )
        return super()._check_answer_creation(
            user,
            partner,
            email,
            test_entry=test_entry,
            check_attempts=check_attempts,
            invite_token=invite_token,
        )
