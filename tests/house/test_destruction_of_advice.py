"""What product matching keeps of a client goes with the archive."""

from odoo.tests import tagged

from odoo.addons.insurance_compliance.destruction_plan import Plan
from odoo.addons.insurance_product_match.tests.common_needs import NeedsCase


@tagged("post_install", "-at_install")
class TestDestructionOfAdvice(NeedsCase):
    def test_assessments_go_with_the_answers_of_the_survey(self):
        asked = self._ask("tolerance").with_env(self.env)
        self.env.flush_all()
        rows = Plan(self.env.cr, self.archive.id).rows
        self.assertIn(asked.id, rows["insurance_assessment"])
        self.assertIn(asked.user_input_id.id, rows["survey_user_input"])

    def test_assessments_of_others_stay(self):
        other = self._archive(name="王芳", phone="13900139000")
        asked = self._ask("tolerance").with_env(self.env)
        self.env.flush_all()
        rows = Plan(self.env.cr, other.id).rows
        self.assertTrue(rows, "the other client has rows of her own")
        self.assertNotIn(asked.id, rows.get("insurance_assessment", ()))
        self.assertNotIn(asked.user_input_id.id, rows.get("survey_user_input", ()))
