from odoo import models


class InsuranceFeedback(models.Model):
    """The answer to a client holds no words that mislead."""

    _name = "insurance.feedback"
    _inherit = ["insurance.feedback", "insurance.wording.mixin"]

    _wording_shown = ("answer",)
