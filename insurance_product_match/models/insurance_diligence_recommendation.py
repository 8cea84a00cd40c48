from odoo import api, fields, models


class InsuranceDiligence(models.Model):
    """Analyses and rounds that belong to one recommendation."""

    _inherit = "insurance.diligence"

    recommendation_id = fields.Many2one(
        "insurance.recommendation",
        index="btree_not_null",
        ondelete="cascade",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("recommendation_id"):
                self._belong(vals)
        return super().create(vals_list)

    @api.model
    def _belong(self, vals):
        """Say whose archive it is; only whoever advises writes it."""
        recommendation = self.env["insurance.recommendation"].browse(
            vals["recommendation_id"]
        )
        recommendation.check_access("write")
        recommendation._check_open({"opinion": ""})
        vals["archive_id"] = recommendation.archive_id.id
