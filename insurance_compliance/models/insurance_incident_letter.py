from odoo import api, fields, models
from odoo.exceptions import UserError

from ..person import check_person
from .insurance_incident_archive import LETTER_STATES

TEMPLATE = "insurance_compliance.mail_template_incident_letter"
#: why client data are printed or used for a letter, for the use log
PURPOSE = "legal_duty"


class InsuranceIncidentLetter(models.Model):
    """The letter to one client. What it says is taken from the incident."""

    _name = "insurance.incident.letter"
    _description = "Letter about an incident"
    _order = "incident_id desc, id"
    _rec_name = "number"

    incident_id = fields.Many2one(
        "insurance.incident",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        "insurance.incident.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="incident_id.company_id")
    number = fields.Char(string="Archive number", compute="_compute_number")
    state = fields.Selection(
        LETTER_STATES, required=True, readonly=True, default="prepared", index=True
    )
    has_email = fields.Boolean(
        string="E-mail",
        compute="_compute_number",
        help="The client can be told by mail.",
    )
    told_on = fields.Datetime(readonly=True)
    told_by_id = fields.Many2one("res.users", string="Noted as told by", readonly=True)

    _line_unique = models.UniqueIndex("(line_id)", "This client has a letter already.")

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number, and whether there is an address
        for letter in self.sudo():
            archive = letter.archive_id
            letter.number = archive.number or self.env._("Not filed: %s", archive.id)
            letter.has_email = bool(archive.partner_id.email)

    def action_print(self):
        """Print the letters, and note it; each print is in the use log.

        :raise UserError: a drill, no approval by another officer, or no letter chosen
        """
        letters = self._leaving()
        letters._mark("printed", letters)
        report = self.env.ref("insurance_compliance.insurance_incident_report_letter")
        stated = {
            "insurance_purpose": PURPOSE,
            "insurance_purpose_text": ", ".join(letters.incident_id.mapped("name")),
        }
        return report.with_context(**stated).report_action(letters)

    def action_send(self):
        """Let the server send those by mail who have an address, in the background.

        :raise UserError: a drill, no approval by another officer, or no letter chosen
        """
        letters = self._leaving()
        incident = letters.incident_id.ensure_one()
        return incident._start_mails()

    def _leaving(self):
        """Return these letters, or say why none of them may leave."""
        if not self:
            raise UserError(self.env._("There is no letter to print or to send."))
        check_person(self.env)
        for incident in self.incident_id:
            incident._check_lead()
            incident._check_letters_leave()
        return self

    def _mark(self, state, letters):
        # superuser: exactly the mark; who may was asked before
        letters.sudo().filtered(lambda letter: letter.state == "prepared").write(
            {
                "state": state,
                "told_on": fields.Datetime.now(),
                "told_by_id": self.env.uid,
            }
        )
        for incident in letters.incident_id:
            count = len(letters.filtered(lambda one, i=incident: one.incident_id == i))
            incident._note("letters", self.env._("%s letters printed", count))

    def _client(self):
        """Return the contact to whom it is written: name and address alone."""
        self.ensure_one()
        # superuser: the letter goes to the client, who knows the own address
        return self.sudo().archive_id.partner_id

    def _address(self):
        """Return the postal address, without the name."""
        return self._client()._display_address(without_company=True).strip()

    def _may_leave(self):
        """Refuse the paper, too, where the letter may not leave."""
        self.ensure_one()
        self.incident_id._check_letters_leave()
        return True

    def _lang(self):
        return self._client().lang or self.env.company.partner_id.lang or "zh_CN"

    def _categories(self):
        """Return the kinds of this client's data that were concerned, in words."""
        # superuser: kinds of data are no secret
        line = self.sudo().line_id.with_context(lang=self._lang())
        return line.category_ids.sorted("sequence").mapped("name")
