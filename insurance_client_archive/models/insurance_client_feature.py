from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.score_types import CHOICE, FLAG, NUMBER
from .insurance_archive import CLIENT_KINDS

LINES = ("life", "health", "accident", "annuity", "property", "liability")


def _of_archive(name):
    """Return the choices of a field of the archive, in the user's language."""

    def selection(model):
        field = model.env["insurance.archive"]._fields[name]
        return field._description_selection(model.env)

    return selection


def _risk_classes(model):
    field = model.env["insurance.occupation"]._fields["risk_class"]
    return field._description_selection(model.env)


class InsuranceClientFeature(models.Model):
    """What scorecards know about a client: one narrow row for each archive.

    A field with ``feature_source`` is a feature: scorecards may use it, the interface
    explains it (``insurance.score.feature``), and ``_source_<name>`` fills it (see
    ``insurance_client_feature_refresh.py``). ``feature_absent`` is the value of a
    client of whom the source says nothing; without it that is unknown. The features
    of policies, and of what is talked about, have files of their own.
    """

    _name = "insurance.client.feature"
    _inherit = ["insurance.archive.child"]
    _description = "Figures of a client"
    _order = "archive_id"
    _rec_name = "archive_id"
    # written by the million: no columns and indexes that nobody asks for
    _log_access = False

    archive_id = fields.Many2one(ondelete="cascade", index=False, readonly=True)
    partner_id = fields.Many2one(index=False)
    as_of = fields.Date(
        string="As of",
        required=True,
        readonly=True,
        help="The day that ages, days and periods are counted to.",
    )

    # --- the client
    client_kind = fields.Selection(
        CLIENT_KINDS,
        string="Kind of client",
        feature_source="archive",
        readonly=True,
        help="Individual, enterprise or group.",
    )
    age = fields.Integer(
        aggregator="avg",
        feature_source="archive",
        feature_unit="years",
        readonly=True,
        help="In completed years.",
    )
    marital_status = fields.Selection(
        _of_archive("marital_status"),
        string="Marital status",
        feature_source="archive",
        readonly=True,
        help="As entered on the archive.",
    )
    income_band = fields.Selection(
        _of_archive("income_band"),
        string="Income band",
        feature_source="archive",
        readonly=True,
        help="Band of the yearly income; the sealed number itself is not used.",
    )
    asset_band = fields.Selection(
        _of_archive("asset_band"),
        string="Asset band",
        feature_source="archive",
        readonly=True,
        help="Band of the total assets; the sealed number itself is not used.",
    )
    health_grade = fields.Selection(
        _of_archive("health_grade"),
        string="Health grade",
        feature_source="archive",
        readonly=True,
        help="Coarse grade of the sealed health notice.",
    )
    occupation_class = fields.Selection(
        _risk_classes,
        string="Occupation class",
        feature_source="archive",
        readonly=True,
        help="Accident risk of the occupation: 1 is the lowest, 6 the highest.",
    )
    key_client = fields.Boolean(
        string="Key client",
        feature_source="archive",
        feature_absent=False,
        readonly=True,
        help="Somebody has marked the client as a key client.",
    )
    intent_level = fields.Selection(
        _of_archive("intent_level"),
        string="Intent to insure",
        feature_source="archive",
        readonly=True,
        help="What the agent has noted about the intent to insure.",
    )
    headcount = fields.Integer(
        string="Persons",
        feature_source="archive",
        feature_unit="persons",
        readonly=True,
        help="Employees of the enterprise, members of the group.",
    )
    known_months = fields.Integer(
        string="Known for",
        aggregator="avg",
        feature_source="archive",
        feature_unit="months",
        readonly=True,
        help="Months since the archive was opened.",
    )
    household_size = fields.Integer(
        string="Household",
        aggregator="avg",
        feature_source="household",
        feature_unit="persons",
        readonly=True,
        help="The client and who lives with the client; unknown for organisations.",
    )
    household_children = fields.Integer(
        string="Children in the household",
        aggregator="avg",
        feature_source="household",
        feature_unit="persons",
        readonly=True,
        help="Children who live with the client; unknown for organisations.",
    )

    _archive_unique = models.UniqueIndex("(archive_id)", "A client has one row.")

    def init(self):
        result = super().init()
        # a refresh writes a row in place when its page has room
        self.env.cr.execute(
            "ALTER TABLE insurance_client_feature SET (fillfactor = 85)"
        )
        return result

    def _valid_field_parameter(self, field, name):
        return name.startswith("feature_") or super()._valid_field_parameter(
            field, name
        )

    @api.model
    def _feature_fields(self):
        """Return {name: field} of the features, in the order of declaration."""
        return {
            name: field
            for name, field in self._fields.items()
            if getattr(field, "feature_source", None)
        }

    @api.model
    def _feature_kinds(self):
        """Return {name: kind} of what scorecards may use: the compiler's whitelist."""
        kinds = {"selection": CHOICE, "boolean": FLAG}
        return {
            name: kinds.get(field.type, NUMBER)
            for name, field in self._feature_fields().items()
        }

    @api.model
    def _values(self, row_id):
        """Return a row as {name: value}: unknown as None, amounts exact.

        The ORM shows unknown numbers as 0, and the cursor gives amounts as floats.
        """
        amounts = [
            name
            for name, field in self._feature_fields().items()
            if field.type in ("monetary", "float")
        ]
        names = ["as_of", *self._feature_fields()]
        columns = SQL(", ").join(
            SQL("%s::text", SQL.identifier(name))
            if name in amounts
            else SQL.identifier(name)
            for name in names
        )
        query = SQL(
            "SELECT %s FROM insurance_client_feature WHERE id = %s", columns, row_id
        )
        [row] = self.env.execute_query(query)
        values = dict(zip(names, row, strict=True))
        for name in amounts:
            if values[name] is not None:
                values[name] = Decimal(values[name])
        return values
