from odoo import fields, models


class InsuranceClientFeature(models.Model):
    """Claims, contacts, and what the client says."""

    _inherit = "insurance.client.feature"

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
