from odoo import fields
from odoo.tests import tagged

from .common import MatchCase


@tagged("post_install", "-at_install")
class TestProductReviewReminder(MatchCase):
    """Reviews that fall due are given to a specialist in time."""

    def _due(self, days):
        product = self._sellable_product().with_env(self.env)
        self.env.flush_all()
        # as time passes
        self.env.cr.execute(
            "UPDATE product_template SET insurance_review_due = %s WHERE id = %s",
            [fields.Date.add(fields.Date.today(), days=days), product.id],
        )
        self.env.invalidate_all()
        return product

    def _remind(self, product):
        self.env["product.template"]._cron_remind_of_reviews()
        return product.activity_ids

    def test_reviewer_is_reminded_once_before_the_day(self):
        product = self._due(20)
        self._remind(product)
        [reminder] = self._remind(product)
        self.assertEqual(reminder.user_id, self.specialist)
        self.assertEqual(reminder.date_deadline, product.insurance_review_due)

    def test_review_that_is_not_due_yet_reminds_nobody(self):
        self.assertFalse(self._remind(self._due(200)))

    def test_product_off_sale_reminds_nobody(self):
        product = self._due(20)
        product.write({"insurance_state": "stopped", "insurance_state_reason": "Old"})
        self.assertFalse(self._remind(product))

    def test_new_review_closes_the_reminder(self):
        product = self._due(20)
        self._remind(product)
        self._review(product)
        self.assertFalse(product.activity_ids)
