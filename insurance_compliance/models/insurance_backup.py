from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..backup_guard import install_guard

YES_NO = [("yes", "Yes"), ("no", "No"), ("unknown", "Not stated")]


class InsuranceBackup(models.Model):
    """The ledger of backups: what their tools have reported, never what somebody typed.

    Rows stay as they came; only when a backup was verified or is gone is added later,
    once, out of another report.
    """

    _name = "insurance.backup"
    _description = "Backup"
    _order = "stopped desc, id desc"
    _rec_name = "label"

    label = fields.Char(required=True, readonly=True, help="As the tool names it.")
    kind = fields.Selection(
        [("full", "Full"), ("incremental", "Incremental")],
        required=True,
        readonly=True,
        help="The archive of the write-ahead log counts as incremental: with it the "
        "last full backup is brought to any later moment.",
    )
    tool = fields.Char(required=True, readonly=True)
    place_id = fields.Many2one(
        "insurance.storage.place",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    offsite = fields.Boolean(related="place_id.offsite", store=True)
    medium = fields.Selection(related="place_id.medium")
    started = fields.Datetime(required=True, readonly=True)
    stopped = fields.Datetime(string="Finished", required=True, readonly=True)
    minutes = fields.Float(
        string="Took (minutes)", compute="_compute_minutes", store=True
    )
    size = fields.Float(
        string="Size (bytes)", readonly=True, digits=(20, 0), aggregator="sum"
    )
    size_mb = fields.Float(
        string="Size (MB)", compute="_compute_size_mb", store=True, digits=(16, 1)
    )
    lsn_start = fields.Char(string="From place in the log", readonly=True)
    lsn_stop = fields.Char(string="To place in the log", readonly=True)
    wal_start = fields.Char(string="First file of the log", readonly=True)
    wal_stop = fields.Char(string="Last file of the log", readonly=True)
    system_id = fields.Char(string="Database system", readonly=True)
    checksum = fields.Char(string="Checksum of the manifest", readonly=True)
    failed = fields.Boolean(
        readonly=True, help="The tool has reported an error, or does not recognise it."
    )
    verified_on = fields.Datetime(readonly=True)
    verification = fields.Text(readonly=True, help="What the tool has said.")
    encrypted = fields.Selection(YES_NO, required=True, readonly=True)
    with_filestore = fields.Selection(
        YES_NO, string="With the files", required=True, readonly=True
    )
    with_ledger = fields.Selection(
        YES_NO, string="With the destruction ledger", required=True, readonly=True
    )
    with_keyring = fields.Selection(
        YES_NO,
        string="With the keyring",
        required=True,
        readonly=True,
        help="The keyring belongs elsewhere: who has both can open everything.",
    )
    gone_on = fields.Datetime(
        readonly=True, help="A later report of the same place does not list it."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Report handed in by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    report_hash = fields.Char(
        string="Hash of the report", readonly=True, help="SHA-256 of the file read."
    )
    drill_ids = fields.One2many("insurance.restore.drill", "backup_id")

    _label_unique = models.UniqueIndex("(place_id, label)")

    def init(self):
        result = super().init()
        install_guard(self.env.cr)
        return result

    @api.depends("started", "stopped")
    def _compute_minutes(self):
        for backup in self:
            backup.minutes = (backup.stopped - backup.started).total_seconds() / 60

    @api.depends("size")
    def _compute_size_mb(self):
        for backup in self:
            backup.size_mb = backup.size / 1_000_000

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Import the report of the tool instead."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("What a tool has reported stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        raise UserError(self.env._("What a tool has reported stays as it is."))

    @api.model
    def _good_domain(self):
        """Return which backups can be relied on: without error, and still there."""
        return Domain("failed", "=", False) & Domain("gone_on", "=", False)

    @api.model
    def _overdue(self):
        """Return {kind: {"last", "days", "overdue"}} for full … and the drill."""
        return {
            duty.key: {
                "last": duty.last_on or None,
                "days": duty.days,
                "overdue": duty.overdue,
            }
            for duty in self.env["insurance.backup.duty"].search([])
        }
