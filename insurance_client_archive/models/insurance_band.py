from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache


class InsuranceBand(models.Model):
    """A range of income or assets, known when the sealed number itself is not."""

    _name = "insurance.band"
    _description = "Band of income or assets"
    _order = "kind, lower"

    kind = fields.Selection(
        [("income", "Yearly income"), ("asset", "Total assets")],
        required=True,
        default="income",
    )
    code = fields.Char(
        required=True, help="Kept on the archives; sorts from low to high."
    )
    name = fields.Char(required=True, translate=True)
    lower = fields.Float(
        string="From",
        digits=(16, 2),
        aggregator=None,
        help="The smallest amount in the band.",
    )

    _code_unique = models.UniqueIndex(
        "(kind, code)", "Another band of this kind has this code."
    )
    _lower_unique = models.UniqueIndex(
        "(kind, lower)", "Another band of this kind begins here."
    )
    _lower_positive = models.Constraint(
        "CHECK(lower >= 0)", "A band begins at 0 or more."
    )

    @api.constrains("kind", "lower")
    def _check_lowest(self):
        for kind in set(self.mapped("kind")):
            if not self.search_count([("kind", "=", kind), ("lower", "=", 0)], limit=1):
                raise ValidationError(
                    self.env._("The lowest band of each kind begins at 0.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _selection(self, kind):
        """Return the bands of a kind as choices, from low to high."""
        return list(self._choices(kind, self.env.lang))

    @api.model
    @ormcache("kind", "lang")
    def _choices(self, kind, lang):
        # the names of the bands are no secret
        bands = self.sudo().with_context(lang=lang).search([("kind", "=", kind)])
        return tuple((band.code, band.name) for band in bands)

    @api.model
    @ormcache("kind")
    def _edges(self, kind):
        """Return ((lower edge, code), …) of a kind from low to high."""
        bands = self.sudo().search([("kind", "=", kind)])
        return tuple((band.lower, band.code) for band in bands)

    @api.model
    def _of_amount(self, kind, amount):
        """Return the code of the band that the amount lies in."""
        code = False
        for lower, band_code in self._edges(kind):
            if amount >= lower:
                code = band_code
        return code
