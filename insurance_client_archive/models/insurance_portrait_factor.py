from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.score_types import CHOICE, FLAG

#: the five groups of figures that a portrait is drawn of
AXES = [
    ("attribute", "Means and family"),
    ("behaviour", "Behaviour"),
    ("risk", "Risk exposure"),
    ("value", "Client value"),
    ("psychology", "Attitude"),
]
AXIS_NAMES = tuple(name for name, _label in AXES)


class InsurancePortraitFactor(models.Model):
    """How a figure counts in a group of the portrait, from 0 to 100.

    The figure gives 0 at one end and 100 at the other, and what lies between in
    proportion; beyond the ends it gives no less and no more. A choice counts by its
    place in the list, a yes as 1; a choice beyond the ends says nothing. A group is
    the weighted mean of what is known of the client.
    """

    _name = "insurance.portrait.factor"
    _description = "Figure in a portrait"
    _order = "axis, sequence, id"
    _rec_name = "feature_id"

    axis = fields.Selection(AXES, string="Group of the portrait", required=True)
    sequence = fields.Integer(default=10)
    feature_id = fields.Many2one(
        "insurance.score.feature", string="Figure", required=True, ondelete="restrict"
    )
    meaning = fields.Char(related="feature_id.meaning")
    unit = fields.Selection(related="feature_id.unit")
    zero_at = fields.Float(
        string="Gives 0 at",
        required=True,
        digits=(16, 2),
        aggregator=None,
        help="Of a choice: the place in its list, counted from 1.",
    )
    full_at = fields.Float(
        string="Gives 100 at",
        required=True,
        digits=(16, 2),
        aggregator=None,
        help="May be smaller than the other end: then less is more.",
    )
    weight = fields.Integer(required=True, default=1, aggregator=None)

    _ends_differ = models.Constraint(
        "CHECK(zero_at <> full_at)", "The two ends of a figure must differ."
    )
    _weight_positive = models.Constraint(
        "CHECK(weight > 0)", "The weight of a figure must be positive."
    )
    _feature_unique = models.UniqueIndex(
        "(axis, feature_id)", "This figure counts in the group already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        factors = super().create(vals_list)
        factors._on_formula()
        return factors

    def write(self, vals):
        result = super().write(vals)
        self._on_formula()
        return result

    def unlink(self):
        result = super().unlink()
        self._on_formula()
        return result

    def _on_formula(self):
        """Work the medians out anew, soon: they are made by these formulas."""
        cron = self.env.ref(
            "insurance_client_archive.ir_cron_portrait_norms", raise_if_not_found=False
        )
        if cron:
            # as superuser: whoever changes a formula may not start scheduled actions
            cron.sudo()._trigger()

    @api.model
    def _known(self):
        """Return the factors whose figure exists."""
        codes = list(self.env["insurance.client.feature"]._feature_fields())
        # as superuser: everybody's portrait is drawn by the same formulas
        return self.sudo().search([("feature_id.code", "in", codes)])

    def _points_sql(self, alias="feature"):
        """Return 0 to 100 points of one figure as SQL over a row of figures."""
        self.ensure_one()
        column = SQL.identifier(alias, self.feature_id.code)
        value = SQL("%s::float8", column)
        if self.feature_id.kind == FLAG:
            value = SQL("%s::integer::float8", column)
        elif self.feature_id.kind == CHOICE:
            value = self._place_sql(column)
        # LEAST and GREATEST leave out what is unknown: it must stay unknown
        return SQL(
            "CASE WHEN %(column)s IS NOT NULL THEN"
            " LEAST(100, GREATEST(0, 100 * (%(value)s - (%(zero)s)) / (%(span)s))) END",
            column=value,
            value=value,
            zero=self.zero_at,
            span=self.full_at - self.zero_at,
        )

    def _place_sql(self, column):
        """Return the place of a choice between the two ends, unknown elsewhere."""
        field = self.env["insurance.client.feature"]._fields[self.feature_id.code]
        codes = field.get_values(self.env)
        low, high = sorted((self.zero_at, self.full_at))
        places = [
            code if low <= number <= high else None
            for number, code in enumerate(codes, start=1)
        ]
        return SQL("array_position(%s::varchar[], %s)::float8", places, column)

    def _axes_sql(self, alias="feature"):
        """Return {group: its 0 to 100 points as SQL}; NULL where nothing is known."""
        axes = dict.fromkeys(AXIS_NAMES, SQL("NULL::integer"))
        for axis, factors in self.grouped("axis").items():
            points = [(factor._points_sql(alias), factor.weight) for factor in factors]
            axes[axis] = SQL(
                "round((%s) / NULLIF(%s, 0))::integer",
                SQL(" + ").join(
                    SQL("COALESCE(%s, 0) * %s", point, weight)
                    for point, weight in points
                ),
                SQL(" + ").join(
                    SQL("CASE WHEN %s IS NULL THEN 0 ELSE %s END", point, weight)
                    for point, weight in points
                ),
            )
        return axes
