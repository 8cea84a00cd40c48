from odoo import api, fields, models
from odoo.exceptions import UserError

LETTER_STATES = [
    ("prepared", "Prepared"),
    ("printed", "Printed"),
    ("sent", "Sent by mail"),
]


class InsuranceIncidentArchive(models.Model):
    """An archive whose data were concerned. Names what, never a value."""

    _name = "insurance.incident.archive"
    _description = "Affected archive"
    _order = "incident_id desc, removed, use_count desc, id"
    _rec_name = "number"
    _log_access = False

    incident_id = fields.Many2one(
        "insurance.incident",
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
    number = fields.Char(string="Archive number", compute="_compute_number")
    company_id = fields.Many2one(related="incident_id.company_id")
    use_count = fields.Integer(string="Number of uses", readonly=True, aggregator="sum")
    first_use = fields.Datetime(readonly=True)
    last_use = fields.Datetime(readonly=True)
    source = fields.Selection(
        [("log", "Use log"), ("added", "Added by hand")],
        required=True,
        readonly=True,
        default="log",
    )
    category_ids = fields.Many2many(
        "insurance.data.category",
        "insurance_incident_archive_category_rel",
        "line_id",
        "category_id",
        string="Kinds of data",
        readonly=True,
    )
    removed = fields.Boolean(string="Not affected", readonly=True, default=False)
    reason = fields.Char(help="Why it was added by hand, or is not affected after all.")
    edited_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    letter_ids = fields.One2many("insurance.incident.letter", "line_id")
    letter_state = fields.Selection(
        LETTER_STATES, string="State of the letter", compute="_compute_letter_state"
    )

    _archive_unique = models.UniqueIndex("(incident_id, archive_id)")

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for line in self.sudo():
            archive = line.archive_id
            line.number = archive.number or self.env._("Not filed: %s", archive.id)

    @api.depends("letter_ids.state")
    def _compute_letter_state(self):
        for line in self:
            line.letter_state = line.letter_ids[:1].state

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"reason"}:
                raise UserError(self.env._("Take the steps by the buttons."))
            if any(not line.incident_id.is_open for line in self):
                raise UserError(
                    self.env._("The incident is over. Open it again first.")
                )
        return super().write(vals)

    def action_remove(self):
        """Say that the archive is not affected after all, and why."""
        self._decide(removed=True)

    def action_put_back(self):
        """Say that the archive is affected."""
        self._decide(removed=False)

    def _decide(self, removed):
        for line in self:
            incident = line.incident_id
            incident._check_lead()
            if not incident.is_open:
                raise UserError(
                    self.env._("The incident is over. Open it again first.")
                )
            if not (line.reason or "").strip():
                raise UserError(
                    self.env._("Write the reason into the row first: %s", line.number)
                )
            if removed and line.letter_ids.filtered("told_on"):
                raise UserError(
                    self.env._("%s: the letter has left already.", line.number)
                )
            # superuser: exactly the decision; who may take it was asked before
            line.sudo().write({"removed": removed, "edited_by_id": self.env.uid})
            if removed:
                line.sudo().letter_ids.unlink()
            word = "−" if removed else "+"
            incident._note("affected", f"{word} {line.number}: {line.reason}")
