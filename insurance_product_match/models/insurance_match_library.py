from typing import NamedTuple

import numpy as np

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_client_feature import LINES

from ..tools import match_score, suitability_grid
from .insurance_match_facts import _flags
from .product_template_suitability import ORDINARY, grade_number

#: ages at which the rates of what organisations buy are compared
PROBES = (0, 18, 30, 45, 60, 75)
OLDEST = 120
HEALTH = "abcd"
KINDS = {"individual": ("any", "individual")}


class Library(NamedTuple):
    """Products as arrays, in the order of *ids*."""

    products: models.BaseModel
    ids: np.ndarray
    sellable: np.ndarray
    individuals: np.ndarray  # flags: sold to persons
    organisations: np.ndarray
    max_occupation: np.ndarray
    min_health: np.ndarray
    regions: list  # sets of ids; empty: everywhere
    rates: np.ndarray  # products × sexes × ages
    flat_rates: np.ndarray  # where the rate depends on nothing
    kinds: models.BaseModel
    suitability: suitability_grid.Products
    score: match_score.Products
    rules: np.ndarray  # products × rules: flags


class InsuranceMatchEngine(models.AbstractModel):
    """Reads the products: a few statements, however many they are."""

    _inherit = "insurance.match.engine"

    @api.model
    def _library(self, products, day, rules):
        """Return the products as arrays, whatever order they come in."""
        # superuser: terms of products are no secret, and the engine reads nothing else
        products = products.sudo().with_context(prefetch_langs=False)
        products = products.browse(sorted(products._ids))
        products.fetch(
            [
                "insurance_category_id",
                "insurance_state",
                "insurance_gender",
                "insurance_max_occupation_class",
                "insurance_min_health_grade",
                "insurance_region_ids",
                "insurance_sum_min",
                "insurance_sum_max",
                "insurance_sum_step",
                "insurance_term_years",
                "insurance_payment_years",
                "insurance_grade",
                "insurance_second_grade",
                "insurance_new_type",
            ]
        )
        categories = products.insurance_category_id
        categories.fetch(["line", "client_kind", "cover_kind_id"])
        kinds = (
            self.env["insurance.cover.kind"]
            .sudo()
            .search([("active", "=", True)], order="id")
        )
        sellable = set(
            products.filtered_domain(products._insurance_sellable_domain(day))._ids
        )
        rates = products._insurance_rate_grid(range(OLDEST + 1), day)
        cover, fixed, flags = self._cover_arrays(products, kinds)
        sold_to = [product.insurance_category_id.client_kind for product in products]

        def column(values, dtype=float):
            return np.array(list(values), dtype=dtype)

        return Library(
            products,
            np.array(products._ids, dtype=np.int64),
            column((product.id in sellable for product in products), bool),
            column((kind in ("any", "individual") for kind in sold_to), bool),
            column((kind in ("any", "organisation") for kind in sold_to), bool),
            column((int(p.insurance_max_occupation_class or 9) for p in products), int),
            column(
                (
                    HEALTH.find(p.insurance_min_health_grade)
                    if p.insurance_min_health_grade
                    else len(HEALTH)
                    for p in products
                ),
                int,
            ),
            [set(product.insurance_region_ids._ids) for product in products],
            rates,
            _flat(rates),
            kinds,
            self._suitability_products(products, kinds, flags),
            match_score.Products(
                cover,
                fixed,
                column(
                    (LINES.index(p.insurance_category_id.line) for p in products), int
                ),
                column(product.insurance_sum_min for product in products),
                column(product.insurance_sum_max or np.inf for product in products),
                column(product.insurance_sum_step for product in products),
            ),
            self._product_rules(products, rules),
        )

    @api.model
    def _cover_arrays(self, products, kinds):
        """Return share of the sum, fixed amounts and flags: products × kinds."""
        self.env["insurance.product.cover"].flush_model()
        shape = (len(products), len(kinds))
        cover, fixed, flags = np.zeros(shape), np.zeros(shape), np.zeros(shape, bool)
        column = {kind.id: number for number, kind in enumerate(kinds)}
        rows = {product_id: number for number, product_id in enumerate(products._ids)}
        for product_id, kind_id, basis, percent, amount in self.env.execute_query(
            SQL(
                "SELECT product_id, cover_kind_id, basis, percent::float8,"
                " amount::float8 FROM insurance_product_cover"
                " WHERE product_id = ANY(%s) AND cover_kind_id IS NOT NULL ORDER BY id",
                list(products._ids),
            )
        ):
            if kind_id not in column:
                continue
            at = rows[product_id], column[kind_id]
            flags[at] = True
            if basis == "percent_of_sum":
                cover[at] += (percent or 0) / 100
            else:
                # a limit that stands in the terms is as much as is needed
                fixed[at] += (amount or 0) if basis == "fixed" else np.inf
        for number, product in enumerate(products):
            kind = product.insurance_category_id.cover_kind_id
            if kind.id in column and not flags[number].any():
                cover[number, column[kind.id]] = 1.0
                flags[number, column[kind.id]] = True
        return cover, fixed, flags

    @api.model
    def _suitability_products(self, products, kinds, flags):
        codes = kinds.mapped("code")
        indemnity = {kind.code for kind in kinds if kind.indemnity}
        facts, terms = [], []
        for product, row in zip(products, flags, strict=True):
            covered = {codes[number] for number in np.flatnonzero(row)}
            facts.append(
                {
                    "grade": grade_number(product.insurance_grade),
                    "second_grade": grade_number(product.insurance_second_grade),
                    "line": product.insurance_category_id.line,
                    "new_type": product.insurance_new_type or ORDINARY,
                    "kinds": covered,
                    "indemnity": covered & indemnity,
                }
            )
            terms.append(
                {
                    "single_premium": not product.insurance_payment_years,
                    "payment_years": product.insurance_payment_years,
                    "term_years": product.insurance_term_years,
                }
            )
        return suitability_grid.products(facts, terms, codes)

    @api.model
    def _product_rules(self, products, rules):
        self._prepare_conditions()
        query = SQL(
            "SELECT (%s)::text FROM product_template WHERE id = ANY(%s) ORDER BY id",
            rules.products,
            list(products._ids),
        )
        found = self.env.execute_query(query)
        return _flags([row[0] for row in found], len(rules.ids))

    @api.model
    def _rates(self, facts, library):
        """Return clients × products: yearly rates for 1,000; nan: not to be had."""
        age = facts.suitability.age
        rates = np.full((len(age), len(library.ids)), np.nan)
        person = facts.suitability.person
        for row in np.flatnonzero(~person):
            rates[row] = library.flat_rates
        known = person & (age >= 0) & (age <= OLDEST)
        gender = np.array(facts.column("gender"), dtype=object)
        for sexes in ((0,), (1,), (0, 1)):
            name = {(0,): "male", (1,): "female"}.get(sexes)
            if name:
                rows = np.flatnonzero(known & (gender == name))
                found = library.rates[:, sexes[0]].T
            else:
                # nobody knows the sex: a rate that is the same for both will do
                rows = np.flatnonzero(known & (gender != "male") & (gender != "female"))
                same = library.rates[:, 0] == library.rates[:, 1]
                found = np.where(same, library.rates[:, 0], np.nan).T
            rates[rows] = found[age[rows].astype(int)]
        return rates


def _flat(rates):
    """Return the rate of each product that depends neither on age nor on sex."""
    probed = rates[:, :, PROBES].reshape(len(rates), -1)
    known = ~np.isnan(probed)
    first = np.where(known, probed, -np.inf).max(axis=1, initial=-np.inf)
    same = ((probed == first[:, None]) | ~known).all(axis=1) & known.any(axis=1)
    return np.where(same, first, np.nan)
