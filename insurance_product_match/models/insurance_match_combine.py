import numpy as np

from odoo import api, models

from ..tools import combination, match_score

#: of each product these parts of the wanted sum insured are tried
LEVELS = (1.0, 0.75, 0.5, 0.25, 0.0)
#: so many of the best products are combined
CANDIDATES = 16
#: factors that tell of gaps: a combination closes them together
OF_GAPS = ("need", "gap", "completeness")
OF_PRODUCT = ("preference", "affinity")


class InsuranceMatchEngine(models.AbstractModel):
    """The best combination inside the budget, for one client."""

    _inherit = "insurance.match.engine"

    @api.model
    def _combine(self, facts, library, result, weights, row=0):
        """Return the best combination; keys of its offers are (product id, sum)."""
        gap, share = match_score.gaps(facts.score)
        rates = self._rates(facts, library)
        kinds = np.flatnonzero(gap[row] > 0)
        total = share[row, kinds].sum()
        most = sum(weights[factor] for factor in OF_GAPS) * match_score.HUNDREDTHS
        worths = {
            int(kind): round(most * float(share[row, kind]) / float(total))
            for kind in kinds
        }
        ranks = result.ranks[row]
        chosen = [n for n in np.argsort(ranks, kind="stable") if ranks[n]][:CANDIDATES]
        offers = [
            offer
            for number in chosen
            for offer in self._offers(
                library, result, row, int(number), rates[row, number], gap[row], worths
            )
        ]
        budget = facts.score.budget[row]
        return combination.best(
            offers,
            worths,
            None if np.isnan(budget) else int(round(float(budget) * 100)),
            self.env["insurance.parameter"]._get("match_combination_most"),
        )

    @api.model
    def _offers(self, library, result, row, number, rate, gap, worths):
        """Yield a product at some of the sums insured that it is sold at."""
        least = float(library.score.least[number])
        step = float(library.score.step[number]) or 1.0
        wanted = float(result.terms.wanted[row, number])
        own = int(result.rule_points[row, number]) + sum(
            int(result.points[factor][row, number]) for factor in OF_PRODUCT
        )
        product_id = int(library.ids[number])
        covers = np.flatnonzero(library.suitability.kinds[number])
        marks = {("product", product_id)} | {
            ("kind", int(kind))
            for kind in covers
            if library.suitability.indemnity[number, kind]
        }
        sums = {
            least + int((wanted - least) * level / step) * step for level in LEVELS
        } | {wanted}
        for amount in sorted(sums):
            closes = []
            for kind in worths:
                paid = (
                    amount * library.score.cover[number, kind]
                    + library.score.fixed[number, kind]
                )
                part = min(float(paid) / float(gap[kind]), 1.0)
                if part > 0:
                    closes.append((kind, int(part * combination.FULL)))
            premium = round(float(amount * rate) / match_score.RATE_UNIT, 2)
            yield combination.Offer(
                (product_id, amount),
                int(round(premium * 100)),
                # half of what is wanted is half as good a product
                int(own * amount / wanted) if wanted else own,
                tuple(closes),
                frozenset(marks),
            )
