from odoo import fields, models


class InsuranceSweepItem(models.Model):
    """A row on which bulk work failed."""

    _name = "insurance.sweep.item"
    _description = "Failed row of bulk work"
    _order = "sweep_id desc, res_id"
    _rec_name = "res_id"

    sweep_id = fields.Many2one(
        "insurance.sweep",
        string="Work",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    kind = fields.Selection(related="sweep_id.kind", store=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    attempts = fields.Integer(string="Tries", readonly=True, aggregator=None)
    state = fields.Selection(
        [("waiting", "Will be tried again"), ("aside", "Set aside")],
        required=True,
        readonly=True,
        default="waiting",
    )
    settled = fields.Boolean(
        readonly=True, help="The work itself has marked the record as unusable."
    )
    message = fields.Char(string="Error message", readonly=True)
    write_date = fields.Datetime(string="Last try", readonly=True)

    _record_unique = models.UniqueIndex(
        "(sweep_id, res_id)", "A record fails once in a sweep."
    )

    def action_retry(self):
        """Try these rows again."""
        for sweep, items in self.grouped("sweep_id").items():
            sweep._check_allowed()
            sweep._retry(items)
        return True

    def action_open_record(self):
        """Open the record, if the user may."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
