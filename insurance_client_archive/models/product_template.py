from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_insurance = fields.Boolean(
        string="Insurance product",
        help="The product can be chosen on insurance policies.",
    )
    insurance_category_id = fields.Many2one(
        "insurance.product.category",
        string="Insurance category",
        index="btree_not_null",
        ondelete="restrict",
    )

    insurance_policy_count = fields.Integer(
        string="Policies",
        compute="_compute_insurance_policy_count",
        compute_sudo=False,
        help="Policies of this product that you may open.",
    )

    @api.depends_context("uid")
    def _compute_insurance_policy_count(self):
        # as the current user even where the product is read as superuser
        Policy = self.env["insurance.policy"].sudo(False)
        counts = {}
        if Policy.has_access("read"):
            domain = [("product_id", "in", self.ids)]
            counts = dict(Policy._read_group(domain, ["product_id"], ["__count"]))
        for product in self:
            product.insurance_policy_count = counts.get(product._origin, 0)

    @api.constrains("is_insurance", "insurance_category_id")
    def _check_insurance_category(self):
        for product in self:
            if product.is_insurance and not product.insurance_category_id:
                raise ValidationError(
                    self.env._(
                        "Choose the insurance category of “%s”.", product.display_name
                    )
                )

    @api.constrains("is_insurance")
    def _check_no_policies(self):
        former = self.filtered(lambda product: not product.is_insurance)
        # constraints run as superuser: the message says only that there are some
        if self.env["insurance.policy"].search_count(
            [("product_id", "in", former.ids)], limit=1
        ):
            raise ValidationError(
                self.env._(
                    "There are policies of this product: it stays an insurance "
                    "product. Archive it when it is no longer sold."
                )
            )

    def action_open_insurance_policies(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_policy_action"
            ),
            "domain": [("product_id", "=", self.id)],
            "context": {"default_product_id": self.id, "show_client_name": True},
        }
