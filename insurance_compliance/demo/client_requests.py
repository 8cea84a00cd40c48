from odoo import fields

from .consents import ARCHIVE
from .requests import acting

#: what is asked, how many days ago, and how far it has come
REQUESTS = (
    ("copy", 2, "new"),
    ("access", 5, "identified"),
    ("correction", 9, "identified"),
    ("explanation", 12, "answered"),
    ("portability", 33, "identified"),
    ("restriction", 6, "second"),
    ("deletion", 25, "answered"),
    ("deletion", 14, "refused"),
    ("correction", 40, "answered"),
)
ANSWERS = {
    "explanation": "A person has looked at it as well. You can fetch the reasons here.",
    "deletion": "Your contract has ended, but the law makes us keep its papers. Until "
    "then your data are stored and protected and used for nothing else.",
    "restriction": "We stop using your data while the dispute lasts.",
    "correction": "Your new address is on file since today.",
}
REFUSAL = (
    "Your policies are in force; without the data we can't keep them. You can ask "
    "again when they have ended, complain to us, or go to court."
)


def load_client_requests(env):
    """Let clients ask about their data; some requests wait, one is overdue."""
    Request = env["insurance.client.request"]
    if Request.search_count([], limit=1):
        return
    officer = env.ref(f"{ARCHIVE}.demo_user_compliance")
    portal = env["res.users"].search([("login", "=", "client")], limit=1)
    mine = env["insurance.archive"].search([("partner_id", "=", portal.partner_id.id)])
    others = env["insurance.archive"].search(
        [
            ("agent_id", "=", env.ref(f"{ARCHIVE}.demo_user_agent").id),
            ("client_kind", "=", "individual"),
            ("state", "in", ["entered", "filed"]),
            ("id", "not in", mine.ids),
        ],
        order="id desc",
        limit=len(REQUESTS),
    )
    for (kind, days, state), archive in zip(REQUESTS, others, strict=False):
        asked = _take_down(env, archive, kind, days)
        _move_on(asked, officer, state)
    if mine:
        number = Request.with_user(portal)._portal_hand_in("copy", "All of it, please.")
        asked = Request.search([("number", "=", number)])
        _move_on(asked, officer, "answered")


def _take_down(env, archive, kind, days):
    received = fields.Date.subtract(fields.Date.today(), days=days)
    return (
        env["insurance.client.request"]
        .with_user(archive.agent_id)
        .create(
            {
                "archive_id": archive.id,
                "kind": kind,
                "received_on": received,
                "channel": "phone",
                "identity_method": "callback",
            }
        )
    )


def _move_on(asked, officer, state):
    if state == "new":
        return
    asked = asked.with_user(officer)
    asked.action_identify()
    if state == "identified":
        return
    if state == "refused":
        asked.answer = REFUSAL
        asked.action_refuse()
        return
    asked.answer = ANSWERS.get(asked.kind, "Here is everything we hold about you.")
    if not asked.grave:
        asked.action_answer()
        return
    asked.action_propose()
    if state == "answered":
        with acting(asked.env(su=True), "head") as own:
            asked.with_env(own).action_second()
