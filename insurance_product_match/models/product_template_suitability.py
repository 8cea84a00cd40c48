from odoo import fields, models

from .insurance_grade_scheme import GRADES

#: what a product is as long as nobody has said otherwise
ORDINARY = "ordinary"


def grade_number(grade):
    """Return the number of a grade such as ``p3``; None without one."""
    return int(grade[1]) if grade else None


class ProductTemplate(models.Model):
    """The facts of a product that its suitability is judged by."""

    _inherit = "product.template"

    insurance_second_grade = fields.Selection(
        GRADES,
        string="Second rating",
        help="Where somebody else has rated the product too: the higher of the two "
        "counts.",
    )

    def _suitability_product(self):
        """Return the facts that ``tools.suitability`` asks for."""
        self.ensure_one()
        kinds = self._insurance_cover_kinds()
        return {
            "grade": grade_number(self.insurance_grade),
            "second_grade": grade_number(self.insurance_second_grade),
            "line": self.insurance_category_id.line,
            "new_type": self.insurance_new_type or ORDINARY,
            "kinds": set(kinds.mapped("code")),
            "indemnity": set(kinds.filtered("indemnity").mapped("code")),
        }

    def _insurance_cover_kinds(self):
        """Return what the product covers; where nobody entered it, its category."""
        self.ensure_one()
        kinds = self.insurance_cover_ids.cover_kind_id
        return kinds or self.insurance_category_id.cover_kind_id
