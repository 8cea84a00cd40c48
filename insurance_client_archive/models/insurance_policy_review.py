from odoo import api, models

#: what decides when the policies of a client are to be verified
SCHEDULE_FIELDS = frozenset({"archive_id", "state", "start_date"})


class InsurancePolicy(models.Model):
    """A new policy makes the client's record due for verification."""

    _inherit = "insurance.policy"

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies.archive_id._schedule_reviews()
        return policies

    def write(self, vals):
        archives = self.archive_id
        result = super().write(vals)
        if not SCHEDULE_FIELDS.isdisjoint(vals):
            (archives | self.archive_id)._schedule_reviews()
        return result

    def unlink(self):
        archives = self.archive_id
        result = super().unlink()
        archives._schedule_reviews()
        return result
