from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Keep agents off the followers of a contact when a review is planned.

        Everybody sees who follows a contact, and a follower stays when the client
        has gone to another agent.
        """
        if self.env.context.get("insurance_review"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)
