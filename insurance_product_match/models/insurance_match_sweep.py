import numpy as np

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.client_scope import Scope
from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Kind

SUPERVISOR = "insurance_client_archive.group_supervisor"


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "match": Kind(
                self.env._("Match all clients with all products"),
                "insurance.match",
                SUPERVISOR,
                seconds=2,
                limit=500,
                use="match",
            ),
        }


class InsuranceMatch(models.Model):
    """All clients at once: of each the best products are kept.

    The same arithmetic as for one client. Whether an agent may sell a product is not
    asked here, and no combination is made: both are when somebody opens the client and
    presses the button.
    """

    _inherit = "insurance.match"

    def action_match_all(self):
        """Match all clients, as bulk work."""
        day = fields.Date.to_string(fields.Date.context_today(self))
        self.env["insurance.sweep"]._start("match", {"day": day})
        return self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_client_archive.insurance_sweep_action"
        )

    @api.model
    def _sweep_match_begin(self, sweep):
        if not self._products_on_sale(sweep):
            raise UserError(
                self.env._("No product is on sale. A product specialist approves some.")
            )

    @api.model
    def _sweep_match_extent(self, sweep):
        # superuser: the work is about all clients, whoever starts it
        return sweep.sudo()._extent_of(
            "insurance.archive", [("state", "not in", ("restricted", "destroyed"))]
        )

    @api.model
    def _sweep_match_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        done = self._match_many(
            Scope(after + 1, until),
            self._products_on_sale(sweep),
            fields.Date.to_date(sweep.scope["day"]),
        )
        return Chunk(done, until)

    @api.model
    def _products_on_sale(self, sweep):
        # superuser: which products are on sale is no secret
        products = self.env["product.template"].sudo()
        day = fields.Date.to_date(sweep.scope["day"])
        return products.search(products._insurance_sellable_domain(day), order="id")

    @api.model
    def _match_many(self, scope, products, day):
        """Match the clients in *scope*; return how many there were.

        What bulk work has found for them before is replaced.
        """
        engine = self.env["insurance.match.engine"]
        weights = engine._weights()
        rules = self.env["insurance.match.rule"]._compiled()
        library = engine._library(products, day, rules)
        facts = engine._facts(scope, day, library.kinds, rules, engine._learned_items())
        if not facts.rows:
            return 0
        result = engine._evaluate(
            facts,
            library,
            rules,
            weights,
            self.env["insurance.archive"]._suitability_parameters(),
            engine._liked(facts, library, weights["affinity"]),
            np.zeros(len(library.ids), dtype=bool),
        )
        most = self.env["insurance.parameter"]._get("match_sweep_keep")
        self._forget_swept(facts.column("id"))
        match_ids = engine._store_matches(facts, result, rules, "sweep")
        best = result.kept & (result.ranks <= most)
        engine._store_lines(match_ids, facts, library, result, best)
        self.env["insurance.match"].invalidate_model(flush=False)
        return len(facts.rows)

    @api.model
    def _forget_swept(self, archive_ids):
        """Delete what bulk work has found for these clients before."""
        self.env.cr.execute(
            "DELETE FROM insurance_match"
            " WHERE source = 'sweep' AND archive_id = ANY(%s)",
            [archive_ids],
        )
