from odoo import models

from ..risk_level import THRESHOLDS


class InsuranceParameter(models.Model):
    """The thresholds of the levels: when one changes, risks change their level."""

    _inherit = "insurance.parameter"

    def write(self, vals):
        result = super().write(vals)
        if "value" in vals and not set(self.mapped("key")).isdisjoint(
            THRESHOLDS.values()
        ):
            # superuser: whoever may change the number need not see the risks
            risks = (
                self.env["insurance.risk"].sudo().search([("assessed_on", "!=", False)])
            )
            self.env.add_to_compute(risks._fields["level_before"], risks)
            self.env.add_to_compute(risks._fields["level_after"], risks)
        return result
