from odoo import fields, models


class InsuranceAssessmentFinance(models.Model):
    """What a family has, as the client has told it: bands and round sums."""

    _name = "insurance.assessment.finance"
    _inherit = "insurance.assessment.detail"
    _description = "Means of a client, as assessed"
    _access_slices = ("basic", "financial")

    income_band = fields.Selection(
        lambda self: self.env["insurance.band"]._selection("income"),
        string="Income of the family",
        readonly=True,
    )
    asset_band = fields.Selection(
        lambda self: self.env["insurance.band"]._selection("asset"),
        string="Assets of the family",
        readonly=True,
    )
    debts = fields.Monetary(readonly=True, aggregator=None)
    savings = fields.Monetary(readonly=True, aggregator=None)
