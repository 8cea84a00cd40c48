"""Matching rules, learned affinities, and matches of the clients who were assessed."""

MODULE = "insurance_product_match"
#: mark, name, effect, points, clients, products, explanation, article, how far it is
RULES = (
    (
        "elder",
        "No unit-linked or variable products for the elderly",
        "exclude",
        0,
        [("age", ">=", 65)],
        [("insurance_new_type", "in", ["unit_linked", "variable"])],
        "Clients of 65 and more are not recommended products whose account "
        "follows the market.",
        "SM-18",
        "active",
    ),
    (
        "family",
        "Families with children: critical illness and life first",
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
        "Where there are children, the earners' death and critical illness come first.",
        "",
        "active",
    ),
    (
        "complaint",
        "No complex products after a recent complaint",
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
        "There was a complaint in the last 12 months: the service comes first, "
        "and nothing complicated is recommended.",
        "",
        "active",
    ),
    (
        "pension",
        "From 50 on: pension first",
        "boost",
        6,
        [("age", ">=", 50)],
        [("insurance_category_id.cover_kind_id.code", "=", "pension")],
        "Close to retirement the pension gap is closed first.",
        "",
        "approved",
    ),
    (
        "lapse",
        "After a lapse: short terms first",
        "boost",
        5,
        [("policies_lapsed", ">=", 1)],
        [("insurance_term_years", "=", 1)],
        "A policy has lapsed before: begin with one-year products that weigh less.",
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


def _enter_rule(
    env, mark, name, effect, points, clients, products, reason, article, state
):
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
    # by its mark the translations find it
    env["ir.model.data"]._update_xmlids(
        [
            {
                "xml_id": f"{MODULE}.demo_match_rule_{mark}",
                "record": rule,
                "noupdate": True,
            }
        ]
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
