from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.client_scope import Scope
from odoo.addons.insurance_client_archive.models.insurance_policy_life import IN_FORCE

from ..tools import suitability


class SuitabilityFinding(NamedTuple):
    """A finding in the user's words, with the article that it rests on."""

    code: str
    severity: str
    article: str
    reason: str
    regulation: models.BaseModel


class InsuranceArchive(models.Model):
    """Whether a product suits a client: what the law says, and why."""

    _inherit = "insurance.archive"

    def _suitability(self, product, terms):
        """Return what speaks against this product for this client, gravest first.

        :param terms: ``sum_insured``, ``annual_premium`` (of a single premium all of
            it), ``single_premium``, ``payment_years``, ``term_years``; ``wish``: the
            client has asked for this very product
        """
        self.ensure_one()
        self.check_access("read")
        parameters = self._suitability_parameters()
        found = suitability.findings(
            self._suitability_client(),
            product._suitability_product(),
            terms,
            parameters,
        )
        reasons = self._suitability_reasons(parameters)
        regulations = self._regulations({finding.article for finding in found})
        return [
            SuitabilityFinding(
                *finding, reasons[finding.code], regulations[finding.article]
            )
            for finding in found
        ]

    def _suitability_client(self):
        """Return the facts of the client that ``tools.suitability`` asks for.

        They are not for the user: only the findings are, which name no amount.
        """
        self.ensure_one()
        # superuser: the law is asked of what is true, not of what the agent may see;
        # who may open the client has been asked by `_suitability`
        archive = self.sudo()
        tolerance = archive._latest_tolerance()
        finance = archive._assessed_finance()
        income = archive._band_edges("income", finance.income_band)
        assets = archive._band_edges("asset", finance.asset_band)
        need = archive._assessment("need")
        means = archive._assessment("finance")
        return {
            "kind": archive.client_kind,
            "age": archive.age if archive.birth_date else None,
            "capacity": archive.legal_capacity or "full",
            "need": archive._assessed_state("need"),
            "finance": archive._assessed_state("finance"),
            "tolerance": int(archive.risk_tolerance[1])
            if archive.risk_tolerance
            else None,
            "tolerance_state": archive._tolerance_state(tolerance),
            "income": income[0],
            "income_most": income[1],
            "assets_most": assets[1],
            "budget": means.budget or need.budget or archive.intent_budget or None,
            "premiums": archive._premiums_in_force(),
            "gaps": archive._gaps_by_code(),
        }

    def _assessed_state(self, kind):
        latest = self._latest_assessment(kind)
        if not latest:
            return None
        return "valid" if latest.is_valid else "expired"

    def _tolerance_state(self, latest):
        if not latest:
            return None
        if not latest.is_valid:
            return "expired"
        return "changed" if latest.to_confirm else "valid"

    def _band_edges(self, kind, code):
        """Return (careful, most) of a band: what there is at least and at most."""
        code = code or self[f"{kind}_band"]
        edges = self.env["insurance.band"]._edges(kind)
        for number, (lower, band) in enumerate(edges):
            if band == code:
                upper = edges[number + 1][0] if number + 1 < len(edges) else None
                return (lower or (upper or 0) / 2), upper
        return None, None

    def _premiums_in_force(self):
        """Return what the client pays a year for policies in force."""
        [(total,)] = self.env["insurance.policy"]._read_group(
            [
                ("archive_id", "=", self.id),
                ("state", "in", IN_FORCE),
                ("state", "!=", "paid_up"),
                ("payment_mode", "!=", "single"),
            ],
            aggregates=["annual_premium:sum"],
        )
        return total or 0

    def _gaps_by_code(self):
        """Return {kind of cover: (need, have)}; None when it may not be looked at."""
        rows = self.env.execute_query(
            SQL(
                "SELECT kind.code, need, have, policies"
                " FROM (%s) AS gap JOIN insurance_cover_kind AS kind"
                " ON kind.id = gap.cover_kind_id",
                self._cover_gap_sql(Scope(archive_ids=(self.id,))),
            )
        )
        # a limit that stands in the terms is a cover too
        return {
            code: (need and float(need), float(have) or min(policies, 1))
            for code, need, have, policies in rows
        } or None

    @api.model
    def _suitability_parameters(self):
        get = self.env["insurance.parameter"]._get
        return {key: get(key) for key in suitability.PARAMETERS}

    @api.model
    def _regulations(self, articles):
        """Return {article: its regulation, or none}."""
        # superuser: the library of regulations is no secret
        found = (
            self.env["insurance.regulation"]
            .sudo()
            .search([("code", "in", list(articles))])
        )
        by_code = {regulation.code: regulation.sudo(False) for regulation in found}
        return {article: by_code.get(article, found.browse()) for article in articles}

    @api.model
    def _suitability_reasons(self, parameters):
        """Return {code: what to tell the agent}; no amount of the client is named."""
        number = {
            key: int(value) if value == int(value) else value
            for key, value in parameters.items()
        }
        return {
            "age_unknown": self.env._(
                "The birth date of the client is missing. Enter it."
            ),
            "minor": self.env._(
                "The client is not %(age)s yet and can't take out a policy alone.",
                age=number["capacity_age"],
            ),
            "no_capacity": self.env._(
                "The client has no full legal capacity: nothing is sold to them."
            ),
            "elder": self.env._(
                "The client is %(age)s or older: take more time, explain once more, "
                "and have somebody call back.",
                age=number["elder_age"],
            ),
            "need_missing": self.env._(
                "The needs of the client have not been assessed."
            ),
            "need_expired": self.env._(
                "The assessment of needs has expired. Ask the client again."
            ),
            "finance_missing": self.env._(
                "The finances of the client have not been assessed."
            ),
            "finance_expired": self.env._(
                "The assessment of finances has expired. Ask the client again."
            ),
            "income_unknown": self.env._(
                "What the family earns is unknown. Assess the finances first."
            ),
            "grade_missing": self.env._(
                "The product has no grade. A product editor enters it."
            ),
            "grades_differ": self.env._(
                "Two ratings of the product differ: the higher one counts."
            ),
            "tolerance_missing": self.env._(
                "The risk tolerance of the client has not been tested."
            ),
            "tolerance_expired": self.env._(
                "The test of the risk tolerance has expired. Test the client again."
            ),
            "tolerance_changed": self.env._(
                "The latest test has another result than the one before. Ask the "
                "client whether it is right, and confirm it."
            ),
            "above_tolerance": self.env._(
                "The product is riskier than the client tolerates. It may not be "
                "offered to them."
            ),
            "above_tolerance_wish": self.env._(
                "The product is riskier than the client tolerates. Advise them to let "
                "it be; who insists confirms in writing."
            ),
            "beyond_means": self.env._(
                "The money that the client has clearly does not fit this premium."
            ),
            "unaffordable": self.env._(
                "The client can hardly afford the premium. Advise them to let it be; "
                "who insists is told why and confirms the own will."
            ),
            "single_premium_high": self.env._(
                "The single premium is more than %(times)s times the yearly income of "
                "the family: a signed declaration is needed.",
                times=number["premium_single_x"],
            ),
            "annual_premium_high": self.env._(
                "The yearly premium is more than %(percent)s %% of the income of the "
                "family: a signed declaration is needed.",
                percent=number["premium_annual_pct"],
            ),
            "age_plus_years": self.env._(
                "Age and years of paying add up to %(years)s or more: a signed "
                "declaration is needed.",
                years=number["age_plus_years"],
            ),
            "over_budget": self.env._(
                "The premium is %(percent)s %% of the client's budget or more: a "
                "signed declaration is needed.",
                percent=number["budget_pct"],
            ),
            "above_budget": self.env._(
                "The premium is %(percent)s %% of the client's budget or more. Advise "
                "them to let it be; who insists confirms the own will.",
                percent=number["budget_pct"],
            ),
            "need_mismatch": self.env._(
                "The client lacks none of what the product covers. Advise them to let "
                "it be; who insists confirms the own will."
            ),
            "covered_twice": self.env._(
                "The client has such a cover already, and two of them never pay more "
                "than the loss."
            ),
        }
