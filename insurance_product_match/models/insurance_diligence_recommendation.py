from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_diligence import OF_CLIENT


class InsuranceDiligence(models.Model):
    """Analyses and rounds that belong to one recommendation."""

    _inherit = "insurance.diligence"

    recommendation_id = fields.Many2one(
        "insurance.recommendation",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("recommendation_id"):
                self._of_recommendation(vals)
        return super().create(vals_list)

    @api.model
    def _of_recommendation(self, vals):
        """Say whose case it is; only whoever may change the advice writes it."""
        recommendation = self.env["insurance.recommendation"].browse(
            vals["recommendation_id"]
        )
        recommendation.check_access("write")
        recommendation._check_open({"opinion"})
        if vals.get("kind") in OF_CLIENT:
            vals["archive_id"] = recommendation.archive_id.id

    def _compared_with(self):
        domain = Domain(super()._compared_with())
        if self.recommendation_id:
            # one text for all products of an advice is one analysis
            same = Domain("recommendation_id", "=", self.recommendation_id.id)
            domain |= same & Domain("id", "!=", self.id)
        return domain
