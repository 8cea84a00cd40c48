"""Five hundred products and three hundred rules, made from those of the demo data."""

from odoo import fields
from odoo.fields import Command

PRODUCTS, RULES = 500, 300
KINDS = ("death", "critical_illness", "medical", "accident", "pension", "home")
CATEGORIES = {
    "death": "term_life",
    "critical_illness": "critical_illness",
    "medical": "medical",
    "accident": "accident",
    "pension": "annuity",
    "home": "household",
}
EFFECTS = ("exclude", "boost", "boost", "boost")


def products(env, count=PRODUCTS):
    """Return so many products on sale."""
    on_sale = env["product.template"].search(
        env["product.template"]._insurance_sellable_domain()
    )
    missing = max(0, count - len(on_sale))
    made = env["product.template"].create(
        [_product(env, number) for number in range(missing)]
    )
    env.flush_all()
    # approved by nobody: a benchmark is no sale
    env.cr.execute(
        "UPDATE product_template SET insurance_state = 'approved',"
        " insurance_version = 1, insurance_review_due = %s WHERE id = ANY(%s)",
        [fields.Date.add(fields.Date.today(), years=1), made.ids],
    )
    env.invalidate_all()
    return (on_sale | made)[:count]


def _product(env, number):
    kind = KINDS[number % len(KINDS)]
    category = f"insurance_client_archive.product_category_{CATEGORIES[kind]}"
    rate = 0.5 + number % 37
    return {
        "name": f"Product {number}",
        "type": "service",
        "is_insurance": True,
        "insurance_category_id": env.ref(category).id,
        "insurance_grade": f"p{1 + number % 3}",
        "insurance_on_sale_from": "2020-01-01",
        "insurance_min_age": number % 20,
        "insurance_max_age": 55 + number % 20,
        "insurance_sum_min": 10_000 * (1 + number % 9),
        "insurance_sum_max": 500_000 + 10_000 * (number % 100),
        "insurance_sum_step": 10_000,
        "insurance_term_years": 20,
        "insurance_payment_years": 20,
        "insurance_cover_ids": [
            Command.create(
                {
                    "cover_kind_id": env.ref(
                        f"insurance_product_match.cover_kind_{name}"
                    ).id,
                    "basis": "percent_of_sum",
                    "percent": percent,
                }
            )
            for name, percent in {kind: 100, KINDS[(number + 1) % 6]: 20}.items()
        ],
        "insurance_premium_ids": [
            Command.create(
                {
                    "gender": "any",
                    "age_from": age,
                    "age_to": age + 9,
                    "rate": rate * (1 + age / 50),
                    "term_years": 20,
                    "payment_years": 20,
                    "valid_from": "2020-01-01",
                }
            )
            for age in range(0, 80, 10)
        ],
    }


def rules(env, count=RULES):
    """Put so many rules into force."""
    made = env["insurance.match.rule"].create(
        [_rule(number) for number in range(count)]
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE insurance_match_rule SET state = 'active' WHERE id = ANY(%s)",
        [made.ids],
    )
    env.invalidate_all()
    env.registry.clear_cache()


def _rule(number):
    effect = EFFECTS[number % len(EFFECTS)]
    clients = (
        [("age", ">=", 20 + number % 60), ("policies_in_force", "<", number % 7)],
        [("income_band", "in", [str(1 + number % 6)])],
        [("lines_in_force", ">", number % 5), ("claims_36m", "=", 0)],
        [("archive_id.gender", "=", "female"), ("age", "<", 30 + number % 30)],
    )[number % 4]
    offered = (
        [("insurance_grade", "=", f"p{1 + number % 5}"), ("id", ">", number * 7)],
        [("insurance_category_id.line", "=", "health")],
        [("insurance_min_age", ">", number % 20)],
    )[number % 3]
    return {
        "name": f"Rule {number}",
        "effect": effect,
        "points": (number % 11) - 5 or 3 if effect == "boost" else 0,
        "client_condition": repr(clients),
        "product_condition": repr(offered),
        "reason": "Benchmark",
        "priority": number,
    }
