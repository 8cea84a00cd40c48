from odoo import api, fields, models


class InsurancePolicyChild(models.AbstractModel):
    """A record that hangs under a policy, and so under the policy's archive."""

    _name = "insurance.policy.child"
    _inherit = ["insurance.archive.child", "insurance.history.mixin"]
    _description = "Record of a policy"

    #: how to reach the archive, for models that hang deeper
    _parent_field = "policy_id"

    policy_id = fields.Many2one(
        "insurance.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        compute="_compute_archive_id", store=True, precompute=True
    )

    @api.depends("policy_id.archive_id")
    def _compute_archive_id(self):
        self._set_archive_from_parent()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_parent_access(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_parent_access([vals])
        return super().write(vals)

    def _set_archive_from_parent(self):
        unsaved = self.filtered(lambda record: not record.id)
        # a form that is not saved yet may name any record
        named = unsaved.mapped(self._parent_field).sudo(False)
        hidden = named - named._filtered_access("read")
        for record in self:
            parent = record[self._parent_field]
            if record in unsaved and parent in hidden:
                parent = parent.browse()
            record.archive_id = parent.archive_id

    @api.model
    def _check_parent_access(self, vals_list):
        """Refuse what would be linked to a record that the user may not change."""
        parent = self._parent_field
        ids = {vals[parent] for vals in vals_list if vals.get(parent)}
        self.env[self._fields[parent].comodel_name].browse(ids).check_access("write")
