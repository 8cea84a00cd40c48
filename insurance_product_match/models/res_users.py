from odoo import fields, models

from .insurance_agent_grade import NEW_TYPES
from .product_template_suitability import ORDINARY, grade_number


class ResUsers(models.Model):
    _inherit = "res.users"

    def _insurance_may_sell(self, products):
        """Return {product: why this employee may not sell it, or False}."""
        self.ensure_one()
        # superuser: whether somebody may sell is no secret, and refuses or does not
        profile = (
            self.env["insurance.agent.profile"]
            .sudo()
            .search([("user_id", "=", self.id)], limit=1)
        )
        refusal = self._insurance_licence_refusal(profile)
        return {
            product: refusal or self._insurance_grade_refusal(profile, product)
            for product in products
        }

    def _insurance_licence_refusal(self, profile):
        today = fields.Date.context_today(self)
        if not profile or not profile._is_licensed(today):
            return self.env._(
                "%s has no valid licence. A supervisor enters it under Advice ▸ "
                "Licences and grades.",
                self.name,
            )
        if not profile.grade_id:
            return self.env._("%s has no grade yet. Ask the supervisor.", self.name)
        return False

    def _insurance_grade_refusal(self, profile, product):
        grade = profile.grade_id
        line = product.insurance_category_id.line
        new_type = product.insurance_new_type or ORDINARY
        if not line or not grade._allows(line, new_type):
            return self.env._(
                "Agents of the grade “%(grade)s” do not sell this kind of product.",
                grade=grade.name,
            )
        # without a grade a product counts as the riskiest
        risk = max(
            product.insurance_grade or "p5", product.insurance_second_grade or ""
        )
        if grade_number(risk) > int(grade.max_grade):
            return self.env._(
                "Agents of the grade “%(grade)s” sell products up to P%(most)s.",
                grade=grade.name,
                most=grade.max_grade,
            )
        if new_type in NEW_TYPES and not profile._trained_for(
            new_type, fields.Date.context_today(self)
        ):
            return self.env._(
                "A valid training for this type of product is missing. Enter it when "
                "it has been passed."
            )
        return False
