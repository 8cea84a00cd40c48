from odoo import fields, models

from .insurance_diligence import OF_CLIENT


class ProductTemplate(models.Model):
    """How often somebody has looked into a product before it is recommended."""

    _inherit = "product.template"

    insurance_diligence_ids = fields.One2many(
        "insurance.diligence", "product_id", string="Analyses"
    )
    insurance_diligence_text = fields.Char(
        string="Analyses still missing",
        compute="_compute_insurance_diligence_text",
        help="Before that the product can't be recommended.",
    )

    def _compute_insurance_diligence_text(self):
        kinds = self._insurance_diligence_kinds()
        counts = self._insurance_diligence_counts()
        for product in self:
            missing = product._insurance_diligence_lacking(
                counts.get(product._origin.id, {}), None
            )
            product.insurance_diligence_text = ", ".join(
                self.env._(
                    "%(kind)s: %(have)s of %(need)s",
                    kind=kinds[kind],
                    have=have,
                    need=need,
                )
                for kind, have, need in (missing if product.is_insurance else ())
            )

    def _insurance_diligence_missing(self, archive=None):
        """Return [(kind, have, need)] of the analyses that are too few.

        Without an archive: what concerns the product. With one also what concerns
        the product for this client, as far as the user may see it.
        """
        self.ensure_one()
        counts = self._insurance_diligence_counts(archive).get(self.id, {})
        return self._insurance_diligence_lacking(counts, archive)

    def _insurance_diligence_lacking(self, counts, archive):
        return [
            (kind, counts.get(kind, 0), need)
            for kind, need in self._insurance_diligence_needed(archive).items()
            if counts.get(kind, 0) < need
        ]

    def _insurance_diligence_counts(self, archive=None):
        """Return {product id: {kind: how many count}}, in one query."""
        archives = [False, archive.id] if archive else [False]
        counts = {}
        Diligence = self.env["insurance.diligence"]
        for product, kind, number in Diligence._read_group(
            [
                ("product_id", "in", self.ids),
                ("archive_id", "in", archives),
                *Diligence._counting_domain(),
            ],
            ["product_id", "kind"],
            ["__count"],
        ):
            counts.setdefault(product.id, {})[kind] = number
        return counts

    def _insurance_diligence_needed(self, archive=None):
        """Return {kind: how many are needed}."""
        parameter = self.env["insurance.parameter"]._get
        return {
            kind: parameter(f"analyses_{kind}")
            for kind in self._insurance_diligence_kinds()
            if archive or kind not in OF_CLIENT
        }

    def _insurance_diligence_kinds(self):
        field = self.env["insurance.diligence"]._fields["kind"]
        return dict(field._description_selection(self.env))
