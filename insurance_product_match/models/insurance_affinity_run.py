import numpy as np

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from odoo.addons.insurance_client_archive.client_scope import Scope
from odoo.addons.insurance_client_archive.models import (
    insurance_client_feature_refresh as refresh,
)
from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Kind

from ..tools import affinity
from .insurance_archive_tolerance import MATCHING

SPECIALIST = "insurance_product_match.group_product_specialist"
#: clients whose id ends in one of these tenths fit what the others have taught
LEARNED_TENTHS = 7
FITTED_ON = 5000
#: a stage with few clients is as popular as all: so many of them are added
STAGE_CLIENTS = 50
#: pairs that add less are left out
LEAST_WEIGHT = 0.01


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "affinity": Kind(
                self.env._("Learn what is bought together"),
                "insurance.affinity.run",
                SPECIALIST,
                seconds=2,
                limit=5000,
            ),
        }


class InsuranceAffinityRun(models.Model):
    """One learning of affinities from the book of policies, and how good it is."""

    _name = "insurance.affinity.run"
    _description = "Learning of affinities"
    _order = "id desc"
    _rec_name = "day"

    day = fields.Date(string="Learned on", readonly=True, required=True)
    client_count = fields.Integer(string="Clients", readonly=True, aggregator=None)
    product_count = fields.Integer(string="Products", readonly=True, aggregator=None)
    fitted_count = fields.Integer(
        string="Clients it was fitted on", readonly=True, aggregator=None
    )
    shrinkage = fields.Float(
        readonly=True,
        aggregator=None,
        help="As if so many clients more had been seen who bought by chance.",
    )
    strength = fields.Float(
        digits=(8, 3),
        readonly=True,
        aggregator=None,
        help="How much lifts count; 0: they foresee nothing.",
    )
    popularity = fields.Float(
        digits=(8, 3),
        readonly=True,
        aggregator=None,
        help="How much popularity counts.",
    )
    log_loss = fields.Float(
        string="Log-loss",
        digits=(8, 4),
        readonly=True,
        aggregator=None,
        help="Of the latest purchase of clients that nothing was learned from; less is "
        "better.",
    )
    baseline_loss = fields.Float(
        string="Log-loss of popularity", digits=(8, 4), readonly=True, aggregator=None
    )
    hit_rate = fields.Float(
        string="Among the first 3 (%)", digits=(5, 1), readonly=True, aggregator=None
    )
    baseline_hit_rate = fields.Float(
        string="By popularity (%)", digits=(5, 1), readonly=True, aggregator=None
    )
    pair_ids = fields.One2many("insurance.affinity", "run_id", readonly=True)

    def action_learn(self):
        """Learn anew from all policies, as bulk work."""
        self.env["insurance.sweep"]._start("affinity")
        return self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_client_archive.insurance_sweep_action"
        )

    # --- the sweep
    @api.model
    def _sweep_affinity_extent(self, sweep):
        # superuser: the work is about all clients, whoever starts it
        return sweep.sudo()._extent_of("insurance.archive", [])

    @api.model
    def _sweep_affinity_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        self.env["insurance.policy"].flush_model()
        self.env.cr.execute(self._count_sql(sweep.id, Scope(after + 1, until)))
        archives = self.env["insurance.archive"]
        done = archives.search_count([("id", ">", after), ("id", "<=", until)])
        return Chunk(done, until)

    @api.model
    def _sweep_affinity_finish(self, sweep):
        self._learn(sweep.id)

    @api.model
    def _learn_now(self):
        """Learn from all clients in this transaction: for small books and tests."""
        self.env["insurance.policy"].flush_model()
        self.env.cr.execute(self._count_sql(0, Scope()))
        return self._learn(0)

    @api.model
    def _count_sql(self, sweep_id, scope):
        """Return the statement that adds counts of the clients in *scope*."""
        return SQL(
            """
            WITH basket AS MATERIALIZED (
                SELECT DISTINCT policy.archive_id, policy.product_id,
                       archive.lifecycle_stage,
                       policy.archive_id %% 10 >= %(tenths)s AS apart
                FROM insurance_policy AS policy
                JOIN insurance_archive AS archive ON archive.id = policy.archive_id
                WHERE %(scope)s AND policy.state NOT IN %(never)s AND %(may)s
            )
            INSERT INTO insurance_affinity_count
                (sweep_id, product_id, other_id, segment, apart, clients)
            SELECT %(sweep)s, one.product_id, two.product_id,
                   CASE WHEN one.product_id = two.product_id
                        THEN one.lifecycle_stage END,
                   one.apart, count(*)
            FROM basket AS one
            JOIN basket AS two ON two.archive_id = one.archive_id
                AND two.product_id >= one.product_id
            GROUP BY 2, 3, 4, 5
            UNION ALL
            -- how many clients there are: a pair of nothing with nothing
            SELECT %(sweep)s, 0, 0, NULL, apart, count(DISTINCT archive_id)
            FROM basket GROUP BY apart
            """,
            sweep=sweep_id,
            tenths=LEARNED_TENTHS,
            never=refresh.NEVER_ISSUED,
            scope=scope.on(SQL("policy.archive_id")),
            may=self.env["insurance.archive"]._may_process_sql(MATCHING, "archive"),
        )

    @api.model
    def _learn(self, sweep_id):
        """Make pairs and popularities of what was counted; the older run goes."""
        rows = self.env.execute_query(
            SQL(
                "DELETE FROM insurance_affinity_count WHERE sweep_id = %s"
                " RETURNING product_id, other_id, segment, apart, clients",
                sweep_id,
            )
        )
        items = sorted({row[0] for row in rows if row[0]})
        if not items:
            raise UserError(
                self.env._(
                    "There are no policies yet that anything could be learned of."
                )
            )
        whole, learned = _counts(rows, items), _counts(rows, items, apart=False)
        baskets, hidden = self._fitting_baskets(items)
        fit = affinity.fit(learned, baskets, hidden)
        run = self._store_run(items, whole, learned, fit, baskets, hidden)
        self._store_shares(run, rows)
        # superuser: what was learned before is of no use to anybody
        self.sudo().search([("id", "<", run.id)]).unlink()
        self.env.registry.clear_cache()
        return run

    @api.model
    def _fitting_baskets(self, items):
        """Return what clients apart had, and what they bought last."""
        place = {product: number for number, product in enumerate(items)}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(product_id ORDER BY since, product_id)
                FROM (
                    SELECT policy.archive_id, policy.product_id,
                           max(policy.start_date) AS since
                    FROM insurance_policy AS policy
                    JOIN insurance_archive AS archive ON archive.id = policy.archive_id
                    WHERE policy.archive_id %% 10 >= %(tenths)s
                      AND policy.state NOT IN %(never)s AND %(may)s
                    GROUP BY policy.archive_id, policy.product_id
                ) AS bought
                GROUP BY archive_id HAVING count(*) > 1
                ORDER BY archive_id LIMIT %(most)s
                """,
                tenths=LEARNED_TENTHS,
                never=refresh.NEVER_ISSUED,
                may=self.env["insurance.archive"]._may_process_sql(MATCHING, "archive"),
                most=FITTED_ON,
            )
        )
        found = [[place[item] for item in row[0] if item in place] for row in rows]
        found = [basket for basket in found if len(basket) > 1]
        hidden = np.array([basket[-1] for basket in found], dtype=np.int64)
        return affinity.pad([basket[:-1] for basket in found]), hidden

    @api.model
    def _store_run(self, items, whole, learned, fit, baskets, hidden):
        figures = _measure(learned, fit, baskets, hidden)
        # superuser: what was learned is not entered by hand
        run = self.sudo().create(
            {
                "day": fields.Date.context_today(self),
                "client_count": whole.clients,
                "product_count": len(items),
                "fitted_count": len(hidden),
                "shrinkage": fit.shrinkage,
                "strength": fit.strength,
                "popularity": fit.popularity,
                **figures,
            }
        )
        weights = affinity.model(whole, fit).weight
        lifts = np.exp(affinity.log_lift(whole, fit.shrinkage))
        owners = np.maximum(whole.owners, 1)
        one, two = np.nonzero(np.abs(weights) >= LEAST_WEIGHT)
        ids = np.array(items)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_affinity (run_id, product_id, other_id,
                    both_count, support, confidence, lift, weight)
                SELECT %s, * FROM unnest(%s::integer[], %s::integer[], %s::integer[],
                    %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])
                """,
                run.id,
                ids[one].tolist(),
                ids[two].tolist(),
                whole.both[one, two].astype(int).tolist(),
                (100 * whole.both[one, two] / max(whole.clients, 1)).round(2).tolist(),
                (100 * whole.both[one, two] / owners[one]).round(2).tolist(),
                lifts[one, two].round(2).tolist(),
                weights[one, two].round(4).tolist(),
            )
        )
        # the pairs have gone past the ORM
        self.env["insurance.affinity"].invalidate_model(flush=False)
        run.invalidate_recordset(["pair_ids"])
        return run

    @api.model
    def _store_shares(self, run, rows):
        owners = {}
        for product, other, segment, _apart, clients in rows:
            if product and product == other:
                for name in {segment, None}:
                    key = product, name
                    owners[key] = owners.get(key, 0) + clients
        keys = sorted(owners, key=lambda key: (key[0], key[1] or ""))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_affinity_share
                    (run_id, product_id, segment, owners)
                SELECT %s, * FROM unnest(%s::integer[], %s::varchar[], %s::integer[])
                """,
                run.id,
                [product for product, _segment in keys],
                [segment for _product, segment in keys],
                [owners[key] for key in keys],
            )
        )

    # --- what the engine asks
    @api.model
    def _learned(self):
        """Return (ids of products, model, {stage: log shares}), or None."""
        # superuser: counts of whole products, no client in them
        return self.sudo()._read_learned()

    @ormcache()
    def _read_learned(self):
        run = self.search([], limit=1)
        if not run:
            return None
        shares = self.env.execute_query(
            SQL(
                "SELECT product_id, segment, owners FROM insurance_affinity_share"
                " WHERE run_id = %s ORDER BY product_id",
                run.id,
            )
        )
        items = sorted({row[0] for row in shares})
        place = {product: number for number, product in enumerate(items)}
        owners = {None: np.zeros(len(items))}
        for product, segment, count in shares:
            row = owners.setdefault(segment, np.zeros(len(items)))
            row[place[product]] = count
        weights = np.zeros((len(items), len(items)))
        for one, two, weight in self.env.execute_query(
            SQL(
                "SELECT product_id, other_id, weight::float8 FROM insurance_affinity"
                " WHERE run_id = %s",
                run.id,
            )
        ):
            if one in place and two in place:
                weights[place[one], place[two]] = weight
        common = owners[None] / max(owners[None].sum(), 1)
        popular = {
            segment: run.popularity
            * affinity.log_share(found + (STAGE_CLIENTS * common if segment else 0))
            for segment, found in owners.items()
        }
        return tuple(items), affinity.Model(popular[None], weights), popular


def _counts(rows, items, apart=None):
    """Return the counts of all clients, or of those who are apart or not."""
    place = {product: number for number, product in enumerate(items)}
    both, clients = np.zeros((len(items), len(items))), 0
    for product, other, _segment, is_apart, count in rows:
        if apart is not None and is_apart != apart:
            continue
        if not product:
            clients += count
            continue
        one, two = place[product], place[other]
        both[one, two] += count
        if one != two:
            both[two, one] += count
    return affinity.Counts(both, clients)


def _measure(learned, fit, baskets, hidden):
    """Return how good the fit is on the clients apart, beside popularity alone."""
    if not len(hidden):
        return {}
    owned = affinity.owns(baskets, len(learned.both))
    figures = {}
    for prefix, tried in (
        ("", fit),
        ("baseline_", affinity.Fit(fit.shrinkage, 0.0, 1.0)),
    ):
        scores = affinity.model(learned, tried).scores(baskets)
        scores = np.where(owned, -np.inf, scores)
        chances = affinity.probabilities(scores, owned)
        mine = scores[np.arange(len(hidden)), hidden][:, None]
        rank = (scores > mine).sum(axis=1)
        name = "baseline_loss" if prefix else "log_loss"
        figures[name] = affinity.loss(chances, hidden)
        figures[f"{prefix}hit_rate"] = 100 * float((rank < 3).mean())
    return figures
