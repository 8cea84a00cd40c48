"""What the demo clients have bought."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Command

#: products that pay a benefit on death, to somebody who may be named
LIFE = ("critical_illness", "term_life", "whole_life", "increasing_life")
#: products whose insured are people; others cover things and liabilities
PEOPLE = (
    *LIFE,
    "annuity",
    "children_education",
    "medical",
    "cancer",
    "accident",
    "group_medical",
    "group_accident",
    "group_life",
)
#: how policies of more than a year stand, and why
LONG_STATES = {
    ("active", None): 76,
    ("lapsed", "宽限期届满仍未交纳保险费。"): 6,
    ("surrendered", "客户资金周转，申请退保。"): 5,
    ("paid_up", "客户申请减额交清。"): 3,
    ("terminated", "双方协商解除合同。"): 1,
}
#: what became of applications that are not in force
OPEN_STATES = {
    ("application", None): 3,
    ("underwriting", None): 3,
    ("declined", "核保结论为不予承保。"): 1,
    ("withdrawn", "客户在承保前撤回投保申请。"): 1,
}
MODES = {"yearly": 70, "half_yearly": 8, "quarterly": 8, "monthly": 14}
INSTALMENTS = {"yearly": 1, "half_yearly": 2, "quarterly": 4, "monthly": 12}


@dataclass
class Policy:
    """Values of a policy; ``renewal`` is those of the one that follows it."""

    values: dict
    renewal: dict | None = None


def load_policies(demo, entries):
    """Create the policies and the renewals that follow some of them."""
    policies = [
        (policy, archive)
        for archive, client in entries
        for policy in invent_policies(
            demo.inventor, client, demo.products, _family_of(archive)
        )
    ]
    records = demo.create(
        "insurance.policy",
        "demo_policy",
        [{**policy.values, "archive_id": one.id} for policy, one in policies],
    )
    demo.create(
        "insurance.policy",
        "demo_policy_renewal",
        [
            {
                **policy.renewal,
                "archive_id": archive.id,
                "previous_policy_id": record.id,
            }
            for record, (policy, archive) in zip(records, policies, strict=True)
            if policy.renewal
        ],
    )


def _family_of(archive):
    persons = archive.related_person_ids.grouped("relation")
    return {relation: found.ids for relation, found in persons.items()}


def invent_policies(inventor, client, products, persons):
    """Return the policies of a client.

    :param products: rows of products.csv with the product's ``record_id``
    :param persons: {relation: ids of the client's related persons}
    """
    if client.audience == "child":
        return []  # minors are insured by their parents
    if client.stage == "collecting" and inventor.chance(0.7):
        return []
    fitting = [row for row in products if client.may_buy(row)]
    if client.kind == "group" and "合作社" not in client.name:
        fitting = [row for row in fitting if row["category"] != "agriculture"]
    if not persons.get("child"):
        fitting = [row for row in fitting if row["category"] != "children_education"]
    number = 1 if client.stage == "collecting" else inventor.randint(1, 4)
    return [
        _policy(inventor, client, product, persons)
        for product in inventor.sample(fitting, min(number, len(fitting)))
    ]


def _policy(inventor, client, product, persons):
    values = {
        "product_id": product["record_id"],
        **_amounts(inventor, product),
        **_people(inventor, client, product, persons),
    }
    if client.stage == "collecting" or inventor.chance(0.07):
        return Policy(values | _application(inventor))
    if product["term"] == 1:
        return _yearly_cover(inventor, values)
    start = inventor.day_ago(40, min(3600, 365 * (product["payment_years"])))
    state, reason = inventor.choices(list(LONG_STATES), LONG_STATES.values())[0]
    if state == "lapsed":
        start = min(start, inventor.day_ago(430, 1500))
    return Policy(values | _issued(inventor, start, state) | {"state_reason": reason})


def _yearly_cover(inventor, values):
    """Return a cover of one year, often the second, at times about to end."""
    days = inventor.choices(
        [(306, 362), (20, 305), (370, 420)],
        [22, 66, 12],
    )[0]
    start = inventor.day_ago(*days)
    expired = days[0] > 365
    current = _issued(inventor, start, "expired" if expired else "active")
    if expired or inventor.chance(0.65):
        return Policy(values | current)
    earlier = _issued(inventor, start - relativedelta(years=1), "expired")
    return Policy(values | earlier, renewal=values | current)


def _issued(inventor, start: date, state):
    return {
        "number": inventor.number(f"P{start:%y%m}"),
        "application_number": inventor.number(f"T{start:%y%m}"),
        "application_date": start - timedelta(days=inventor.randint(2, 15)),
        "start_date": start,
        "state": state,
    }


def _application(inventor):
    state, reason = inventor.choices(list(OPEN_STATES), OPEN_STATES.values())[0]
    applied = inventor.day_ago(1, 25)
    return {
        "application_number": inventor.number(f"T{applied:%y%m}"),
        "application_date": applied,
        "state": state,
        "state_reason": reason,
    }


def _amounts(inventor, product):
    lowest, highest, step = (int(product[key]) for key in ("lowest", "highest", "step"))
    sum_insured = inventor.randrange(lowest, highest + 1, step)
    annual = sum_insured * float(product["per_mille"]) / 1000
    annual *= inventor.choice((0.85, 0.95, 1, 1.1, 1.3))
    mode = "yearly"
    if product["payment_years"] > 1:
        mode = inventor.choices(list(MODES), MODES.values())[0]
    return {
        "sum_insured": sum_insured,
        "premium": max(10, round(annual / INSTALMENTS[mode], -1)),
        "payment_mode": mode,
        "payment_years": product["payment_years"],
        "term_years": product["term"],
        "term": "" if product["term"] else "终身",
        "renewable": product["renewable"],
    }


def _people(inventor, client, product, persons):
    if product["category"] not in PEOPLE:
        return {}
    if client.kind != "individual":
        return {"insured_ids": _members(inventor)}
    if product["category"] == "children_education":
        return {"insured_ids": [_named(persons["child"][0])]}
    values = {"insured_ids": [Command.create({"person_kind": "policyholder"})]}
    family = [*persons.get("spouse", []), *persons.get("child", [])]
    if product["category"] == "medical":
        values["insured_ids"] += map(_named, family)
    if product["category"] in LIFE and family and inventor.chance(0.8):
        values["beneficiary_ids"] = _beneficiaries(family[:2])
    return values


def _members(inventor):
    """Return some of the insured as the client's list names them."""
    return [
        Command.create(
            {
                "person_kind": "listed",
                "listed_name": inventor.person_name(inventor.gender()),
                "listed_birth_date": inventor.birth_date(22, 58),
                "relation": "employee",
            }
        )
        for _number in range(inventor.randint(3, 6))
    ]


def _named(person_id):
    return Command.create({"person_kind": "related", "related_person_id": person_id})


def _beneficiaries(person_ids):
    share = 100 / len(person_ids)
    return [
        Command.create(
            {"person_kind": "related", "related_person_id": person_id, "share": share}
        )
        for person_id in person_ids
    ]
