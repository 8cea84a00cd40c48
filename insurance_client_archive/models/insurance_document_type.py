from odoo import fields, models


class InsuranceDocumentType(models.Model):
    """Kind of paper that an archive can hold."""

    _name = "insurance.document.type"
    _description = "Kind of paper"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    paper_group = fields.Selection(
        [
            ("identity", "Identity"),
            ("application", "Application"),
            ("authorisation", "Authorisation"),
            ("health", "Health"),
            ("finance", "Finance and tax"),
            ("service", "Policy service and claims"),
            ("other", "Other"),
        ],
        string="Group",
        required=True,
        default="other",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(code)",
        "There is already a kind of paper with this code.",
    )
