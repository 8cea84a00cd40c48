from odoo import fields, models

CAUSES = [
    ("mismatch", "Product does not fit"),
    ("service", "Service"),
    ("price", "Price"),
    ("competitor", "Another insurer"),
    ("life", "Change in the client's life"),
    ("unknown", "Not known yet"),
]


class InsuranceChurnStrategy(models.Model):
    """What helps to keep clients who leave for this cause."""

    _name = "insurance.churn.strategy"
    _description = "Way to win a client back"
    _order = "cause, sequence, id"

    name = fields.Char(required=True, translate=True)
    cause = fields.Selection(CAUSES, required=True, index=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="Steps, in words for agents.")
    active = fields.Boolean(default=True)
