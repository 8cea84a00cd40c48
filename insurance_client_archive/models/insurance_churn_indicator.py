from odoo import fields, models
from odoo.tools import SQL

#: what is measured of each client, as SQL over the row ``client``; nobody enters SQL
MEASURES = {
    "low_satisfaction": SQL(
        "CASE WHEN client.satisfaction_date IS NOT NULL"
        " THEN client.satisfaction_score END"
    ),
    "complaints": SQL("feedback.complaints"),
    "silent_days": SQL(
        "(CURRENT_DATE - COALESCE(client.last_contact_date, client.create_date)::date)"
    ),
    "lost_policies": SQL("policy.lost"),
    "renewal_open": SQL("policy.renewal_open"),
    "no_purchase_months": SQL(
        "CASE WHEN figure.policies_in_force > 0 THEN"
        " (12 * extract(year FROM age(figure.as_of - figure.last_purchase_days))"
        " + extract(month FROM age(figure.as_of - figure.last_purchase_days))) END"
    ),
    "refused_claims": SQL("claim.refused"),
    "late_services": SQL("service.late"),
}
#: measures of which little is bad
LOW_IS_BAD = ("low_satisfaction",)


class InsuranceChurnIndicator(models.Model):
    """A sign that a client may leave, from which value on, and how much it weighs."""

    _name = "insurance.churn.indicator"
    _description = "Sign that a client may leave"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    measure = fields.Selection(
        [
            ("low_satisfaction", "Satisfaction, at most"),
            ("complaints", "Complaints in 12 months, at least"),
            ("silent_days", "Days without contact, at least"),
            ("lost_policies", "Policies lost in 12 months, at least"),
            ("renewal_open", "Renewals open within 30 days, at least"),
            ("no_purchase_months", "Months since the last policy, at least"),
            ("refused_claims", "Claims refused in 12 months, at least"),
            ("late_services", "Services overdue, at least"),
        ],
        required=True,
    )
    threshold = fields.Float(required=True, digits=(10, 1))
    points = fields.Integer(required=True, default=20)
    source = fields.Char(translate=True, help="Where the threshold comes from.")
    active = fields.Boolean(default=True)

    _points_positive = models.Constraint(
        "CHECK(points > 0)", "The points of a sign must be positive."
    )
    _measure_unique = models.UniqueIndex(
        "(measure) WHERE active IS TRUE", "This is measured already."
    )

    def _findings(self):
        """Return the rows (sign, value, points) of a client that show a sign."""
        rows = SQL(", ").join(
            SQL(
                "(%s::int, (%s)::numeric, %s::numeric, %s::int, %s::boolean)",
                sign.id,
                MEASURES[sign.measure],
                sign.threshold,
                sign.points,
                sign.measure in LOW_IS_BAD,
            )
            for sign in self
        )
        return SQL(
            """
            SELECT sign.indicator_id, sign.value, sign.points
              FROM (VALUES %s) AS sign (indicator_id, value, threshold, points, low)
             WHERE sign.value IS NOT NULL
               AND CASE WHEN sign.low THEN sign.value <= sign.threshold
                        ELSE sign.value >= sign.threshold END
            """,
            rows,
        )
