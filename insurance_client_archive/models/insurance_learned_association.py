from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_archive_process import PROFILING
from .insurance_client_feature_refresh import NEVER_ISSUED
from .insurance_learned_life import LearningProblem

#: clients whose id ends in one of these tenths are kept apart to measure on
LEARNED_TENTHS = 7
MOST = 40


class InsuranceLearnedAssociation(models.Model):
    """Who has bought the one has often bought the other as well."""

    _name = "insurance.learned.association"
    _description = "Products bought together"
    _order = "proposal_id, lift desc, id"

    proposal_id = fields.Many2one(
        "insurance.learned.proposal", required=True, index=True, ondelete="cascade"
    )
    if_category_id = fields.Many2one(
        "insurance.product.category",
        string="Who has",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    then_category_id = fields.Many2one(
        "insurance.product.category",
        string="Often has",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    both_count = fields.Integer(string="Clients with both", readonly=True)
    support = fields.Float(
        string="Support (%)",
        digits=(5, 1),
        readonly=True,
        aggregator=None,
        help="Share of all clients with policies who have both.",
    )
    confidence = fields.Float(
        string="Confidence (%)",
        digits=(5, 1),
        readonly=True,
        aggregator=None,
        help="Of those who have the first, so many have the second.",
    )
    lift = fields.Float(
        digits=(6, 2),
        readonly=True,
        aggregator=None,
        help="How many times as often as among all clients. 1 means: no connection.",
    )
    held_out_confidence = fields.Float(
        string="Held out (%)",
        digits=(5, 1),
        readonly=True,
        aggregator=None,
        help="The confidence among clients that the rule was not made from.",
    )
    held_out_baseline = fields.Float(
        string="All held out (%)",
        digits=(5, 1),
        readonly=True,
        aggregator=None,
        help="How many of all clients kept apart have the second: the rule should be "
        "better.",
    )

    @api.depends("if_category_id", "then_category_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            names = rule.if_category_id.name, rule.then_category_id.name
            rule.display_name = " → ".join(map(str, names))

    def action_open_clients(self):
        """List the user's clients who have the first and lack the second."""
        self.ensure_one()
        has = ("product_id.insurance_category_id", "=", self.if_category_id.id)
        lacks = ("product_id.insurance_category_id", "=", self.then_category_id.id)
        issued = ("state", "not in", NEVER_ISSUED)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_archive_action_segments"
            ),
            "name": self.display_name,
            "domain": [
                ("policy_ids", "any", [has, issued]),
                ("policy_ids", "not any", [lacks, issued]),
            ],
        }


class InsuranceLearnedProposal(models.Model):
    """Association rules between kinds of products, by one statement."""

    _inherit = "insurance.learned.proposal"

    association_ids = fields.One2many(
        "insurance.learned.association", "proposal_id", readonly=True, copy=False
    )

    def _learn_association(self):
        fewest = self.env["insurance.parameter"]._get("learning_min_clients")
        rows = self.env.execute_query(self._association_sql(fewest))
        if not rows:
            raise LearningProblem(
                self.env._(
                    "No two kinds of products are bought together more often than by "
                    "chance, or too few clients have policies."
                )
            )
        self.association_ids.unlink()
        return {
            "client_count": rows[0][-1],
            "metrics": False,
            "association_ids": [
                fields.Command.create(
                    {
                        "if_category_id": first,
                        "then_category_id": second,
                        "both_count": both,
                        "support": 100 * support,
                        "confidence": 100 * confidence,
                        "lift": lift,
                        "held_out_confidence": 100 * (held_out or 0),
                        "held_out_baseline": 100 * (baseline or 0),
                    }
                )
                for (
                    first,
                    second,
                    both,
                    support,
                    confidence,
                    lift,
                    held_out,
                    baseline,
                    _clients,
                ) in rows
            ],
        }

    @api.model
    def _association_sql(self, fewest):
        """Return the pairs, made from seven tenths of the clients, tried on the rest.

        A pair counts when a few clients have it and it is no chance that they do.
        """
        self.env["insurance.policy"].flush_model()
        self.env["product.template"].flush_model(["insurance_category_id"])
        return SQL(
            """
            WITH basket AS MATERIALIZED (
                SELECT DISTINCT policy.archive_id,
                       product.insurance_category_id AS item,
                       policy.archive_id %% 10 < %(tenths)s AS learned
                FROM insurance_policy AS policy
                JOIN insurance_archive AS archive ON archive.id = policy.archive_id
                JOIN product_template AS product ON product.id = policy.product_id
                WHERE policy.state NOT IN %(never)s
                  AND %(may)s
                  AND product.insurance_category_id IS NOT NULL
            ),
            total AS (
                SELECT count(DISTINCT archive_id) FILTER (WHERE learned)::float AS kept,
                       count(DISTINCT archive_id) FILTER (WHERE NOT learned)::float
                           AS apart
                FROM basket
            ),
            single AS (
                SELECT item, count(*) FILTER (WHERE learned)::float AS kept,
                       count(*) FILTER (WHERE NOT learned)::float AS apart
                FROM basket GROUP BY item
            ),
            pair AS (
                SELECT one.item AS first, two.item AS second,
                       count(*) FILTER (WHERE one.learned)::float AS kept,
                       count(*) FILTER (WHERE NOT one.learned)::float AS apart
                FROM basket AS one
                JOIN basket AS two
                    ON two.archive_id = one.archive_id AND two.item <> one.item
                GROUP BY one.item, two.item
            )
            SELECT pair.first, pair.second, (pair.kept + pair.apart)::integer,
                   pair.kept / total.kept,
                   pair.kept / a.kept,
                   pair.kept * total.kept / (a.kept * b.kept),
                   pair.apart / NULLIF(a.apart, 0),
                   b.apart / NULLIF(total.apart, 0),
                   (total.kept + total.apart)::integer
            FROM pair
            JOIN total ON total.kept + total.apart >= %(fewest)s
            JOIN single AS a ON a.item = pair.first
            JOIN single AS b ON b.item = pair.second
            WHERE pair.kept >= GREATEST(3, 0.01 * total.kept)
              AND pair.kept * total.kept > 1.1 * a.kept * b.kept
            ORDER BY 6 DESC, 5 DESC, 1, 2
            LIMIT %(most)s
            """,
            tenths=LEARNED_TENTHS,
            never=NEVER_ISSUED,
            may=self.env["insurance.archive"]._may_process_sql(PROFILING, "archive"),
            fewest=fewest,
            most=MOST,
        )
