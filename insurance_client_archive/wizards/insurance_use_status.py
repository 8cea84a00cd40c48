import datetime
import json

from odoo import api, fields, models
from odoo.tools import SQL

from .. import use_log_anchor, use_log_epoch
from ..models.insurance_use_check import LEVELS

MODULE = "insurance_client_archive"


class InsuranceUseStatus(models.TransientModel):
    """Is the use log whole, and how well is it protected?"""

    _name = "insurance.use.status"
    _description = "State of the use log"

    check_id = fields.Many2one(
        "insurance.use.check", string="Last finished verification", readonly=True
    )
    check_date = fields.Datetime(
        related="check_id.date_end", string="Last verification"
    )
    check_state = fields.Selection(related="check_id.state", string="Result")
    misfit = fields.Selection(related="check_id.misfit")
    misfit_place = fields.Char(related="check_id.misfit_place")
    overdue = fields.Boolean(readonly=True)
    level = fields.Selection(LEVELS, string="Protection", readonly=True)
    level_help = fields.Char(string="For the next level", compute="_compute_level_help")
    epoch_id = fields.Many2one(
        "insurance.use.epoch", string="Last epoch", readonly=True
    )
    epoch_date = fields.Datetime(related="epoch_id.date", string="Last sealed")
    epoch_hash = fields.Char(related="epoch_id.hash_text", string="Hash")
    unsealed_count = fields.Integer(string="Not sealed yet", readonly=True)
    anchor_text = fields.Char(string="Kept outside", readonly=True)
    cron_off = fields.Char(string="Switched off", readonly=True)
    cron_late = fields.Char(string="Late or failing", readonly=True)

    def _compute_display_name(self):
        self.display_name = self.env._("Verification of the log")

    @api.depends("level")
    def _compute_level_help(self):
        steps = {
            "a": self.env._(
                "Give the tables to a role of their own: security/use_log_owner.sql. "
                "Odoo's own role must not be a superuser."
            ),
            "b": self.env._(
                "Name a file on another machine as use_log_anchor in the server's "
                "configuration, or give the compliance officers mail addresses."
            ),
            "c": self.env._("Keep the keys in a key management service."),
        }
        for status in self:
            status.level_help = steps.get(status.level, False)

    @api.model
    def default_get(self, fields):
        return {**super().default_get(fields), **self._state()}

    @api.model
    def _state(self):
        check = self.env["insurance.use.check"].search(
            [("state", "in", ("ok", "misfit"))], limit=1
        )
        hours = self.env["insurance.parameter"]._get("use_log_check_hours")
        due = fields.Datetime.now() - datetime.timedelta(hours=hours)
        off, late = self.env["ir.cron"]._insurance_stopped()
        unsealed = SQL(
            "SELECT count(*) FROM insurance_use_log log WHERE date > %s"
            " AND NOT EXISTS (SELECT FROM insurance_use_leaf WHERE log_id = log.id)",
            fields.Datetime.now() - datetime.timedelta(days=2),
        )
        return {
            "check_id": check.id,
            "overdue": not check or check.date_end < due,
            "level": self.env["insurance.use.check"]._level(),
            "epoch_id": self.env["insurance.use.epoch"].search([], limit=1).id,
            "unsealed_count": self.env.execute_query(unsealed)[0][0],
            "anchor_text": self._anchor_text(),
            "cron_off": ", ".join(off.mapped("name")),
            "cron_late": ", ".join(late.mapped("name")),
        }

    @api.model
    def _anchor_text(self):
        outside = [
            anchor.name
            for anchor in use_log_anchor.anchors(self.env.cr.dbname)
            if getattr(anchor, "outside", True)
        ]
        # the number of the epoch that was mailed last
        mailed = (
            self.env["ir.config_parameter"].sudo().get_param(f"{MODULE}.use_log_mailed")
        )
        if mailed:
            outside.append(self.env._("mail (epoch %s)", mailed))
        return ", ".join(outside) or self.env._("in the data directory only")

    def action_verify(self):
        return self.env["insurance.use.check"].action_verify()


class InsuranceUseProof(models.TransientModel):
    """What shows to a third party that a record stands in a signed epoch."""

    _name = "insurance.use.proof"
    _description = "Proof of a record"

    log_id = fields.Many2one("insurance.use.log", string="Record", readonly=True)
    holds = fields.Boolean(string="The proof holds", readonly=True)
    epoch_id = fields.Many2one("insurance.use.epoch", readonly=True)
    content = fields.Text(readonly=True)

    @api.model
    def _of(self, event):
        """Return the proof of an event of the log, or nothing before it is sealed."""
        with use_log_epoch.open_cursor(self.env.cr.dbname) as cr:
            proof = use_log_epoch.proof(cr, event.id)
        if not proof:
            return self.browse()
        plain = {
            name: value.hex() if isinstance(value, bytes) else value
            for name, value in proof.items()
            if name not in ("path", "date")
        }
        plain["path"] = [sibling.hex() for sibling in proof["path"]]
        plain["date"] = proof["date"].isoformat()
        return self.create(
            {
                "log_id": event.id,
                "holds": proof["holds"],
                "epoch_id": proof["epoch"],
                "content": json.dumps(plain, indent=2, sort_keys=True),
            }
        )
