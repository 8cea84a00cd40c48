from odoo import api, fields, models

from .insurance_handover_work import KINDS


class InsuranceHandoverMove(models.Model):
    """One record that passed to somebody else, so that it can be given back."""

    _name = "insurance.handover.move"
    _description = "Record handed over"
    _order = "id"
    _log_access = False

    handover_id = fields.Many2one(
        "insurance.handover", required=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "insurance.handover.line",
        string="Client",
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(KINDS, required=True)
    res_id = fields.Integer(string="Number of the record", aggregator=None)
    from_id = fields.Many2one("res.users")
    to_id = fields.Many2one("res.users")

    @api.depends("kind", "res_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for move in self:
            move.display_name = f"{kinds[move.kind]} {move.res_id}"
