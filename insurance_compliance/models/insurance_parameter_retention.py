from odoo import models

#: what decides how long a contract is
SHORT = "policy_short_term_max_years"


class InsuranceParameter(models.Model):
    """The numbers of the retention schedule: when one changes, all ends may move."""

    _inherit = "insurance.parameter"

    def write(self, vals):
        result = super().write(vals)
        # superuser: of a module's data, and not of a caller who says so
        installs = self.env.su and self.env.context.get("install_mode")
        if "value" in vals and not installs:
            # superuser: whoever may change the number need not see the rules
            rules = self.env["insurance.retention.rule"].sudo()
            if SHORT in self.mapped("key") or rules.search_count(
                [("parameter_id", "in", self.ids)], limit=1
            ):
                self.env["insurance.retention"]._recalculate_all()
        return result
