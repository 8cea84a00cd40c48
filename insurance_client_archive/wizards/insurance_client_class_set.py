from odoo import api, fields, models

from ..models.insurance_client_segment import DIMENSIONS


class InsuranceClientClassSet(models.TransientModel):
    """Set a class of a client by hand, and say why and until when."""

    _name = "insurance.client.class.set"
    _description = "Set class by hand"

    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        ondelete="cascade",
        context={"show_client_name": True},
    )
    dimension = fields.Selection(DIMENSIONS, required=True, default="value_tier")
    current = fields.Char(
        string="At present", compute="_compute_current", compute_sudo=False
    )
    segment_id = fields.Many2one(
        "insurance.client.segment",
        string="Class",
        required=True,
        ondelete="cascade",
        domain="[('dimension', '=', dimension)]",
    )
    reason = fields.Text(required=True)
    expires_on = fields.Date(
        string="Until",
        required=True,
        default=lambda self: self.env[
            "insurance.client.class.override"
        ]._latest_expiry(),
        help="The last day on which it counts; then the scorecard decides again.",
    )

    @api.depends("archive_id", "dimension")
    @api.depends_context("uid", "lang")
    def _compute_current(self):
        visible = self.archive_id._filtered_access("read")
        for wizard in self:
            archive = wizard.archive_id & visible
            code = archive and wizard.dimension and archive[wizard.dimension]
            labels = wizard.dimension and dict(
                archive._fields[wizard.dimension]._description_selection(self.env)
            )
            wizard.current = code and labels.get(code)

    @api.onchange("dimension")
    def _onchange_dimension(self):
        if self.segment_id.dimension != self.dimension:
            self.segment_id = False

    def action_set(self):
        self.ensure_one()
        self.archive_id.check_access("write")
        Override = self.env["insurance.client.class.override"]
        former = Override.search(
            [
                ("archive_id", "=", self.archive_id.id),
                ("dimension", "=", self.segment_id.dimension),
                ("state", "in", ("active", "expired")),
            ]
        )
        former.filtered(lambda override: override.state == "active").action_end()
        former.action_reviewed()
        # the index that allows one active setting must see the end of the former
        former.flush_recordset()
        Override.create(
            {
                "archive_id": self.archive_id.id,
                "segment_id": self.segment_id.id,
                "reason": self.reason,
                "expires_on": self.expires_on,
            }
        )
        return {"type": "ir.actions.act_window_close"}
