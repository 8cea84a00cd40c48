from odoo import api, fields, models
from odoo.exceptions import UserError

EVENTS = [
    ("submitted", "Submitted"),
    ("taken_back", "Taken back"),
    ("reviewed", "Confidentiality reviewed"),
    ("approved", "Permitted"),
    ("refused", "Refused"),
    ("delivered", "Delivered"),
    ("password", "Password shown"),
    ("undertaking", "Undertaking accepted"),
    ("download", "Downloaded"),
    ("receipt", "Receipt acknowledged"),
    ("ended", "Ended"),
]


class InsuranceShareEvent(models.Model):
    """What happened to a share or an agreement: append only."""

    _name = "insurance.share.event"
    _description = "Event of a share"
    _order = "id desc"
    _log_access = False
    _rec_name = "event"

    share_id = fields.Many2one(
        "insurance.share", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    agreement_id = fields.Many2one(
        "insurance.share.agreement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date = fields.Datetime(
        string="When", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one("res.users", string="Who", required=True, readonly=True)
    event = fields.Selection(EVENTS, string="What", required=True, readonly=True)
    note = fields.Char(readonly=True)
    digest = fields.Char(
        string="SHA-256", readonly=True, help="Of the file or text of this event."
    )

    _one_subject = models.Constraint(
        "CHECK((share_id IS NULL) <> (agreement_id IS NULL))",
        "An event belongs to a share or to an agreement.",
    )

    def write(self, vals):
        if self:
            raise UserError(self.env._("What happened can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("What happened can't be deleted."))

    @api.model
    def _append(self, records, event, note="", digest=""):
        """Note an event of each share or agreement, in the current user's name."""
        link = "share_id" if records._name == "insurance.share" else "agreement_id"
        # nobody may write history; who did it stays the caller
        return self.sudo().create(
            [
                {
                    link: record.id,
                    "user_id": self.env.uid,
                    "event": event,
                    "note": note,
                    "digest": digest,
                }
                for record in records
            ]
        )
