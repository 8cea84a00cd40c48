from odoo import models


class ProductTemplate(models.Model):
    """Insurance products open on their own form."""

    _inherit = "product.template"

    def get_formview_id(self, access_uid=None):
        view_id = super().get_formview_id(access_uid=access_uid)
        if len(self) == 1 and self.is_insurance:
            return self.env.ref(
                "insurance_product_match.product_template_view_form_library"
            ).id
        return view_id

    def action_open_insurance_library(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.get_formview_id(), "form")],
        }
