"""Matching rules, learned affinities, and matches of the clients who were assessed."""

MODULE = "insurance_product_match"
#: name, effect, points, clients, products, explanation, article, how far it has got
RULES = (
    (
        "高龄客户不推荐投连及变额产品",
        "exclude",
        0,
        [("age", ">=", 65)],
        [("insurance_new_type", "in", ["unit_linked", "variable"])],
        "65周岁及以上客户不推荐账户价值随市场波动的产品。",
        "SM-18",
        "active",
    ),
    (
        "有子女家庭优先重疾与寿险",
        "boost",
        8,
        [("household_children", ">=", 1)],
        [
            (
                "insurance_category_id.cover_kind_id.code",
                "in",
                ["death", "critical_illness"],
            )
        ],
        "家中有未成年子女，家庭支柱的身故与重疾保障优先。",
        "",
        "active",
    ),
    (
        "近期投诉客户不推荐新型产品",
        "exclude",
        0,
        [("complaints_12m", ">=", 1)],
        [
            (
                "insurance_new_type",
                "in",
                ["participating", "universal", "unit_linked", "variable"],
            )
        ],
        "近12个月内有投诉，先处理好服务问题，不推荐结构复杂的产品。",
        "",
        "active",
    ),
    (
        "五十周岁以上优先养老保障",
        "boost",
        6,
        [("age", ">=", 50)],
        [("insurance_category_id.cover_kind_id.code", "=", "pension")],
        "临近退休，养老金缺口应优先补足。",
        "",
        "approved",
    ),
    (
        "失效客户先推荐短期产品",
        "boost",
        5,
        [("policies_lapsed", ">=", 1)],
        [("insurance_term_years", "=", 1)],
        "曾有保单失效，先从缴费压力小的一年期产品开始。",
        "",
        "draft",
    ),
)
AGENTS = ("agent", "agent2", "manager")
CLIENTS = 6


def load_matching(env):
    """Write rules by two people, learn, and match; done once."""
    if env["insurance.match.rule"].search_count([], limit=1):
        return
    for row in RULES:
        _enter_rule(env, *row)
    if env["insurance.policy"].search_count([], limit=1):
        env["insurance.affinity.run"]._learn_now()
    for login in AGENTS:
        agent = env["res.users"].search([("login", "=", login)])
        if agent:
            _match_clients(env, agent)


def _enter_rule(env, name, effect, points, clients, products, reason, article, state):
    editor = env.ref(f"{MODULE}.demo_user_producteditor")
    specialist = env.ref(f"{MODULE}.demo_user_specialist")
    regulation = env["insurance.regulation"].search([("code", "=", article)], limit=1)
    rule = (
        env["insurance.match.rule"]
        .with_user(editor)
        .create(
            {
                "name": name,
                "effect": effect,
                "points": points,
                "client_condition": repr(clients),
                "product_condition": repr(products),
                "reason": reason,
                "regulation_id": regulation.id,
            }
        )
    )
    if state == "draft":
        return
    rule.action_backtest()
    rule = rule.with_user(specialist)
    rule.write({"state": "approved"})
    if state == "active":
        rule.write({"state": "active"})


def _match_clients(env, agent):
    assessed = env["insurance.assessment"].search(
        [("archive_id.agent_id", "=", agent.id), ("state", "=", "done")], order="id"
    )
    archives = assessed.archive_id[:CLIENTS]._processable("matching")
    for archive in archives.with_user(agent):
        # what is no client of the agent's any more is left out
        if archive.has_access("write"):
            archive._match()
