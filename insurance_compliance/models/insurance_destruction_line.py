from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: what the archivist decides for a single archive while the list is made
DECIDED = frozenset({"decision", "keep_reason", "kept_until"})


class InsuranceDestructionLine(models.Model):
    """One archive on the list: destroy it, or keep it longer, and why."""

    _name = "insurance.destruction.line"
    _description = "Archive on a list of destruction"
    _order = "destruction_id desc, until, id"
    _rec_name = "number"

    destruction_id = fields.Many2one(
        "insurance.destruction",
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
    number = fields.Char(string="Archive number", readonly=True)
    until = fields.Date(string="Kept until", readonly=True)
    rule_id = fields.Many2one(
        "insurance.retention.rule",
        string="Deciding rule",
        readonly=True,
        ondelete="restrict",
    )
    has_paper = fields.Boolean(string="Paper file", readonly=True)
    decision = fields.Selection(
        [("destroy", "Destroy"), ("keep", "Keep longer")],
        required=True,
        default="destroy",
    )
    keep_reason = fields.Char(string="Why it is kept")
    kept_until = fields.Date(string="Keep until", help="The new last day.")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("done", "Destroyed"),
            ("kept", "Not destroyed"),
        ],
        required=True,
        readonly=True,
        default="planned",
        index=True,
    )
    message = fields.Char(string="Why not", readonly=True)
    done_on = fields.Datetime(string="Destroyed on", readonly=True)
    row_count = fields.Integer(string="Records deleted", readonly=True)
    contact_kept = fields.Boolean(
        readonly=True, help="Other records need the contact: it stays, without archive."
    )
    run_state = fields.Selection(
        related="destruction_id.state", string="State of the run"
    )

    _archive_unique = models.UniqueIndex("(destruction_id, archive_id)")
    _once = models.UniqueIndex(
        "(archive_id) WHERE state = 'done'", "An archive is destroyed once."
    )

    @api.constrains("decision", "keep_reason", "kept_until")
    def _check_kept(self):
        today = fields.Date.context_today(self)
        for line in self:
            if line.decision != "keep":
                continue
            if not (line.keep_reason or "").strip() or not line.kept_until:
                raise ValidationError(
                    self.env._("Say until when the archive is kept, and why.")
                )
            if line.state == "planned" and line.kept_until < today:
                raise ValidationError(self.env._("Keep it until a day to come."))

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - DECIDED:
                raise UserError(self.env._("The server fills this in by itself."))
            if any(line.destruction_id.state != "draft" for line in self):
                raise UserError(
                    self.env._("The list was handed in: it stays as it is.")
                )
        return super().write(vals)
