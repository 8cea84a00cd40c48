from odoo import fields, models
from odoo.fields import Domain

AGENT = "insurance_client_archive.group_agent"
EDITOR = "insurance_product_match.group_product_editor"
SPECIALIST = "insurance_product_match.group_product_specialist"


class InsuranceFirstStep(models.Model):
    """What products and advice need."""

    _inherit = "insurance.first.step"

    def _missing_product_people(self):
        specialists = self._people(SPECIALIST)
        if not specialists:
            return self.env._("Nobody approves products.")
        if len(self._people(EDITOR)) == 1:
            return self.env._(
                "%s is alone: somebody else has to enter what is approved.",
                specialists.name,
            )
        return ""

    def _missing_products_on_sale(self):
        Product = self.env["product.template"]
        own = Domain("company_id", "in", (False, self.env.company.id))
        if Product.search_count(Product._insurance_sellable_domain() & own, limit=1):
            return ""
        return self.env._("No product is on sale: nothing can be recommended.")

    def _missing_licences(self):
        agents = self._people(AGENT)
        if not agents:
            return self.env._("There are no agents yet.")
        today = fields.Date.context_today(self)
        profiles = self.env["insurance.agent.profile"].search(
            [("user_id", "in", agents.ids), ("grade_id", "!=", False)]
        )
        able = profiles.filtered(lambda profile: profile._is_licensed(today)).user_id
        if agents - able:
            return self.env._(
                "Without a valid licence or a grade: %s.", self._names(agents - able)
            )
        return ""

    def _missing_match_rules(self):
        if self.env["insurance.match.rule"].search_count(
            [("state", "=", "active")], limit=1
        ):
            return ""
        return self.env._("No matching rule of the house is in force.")
