from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: what is looked at, each good or not
LOOKED_AT = ("fire_ok", "quake_ok", "damp_ok", "dust_ok", "access_ok")


class InsuranceStorageInspection(models.Model):
    """What somebody has found at a storage place. It stays as it was written."""

    _name = "insurance.storage.inspection"
    _description = "Inspection of a storage place"
    _order = "date desc, id desc"
    _rec_name = "place_id"

    place_id = fields.Many2one(
        "insurance.storage.place", required=True, index=True, ondelete="restrict"
    )
    date = fields.Datetime(
        string="Inspected on",
        required=True,
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Inspected by",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    temperature = fields.Float(string="Temperature (°C)", aggregator="avg")
    humidity = fields.Float(string="Humidity (%)", aggregator="avg")
    fire_ok = fields.Boolean(string="Fire protection in order")
    quake_ok = fields.Boolean(string="Quake protection in order")
    damp_ok = fields.Boolean(string="No damp, no pests")
    dust_ok = fields.Boolean(string="No dust")
    access_ok = fields.Boolean(string="Access recorded, doors closed")
    climate_ok = fields.Boolean(
        string="Climate in range", compute="_compute_passed", store=True
    )
    passed = fields.Boolean(compute="_compute_passed", store=True)
    note = fields.Text(string="Findings")

    @api.depends("temperature", "humidity", *LOOKED_AT)
    def _compute_passed(self):
        for inspection in self:
            place = inspection.place_id
            inspection.climate_ok = (
                place.temperature_min <= inspection.temperature <= place.temperature_max
                and place.humidity_min <= inspection.humidity <= place.humidity_max
            )
            inspection.passed = inspection.climate_ok and all(
                inspection[name] for name in LOOKED_AT
            )

    @api.constrains("temperature", "humidity")
    def _check_measured(self):
        for inspection in self:
            if not (
                -50 <= inspection.temperature <= 80 and 0 < inspection.humidity <= 100
            ):
                raise ValidationError(
                    self.env._("Enter what the instruments show: °C and percent.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # who and when: never what the client of the call says
            for vals in vals_list:
                vals |= {"user_id": self.env.uid, "date": fields.Datetime.now()}
        inspections = super().create(vals_list)
        for inspection in inspections:
            if not inspection.passed and not (inspection.note or "").strip():
                raise ValidationError(
                    self.env._(
                        "Something is not in order at “%s”: write what was found.",
                        inspection.place_id.display_name,
                    )
                )
        return inspections

    def write(self, vals):
        if not self.env.su:
            raise UserError(
                self.env._("An inspection stays as it was written. Add another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_written(self):
        raise UserError(self.env._("Inspections are kept."))
