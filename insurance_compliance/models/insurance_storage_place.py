from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain


class InsuranceStoragePlace(models.Model):
    """Where archives, papers and backups lie, and how it is protected there."""

    _name = "insurance.storage.place"
    _description = "Storage place"
    _order = "tier, name"

    name = fields.Char(required=True)
    code = fields.Char(
        help="By this code reports of backups name the place, for example "
        "“main/repo1” for the first repository of pgbackrest's stanza “main”."
    )
    active = fields.Boolean(default=True)
    medium = fields.Selection(
        [
            ("san", "Storage network (SAN)"),
            ("nas", "Network storage (NAS)"),
            ("cloud", "Cloud"),
            ("disk", "Disk of the server"),
            ("offline", "Tape or removable disk"),
            ("paper", "Room for paper"),
        ],
        string="Storage medium",
        required=True,
        default="nas",
    )
    tier = fields.Selection(
        [
            ("original", "Originals in use"),
            ("archived", "Filed archives"),
            ("backup", "Backups"),
        ],
        required=True,
        default="backup",
    )
    offsite = fields.Boolean(
        string="Off-site",
        help="A fire, flood or theft at the main site does not reach it.",
    )
    address = fields.Char(help="Building and room, or region of the cloud.")
    responsible_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    encrypted = fields.Boolean(
        string="Encrypted at rest", help="Whatever is written there is encrypted."
    )
    fire_protection = fields.Char(help="For example a gas extinguishing system.")
    quake_protection = fields.Char(help="For example anchored shelves.")
    damp_protection = fields.Char(help="For example dehumidifiers, leak detectors.")
    dust_protection = fields.Char(help="For example filters, closed cabinets.")
    access_protection = fields.Char(help="Who gets in, and how that is recorded.")
    temperature_min = fields.Float(
        string="Lowest temperature (°C)",
        default=lambda self: self._parameter("storage_temperature_min"),
        aggregator=None,
    )
    temperature_max = fields.Float(
        string="Highest temperature (°C)",
        default=lambda self: self._parameter("storage_temperature_max"),
        aggregator=None,
    )
    humidity_min = fields.Float(
        string="Lowest humidity (%)",
        default=lambda self: self._parameter("storage_humidity_min"),
        aggregator=None,
    )
    humidity_max = fields.Float(
        string="Highest humidity (%)",
        default=lambda self: self._parameter("storage_humidity_max"),
        aggregator=None,
    )
    inspection_ids = fields.One2many("insurance.storage.inspection", "place_id")
    backup_ids = fields.One2many("insurance.backup", "place_id")
    backup_count = fields.Integer(string="Backups", compute="_compute_backup_count")
    last_inspection_on = fields.Datetime(
        string="Last inspected", compute="_compute_inspected", store=True
    )
    last_passed = fields.Boolean(
        string="Passed the last inspection", compute="_compute_inspected", store=True
    )
    inspection_due = fields.Date(compute="_compute_inspection_due")
    inspection_overdue = fields.Boolean(
        compute="_compute_inspection_due", search="_search_inspection_overdue"
    )

    _code_unique = models.UniqueIndex("(code)", "Another place has this code.")

    @api.model
    def _parameter(self, key):
        return self.env["insurance.parameter"]._get(key)

    @api.depends("backup_ids")
    def _compute_backup_count(self):
        counts = dict(
            self.env["insurance.backup"]._read_group(
                [("place_id", "in", self.ids), ("gone_on", "=", False)],
                ["place_id"],
                ["__count"],
            )
        )
        for place in self:
            place.backup_count = counts.get(place, 0)

    @api.depends("inspection_ids.date", "inspection_ids.passed")
    def _compute_inspected(self):
        for place in self:
            # of two in the same second the later one
            last = place.inspection_ids.sorted(
                lambda one: (one.date, one._origin.id or 0)
            )[-1:]
            place.last_inspection_on = last.date
            place.last_passed = last.passed

    @api.depends("last_inspection_on")
    def _compute_inspection_due(self):
        days = self._parameter("storage_inspection_days")
        today = fields.Date.context_today(self)
        for place in self:
            last = place.last_inspection_on
            place.inspection_due = fields.Date.add(
                last.date() if last else today, days=days if last else 0
            )
            place.inspection_overdue = not last or place.inspection_due < today

    def _search_inspection_overdue(self, operator, value):
        days = self._parameter("storage_inspection_days")
        fresh = Domain("last_inspection_on", ">=", f"today -{days}d")
        return flag_domain(operator, value, ~fresh)

    def action_open_backups(self):
        """List the backups that lie in this place."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_backup_action"
            ),
            "domain": [("place_id", "=", self.id)],
            "context": {},
        }

    @api.model
    def _cron_remind(self):
        """Remind those responsible of places that are to be inspected."""
        kind = self.env.ref("insurance_compliance.mail_activity_type_storage")
        for place in self.search([("inspection_overdue", "=", True)]):
            if place.responsible_id:
                kind._remind_user(place.responsible_id, fields.Date.today())
