from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.base.models.res_users import check_identity

from .. import vault_report
from ..models.insurance_vault_check import KIND as CHECK
from ..models.insurance_vault_master import utc

MODULE = "insurance_client_archive"
ROTATION = "rotate_master"
#: fields that hold what the report says under another name
COUNTS = {
    "live_count": "live",
    "retiring_count": "retiring",
    "broken_count": "broken",
    "destroyed_count": "destroyed",
}


class InsuranceVaultOverview(models.TransientModel):
    """Are the keys in order? Shown to administrators; holds nothing itself."""

    _name = "insurance.vault.overview"
    _description = "State of the keys"

    state = fields.Selection(
        [("open", "Unlocked"), ("empty", "Nothing sealed yet"), ("locked", "Locked")],
        string="Vault",
        compute="_compute_report",
    )
    message = fields.Char(compute="_compute_report")
    advice = fields.Char(string="What to do", compute="_compute_report")
    provider = fields.Char(compute="_compute_report")
    is_file = fields.Boolean(string="Is file", compute="_compute_report")
    development = fields.Boolean(compute="_compute_report")
    path = fields.Char(string="Keyring", compute="_compute_report")
    mode = fields.Char(string="Permissions", compute="_compute_report")
    created = fields.Datetime(string="Made", compute="_compute_report")
    cipher = fields.Char(compute="_compute_report")
    backup_date = fields.Datetime(string="Backup confirmed", compute="_compute_report")
    backup_user_id = fields.Many2one(
        "res.users", string="Confirmed by", compute="_compute_backup_user_id"
    )
    master_version = fields.Integer(string="Master key", compute="_compute_report")
    master_days = fields.Integer(string="Age in days", compute="_compute_report")
    master_due = fields.Boolean(string="Master due", compute="_compute_report")
    live_count = fields.Integer(string="Data keys in use", compute="_compute_report")
    retiring_count = fields.Integer(
        string="Data keys being replaced", compute="_compute_report"
    )
    broken_count = fields.Integer(
        string="Unreadable data keys", compute="_compute_report"
    )
    destroyed_count = fields.Integer(
        string="Destroyed data keys", compute="_compute_report"
    )
    fingerprints = fields.Char(
        string="Fingerprints of the other keys", compute="_compute_report"
    )
    master_ids = fields.Many2many(
        "insurance.vault.master",
        string="Versions of the master key",
        compute="_compute_master_ids",
    )
    ledger_state = fields.Selection(
        [
            ("empty", "No entries yet"),
            ("current", "In order"),
            ("wrong", "Not usable"),
        ],
        string="Destruction ledger",
        compute="_compute_report",
    )
    ledger_path = fields.Char(string="Place", compute="_compute_report")
    ledger_outside = fields.Boolean(string="Ledger outside", compute="_compute_report")
    ledger_entries = fields.Integer(string="Entries", compute="_compute_report")
    ledger_head = fields.Char(
        string="Hash of the last entry", compute="_compute_report"
    )
    ledger_replayed = fields.Datetime(
        string="Last carried out again",
        compute="_compute_report",
        help="When destroyed keys that a restored backup had brought back were "
        "destroyed again.",
    )
    rotation_id = fields.Many2one(
        "insurance.sweep",
        string="Change of the master key",
        compute="_compute_sweeps",
    )
    rotation_state = fields.Selection(
        related="rotation_id.state", string="State of the change"
    )
    rotation_progress = fields.Float(
        related="rotation_id.progress", string="Progress of the change"
    )
    check_id = fields.Many2one(
        "insurance.sweep", string="Last check", compute="_compute_sweeps"
    )
    check_state = fields.Selection(
        related="check_id.state", string="State of the check"
    )
    check_progress = fields.Float(
        related="check_id.progress", string="Progress of the check"
    )
    check_errors = fields.Integer(
        related="check_id.error_count", string="Damaged archives"
    )
    is_working = fields.Boolean(string="Is working", compute="_compute_sweeps")
    two_factor = fields.Boolean(
        string="Two-factor authentication", compute="_compute_two_factor"
    )
    without_two_factor_count = fields.Integer(
        string="Users without", compute="_compute_two_factor"
    )

    def _compute_display_name(self):
        self.display_name = self.env._("Keys")

    @api.model
    def action_open(self):
        """Show how the keys are."""
        overview = self.create({})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Keys"),
            "res_model": self._name,
            "res_id": overview.id,
            "view_mode": "form",
            "target": "current",
        }

    @api.depends_context("lang")
    def _compute_report(self):
        known = vault_report.report(self.env)
        ledger, keys = known["ledger"], known["keys"]
        active = [row for row in known["masters"] if row["state"] == "active"]
        days = active and active[0]["days"] or 0
        wrong = ledger["state"] not in ("empty", "current")
        values = {
            "state": known["state"],
            "message": known.get("message"),
            "advice": known["advice"],
            "provider": known["provider"],
            "is_file": known["provider"] == "file",
            "development": known["development"],
            "path": known["path"],
            "mode": known["mode"],
            "created": utc(known.get("created")),
            "cipher": (known.get("cipher") or "").upper(),
            "backup_date": utc(known.get("backup_confirmed")),
            "master_version": known.get("active_version"),
            "master_days": days,
            "master_due": days > self._parameter("vault_master_days"),
            **{name: keys.get(state, 0) for name, state in COUNTS.items()},
            "fingerprints": " · ".join(
                f"{name} {value}" for name, value in known["fingerprints"].items()
            ),
            "ledger_state": "wrong" if wrong else ledger["state"],
            "ledger_path": ledger.get("path"),
            "ledger_outside": ledger.get("outside"),
            "ledger_entries": ledger["entries"],
            "ledger_head": ledger.get("head"),
            "ledger_replayed": utc(ledger.get("replayed")),
        }
        for overview in self:
            overview.update(values)

    def _parameter(self, key):
        return self.env["insurance.parameter"]._get(key)

    def _compute_backup_user_id(self):
        # whose confirmation it was is no client's secret; the log itself stays closed
        log = self.env["insurance.use.log"].sudo()
        domain = Domain("action", "=", "key") & Domain("content", "=", "confirm_backup")
        use = log.search(domain, limit=1)
        for overview in self:
            overview.backup_user_id = overview.backup_date and use.user_id

    def _compute_master_ids(self):
        masters = self.env["insurance.vault.master"].search([("version", ">=", 0)])
        for overview in self:
            overview.master_ids = masters

    def _compute_sweeps(self):
        sweeps = self.env["insurance.sweep"]
        last = {
            kind: sweeps.search([("kind", "=", kind)], limit=1)
            for kind in (ROTATION, CHECK)
        }
        running = any(sweep.state == "running" for sweep in last.values())
        for overview in self:
            overview.rotation_id = last[ROTATION]
            overview.check_id = last[CHECK]
            overview.is_working = running

    def _compute_two_factor(self):
        demanded = self._parameter("vault_two_factor")
        count = len(self._users_without())
        for overview in self:
            overview.two_factor = demanded
            overview.without_two_factor_count = count

    def _users_without(self):
        """Return the users of archives who have no two-factor authentication."""
        group = self.env.ref(f"{MODULE}.group_agent")
        users = group.all_user_ids.filtered("active")
        # whether somebody uses it, not the secret
        return users.filtered(lambda user: not user.sudo()._mfa_type())

    # --- what administrators do

    def action_confirm_backup(self):
        """Note that a copy of the keyring lies in a safe place."""
        self.check_access("read")
        self.env["insurance.vault.key"]._confirm_backup()
        return True

    @check_identity
    def action_rotate(self):
        """Prepare a new master key or, after its backup, change to it."""
        self.check_access("read")
        sweep = self.env["insurance.vault.key"]._rotate_master()
        if sweep.state == "draft":
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return sweep.action_open()

    def action_check(self):
        """Try in the background to open everything that is sealed."""
        self.check_access("read")
        return self.env["insurance.sweep"]._start(CHECK).action_open()

    @check_identity
    def action_two_factor(self):
        """Demand two-factor authentication for sealed values, or no longer."""
        self.check_access("read")
        domain = [("key", "=", "vault_two_factor")]
        parameter = self.env["insurance.parameter"].search(domain)
        parameter.value = str(not self._parameter("vault_two_factor"))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_users_without(self):
        """Show who has to set up two-factor authentication."""
        self.check_access("read")
        domain = [("id", "in", self._users_without().ids)]
        return {
            "type": "ir.actions.act_window",
            "domain": domain,
            "name": self.env._("Users without two-factor authentication"),
            "res_model": "res.users",
            "view_mode": "list,form",
        }

    def action_masters(self):
        """Show the data keys of each master key as a graph."""
        self.check_access("read")
        return self.env["ir.actions.act_window"]._for_xml_id(
            f"{MODULE}.insurance_vault_master_action"
        )
