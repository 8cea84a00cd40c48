from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError


class InsuranceSurveyInvitation(models.AbstractModel):
    """A client is asked by a survey: the invitation, its link, its mail.

    Give the inheriting model ``state``, ``channel``, ``survey_id``, ``expires_on`` and
    ``agent_id``, and the words of the mail. The answer names nobody; whoever holds the
    token of the invitation can answer.
    """

    _name = "insurance.survey.invitation"
    _inherit = ["insurance.archive.child"]
    _description = "Invitation of a client to a survey"

    #: the state in which the client may still answer
    _asked_state = "sent"
    #: XML id of the template of the mail
    _invitation_template = ""

    user_input_id = fields.Many2one(
        "survey.user_input",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=fields.NO_ACCESS,
    )
    link = fields.Char(
        compute="_compute_link",
        compute_sudo=False,
        help="Opens the survey for this client alone, without a login.",
    )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_link(self):
        asked = self.filtered(lambda one: one.id and one.state == self._asked_state)
        editable = asked.archive_id._filtered_access("write")
        for request in self:
            request.link = False
            if request in asked and request.archive_id in editable:
                # superuser: the token of the invitation, for who looks after the client
                answer = request.sudo().user_input_id
                start = answer and answer.get_start_url()
                request.link = start and f"{request.get_base_url()}{start}"

    def action_open_link(self):
        """Open the survey, to answer it together with the client."""
        self.ensure_one()
        if not self.link:
            raise UserError(self.env._("The client has answered, or it is over."))
        return {"type": "ir.actions.act_url", "url": self.link, "target": "new"}

    def action_send_again(self):
        """Send the mail once more."""
        for request in self:
            request.archive_id.check_access("write")
            if request.state != self._asked_state:
                raise UserError(self.env._("The client has answered, or it is over."))
            request._send_mail()

    def _check_mail(self):
        if not self.partner_id.email:
            raise UserError(
                self.env._(
                    "This client has no e-mail address. Enter one, or pass the link on."
                )
            )

    def _make_invitation(self, days):
        """Prepare the survey of one client for so many days; return the answer.

        It is in the language of the client.
        """
        self.ensure_one()
        language = self.env["res.lang"]._get_data(code=self.partner_id.lang)
        # superuser: agents have no access to surveys; the invitation names nobody
        invitation = self.sudo()
        answer = invitation.env["survey.user_input"].create(
            {
                "survey_id": self.survey_id.id,
                "deadline": fields.Datetime.add(fields.Datetime.now(), days=days),
                "lang_id": language.id,
            }
        )
        today = fields.Date.context_today(self)
        invitation.write(
            {
                "user_input_id": answer.id,
                "expires_on": fields.Date.add(today, days=days),
                "agent_id": self.archive_id.agent_id.id,
            }
        )
        return answer

    def _invitation_subject(self):
        """Override to say what is asked, in the language of the environment."""
        return self.survey_id.sudo().title  # superuser: the title is in the survey

    def _send_mail(self):
        """Queue the invitation: a mail that hangs under no record."""
        self.ensure_one()
        self._check_mail()
        # as the system: whoever creates a mail reads it for ever, and the link in it is
        # a key; text and address are not the caller's to choose
        system = self.with_user(SUPERUSER_ID)
        request = system.with_context(lang=self.partner_id.lang)
        company = request.company_id
        body = request.env["ir.qweb"]._render(
            self._invitation_template,
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
                "subject": request._invitation_subject(),
                "body_html": body,
                "email_to": request.partner_id.email_formatted,
                "email_from": company.email_formatted or company.partner_id.email,
                "author_id": company.partner_id.id,
                "auto_delete": True,
            }
        )
