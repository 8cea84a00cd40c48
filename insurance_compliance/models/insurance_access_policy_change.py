from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceAccessPolicyChange(models.Model):
    """Who changed an access policy, when, from what to what; never altered."""

    _name = "insurance.access.policy.change"
    _description = "Change of an access policy"
    _order = "date desc, id desc"
    _rec_name = "policy_id"
    _log_access = False

    policy_id = fields.Many2one(
        "insurance.access.policy",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    field_name = fields.Char(required=True, readonly=True)
    field_label = fields.Char(string="What", compute="_compute_field_label")
    old_value = fields.Char(string="From", readonly=True)
    new_value = fields.Char(string="To", readonly=True)
    date = fields.Datetime(
        string="Changed on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Changed by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_field_label(self):
        labels = self.env["insurance.access.policy"].fields_get(None, ["string"])
        for change in self:
            known = labels.get(change.field_name, {})
            change.field_label = known.get("string", change.field_name)

    def write(self, vals):
        if self:
            raise UserError(
                self.env._("The history of access policies can't be changed.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of access policies can't be deleted."))
