from datetime import datetime

from odoo import fields, models
from odoo.tools import SQL, format_date, formatLang

from .insurance_archive_process import PROFILING
from .insurance_client_segment import DIMENSION_NAMES
from .insurance_portrait_factor import AXIS_NAMES
from .insurance_portrait_norm import EVERYBODY

#: what the use log says of a look at a portrait
PORTRAIT_OF = [
    "insurance.archive",
    "insurance.client.class",
    "insurance.client.feature",
    "insurance.related.person",
    "insurance.policy",
    "insurance.claim",
    "insurance.interaction",
    "insurance.feedback",
    "insurance.satisfaction",
]


class InsuranceArchive(models.Model):
    """The portrait of a client: one call for all that the page shows.

    Everything is read as the user. What the user may not read is left out: a part
    whose model or field is closed is ``False``, one without records is empty.
    """

    _inherit = "insurance.archive"

    def portrait(self):
        """Return the portrait of one client, ready to be drawn."""
        self.ensure_one()
        self.check_access("read")
        profiled = self._may_process(PROFILING)
        portrait = {
            "profiled": profiled,
            "classes": profiled and self._portrait_classes(),
            "radar": profiled and self._portrait_radar(),
            # its sums are figures: who is not profiled has none
            "cover": profiled and self._portrait_cover(),
            "household": self._portrait_household(),
            "timeline": self._portrait_timeline(profiled),
        }
        # it is gathered without `read`, which would tell the use log
        self._log_use("view", content=PORTRAIT_OF, wait=False)
        return portrait

    def _readable(self, model, names):
        """Return the model, or None when the user may not read these fields of it."""
        Model = self.env[model].sudo(False)
        if Model.has_access("read") and all(
            Model._has_field_access(Model._fields[name], "read") for name in names
        ):
            return Model
        return None

    def _portrait_classes(self):
        field = self._fields["class_explanation"]
        if not self._has_field_access(field, "read"):
            return False
        return self.class_explanation

    def _portrait_radar(self):
        """Return 0 to 100 points by group, what they are made of, and the medians."""
        Feature = self._readable("insurance.client.feature", ["archive_id"])
        row = Feature is not None and Feature.search([("archive_id", "=", self.id)])
        if not row:
            return False
        factors = self.env["insurance.portrait.factor"]._known()
        axes, points = self._axis_points(row, factors)
        values = Feature._values(row.id)
        labels = dict(self.env["insurance.portrait.norm"]._axis_labels())
        return {
            "as_of": format_date(self.env, values["as_of"]),
            "axes": [
                {
                    "name": name,
                    "label": labels[name],
                    "points": axes[name],
                    "parts": [
                        {
                            "name": factor.feature_id.name,
                            "meaning": factor.meaning,
                            "value": factor.feature_id._label(
                                values[factor.feature_id.code], values["client_kind"]
                            ),
                            "points": points[factor.id],
                            "weight": factor.weight,
                        }
                        for factor in factors
                        if factor.axis == name
                    ],
                }
                for name in AXIS_NAMES
            ],
            "norms": self._portrait_norms(),
        }

    def _axis_points(self, row, factors):
        """Return ({group: points}, {factor: points}) of a row; False is unknown."""
        axes = factors._axes_sql()
        columns = [*axes.values(), *(factor._points_sql() for factor in factors)]
        [found] = self.env.execute_query(
            SQL(
                "SELECT %s FROM insurance_client_feature AS feature WHERE id = %s",
                SQL(", ").join(columns),
                row.id,
            )
        )
        # XML-RPC has no null
        known = [False if value is None else round(value) for value in found]
        return (
            dict(zip(axes, known, strict=False)),
            dict(zip(factors.ids, known[len(axes) :], strict=True)),
        )

    def _portrait_norms(self):
        """Return the medians of the classes the client is in, and of all clients."""
        Norm = self._readable("insurance.portrait.norm", AXIS_NAMES)
        if Norm is None:
            return []
        mine = {
            (name, self[name]): dict(
                self._fields[name]._description_selection(self.env)
            ).get(self[name])
            for name in DIMENSION_NAMES
            if self._has_field_access(self._fields[name], "read") and self[name]
        }
        mine[EVERYBODY, EVERYBODY] = self.env._("All clients")
        norms = Norm.search([("company_id", "=", self.company_id.id)])
        by_class = {(norm.dimension, norm.code): norm for norm in norms}
        return [
            {
                "name": dimension,
                "label": label,
                "clients": by_class[dimension, code].client_count,
                "day": format_date(self.env, by_class[dimension, code].day),
                "points": {
                    name: by_class[dimension, code][name] for name in AXIS_NAMES
                },
            }
            for (dimension, code), label in mine.items()
            if (dimension, code) in by_class
        ]

    def _portrait_amount(self, amount):
        """Return an amount as people read it: no cents."""
        figure = formatLang(self.env, amount, digits=0)
        symbol = self.currency_id.symbol or ""
        parts = [figure, symbol]
        if self.currency_id.position == "before":
            parts.reverse()
        return "\N{NO-BREAK SPACE}".join(parts)

    def _portrait_day(self, day):
        """Return a day for sorting and for reading: of a moment, the user's day."""
        if isinstance(day, datetime):
            day = fields.Datetime.context_timestamp(self, day)
        day = fields.Date.to_date(day)
        return {
            "date": fields.Date.to_string(day),
            "day": format_date(self.env, day),
        }
