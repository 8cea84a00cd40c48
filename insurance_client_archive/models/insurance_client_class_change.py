from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_client_segment import DIMENSIONS

REASONS = [
    ("score", "Scorecard"),
    ("override", "Set by hand"),
    ("expiry", "Setting by hand ended"),
    ("own_wish", "Not classified any more"),
]


class InsuranceClientClassChange(models.Model):
    """A client has moved from one class to another: when, why, by what points."""

    _name = "insurance.client.class.change"
    _inherit = ["insurance.archive.child"]
    _description = "Change of class"
    _order = "day desc, id desc"
    _rec_name = "archive_id"
    _log_access = False

    archive_id = fields.Many2one(ondelete="cascade", readonly=True)
    partner_id = fields.Many2one(index=False)
    day = fields.Date(required=True, readonly=True, index=True)
    dimension = fields.Selection(DIMENSIONS, required=True, readonly=True)
    old_code = fields.Char(string="Code before", readonly=True)
    new_code = fields.Char(string="Code after", readonly=True)
    old_segment_id = fields.Many2one(
        "insurance.client.segment", string="From", readonly=True, ondelete="restrict"
    )
    new_segment_id = fields.Many2one(
        "insurance.client.segment", string="To", readonly=True, ondelete="restrict"
    )
    points = fields.Integer(readonly=True, aggregator="avg")
    scorecard_id = fields.Many2one(
        "insurance.scorecard", readonly=True, ondelete="restrict"
    )
    factors = fields.Json(readonly=True)
    factor_text = fields.Char(string="Points per factor", compute="_compute_factors")
    reason = fields.Selection(REASONS, required=True, readonly=True, default="score")

    @api.depends("factors", "scorecard_id")
    @api.depends_context("lang")
    def _compute_factors(self):
        factors = {
            str(factor.id): factor for factor in self.scorecard_id.sudo().factor_ids
        }  # as superuser: what decided is explained to whoever sees the client
        for change in self:
            change.factor_text = " · ".join(
                f"{factors[key].feature_id.name}: {points:+d}"
                for key, points in (change.factors or {}).items()
                if key in factors and points
            )

    def write(self, vals):
        if self:
            raise UserError(self.env._("The history of classes can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of classes can't be deleted."))
