from odoo import api, fields, models
from odoo.fields import Domain

SPECIALIST = "insurance_product_match.group_product_specialist"
ACTIVITY = "insurance_product_match.mail_activity_type_product_review"


class ProductTemplate(models.Model):
    """Reviews that fall due come to the mind of a specialist before the sale stops."""

    _inherit = "product.template"

    @api.model
    def _cron_remind_of_reviews(self):
        """Give each product that falls due to one specialist, once."""
        days = self.env["insurance.parameter"]._get("product_review_lead_days")
        until = fields.Date.add(fields.Date.context_today(self), days=days)
        due = self.search(
            Domain("insurance_state", "=", "approved")
            & Domain("insurance_review_due", "<=", until)
            & ~Domain("activity_ids.activity_type_id", "in", self._review_type().ids),
            order="insurance_review_due, id",
        )
        for product in due:
            reviewer = product._insurance_next_reviewer()
            if reviewer:
                product.activity_schedule(
                    ACTIVITY,
                    date_deadline=product.insurance_review_due,
                    user_id=reviewer.id,
                )
        return due

    @api.model
    def _review_type(self):
        return self.env.ref(ACTIVITY)

    def _insurance_next_reviewer(self):
        """Return who reviews next: the last one, where that is still possible."""
        self.ensure_one()
        specialists = self.env.ref(SPECIALIST).all_user_ids.filtered(
            lambda user: user.active and not user.share
        )
        able = specialists - self._insurance_editors()
        latest = self.insurance_review_ids.sorted("id")[-1:].reviewer_id
        return (latest & able) or able.sorted("id")[:1]


class InsuranceProductReview(models.Model):
    _inherit = "insurance.product.review"

    def _apply(self):
        result = super()._apply()
        for review in self.filtered(lambda one: one.verdict == "fit"):
            # superuser: the reminder belongs to the review, whoever had it
            review.product_id.sudo().activity_feedback([ACTIVITY])
        return result
