from odoo import fields, models


def _lines(model):
    field = model.env["insurance.product.category"]._fields["line"]
    return field._description_selection(model.env)


class InsuranceClientFeature(models.Model):
    """What the policies of a client amount to."""

    _inherit = "insurance.client.feature"

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
