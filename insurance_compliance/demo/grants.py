"""Grants: standing ones for daily work, and one of each kind that ends."""

from datetime import timedelta

from odoo import fields

from ..access_slice import SLICES

ARCHIVE = "insurance_client_archive"
#: who works with the own clients every day; agent4 has nothing but responsibility
STANDING = (
    "demo_user_agent",
    "demo_user_agent2",
    "demo_user_agent3",
    "demo_user_manager",
    "demo_user_supervisor",
    "demo_user_supervisor2",
)
#: login, slices, purpose, first and last day from today, uses allowed, uses so far
NAMED = (
    ("demo_user_department", ("claims",), "audit", -2, 12, 20, 3),
    ("demo_user_department", ("claims", "documents"), "audit", -40, -26, 10, 6),
    ("demo_user_head", ("financial",), "legal_duty", -1, 5, 5, 0),
    ("demo_user_agent4", ("health",), "claim", -9, 6, 3, 3),
)
CLIENTS_OF_A_GRANT = 6


def load_grants(env):
    if env["insurance.access.grant"].search([("standing", "=", True)], limit=1):
        return  # demo data can be asked for again on a database that has them
    now = fields.Datetime.now()
    purpose = env.ref(f"{ARCHIVE}.purpose_policy_service")
    for name in STANDING:
        env["insurance.access.grant"]._issue(
            env.ref(f"{ARCHIVE}.{name}"),
            SLICES,
            purpose,
            now - timedelta(days=20),
            now + timedelta(days=345),
            portfolio=True,
            standing=True,
        )
    for number, (name, slices, purpose, first, last, uses, done) in enumerate(NAMED):
        grant = env["insurance.access.grant"]._issue(
            env.ref(f"{ARCHIVE}.{name}"),
            slices,
            env.ref(f"{ARCHIVE}.purpose_{purpose}"),
            now + timedelta(days=first),
            now + timedelta(days=last),
            archives=_clients(env, name, number),
            uses=uses,
        )
        # as superuser: nobody has the right to write grants
        grant.sudo().uses_done = done
    _load_revoked(env, now)


def _load_revoked(env, now):
    supervisor = env.ref(f"{ARCHIVE}.demo_user_supervisor")
    grant = env["insurance.access.grant"]._issue(
        env.ref(f"{ARCHIVE}.demo_user_agent4"),
        ("financial",),
        env.ref(f"{ARCHIVE}.purpose_needs"),
        now - timedelta(days=6),
        now + timedelta(days=8),
        archives=_clients(env, "demo_user_agent4", 0),
    )
    # in both languages of the demo
    grant.with_user(supervisor)._end("客户已表示不再需要方案 / no longer needed")


def _clients(env, name, number):
    """Return clients for a grant: an agent's own, else some of all."""
    user = env.ref(f"{ARCHIVE}.{name}")
    clients = env["insurance.archive"].search(
        [("agent_id", "=", user.id)], limit=3, order="id"
    )
    return clients or env["insurance.archive"].search(
        [("state", "in", ["entered", "filed"])],
        limit=CLIENTS_OF_A_GRANT,
        offset=CLIENTS_OF_A_GRANT * number,
        order="id",
    )
