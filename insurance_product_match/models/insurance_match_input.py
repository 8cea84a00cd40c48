from odoo import fields, models


class InsuranceMatchInput(models.Model):
    """What the engine knew of the client: it tells of means, health and cover."""

    _name = "insurance.match.input"
    _inherit = ["insurance.archive.child"]
    _description = "What a match was made of"
    _access_slices = ("basic", "financial", "health")

    match_id = fields.Many2one(
        "insurance.match", required=True, readonly=True, index=True, ondelete="cascade"
    )
    facts = fields.Json(readonly=True)
    text = fields.Text(string="Inputs", compute="_compute_text", compute_sudo=False)

    def _compute_text(self):
        for record in self:
            facts = record.facts or {}
            record.text = "\n".join(f"{name}: {facts[name]}" for name in sorted(facts))
