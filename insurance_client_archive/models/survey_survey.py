from odoo import api, fields, models
from odoo.exceptions import UserError

#: surveys whose answers no survey officer reads: Odoo's own rules name the types
#: that they open, and this is none of them
CLIENT_SURVEY = "insurance_satisfaction"


class SurveySurvey(models.Model):
    """Surveys of clients: answered by invitation only, answers kept in the archive."""

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[(CLIENT_SURVEY, "Client satisfaction")],
        ondelete={CLIENT_SURVEY: "cascade"},
    )

    @api.model
    def _client_survey_types(self):
        """Return the types of surveys that clients answer by invitation only."""
        return {CLIENT_SURVEY}

    @api.depends("survey_type")
    @api.depends_context("uid")
    def _compute_allowed_survey_types(self):
        result = super()._compute_allowed_survey_types()
        if self.env.user.has_group("survey.group_survey_user"):
            for survey in self:
                survey.allowed_survey_types = [
                    *(survey.allowed_survey_types or []),
                    *sorted(self._client_survey_types()),
                ]
        return result

    @api.onchange("survey_type")
    def _onchange_survey_type(self):
        result = super()._onchange_survey_type()
        if self.survey_type in self._client_survey_types():
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
            self._check_type_stays(vals["survey_type"])
        return super().write(vals)

    def _check_type_stays(self, survey_type):
        """Keep answers of clients out of sight of those who edit surveys."""
        changed = self.filtered(lambda survey: survey.survey_type != survey_type)
        of_clients = changed.filtered(
            lambda survey: survey.survey_type in self._client_survey_types()
        )
        # superuser: whether there are answers decides; who asks sees none of them
        if of_clients.sudo().user_input_ids:
            raise UserError(
                self.env._(
                    "Clients have been asked by this survey already: its type stays. "
                    "Duplicate the survey for another use."
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
        if self.survey_type in self._client_survey_types() and not test_entry:
            raise UserError(self.env._("This survey is answered by invitation only."))
        return super()._check_answer_creation(
            user,
            partner,
            email,
            test_entry=test_entry,
            check_attempts=check_attempts,
            invite_token=invite_token,
        )
