from odoo import fields, models
from odoo.tools import SQL

from .insurance_recommendation_life import STATES
from .insurance_recommendation_line_check import SEVERITIES


class InsuranceRecommendationEffect(models.Model):
    """What came of each recommended product: bought, kept, content, complained.

    Rates are per cent and empty where nothing can be said yet, so that their average
    is over the products of which it can be said.
    """

    _name = "insurance.recommendation.effect"
    _inherit = "insurance.archive.figure"
    _description = "Effect of recommendations"
    _auto = False
    _rec_name = "product_id"
    _order = "date desc, id desc"

    line_id = fields.Many2one("insurance.recommendation.line", readonly=True)
    recommendation_id = fields.Many2one("insurance.recommendation", readonly=True)
    date = fields.Date(string="Begun on", readonly=True)
    agent_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    product_id = fields.Many2one("product.template", readonly=True)
    category_id = fields.Many2one("insurance.product.category", readonly=True)
    line = fields.Selection(
        lambda self: (
            self.env["insurance.product.category"]
            ._fields["line"]
            ._description_selection(self.env)
        ),
        string="Line of business",
        readonly=True,
    )
    state = fields.Selection(STATES, string="Step", readonly=True)
    source = fields.Selection(
        [("engine", "Proposed by the matching"), ("manual", "Chosen by the agent")],
        readonly=True,
    )
    rules_version = fields.Char(string="Rules as of", readonly=True)
    severity = fields.Selection(SEVERITIES, string="Suitability", readonly=True)
    value_tier = fields.Selection(
        lambda self: (
            self.env["insurance.archive"]
            ._fields["value_tier"]
            ._description_selection(self.env)
        ),
        string="Client value",
        readonly=True,
    )
    lifecycle_stage = fields.Selection(
        lambda self: (
            self.env["insurance.archive"]
            ._fields["lifecycle_stage"]
            ._description_selection(self.env)
        ),
        string="Stage of life",
        readonly=True,
    )
    recommended_premium = fields.Float(
        string="Premium recommended", readonly=True, digits=(16, 2)
    )
    sold_premium = fields.Float(string="Premium sold", readonly=True, digits=(16, 2))
    sold = fields.Integer(string="Products sold", readonly=True)
    conversion = fields.Float(
        string="Conversion (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of the products of finished advice: how many were bought.",
    )
    accuracy = fields.Float(
        string="Match accuracy (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of the products that were bought: how many the matching had proposed.",
    )
    need_covered = fields.Float(
        string="Of the need (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="How much of the sum insured that the matching found missing was "
        "recommended.",
    )
    need_met = fields.Float(
        string="Need met (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="What clients say in interviews: yes is 100, partly is 50.",
    )
    kept_13 = fields.Float(
        string="Kept 13 months (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of the policies that began at least 13 months ago.",
    )
    kept_25 = fields.Float(
        string="Kept 25 months (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of the policies that began at least 25 months ago.",
    )
    satisfaction = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="What the client answered about the policy that was bought.",
    )
    complaints = fields.Integer(
        readonly=True, help="Complaints about the policy that was bought."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, line.id AS line_id, line.recommendation_id,
                   line.archive_id, line.partner_id, line.company_id,
                   advice.create_date::date AS date, advice.agent_id,
                   archive.team_id, line.product_id,
                   product.insurance_category_id AS category_id, category.line,
                   advice.state, line.source, %(version)s AS rules_version,
                   line.severity, archive.value_tier, archive.lifecycle_stage,
                   line.annual_premium::float8 AS recommended_premium,
                   CASE WHEN policy.id IS NOT NULL
                        THEN policy.annual_premium::float8 ELSE 0 END AS sold_premium,
                   CASE WHEN policy.id IS NOT NULL THEN 1 ELSE 0 END AS sold,
                   CASE WHEN advice.state NOT IN ('sold', 'declined') THEN NULL
                        WHEN policy.id IS NOT NULL THEN 100.0
                        ELSE 0.0 END AS conversion,
                   CASE WHEN policy.id IS NULL THEN NULL
                        WHEN line.source = 'engine' THEN 100.0
                        ELSE 0.0 END AS accuracy,
                   %(need_covered)s AS need_covered, talk.need_met,
                   %(kept_13)s AS kept_13,
                   %(kept_25)s AS kept_25,
                   answer.score AS satisfaction,
                   COALESCE(complaint.number, 0) AS complaints
              FROM insurance_recommendation_line line
              JOIN insurance_recommendation advice
                ON advice.id = line.recommendation_id
              JOIN insurance_archive archive ON archive.id = line.archive_id
              JOIN product_template product ON product.id = line.product_id
              LEFT JOIN insurance_product_category category
                ON category.id = product.insurance_category_id
              LEFT JOIN insurance_policy policy ON policy.id = line.policy_id
              %(match)s
              LEFT JOIN LATERAL (
                    SELECT AVG(score) AS score FROM insurance_satisfaction
                     WHERE policy_id = policy.id AND state = 'answered'
                   ) answer ON TRUE
              LEFT JOIN LATERAL (
                    SELECT COUNT(*) AS number FROM insurance_feedback
                     WHERE policy_id = policy.id AND kind = 'complaint'
                   ) complaint ON TRUE
              LEFT JOIN LATERAL (
                    SELECT AVG(CASE need_met WHEN 'yes' THEN 100.0
                                             WHEN 'partly' THEN 50.0
                                             ELSE 0.0 END) AS need_met
                      FROM insurance_recommendation_interview
                     WHERE recommendation_id = advice.id
                   ) talk ON TRUE
             WHERE advice.state != 'cancelled'
            """,
            **self._match_parts(),
            kept_13=self._kept(13),
            kept_25=self._kept(25),
        )

    def _match_parts(self):
        """Return how a line finds the version of the rules that it was matched by."""
        return {
            "version": SQL("NULL::varchar"),
            "need_covered": SQL("NULL::float8"),
            "match": SQL(""),
        }

    def _kept(self, months):
        """Return whether the policy was still there after so many months."""
        return SQL(
            """
            CASE WHEN policy.start_date IS NULL
                   OR policy.start_date + make_interval(months => %(months)s)
                      > CURRENT_DATE
                   OR policy.state IN ('declined', 'withdrawn') THEN NULL
                 WHEN policy.state IN ('lapsed', 'surrendered', 'terminated')
                  AND policy.state_date
                      < policy.start_date + make_interval(months => %(months)s)
                 THEN 0.0 ELSE 100.0 END
            """,
            months=months,
        )

    def action_open(self):
        """Open the advice that the figure is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.recommendation",
            "res_id": self.recommendation_id.id,
            "view_mode": "form",
        }
