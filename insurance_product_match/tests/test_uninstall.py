from odoo.tests import tagged

from odoo.addons.insurance_client_archive.uninstall import leave

from .common import MatchCase

FOREIGN_KEYS = """
SELECT conrelid::regclass::text || '.' || attname FROM pg_constraint
  JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
 WHERE contype = 'f'
"""


@tagged("post_install", "-at_install")
class TestUninstall(MatchCase):
    """What the hook does before Odoo deletes records and tables."""

    def _foreign_keys(self):
        self.env.cr.execute(FOREIGN_KEYS)
        return {name for (name,) in self.env.cr.fetchall()}

    def _reminder(self, kind):
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.partner.id,
                "activity_type_id": kind,
                "user_id": self.agent.id,
            }
        )

    def test_own_rows_and_reminders_hold_nothing_back_and_others_are_kept(self):
        kind = self.env["ir.model.data"].search(
            [
                ("module", "=", "insurance_product_match"),
                ("model", "=", "mail.activity.type"),
            ],
            limit=1,
        )
        own_reminder = self._reminder(kind.res_id)
        other_reminder = self._reminder(self.env.ref("mail.mail_activity_data_todo").id)
        self.env.flush_all()
        before = self._foreign_keys()
        own = {
            "insurance_match_line.product_id",  # a table of the addon
            "product_template.insurance_grade_scheme_id",  # a column of it
        }
        others = {"insurance_policy.product_id", "product_template.create_uid"}
        self.assertLessEqual(own | others, before)
        leave(self.env, "insurance_product_match")
        after = self._foreign_keys()
        self.assertFalse(own & after)
        self.assertLessEqual(others, after)
        self.assertFalse(own_reminder.exists())
        self.assertTrue(other_reminder.exists())
