from odoo import api, models
from odoo.exceptions import UserError

from .insurance_archive_tolerance import MATCHING
from .survey_survey import ASSESSMENT_SURVEY

MODULE = "insurance_product_match"


class InsuranceAssessment(models.Model):
    """Asking: who may be asked, how often, and what is filled in beforehand."""

    _inherit = "insurance.assessment"
    _invitation_template = f"{MODULE}.assessment_invitation"

    @api.model
    def _survey_of(self, kind):
        # superuser: agents read no surveys; which one is in use is no secret
        survey = (
            self.env["survey.survey"]
            .sudo()
            .search(
                [
                    ("survey_type", "=", ASSESSMENT_SURVEY),
                    ("insurance_assessment_kind", "=", kind),
                ],
                order="id",
                limit=1,
            )
        )
        if not survey:
            raise UserError(
                self.env._(
                    "No questionnaire of this kind is set up. Somebody who edits "
                    "surveys makes one of the type “Assessment of a client”."
                )
            )
        return survey

    def _check_askable(self):
        willing = self.archive_id._processable(MATCHING)
        for assessment in self:
            archive = assessment.archive_id
            if archive not in willing:
                raise UserError(
                    self.env._(
                        "This client's data may not be used to find suitable products. "
                        "Consent comes first."
                    )
                )
            if archive.client_kind != "individual" and assessment.kind in (
                "health",
                "tolerance",
            ):
                raise UserError(self.env._("This is asked of individuals only."))
            if assessment.kind == "tolerance":
                archive._check_tolerance_tests()

    def _invite(self):
        """Prepare the questionnaire of each client, and send the mails."""
        days = self.env["insurance.parameter"]._get("assessment_answer_days")
        for assessment in self:
            known = assessment._known_facts()
            assessment._make_invitation(days)._assessment_prefill(known)
            if assessment.channel == "mail":
                assessment._send_mail()

    def _known_facts(self):
        """Return {fact: value} of what the archive knows, as the one who asks.

        The link shows it: nobody finds in a questionnaire what is closed elsewhere.
        """
        archive = self.archive_id.sudo(False)
        latest = archive._assessment("need")
        children = self.env["insurance.related.person"].search_count(
            [("archive_id", "=", archive.id), ("in_household", "=", True)]
        )
        facts = {
            "budget": archive.intent_budget or latest.budget,
            "dependants": latest.dependants or children,
        }
        for name in ("income_band", "asset_band"):
            if archive._has_field_access(archive._fields[name], "read"):
                facts[name] = archive[name]
        finance = archive._assessed_finance()
        facts |= {
            name: finance[name]
            for name in ("income_band", "asset_band", "debts", "savings")
            if finance and finance[name]
        }
        return {name: value for name, value in facts.items() if value}

    def _invitation_subject(self):
        return self.env._("Some questions, to advise you well")
