from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("opened", "Incident opened"),
    ("detected", "Detected"),
    ("changed", "Changed"),
    ("state", "State"),
    ("suspended", "User suspended"),
    ("lifted", "Suspension lifted"),
    ("revoked", "Grants revoked"),
    ("recalled", "Shares recalled"),
    ("locked", "Vault locked"),
    ("unlock_asked", "Unlocking proposed"),
    ("vault_unlocked", "Vault unlocked"),
    ("affected", "Affected archives"),
    ("decision", "Decision on the persons"),
    ("letters", "Letters"),
    ("told", "Report made"),
    ("needless", "Report not needed"),
    ("measure", "Measure handed over"),
    ("note", "Note"),
]


class InsuranceIncidentEvent(models.Model):
    """What was done in an incident, by whom and when. Append only."""

    _name = "insurance.incident.event"
    _description = "Step of an incident"
    _order = "date, id"
    _rec_name = "kind"
    _log_access = False

    incident_id = fields.Many2one(
        "insurance.incident",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Datetime(string="When", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        readonly=True,
        ondelete="restrict",
        help="Empty: the server.",
    )
    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    detail = fields.Char(readonly=True)

    @api.model
    def _append(self, incidents, kind, detail=""):
        user = self.env.user
        server = user == self.env.ref("base.user_root")
        # superuser: nobody writes these by hand
        self.sudo().create(
            [
                {
                    "incident_id": incident.id,
                    "date": fields.Datetime.now(),
                    "user_id": False if server else user.id,
                    "kind": kind,
                    "detail": detail or False,
                }
                for incident in incidents
            ]
        )

    def write(self, vals):
        if self:
            raise UserError(self.env._("What has happened stays on record."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("What has happened stays on record."))
