import hashlib
from typing import NamedTuple

import numpy as np

from odoo import api, models

from ..tools import match_score, suitability_grid
from ..tools.match_score import FACTORS

#: why the engine itself drops a product: (code, article), what is named first first
OBSTACLES = (
    ("not_sellable", "SM-32"),
    ("client_kind", ""),
    ("seller", "SM-10"),
    ("age_or_sex", ""),
    ("occupation", ""),
    ("health", ""),
    ("region", ""),
    ("no_premium", ""),
    ("unaffordable", "SCM-28"),
    ("no_need", "SCM-28"),
)
ARTICLES = dict(OBSTACLES)
OWN_RULE = "rule"


class Result(NamedTuple):
    """What the engine found: clients × products."""

    terms: match_score.Terms
    obstacles: dict  # {code: flags}
    unsuitable: np.ndarray
    forbidden: np.ndarray  # by rules
    points: dict  # {factor: hundredths}
    rule_points: np.ndarray
    score: np.ndarray
    kept: np.ndarray
    ranks: np.ndarray


class InsuranceMatchEngine(models.AbstractModel):
    """Puts the parts together; the same for one client and for a hundred thousand."""

    _inherit = "insurance.match.engine"

    @api.model
    def _weights(self):
        get = self.env["insurance.parameter"]._get
        return {factor: get(f"match_weight_{factor}") for factor in FACTORS}

    @api.model
    def _evaluate(self, facts, library, rules, weights, parameters, liked, refused):
        """Return the result.

        :param liked: clients × products: affinity from 0 to 1
        :param refused: products that the seller may not sell: flags
        """
        rates = self._rates(facts, library)
        terms = match_score.terms(facts.score, library.score, rates)
        premium = np.nan_to_num(terms.premium)
        obstacles = self._obstacles(facts, library, rates, terms, refused)
        unsuitable = suitability_grid.dropped(
            facts.suitability, library.suitability, premium, parameters
        )
        forbidden, rule_points = self._apply_rules(facts, library, rules)
        parts = match_score.fractions(facts.score, library.score, terms, liked)
        points = match_score.points(parts, weights)
        score = match_score.total(points, rule_points)
        kept = ~(unsuitable | forbidden)
        for mask in obstacles.values():
            kept = kept & ~mask
        ranks = match_score.order(score, kept, terms.premium, library.ids)
        return Result(
            terms,
            obstacles,
            unsuitable,
            forbidden,
            points,
            rule_points,
            score,
            kept,
            ranks,
        )

    @api.model
    def _obstacles(self, facts, library, rates, terms, refused):
        shape = rates.shape
        person = facts.suitability.person[:, None]
        health = [
            "abcd".find(grade) if grade else -1
            for grade in facts.column("health_grade")
        ]
        occupation = [int(found or 0) for found in facts.column("occupation_class")]
        kinds = np.where(person, library.individuals, library.organisations)
        missing = np.isnan(rates)
        known = ~np.isnan(library.rates).all(axis=(1, 2))
        return {
            "not_sellable": np.broadcast_to(~library.sellable, shape),
            "client_kind": ~kinds,
            "seller": np.broadcast_to(refused, shape),
            "age_or_sex": kinds & missing & known & person,
            "occupation": person
            & (np.array(occupation)[:, None] > library.max_occupation),
            "health": person & (np.array(health)[:, None] > library.min_health),
            "region": self._outside(facts, library),
            "no_premium": kinds & missing & ~(known & person),
            "unaffordable": ~missing & ~match_score.affordable(facts.score, terms),
            "no_need": ~match_score.useful(facts.score, library.score),
        }

    @api.model
    def _outside(self, facts, library):
        """Tell where a product is not sold in the client's region."""
        outside = np.zeros((len(facts.rows), len(library.ids)), dtype=bool)
        regions = np.array([region or 0 for region in facts.column("region_id")])
        for number, allowed in enumerate(library.regions):
            if allowed:
                outside[:, number] = ~np.isin(regions, list(allowed))
        return outside

    @api.model
    def _apply_rules(self, facts, library, rules):
        """Return what rules forbid, and the points that they give, in hundredths."""
        effects = np.array(rules.effects)
        client, product = facts.rules.astype(float), library.rules.astype(float)
        forbids = effects == "exclude"
        requires = effects == "require"
        gives = effects == "boost"
        forbidden = (client[:, forbids] @ product[:, forbids].T) > 0
        forbidden |= (client[:, requires] @ (1 - product[:, requires]).T) > 0
        points = np.array(rules.points, float) * match_score.HUNDREDTHS
        # whole numbers: exact in whatever order they are added up
        given = (client[:, gives] * points[gives]) @ product[:, gives].T
        return forbidden, given.astype(np.int64)

    @api.model
    def _findings(self, facts, library, rules, result, parameters, row):
        """Return {product number: [what is said of it]} for one client."""
        found = {number: [] for number in range(len(library.ids))}
        for code, mask in result.obstacles.items():
            for number in np.flatnonzero(mask[row]):
                found[number].append({"code": code, "article": ARTICLES[code]})
        for code, severity, article, mask in reversed(
            suitability_grid.findings(
                facts.suitability,
                library.suitability,
                np.nan_to_num(result.terms.premium),
                parameters,
            )
        ):
            for number in np.flatnonzero(mask[row]):
                found[number].append(
                    {
                        "code": code,
                        "severity": severity,
                        "article": article,
                    }
                )
        for place in np.flatnonzero(facts.rules[row]):
            effect = rules.effects[place]
            hits = library.rules[:, place]
            hits = ~hits if effect == "require" else hits
            for number in np.flatnonzero(hits):
                found[number].append(
                    {
                        "code": OWN_RULE,
                        "rule": rules.ids[place],
                        "severity": "care" if effect == "boost" else "block",
                        "points": rules.points[place] if effect == "boost" else 0,
                    }
                )
        return found

    @api.model
    def _rules_version(self, rules):
        """Return a short mark of the rules in force; they never change, only retire."""
        return hashlib.sha256(repr(rules.ids).encode()).hexdigest()[:8]

    @api.model
    def _reasons(self, findings):
        """Return {(code, rule): words} in the user's language, with the article."""
        env = self.env
        rules = {finding.get("rule") for finding in findings} - {None}
        # superuser: the words of rules are written for whoever sees the match
        by_id = {r.id: r for r in env["insurance.match.rule"].sudo().browse(rules)}
        archives = env["insurance.archive"]
        words = self._own_reasons() | archives._suitability_reasons(
            archives._suitability_parameters()
        )
        regulations = archives._regulations(
            {finding.get("article") for finding in findings} - {None, ""}
        )
        reasons = {}
        for finding in findings:
            rule = by_id.get(finding.get("rule"))
            if rule:
                text, regulation = rule.reason, rule.regulation_id
            else:
                text = words.get(finding["code"], finding["code"])
                regulation = regulations.get(finding.get("article"))
            if regulation:
                text = f"{text} ({regulation.sudo().display_name})"
            reasons[finding["code"], finding.get("rule")] = text
        return reasons

    @api.model
    def _own_reasons(self):
        return {
            "not_sellable": self.env._(
                "The product is not on sale, or its review is overdue."
            ),
            "client_kind": self.env._(
                "The product is not sold to this kind of client."
            ),
            "seller": self.env._(
                "You may not sell this product: see your licence and grade."
            ),
            "age_or_sex": self.env._(
                "The product is not sold at this age, or to this sex."
            ),
            "occupation": self.env._(
                "The occupation is riskier than the product accepts."
            ),
            "health": self.env._("The conditions of health are not met."),
            "region": self.env._("The product is not sold where the client lives."),
            "no_premium": self.env._(
                "The premium can't be worked out: age, sex or a rate is missing."
            ),
            "unaffordable": self.env._(
                "Even the smallest sum insured is beyond the budget."
            ),
            "no_need": self.env._("It covers nothing that the client lacks."),
        }
