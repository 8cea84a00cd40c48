from odoo import models


class InsuranceAccessRequest(models.Model):
    """Where the house says so, whoever does not know the rules asks for no access."""

    _inherit = "insurance.access.request"

    def _problems_of_applicant(self):
        problems = super()._problems_of_applicant()
        parameter = self.env["insurance.parameter"]
        if parameter._get("rules_before_access"):
            readings = self.env["insurance.rule.reading"]
            # superuser: what the applicant has confirmed
            applicant = self.user_id.sudo() or self.env.user
            readings._follow_members(applicant)
            if readings._missing_of(applicant):
                problems = [
                    *problems,
                    self.env._(
                        "Rules are not confirmed yet: Compliance ▸ Rules and duties ▸ "
                        "Rules to read."
                    ),
                ]
        return problems
