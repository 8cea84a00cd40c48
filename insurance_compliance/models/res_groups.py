from odoo import api, models

GROUP_FIELDS = frozenset({"user_ids", "implied_ids", "implied_by_ids"})


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        users = self.env["res.users"]
        watched = any(not GROUP_FIELDS.isdisjoint(vals) for vals in vals_list)
        before = users._duty_clashes() if watched else frozenset()
        groups = super().create(vals_list)
        if watched:
            users._check_duties(before)
        return groups

    def write(self, vals):
        if GROUP_FIELDS.isdisjoint(vals):
            return super().write(vals)
        users = self.env["res.users"]
        before = users._duty_clashes()
        result = super().write(vals)
        users._check_duties(before)
        return result
