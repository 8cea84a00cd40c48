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


def _lines(model):
    field = model.env["insurance.product.category"]._fields["line"]
    return field._description_selection(model.env)


class InsuranceClientFeature(models.Model):
    """What scorecards know about a client: one narrow row for each archive.

    A field with ``feature_source`` is a feature: scorecards may use it, the interface
    explains it (``insurance.score.feature``), and ``_source_<name>`` fills it (see
    ``insurance_client_feature_refresh.py``). ``feature_absent`` is the value of a
    client of whom the source says nothing; without it that is unknown.
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

    # --- policies
    policies_issued = fields.Integer(
        string="Policies ever issued",
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="All policies that began on or before the day, whatever became of them.",
    )
    policies_in_force = fields.Integer(
        string="Policies in force",
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="In force or paid-up, begun and not ended on the day.",
    )
    policies_applied = fields.Integer(
        string="Open applications",
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="Applied for or in underwriting.",
    )
    policies_lapsed = fields.Integer(
        string="Policies lapsed",
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="Lapsed and not reinstated.",
    )
    policies_ended = fields.Integer(
        string="Policies ended",
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="Expired, matured, surrendered or terminated.",
    )
    policies_lost_24m = fields.Integer(
        string="Policies lost in 24 months",
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="Lapsed or surrendered in the 24 months before the day.",
    )
    new_policies_12m = fields.Integer(
        string="New policies in 12 months",
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="Begun in the 12 months before the day, renewals not counted.",
    )
    premium_in_force = fields.Monetary(
        string="Premium in force",
        feature_source="policy",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="Annual premiums of the policies in force that are still paid for.",
    )
    premium_12m = fields.Monetary(
        string="New premium in 12 months",
        feature_source="policy",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="Annual premiums of the policies that began in the 12 months before the "
        "day; a single premium counts in full.",
    )
    sum_life = fields.Monetary(
        string="Sum insured: life",
        feature_source="policy",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="Sums insured of the life policies in force.",
    )
    sum_health = fields.Monetary(
        string="Sum insured: health",
        feature_source="policy",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="Sums insured of the health policies in force.",
    )
    sum_accident = fields.Monetary(
        string="Sum insured: accident",
        feature_source="policy",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="Sums insured of the accident policies in force.",
    )
    sum_annuity = fields.Monetary(
        string="Sum insured: annuity",
        feature_source="policy",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="Sums insured of the annuities in force.",
    )
    sum_property = fields.Monetary(
        string="Sum insured: property",
        feature_source="policy",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="Sums insured of the property policies in force.",
    )
    sum_liability = fields.Monetary(
        string="Sum insured: liability",
        feature_source="policy",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="Sums insured of the liability policies in force.",
    )
    lines_in_force = fields.Integer(
        string="Lines in force",
        aggregator="avg",
        feature_source="policy",
        feature_unit="lines",
        feature_absent=0,
        readonly=True,
        help="How many lines of business the client is insured in.",
    )
    main_line = fields.Selection(
        _lines,
        string="Preferred line",
        feature_source="policy",
        readonly=True,
        help="The line of business in which the client ever bought most policies.",
    )
    tenure_months = fields.Integer(
        string="Insured for",
        aggregator="avg",
        feature_source="policy",
        feature_unit="months",
        readonly=True,
        help="Months since the first policy began.",
    )
    last_purchase_days = fields.Integer(
        string="Since last purchase",
        aggregator="avg",
        feature_source="policy",
        feature_unit="days",
        readonly=True,
        help="Days since the latest policy began, renewals not counted.",
    )
    repurchases = fields.Integer(
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="Policies bought after the first one, renewals not counted.",
    )
    renewals = fields.Integer(
        feature_source="policy",
        feature_unit="policies",
        feature_absent=0,
        readonly=True,
        help="Policies that continue an earlier one.",
    )
    renewal_due_days = fields.Integer(
        string="Renewal due in",
        aggregator="min",
        feature_source="policy",
        feature_unit="days",
        readonly=True,
        help="Days until the next policy ends that is to be renewed.",
    )

    # --- claims
    claims_36m = fields.Integer(
        string="Claims in 36 months",
        feature_source="claim",
        feature_unit="claims",
        feature_absent=0,
        readonly=True,
        help="Reported in the 36 months before the day, withdrawn ones not counted.",
    )
    claims_paid_36m = fields.Monetary(
        string="Paid in 36 months",
        feature_source="claim",
        feature_unit="amount",
        feature_absent=0,
        readonly=True,
        help="What was paid on claims in the 36 months before the day.",
    )
    claims_refused_36m = fields.Integer(
        string="Claims refused in 36 months",
        feature_source="claim",
        feature_unit="claims",
        feature_absent=0,
        readonly=True,
        help="Reported in the 36 months before the day and refused.",
    )

    # --- contact
    last_contact_days = fields.Integer(
        string="Since last contact",
        aggregator="avg",
        feature_source="contact",
        feature_unit="days",
        readonly=True,
        help="Days since the client was last reached.",
    )
    contacts_12m = fields.Integer(
        string="Contacts in 12 months",
        feature_source="contact",
        feature_unit="contacts",
        feature_absent=0,
        readonly=True,
        help="How often the client was reached in the 12 months before the day.",
    )

    # --- what the client says
    satisfaction = fields.Integer(
        aggregator="avg",
        feature_source="satisfaction",
        feature_unit="score",
        readonly=True,
        help="Latest satisfaction, 0 to 100; unknown until the client was asked.",
    )
    complaints_12m = fields.Integer(
        string="Complaints in 12 months",
        feature_source="feedback",
        feature_unit="complaints",
        feature_absent=0,
        readonly=True,
        help="Complaints in the 12 months before the day, but for withdrawn ones.",
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
