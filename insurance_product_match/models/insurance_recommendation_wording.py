from odoo import models


class InsuranceRecommendation(models.Model):
    """What the client reads does not mislead; what the class means is shown.

    The opinion stands in the proposal.
    """

    _name = "insurance.recommendation"
    _inherit = [
        "insurance.recommendation",
        "insurance.wording.mixin",
        "insurance.class.notice.mixin",
    ]

    _wording_shown = ("opinion",)
    _notice_occasion = "advice"
