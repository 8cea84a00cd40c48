from odoo import models


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    def _remind_user(self, user, day):
        """Set a task that hangs on no record: everybody may read activities."""
        self.ensure_one()
        # superuser: the text is that of the type, whoever is the reason for it
        Activity = self.env["mail.activity"].sudo()
        waiting = Activity.search_count(
            [("activity_type_id", "=", self.id), ("user_id", "=", user.id)]
        )
        if waiting or not user.active:
            return Activity
        return Activity.with_context(mail_activity_quick_update=True).create(
            {
                "activity_type_id": self.id,
                "summary": self.with_context(lang=user.lang).summary,
                "user_id": user.id,
                "date_deadline": day,
            }
        )
