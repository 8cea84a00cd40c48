"""What a refresh brings up: untidy data, entries to be checked, clients overdue."""

from datetime import timedelta

from odoo import fields

from ..client_scope import Scope

#: clients whose figures nobody has refreshed for so many days
FORGOTTEN = {14: 100, 9: 40}
#: entries in the queue, and how many of them were looked at
DRAWN, CHECKED, WRONG = 22, 13, 3


def load_refresh(loader, entries):
    archives = [archive for archive, _client in entries]
    _forget_some(loader.env, archives)
    _make_untidy(loader)
    _look_through(loader, archives)
    _draw(loader)


def _forget_some(env, archives):
    features = env["insurance.client.feature"]
    place = 0
    for number, days in FORGOTTEN.items():
        ids = [archive.id for archive in archives[place::11][:number]]
        place += 3
        features.search([("archive_id", "in", ids)]).as_of = fields.Date.subtract(
            fields.Date.today(), days=days
        )


def _make_untidy(loader):
    """Spoil a few records in ways that people do."""
    persons = loader.env["insurance.archive"].search(
        [
            ("client_kind", "=", "individual"),
            ("agent_id", "=", loader.ref("demo_user_agent").id),
            ("state", "!=", "collecting"),
        ],
        order="id",
        limit=24,
    )
    # meant in 10,000 yuan
    for archive, budget in zip(persons[:4], (2, 1.5, 3, 5), strict=False):
        archive.intent_budget = budget
    for archive in persons[4:6]:
        archive.partner_id.name = f"{archive.partner_id.name} "
    for archive in persons[6:8]:
        archive.partner_id.zip = "２０００４０"
    persons[9].partner_id.phone = persons[8].partner_id.phone
    persons[11].partner_id.email = persons[10].partner_id.email
    policies = loader.env["insurance.policy"].search(
        [("archive_id", "in", persons[12:].ids), ("sum_insured", ">=", 100_000)],
        order="id",
        limit=3,
    )
    for policy in policies:
        policy.sum_insured /= 10_000


def _look_through(loader, archives):
    findings = loader.env["insurance.data.finding"]
    findings._find(Scope(archive_ids=tuple(archive.id for archive in archives)))
    agent = loader.ref("demo_user_agent")
    mine = findings.search(
        [("archive_id.agent_id", "=", agent.id), ("kind", "=", "budget_in_wan")],
        order="id",
    )
    mine[:1].with_user(agent).action_fix()
    mine[1:2].with_user(agent).write(
        {"state": "ignored", "state_reason": "客户确认每年只想花这么多。"}
    )


def _draw(loader):
    """Put what was said in interviews into the queue; some of it has been looked at."""
    env = loader.env
    talks = env["insurance.interaction"].search(
        [
            ("purpose", "in", ("first_contact", "needs", "review")),
            ("client_words", "!=", False),
            ("archive_id.team_id.user_id", "!=", False),
        ],
        order="date desc, id desc",
        limit=DRAWN,
    )
    checks = loader.make(
        "insurance.second.check",
        "demo_second_check",
        [
            {
                "archive_id": talk.archive_id.id,
                "kind": "statement",
                "res_model": talk._name,
                "res_id": talk.id,
                "author_id": talk.user_id.id,
                "entered_on": talk.date,
            }
            for talk in talks
        ],
    )
    looked_at = [check for check in checks if _second_person(check)][-CHECKED:]
    for number, check in enumerate(looked_at):
        wrong = number < WRONG
        check.with_user(_second_person(check)).write(
            {
                "state": "wrong" if wrong else "right",
                "state_reason": "与录音不符：客户说的是明年再考虑。"
                if wrong
                else False,
            }
        )
        check.checked_on = check.entered_on + timedelta(days=2)


def _second_person(check):
    leader = check.archive_id.team_id.user_id
    return leader if leader != check.author_id else None
