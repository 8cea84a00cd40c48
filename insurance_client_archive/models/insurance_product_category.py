from odoo import fields, models


class InsuranceProductCategory(models.Model):
    """Kind of insurance product: term life, critical illness, motor, …"""

    _name = "insurance.product.category"
    _description = "Insurance product category"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    line = fields.Selection(
        [
            ("life", "Life"),
            ("health", "Health"),
            ("accident", "Accident"),
            ("annuity", "Annuity"),
            ("property", "Property"),
            ("liability", "Liability"),
        ],
        string="Line of business",
        required=True,
    )
    client_kind = fields.Selection(
        [
            ("any", "Anybody"),
            ("individual", "Individuals"),
            ("organisation", "Enterprises and groups"),
        ],
        string="Sold to",
        required=True,
        default="any",
    )
    sum_insured_required = fields.Boolean(
        string="Sum insured required",
        default=True,
        help="A policy can't be in force without a sum insured. Not so where the limit "
        "stands in the terms, or where a pension is insured.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(code)",
        "There is already a product category with this code.",
    )
