import numpy as np

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.client_scope import Scope

from ..tools import match_score
from .insurance_archive_tolerance import MATCHING
from .insurance_match_library import KINDS


class InsuranceArchive(models.Model):
    """Find products for one client, as the user."""

    _inherit = "insurance.archive"

    match_ids = fields.One2many(
        "insurance.match", "archive_id", string="Matches", access_slice="basic"
    )
    match_count = fields.Integer(
        string="Product matches",
        compute="_compute_match_count",
        compute_sudo=False,
        access_slice="basic",
    )

    @api.depends("match_ids")
    @api.depends_context("uid")
    def _compute_match_count(self):
        Match = self.env["insurance.match"].sudo(False)
        counts = {}
        if Match.has_access("read"):
            domain = [("archive_id", "in", self.ids)]
            counts = dict(Match._read_group(domain, ["archive_id"], ["__count"]))
        for archive in self:
            archive.match_count = counts.get(archive._origin, 0)

    def action_find_products(self):
        """Match the client with all products on sale, and show what suits."""
        self.ensure_one()
        personalised = self._may_process(MATCHING)
        return self._match(personalised=personalised)._form_action()

    def action_products_for_all(self):
        """List what is on sale without looking at the client's profile."""
        self.ensure_one()
        return self._match(personalised=False)._form_action()

    def action_open_matches(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_product_match.insurance_match_action"
            ),
            "domain": [("archive_id", "=", self.id)],
        }

    def _match(self, products=None, budget=None, personalised=True):
        """Return the match of this client with products, as the user.

        :param products: all that are on sale when left out; one that is not on sale
            is dropped with the reason
        :param budget: what can be spent a year; otherwise what was assessed
        :param personalised: False: nothing but kind of client, age and sex is used
        """
        self.ensure_one()
        self.check_access("write")
        if budget is not None and budget < 0:
            raise UserError(self.env._("The budget can't be negative."))
        if personalised and not self._may_process(MATCHING):
            raise UserError(
                self.env._(
                    "The data of this client may not be used for matching: the consent "
                    "is missing, or the archive is restricted. Show the products on "
                    "sale for everybody instead."
                )
            )
        self._log_use(
            "match", content=["insurance.match"], purpose=MATCHING, wait=False
        )
        if products is None:
            Product = self.env["product.template"]
            products = Product.search(Product._insurance_sellable_domain())
        if not products:
            raise UserError(
                self.env._("No product is on sale. A product specialist approves some.")
            )
        if personalised:
            return self._match_personally(products, budget)
        return self._match_for_all(products)

    def _match_personally(self, products, budget):
        engine = self.env["insurance.match.engine"]
        parameters = self._suitability_parameters()
        weights = engine._weights()
        rules = self.env["insurance.match.rule"]._compiled()
        day = fields.Date.context_today(self)
        self.env.flush_all()
        library = engine._library(products, day, rules)
        facts = engine._facts(
            Scope(archive_ids=(self.id,)),
            day,
            library.kinds,
            rules,
            engine._learned_items(),
        )
        if budget is not None:
            spent = np.array([float(budget)])
            facts = facts._replace(
                suitability=facts.suitability._replace(budget=spent),
                score=facts.score._replace(budget=spent),
            )
        refused = self._refused(library)
        result = engine._evaluate(
            facts,
            library,
            rules,
            weights,
            parameters,
            engine._liked(facts, library, weights["affinity"]),
            refused,
        )
        findings = engine._findings(facts, library, rules, result, parameters, 0)
        [match_id] = engine._store_matches(facts, result, rules, "client")
        engine._store_lines(
            [match_id],
            facts,
            library,
            result,
            np.ones_like(result.kept),
            {(0, number): said for number, said in findings.items()},
        )
        match = self.env["insurance.match"].browse(match_id)
        match._store_input(facts)
        match._store_combination(engine._combine(facts, library, result, weights))
        return match

    def _refused(self, library):
        """Return flags of the products that the user may not sell."""
        reasons = self.env.user._insurance_may_sell(library.products)
        return np.array([bool(reasons[product]) for product in library.products])

    def _match_for_all(self, products):
        """List products by what they themselves ask for, in the order of the library.

        For whoever does not want to be profiled: no figures, no rules, no points.
        """
        kinds = KINDS.get(self.client_kind, ("any", "organisation"))
        domain = Domain("insurance_category_id.client_kind", "in", kinds)
        sellable = self.env["product.template"]._insurance_sellable_domain()
        offered = products.filtered_domain(domain & sellable).sorted(
            lambda product: (
                product.insurance_category_id.sequence,
                product.insurance_category_id.id,
                product.id,
            )
        )
        # superuser: what a match says is not entered by hand
        match = (
            self.env["insurance.match"]
            .sudo()
            .create(
                {
                    "archive_id": self.id,
                    "day": fields.Date.context_today(self),
                    "user_id": self.env.uid,
                    "personalised": False,
                    "engine_version": match_score.VERSION,
                    "kept_count": len(offered),
                    "dropped_count": len(products) - len(offered),
                }
            )
        )
        self.env["insurance.match.line"].sudo().create(
            [
                {
                    "match_id": match.id,
                    "archive_id": self.id,
                    "product_id": product.id,
                    "verdict": "kept",
                    "rank": rank,
                }
                for rank, product in enumerate(offered, 1)
            ]
        )
        return match.sudo(False)


class InsuranceMatch(models.Model):
    _inherit = "insurance.match"

    def _store_input(self, facts):
        """Keep what the engine knew of the client, where it belongs."""
        names = ("age", "budget", "premiums", "income", "income_most", "assets_most")
        known = {
            name: getattr(facts.suitability, name)[0].item()
            for name in names
            if not np.isnan(getattr(facts.suitability, name)[0])
        }
        known["health_grade"] = facts.column("health_grade")[0] or ""
        # superuser: what a match was made of is not entered by hand
        self.env["insurance.match.input"].sudo().create(
            {"match_id": self.id, "archive_id": self.archive_id.id, "facts": known}
        )

    def _store_combination(self, best):
        """Note the products of the best combination and what they come to."""
        lines = self.sudo().line_ids  # superuser: written by the engine alone
        by_product = {line.product_id.id: line for line in lines}
        for offer in best.offers:
            product_id, amount = offer.key
            by_product[product_id].write(
                {
                    "in_combination": True,
                    "combination_sum_insured": amount,
                    "combination_premium": offer.cost / 100,
                }
            )
        self.sudo().write({"exact": best.exact, "combination_premium": best.cost / 100})

    def _form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [[False, "form"]],
            "context": {"show_client_name": True},
        }
