from odoo import api, fields, models

from odoo.addons.insurance_client_archive.models.insurance_use_log import ACTIONS


class InsuranceAccessClose(models.TransientModel):
    """The user confirms what was used, and that no copies are left."""

    _name = "insurance.access.close"
    _description = "Confirm the use of client archives"

    request_id = fields.Many2one(
        "insurance.access.request", required=True, readonly=True, ondelete="cascade"
    )
    recorded = fields.Text(
        string="On record", compute="_compute_recorded", help="Out of the use log."
    )
    use_text = fields.Text(string="What I have used it for", required=True)
    copies = fields.Selection(
        [
            ("none", "No copies were made"),
            ("returned", "Copies were given back"),
            ("destroyed", "Copies were destroyed"),
        ],
        required=True,
    )
    copies_text = fields.Text(string="Which copies")
    confirmed = fields.Boolean(string="I confirm that this is complete and true.")
    runs = fields.Boolean(string="Grant runs on", compute="_compute_recorded")

    @api.depends("request_id")
    @api.depends_context("lang")
    def _compute_recorded(self):
        labels = dict(
            self.env["insurance.use.log"]
            ._fields["action"]
            ._description_selection(self.env)
        )
        for wizard in self:
            request = wizard.request_id
            wizard.runs = request._grant_runs()
            counts = request._recorded_uses()
            wizard.recorded = ", ".join(
                f"{labels[action]} × {counts[action]}"
                for action, _label in ACTIONS
                if action in counts
            ) or self.env._("no use of sealed values or papers")

    def action_confirm(self):
        self.ensure_one()
        self.request_id._close(
            self.confirmed and self.use_text, self.copies, self.copies_text
        )
        return {"type": "ir.actions.act_window_close"}
