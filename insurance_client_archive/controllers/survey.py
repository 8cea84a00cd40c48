from odoo.addons.survey.controllers.main import Survey


class ClientSurvey(Survey):
    def _check_validity(
        self,
        survey_sudo,
        answer_sudo,
        answer_token,
        ensure_token=True,
        check_partner=True,
    ):
        """Let the token alone decide for surveys of clients: answers name nobody.

        Whoever is logged in, a client on the portal or an employee in an interview,
        would otherwise be taken for somebody else.
        """
        if (
            survey_sudo
            and survey_sudo.survey_type in survey_sudo._client_survey_types()
        ):
            check_partner = False
        return super()._check_validity(
            survey_sudo, answer_sudo, answer_token, ensure_token, check_partner
        )
