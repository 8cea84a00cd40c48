from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from .insurance_archive_tolerance import MATCHING
from .survey_survey import ASSESSMENT_SURVEY

MODULE = "insurance_product_match"


class InsuranceAssessment(models.Model):
    """Asking: who may be asked, how often, and what is filled in beforehand."""

    _inherit = "insurance.assessment"

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_link(self):
        asked = self.filtered(lambda one: one.id and one.state == "draft")
        editable = asked.archive_id._filtered_access("write")
        for assessment in self:
            assessment.link = False
            if assessment in asked and assessment.archive_id in editable:
                # superuser: the token of the invitation, for who looks after the client
                invitation = assessment.sudo().user_input_id
                start = invitation and invitation.get_start_url()
                base = assessment.get_base_url()
                assessment.link = start and f"{base}{start}"

    def action_open_link(self):
        """Open the questionnaire, to answer it together with the client."""
        self.ensure_one()
        if not self.link:
            raise UserError(self.env._("The client has answered, or it is over."))
        return {"type": "ir.actions.act_url", "url": self.link, "target": "new"}

    def action_send_again(self):
        """Send the mail once more."""
        for assessment in self:
            assessment.archive_id.check_access("write")
            if assessment.state != "draft":
                raise UserError(self.env._("The client has answered, or it is over."))
            assessment._send_mail()

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
        today = fields.Date.context_today(self)
        for assessment in self:
            known = assessment._known_facts()
            language = self.env["res.lang"]._get_data(code=assessment.partner_id.lang)
            # superuser: agents have no access to surveys; the invitation names nobody
            invitation = assessment.sudo()
            answer = invitation.env["survey.user_input"].create(
                {
                    "survey_id": assessment.survey_id.id,
                    "deadline": fields.Datetime.add(fields.Datetime.now(), days=days),
                    "lang_id": language.id,
                }
            )
            invitation.write(
                {
                    "user_input_id": answer.id,
                    "expires_on": fields.Date.add(today, days=days),
                    "agent_id": assessment.archive_id.agent_id.id,
                }
            )
            answer._assessment_prefill(known)
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

    def _send_mail(self):
        """Queue the invitation: a mail that hangs under no record."""
        self.ensure_one()
        if not self.partner_id.email:
            raise UserError(
                self.env._(
                    "This client has no e-mail address. Enter one, or pass the link on."
                )
            )
        # as the system: whoever creates a mail reads it for ever, and the link in it is
        # a key; text and address are not the caller's to choose
        system = self.with_user(SUPERUSER_ID)
        request = system.with_context(lang=self.partner_id.lang)
        company = request.company_id
        body = request.env["ir.qweb"]._render(
            f"{MODULE}.assessment_invitation",
            {
                "name": request.partner_id.name,
                "company": company.name,
                "url": f"{request.get_base_url()}"
                f"{request.user_input_id.get_start_url()}",
                "until": request.expires_on,
            },
            minimal_qcontext=True,
        )
        request.env["mail.mail"].create(
            {
                "subject": request.env._("Some questions, to advise you well"),
                "body_html": body,
                "email_to": request.partner_id.email_formatted,
                "email_from": company.email_formatted or company.partner_id.email,
                "author_id": company.partner_id.id,
                "auto_delete": True,
            }
        )
