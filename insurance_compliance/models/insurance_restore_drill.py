import hashlib
import json
from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive import vault_process
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..person import check_person
from .insurance_retention_rule import MODULE

COMPLIANCE = f"{MODULE}.group_compliance"


class InsuranceRestoreDrill(models.Model):
    """A backup was restored for trial: what came back, how fast, and who has seen it.

    It comes out of the report of ``scripts/restore-drill``; a second person approves.
    """

    _name = "insurance.restore.drill"
    _inherit = "insurance.state.mixin"
    _description = "Restore drill"
    _order = "started desc, id desc"

    _initial_states = ("reported",)
    _transitions = {
        "reported": {
            "approved": Transition(groups=COMPLIANCE, check="_check_approve"),
            "rejected": Transition(
                reason=True, groups=COMPLIANCE, check="_check_second"
            ),
        },
    }

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    state = fields.Selection(
        [
            ("reported", "Reported"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
        default="reported",
        index=True,
        group_expand=True,
    )
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")], required=True, readonly=True
    )
    backup_id = fields.Many2one(
        "insurance.backup",
        string="Backup restored",
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    database = fields.Char(required=True, readonly=True)
    started = fields.Datetime(required=True, readonly=True)
    ended = fields.Datetime(required=True, readonly=True)
    point = fields.Datetime(string="Restored to", readonly=True)
    rto_seconds = fields.Float(
        string="Restored in (s)",
        readonly=True,
        aggregator="avg",
        help="From the beginning of the restore until all was looked through.",
    )
    rto_target = fields.Float(string="Allowed (s)", readonly=True, aggregator=None)
    rpo_seconds = fields.Float(
        string="Could be lost (s)",
        readonly=True,
        aggregator="avg",
        help="From a change until it was safe in the place of the backup.",
    )
    rpo_target = fields.Float(string="Loss allowed (s)", readonly=True, aggregator=None)
    in_time = fields.Boolean(
        compute="_compute_in_time", store=True, help="Both durations are allowed."
    )
    table_count = fields.Integer(string="Tables compared", readonly=True)
    row_count = fields.Float(
        string="Rows compared", readonly=True, digits=(20, 0), aggregator="sum"
    )
    file_count = fields.Integer(string="Files compared", readonly=True)
    difference_count = fields.Integer(string="Differences", readonly=True)
    check_ids = fields.One2many(
        "insurance.restore.drill.check", "drill_id", readonly=True
    )
    operator = fields.Char(
        readonly=True, help="The account of the server under which it was carried out."
    )
    user_id = fields.Many2one(
        "res.users", string="Carried out by", required=True, readonly=True
    )
    approver_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    approved_on = fields.Datetime(string="Decided on", readonly=True)
    report = fields.Text(readonly=True)
    report_hash = fields.Char(string="Hash of the report", readonly=True)
    signature = fields.Char(string="Signature of the server", readonly=True)

    _report_unique = models.UniqueIndex(
        "(report_hash)", "This report was imported already."
    )
    _approver_is_another = models.Constraint(
        "CHECK(approver_id <> user_id)",
        "A second person decides on a drill, not who has carried it out.",
    )

    @api.depends("rto_seconds", "rto_target", "rpo_seconds", "rpo_target")
    def _compute_in_time(self):
        for drill in self:
            drill.in_time = (
                drill.rto_seconds <= drill.rto_target
                and drill.rpo_seconds <= drill.rpo_target
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Import the report of the drill instead."))
        drills = super().create(vals_list)
        for drill in drills:
            drill.name = f"RD{drill.id:05d}"
        return drills

    def write(self, vals):
        if not self.env.su and vals.keys() - {"state", "state_reason"}:
            raise UserError(self.env._("The report of a drill stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        raise UserError(self.env._("The report of a drill stays as it is."))

    # --- the report

    @api.model
    def _take(self, report, content, backups, user):
        """Keep the report of a drill; superuser mode, out of the import alone.

        :param backups: the backups that the same file is about
        """
        if user._is_superuser():
            raise UserError(
                self.env._("Say who has carried out the drill: --user LOGIN.")
            )
        started, ended = _moment(report["started"]), _moment(report["ended"])
        lengths = report["rto_seconds"], report["rpo_seconds"]
        limit = fields.Datetime.add(fields.Datetime.now(), hours=1)
        # “not less” refuses what is no number, too
        if not all(length >= 0 for length in lengths) or not started <= ended <= limit:
            raise UserError(
                self.env._("The report speaks of a time that has not come yet.")
            )
        get = self.env["insurance.parameter"]._get
        checks = report["checks"]
        passed = bool(checks) and all(check["passed"] for check in checks)
        return self.create(
            {
                "result": "passed" if passed else "failed",
                "backup_id": backups.filtered(lambda one: one.kind == "full")[:1].id,
                "database": report["database"],
                "started": started,
                "ended": ended,
                "point": _moment(report["point"]),
                "rto_seconds": report["rto_seconds"],
                "rto_target": get("restore_rto_minutes") * 60,
                "rpo_seconds": report["rpo_seconds"],
                "rpo_target": get("restore_rpo_minutes") * 60,
                "table_count": report["tables"],
                "row_count": report["rows"],
                "file_count": report["files"],
                "difference_count": sum(not check["passed"] for check in checks),
                "check_ids": [
                    fields.Command.create(
                        {
                            "code": check["code"],
                            "passed": check["passed"],
                            "seconds": check.get("seconds", 0),
                            "found": check.get("found", ""),
                        }
                    )
                    for check in checks
                ],
                "operator": report.get("operator", ""),
                "user_id": user.id,
                "report": content.decode(),
                "report_hash": hashlib.sha256(content).hexdigest(),
            }
        )

    # --- the second person

    def action_approve(self):
        """Approve the drill, as another person than who has run it; it is signed."""
        for drill in self:
            drill.write({"state": "approved"})
        return True

    def action_reject(self):
        """Ask why the drill proves nothing; the report stays."""
        return self.with_context(target_state="rejected").action_change_state()

    def _check_second(self):
        if self.env.su:
            raise AccessError(self.env._("A person decides on a drill."))
        check_person(self.env)
        if self.env.user == self.user_id:
            raise UserError(
                self.env._("A second person decides: you have carried out the drill.")
            )

    def _check_approve(self):
        self._check_second()
        if self.result != "passed":
            raise UserError(
                self.env._(
                    "The drill has failed: mend what it has found and repeat it. This "
                    "one is rejected, with a reason."
                )
            )

    def _on_state(self, before):
        result = super()._on_state(before)
        for drill in self:
            # superuser: nobody names somebody else
            own = drill.sudo()
            own.write(
                {"approver_id": self.env.uid, "approved_on": fields.Datetime.now()}
            )
            own.signature = vault_process.keys(own.env).sign(own._statement()).hex()
        return result

    def _statement(self):
        """Return what the server signs."""
        self.ensure_one()
        statement = {
            "drill": self.name,
            "report": self.report_hash,
            "result": self.result,
            "state": self.state,
            "user": self.user_id.id,
            "approver": self.approver_id.id,
            "decided": fields.Datetime.to_string(self.approved_on),
        }
        return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()

    def _verify(self):
        """Tell whether report and decision still are what was signed."""
        self.ensure_one()
        digest = hashlib.sha256((self.report or "").encode()).hexdigest()
        held = vault_process.keys(self.env)
        return bool(
            self.signature
            and digest == self.report_hash
            and held.verify(self._statement(), bytes.fromhex(self.signature))
        )

    def action_verify(self):
        """Recount report and signature; return a message that says whether they fit.

        The signature is that of the keyring of this server (Ed25519).
        """
        self.ensure_one()
        self.check_access("read")
        fits = self.sudo()._verify()  # only whether it fits is told
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if fits else "danger",
                "sticky": not fits,
                "message": self.env._("Report and signature fit.")
                if fits
                else self.env._("Report and signature do not fit any more."),
            },
        }


def _moment(text):
    """Return a moment of the report in UTC, as Odoo keeps it."""
    found = datetime.fromisoformat(text)
    return found.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
