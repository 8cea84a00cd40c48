from odoo import fields, models

GRADES = [("p1", "P1"), ("p2", "P2"), ("p3", "P3"), ("p4", "P4"), ("p5", "P5")]


class InsuranceGradeScheme(models.Model):
    """By which table products are graded: the association's, in one of its versions."""

    _name = "insurance.grade.scheme"
    _description = "Scheme of product grades"
    _order = "kind, valid_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("life", "Insurance of persons"), ("property", "Property and liability")],
        string="For",
        required=True,
        default="life",
    )
    version = fields.Char(required=True)
    valid_from = fields.Date(required=True)
    source = fields.Char(required=True, translate=True)
    status = fields.Selection(
        [("unverified", "Unverified"), ("verified", "Verified")],
        required=True,
        default="unverified",
        help="Unverified: check the table against the published text before you rely "
        "on it.",
    )
    level_ids = fields.One2many(
        "insurance.grade.level", "scheme_id", string="Grades", copy=True
    )
    active = fields.Boolean(default=True)

    _version_unique = models.Constraint(
        "UNIQUE(kind, version)", "There is already a scheme of this version."
    )

    def _compute_display_name(self):
        for scheme in self:
            scheme.display_name = f"{scheme.name} {scheme.version}"
