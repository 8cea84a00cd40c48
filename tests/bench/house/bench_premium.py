"""Premiums: one contract with all its checks, and a whole library for many clients.

500 products, each with a table of 60 ages and two sexes. Three measures:

* the grid of rates (one query and numpy) beside a plain SQL join that computes the
  same rates in the database;
* a million premiums (rounded as money) from the grid beside plain numpy that only
  multiplies;
* contracts one by one through the product's own method, as a rate.
"""

import time

import harness
import numpy as np

from odoo import fields
from odoo.fields import Command

PRODUCTS, LOWEST, HIGHEST = 500, 18, 77
CLIENTS = 2000
ROUNDS = 7
SINGLE = 300


def make_products(env):
    category = env.ref("insurance_client_archive.product_category_critical_illness")
    products = env["product.template"].create(
        [
            {
                "name": f"Bench product {number}",
                "type": "service",
                "is_insurance": True,
                "insurance_category_id": category.id,
                "insurance_min_age": LOWEST,
                "insurance_max_age": HIGHEST,
                "insurance_term_years": 20,
                "insurance_payment_years": 20,
                "insurance_mode_ids": [Command.create({"mode": "yearly", "factor": 1})],
            }
            for number in range(PRODUCTS)
        ]
    )
    env.flush_all()
    # by SQL: the bench is of reading a table, not of entering it
    env.cr.execute(
        """
        INSERT INTO insurance_product_premium
               (product_id, gender, age_from, age_to, term_years, payment_years, rate,
                valid_from)
        SELECT product, gender, age, age, 20, 20,
               round(2 + product %% 7 + age * 0.31 + length(gender) * 0.13, 4),
               '2020-01-01'
          FROM unnest(%s) product, generate_series(%s, %s) age,
               (VALUES ('male'), ('female')) sex (gender)
        """,
        [products.ids, LOWEST, HIGHEST],
    )
    env.cr.execute("ANALYZE insurance_product_premium")
    return products


def rates_by_sql(env, products, ages):
    env.cr.execute(
        """
        SELECT product.id, sex.gender, asked.age, row.rate::float8
          FROM product_template product
          JOIN insurance_product_premium row
            ON row.product_id = product.id
           AND row.term_years = product.insurance_term_years
           AND row.payment_years = product.insurance_payment_years
           AND row.valid_from <= CURRENT_DATE
          JOIN (VALUES ('male'), ('female')) sex (gender)
            ON row.gender IN (sex.gender, 'any')
          JOIN unnest(%s) asked (age) ON asked.age BETWEEN row.age_from AND row.age_to
         WHERE product.id = ANY(%s)
        """,
        [ages, products.ids],
    )
    return env.cr.fetchall()


def grid_bench(env, products):
    ages = list(range(LOWEST, HIGHEST + 1))
    grid = products._insurance_rate_grid(ages)
    rows = rates_by_sql(env, products, ages)
    position = {product.id: number for number, product in enumerate(products)}
    for product_id, gender, age, rate in rows:
        found = grid[position[product_id], int(gender == "female"), age - LOWEST]
        assert found == rate, (product_id, gender, age, found, rate)
    assert len(rows) == np.isfinite(grid).sum()
    return harness.compare(
        "grid of rates",
        baseline=lambda: rates_by_sql(env, products, ages),
        subject=lambda: products._insurance_rate_grid(ages),
        rounds=ROUNDS,
        note=f"{len(rows):,} rates of {PRODUCTS} products; baseline: SQL join",
    )


def sweep_bench(env, products):
    from odoo.addons.insurance_product_match.tools import premium

    random = np.random.default_rng(6)
    grid = products._insurance_rate_grid(range(LOWEST, HIGHEST + 1))
    sexes = random.integers(0, 2, CLIENTS)
    ages = random.integers(0, HIGHEST - LOWEST + 1, CLIENTS)
    sums = random.integers(2, 20, CLIENTS) * 50_000.0

    def plain():
        return grid[:, sexes, ages] * sums / 1000

    def ours():
        return premium.annual_premiums(grid[:, sexes, ages], sums)

    assert np.abs(plain() - ours()).max() <= 0.005 + 1e-6
    result = harness.compare(
        "premiums of a library for many clients",
        baseline=plain,
        subject=ours,
        rounds=ROUNDS,
    )
    pairs = PRODUCTS * CLIENTS
    rate = pairs / (result.subject_ms / 1000) / 1e6
    result.note = (
        f"{pairs:,} premiums, {rate:.0f} million a second; baseline: numpy, not rounded"
    )
    return result


def single_bench(env, products):
    from odoo.addons.insurance_product_match.tools import premium

    product = products[0]
    today = fields.Date.today()

    def checked():
        for number in range(SINGLE):
            product._insurance_premium(
                LOWEST + number % 60, ("male", "female")[number % 2], 100_000, on=today
            )

    def arithmetic():
        for number in range(SINGLE):
            env.cr.execute(
                "SELECT rate FROM insurance_product_premium WHERE product_id = %s"
                " AND gender = %s AND age_from <= %s AND age_to >= %s"
                " AND term_years = 20 AND payment_years = 20 AND valid_from <= %s"
                " ORDER BY valid_from DESC LIMIT 1",
                [
                    product.id,
                    ("male", "female")[number % 2],
                    LOWEST + number % 60,
                    LOWEST + number % 60,
                    today,
                ],
            )
            premium.premium(env.cr.fetchone()[0], 100_000, 20)

    before = env.cr.sql_log_count
    checked()
    queries = (env.cr.sql_log_count - before) / SINGLE
    result = harness.compare(
        "one contract with all checks",
        baseline=arithmetic,
        subject=checked,
        rounds=ROUNDS,
    )
    a_second = SINGLE / (result.subject_ms / 1000)
    result.note = (
        f"{a_second:.0f} contracts a second, {queries:.1f} queries each; baseline: "
        "plain SQL and the arithmetic alone"
    )
    return result


def main():
    env = harness.environment()
    started = time.perf_counter()
    products = make_products(env)
    print(f"prepared in {time.perf_counter() - started:.1f} s")
    harness.report(
        __file__,
        [
            grid_bench(env, products),
            sweep_bench(env, products),
            single_bench(env, products),
        ],
    )


if __name__ == "__main__":
    main()
