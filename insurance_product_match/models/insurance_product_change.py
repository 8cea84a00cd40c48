from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceProductChange(models.Model):
    """One change of one fact of a product: who, when, from what to what."""

    _name = "insurance.product.change"
    _description = "Change of a product"
    _order = "date desc, id desc"
    _log_access = False

    product_id = fields.Many2one(
        "product.template",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    version = fields.Integer(
        readonly=True, help="The approved version that the change comes after."
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Changed by", required=True, readonly=True
    )
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="model", readonly=True
    )
    field_name = fields.Char(required=True, readonly=True)
    subject = fields.Char(compute="_compute_labels", string="What")
    field_label = fields.Char(compute="_compute_labels", string="Field")
    old_value = fields.Text(string="From", readonly=True)
    new_value = fields.Text(string="To", readonly=True)

    @api.depends("model", "field_name")
    @api.depends_context("lang")
    def _compute_labels(self):
        for change in self:
            model = self.env.get(change.model)
            change.subject, change.field_label = change.model, change.field_name
            if model is not None:
                labels = model.fields_get([change.field_name], ["string"])
                change.subject = self.env["ir.model"]._get(change.model).name
                change.field_label = labels.get(change.field_name, {}).get(
                    "string", change.field_name
                )

    def write(self, vals):
        if self:
            raise UserError(self.env._("The history of a product can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of a product can't be deleted."))

    @api.model
    def _note(self, changes):
        """Append changes, each with the version of the product that it comes after."""
        changes = list(changes)
        if not changes:
            return
        products = self.env["product.template"].browse(
            {change["product_id"] for change in changes}
        )
        # users have no right to write history themselves
        versions = {
            product.id: product.insurance_version for product in products.sudo()
        }
        self.sudo().create(
            [
                {
                    **change,
                    "user_id": self.env.uid,
                    "version": versions[change["product_id"]],
                }
                for change in changes
            ]
        )
