from odoo import models


class ProductTemplate(models.Model):
    """What agents say of a product, and clients read in a proposal, does not mislead.

    Exclusions and cautions may name what is not promised in any words.
    """

    _name = "product.template"
    _inherit = ["product.template", "insurance.wording.mixin"]

    _wording_shown = ("insurance_summary", "insurance_suitable_persons")
