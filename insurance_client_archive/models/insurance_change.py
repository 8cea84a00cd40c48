from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceChange(models.Model):
    """One change of one business field: who, when, from what to what."""

    _name = "insurance.change"
    _description = "Change of client data"
    _order = "date desc, id desc"
    _log_access = False

    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Changed by", required=True, readonly=True
    )
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="model", readonly=True
    )
    field_name = fields.Char(string="Field name", required=True, readonly=True)
    subject = fields.Char(compute="_compute_labels", string="What")
    field_label = fields.Char(compute="_compute_labels", string="Field")
    old_value = fields.Text(string="From", readonly=True)
    new_value = fields.Text(string="To", readonly=True)

    @api.depends("model", "field_name")
    @api.depends_context("lang")
    def _compute_labels(self):
        for change in self:
            model = self.env.get(change.model)
            if model is None:
                change.subject, change.field_label = change.model, change.field_name
                continue
            labels = model.fields_get([change.field_name], ["string"])
            change.subject = self.env["ir.model"]._get(change.model).name
            change.field_label = labels.get(change.field_name, {}).get(
                "string", change.field_name
            )

    def write(self, vals):
        if self:
            raise UserError(self.env._("The history of an archive can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of an archive can't be deleted."))
