"""Advice of the last years: of policies that were bought, and of what was declined.

Entered as from an older system: finished, without a match of its own.
"""

import random
from datetime import datetime, time, timedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

AGENTS = ("agent", "agent2", "agent3", "agent4")
ISSUED = ("active", "paid_up", "expired", "lapsed", "surrendered")
#: shares of policies that had been proposed, and of clients who declined something
PROPOSED, DECLINING = 0.8, 0.5
#: a product that few of many want, and that people tell one another about
UNLOVED, OFFERED, WANTED = "长盈传家终身寿险", 60, 0.05
#: whose advice lies unfinished, how much of it, and how much of the others'
SLOW, LYING, OTHERS_LYING = "agent4", 22, 2
DECLINE_REASONS = ("price", "later", "competitor", "need")
REASON = "客户比较之后没有购买。"
TALKS = (
    (
        "yes",
        "yes",
        "孩子出生后一直想补上重疾，业务员先讲清楚了等待期，价格也在预算内。",
        "",
        "",
    ),
    (
        "partly",
        "yes",
        "保额够，但希望可以半年交一次，年交那个月压力大。",
        "不同交费方式的对比表",
        "",
    ),
    (
        "no",
        "partly",
        "家里已经有单位团体险，推荐的医疗部分重复了，最后没有买。",
        "先问清楚单位有什么保障",
        "去年换了工作，单位有补充医疗，档案里没有记录。",
    ),
    ("yes", "yes", "愿意坐下来把免责条款一条一条念给我听，这点让我放心。", "", ""),
    (
        "partly",
        "no",
        "以为十年就能拿回本金，后来看现金价值表才明白不是。",
        "退保损失的例子",
        "",
    ),
    (
        "no",
        "yes",
        "产品没问题，只是今年要还房贷，明年发年终奖再说。",
        "",
        "家里现在是两个孩子。",
    ),
)


def load_history(env):
    """Enter the advice of past years; done once."""
    if env["insurance.recommendation"].search_count(
        [("create_date", "<", "today -15m")], limit=1
    ):
        return
    chance = random.Random(20260402)
    _date_losses(env, chance)
    _tie_to_policies(env)
    _bought(env, chance)
    _declined(env, chance)
    _lying(env)
    _interviews(env)
    env["insurance.match.proposal"]._evaluate()
    env["insurance.training.need"]._evaluate()


def _clients(env):
    domain = Domain("agent_id.login", "in", AGENTS) & Domain(
        "state", "in", ("entered", "filed")
    )
    return env["insurance.archive"].search(
        domain & Domain("client_kind", "=", "individual"), order="id"
    )


def _enter(env, state, rows):
    """Enter finished advice of one product each: (archive, product, day, values)."""
    advices = env["insurance.recommendation"].create(
        [
            {"archive_id": archive.id, "agent_id": archive.agent_id.id}
            for archive, _product, _day, _values in rows
        ]
    )
    env.flush_all()
    for advice, (_archive, _product, day, values) in zip(advices, rows, strict=True):
        begun = datetime.combine(day, time(2))
        env.cr.execute(
            "UPDATE insurance_recommendation SET state = %s, state_reason = %s,"
            " decline_reason = %s, create_date = %s, state_date = %s, closed_on = %s"
            " WHERE id = %s",
            (
                state,
                REASON if state == "declined" else None,
                values.get("decline_reason"),
                begun,
                begun,
                begun + timedelta(days=9) if state in ("sold", "declined") else None,
                advice.id,
            ),
        )
    for advice, (archive, product, _day, values) in zip(advices, rows, strict=True):
        if not product:
            continue
        policy = values.get("policy")
        env.cr.execute(
            """
            INSERT INTO insurance_recommendation_line (recommendation_id, archive_id,
                partner_id, company_id, product_id, sequence, payment_mode, source,
                severity, chosen, sum_insured, annual_premium, premium, total_premium,
                term_years, payment_years, policy_id)
            VALUES (%s, %s, %s, %s, %s, 10, 'yearly', %s, 'none', %s, %s, %s, %s, %s,
                    %s, %s, %s)
            """,
            (
                advice.id,
                archive.id,
                archive.partner_id.id,
                archive.company_id.id,
                product.id,
                values["source"],
                bool(policy),
                values["sum_insured"],
                values["premium"],
                values["premium"],
                values["premium"] * (product.insurance_payment_years or 1),
                product.insurance_term_years,
                product.insurance_payment_years,
                policy and policy.id,
            ),
        )
        if policy:
            env.cr.execute(
                "UPDATE insurance_policy SET recommendation_id = %s WHERE id = %s",
                (advice.id, policy.id),
            )
    env.invalidate_all()
    return advices


def _date_losses(env, chance):
    """Let policies have been lost when they were, not on the day of the demo."""
    lost = env["insurance.policy"].search(
        [
            ("archive_id", "in", _clients(env).ids),
            ("state", "in", ("lapsed", "surrendered")),
            ("start_date", "<", "today -3m"),
        ],
        order="id",
    )
    today = fields.Date.today()
    for policy in lost:
        after = chance.choice((180, 300, 380, 560, 700))
        day = min(policy.start_date + timedelta(days=after), today)
        env.cr.execute(
            "UPDATE insurance_policy SET state_date = %s WHERE id = %s",
            (day, policy.id),
        )
    lost.invalidate_recordset()


def _tie_to_policies(env):
    """Say of which policy clients complain, or how content they are."""
    env.flush_all()
    for table in ("insurance_feedback", "insurance_satisfaction"):
        env.execute_query(
            SQL(
                """
                UPDATE %s AS said SET policy_id = policy.id
                FROM (
                    SELECT DISTINCT ON (archive_id) archive_id, id
                    FROM insurance_policy WHERE state = ANY(%s)
                    ORDER BY archive_id, start_date DESC, id
                ) AS policy
                WHERE policy.archive_id = said.archive_id
                  AND said.policy_id IS NULL AND said.claim_id IS NULL
                  AND said.interaction_id IS NULL
                RETURNING said.id
                """,
                SQL.identifier(table),
                list(ISSUED),
            )
        )
    env.invalidate_all()


def _source(chance):
    return "engine" if chance.random() < 0.75 else "manual"


def _bought(env, chance):
    """Most policies of the agents' clients had been recommended."""
    policies = env["insurance.policy"].search(
        [
            ("archive_id", "in", _clients(env).ids),
            ("state", "in", ISSUED),
            ("recommendation_id", "=", False),
            ("start_date", "<", "today -1m"),
        ],
        order="id",
    )
    _enter(
        env,
        "sold",
        [
            (
                policy.archive_id,
                policy.product_id,
                policy.start_date - timedelta(days=12),
                {
                    "policy": policy,
                    "source": _source(chance),
                    "sum_insured": policy.sum_insured,
                    "premium": policy.annual_premium,
                },
            )
            for policy in policies
            if chance.random() < PROPOSED
        ],
    )


def _declined(env, chance):
    """Some clients wanted something else; one product hardly anybody wants."""
    Product = env["product.template"]
    products = Product.search(
        [
            *Product._insurance_sellable_domain(),
            ("insurance_client_kind", "!=", "organisation"),
        ],
        order="id",
    )
    unloved = products.filtered(lambda product: product.name == UNLOVED)
    others = list(products - unloved)
    clients = _clients(env)
    today = fields.Date.today()
    rows = []
    for number, archive in enumerate(clients):
        offered = []
        if chance.random() < DECLINING:
            offered.append(chance.choice(others))
        if number < OFFERED and chance.random() > WANTED:
            offered += unloved
        rows += [
            (
                archive,
                product,
                today - timedelta(days=chance.randint(40, 900)),
                {
                    "source": _source(chance),
                    "decline_reason": chance.choice(DECLINE_REASONS),
                    "sum_insured": product.insurance_sum_min,
                    "premium": chance.choice((480, 2600, 5200, 9800)),
                },
            )
            for product in offered
        ]
    _enter(env, "declined", rows)


def _lying(env):
    """One agent begins more than is finished."""
    today = fields.Date.today()
    rows = []
    for login in AGENTS:
        clients = _clients(env).filtered(
            lambda a, login=login: a.agent_id.login == login
        )
        number = LYING if login == SLOW else OTHERS_LYING
        rows += [
            (archive, None, today - timedelta(days=50 + 9 * place), {})
            for place, archive in enumerate(clients[-number:])
        ]
    _enter(env, "match", rows)


def _interviews(env):
    advices = env["insurance.recommendation"].search(
        [
            ("state", "in", ("sold", "declined")),
            ("agent_id.login", "in", AGENTS),
            ("create_date", ">", "today -12m"),
        ],
        order="agent_id, create_date desc",
    )
    for number, advice in enumerate(advices[:: max(1, len(advices) // 24)]):
        met, understood, why, missing, wrong = TALKS[number % len(TALKS)]
        asked = advice.create_date.date() + timedelta(days=25)
        env["insurance.recommendation.interview"].with_user(advice.agent_id).create(
            {
                "recommendation_id": advice.id,
                "date": min(asked, fields.Date.today()),
                "way": "phone" if number % 3 else "face_to_face",
                "need_met": met,
                "understood": understood,
                "pressed": number % 11 == 4,
                "why": why,
                "missing": missing,
                "data_wrong": wrong,
            }
        )
