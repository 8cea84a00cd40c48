"""Assessments of some clients of each agent: valid, expired, changed, just asked."""

import random
from datetime import timedelta

from odoo import fields

MODULE = "insurance_product_match"
#: how many clients of an agent are assessed; the rest show what is missing
PERSONS, ORGANISATIONS = 8, 2
AGENTS = ("agent", "agent2", "agent3", "agent4")
#: yearly premium that a family of each income band wants to pay
BUDGETS = {"1": 3000, "2": 8000, "3": 15000, "4": 30000, "5": 60000, "6": 120000}
DEBTS = (0, 0, 200_000, 600_000, 1_200_000)
SAVINGS = (20_000, 50_000, 120_000, 300_000)
#: share of the points, days ago; the last of a client counts
TOLERANCES = (
    ((0.5, 40),),
    ((0.2, 25),),
    ((0.75, 90),),
    ((0.3, 200), (0.65, 6)),
    ((0.55, 400),),
    ((1.0, 12),),
    ((0.4, 150),),
    (),
)


def load_needs(env):
    """Assess the clients; done once."""
    if env["insurance.assessment"].search_count([], limit=1):
        return
    # what clients answer is kept in their language: that of the questionnaire comes
    # after the demo data otherwise
    module = env["ir.module.module"].search([("name", "=", MODULE)])
    module._update_translations()
    chance = random.Random(20251107)
    for login in AGENTS:
        # agents of other demo data are left alone
        agent = env["res.users"].search([("login", "=", login)])
        if agent:
            _assess_clients(env, agent, chance)


def _assess_clients(env, agent, chance):
    for kinds, number in ((["individual"], PERSONS), (["enterprise"], ORGANISATIONS)):
        archives = env["insurance.archive"].search(
            [
                ("agent_id", "=", agent.id),
                ("client_kind", "in", kinds),
                ("state", "in", ("entered", "filed")),
            ],
            order="id",
            limit=number,
        )
        for place, archive in enumerate(archives._processable("matching")):
            _assess(archive, agent, place, chance)


def _assess(archive, agent, place, chance):
    band = archive.income_band or chance.choice("234")
    facts = {
        "income_band": band,
        "asset_band": archive.asset_band or chance.choice("234"),
        # a budget of a few yuan is a slip for data cleaning to find
        "budget": max(archive.intent_budget, BUDGETS[band]),
        "dependants": chance.randint(0, 3),
        "debts": chance.choice(DEBTS),
        "savings": chance.choice(SAVINGS),
        "health_grade": "b" if archive.health_grade == "b" else "a",
    }
    days = chance.randint(5, 300)
    if place == PERSONS - 2:
        # asked, and not answered yet
        _ask(archive, agent, "need")
        return
    _take(archive, agent, "need", facts, chance.choice((0.4, 0.6, 0.9)), days)
    _take(archive, agent, "finance", facts, 0.5, days)
    if archive.client_kind != "individual":
        return
    if place % 2 == 0:
        _take(archive, agent, "health", facts, 0, days)
    for share, ago in TOLERANCES[place]:
        _take(archive, agent, "tolerance", facts, share, ago)


def _ask(archive, agent, kind):
    return archive.env["insurance.assessment"].create(
        {
            "archive_id": archive.id,
            "kind": kind,
            "channel": "link",
            "user_id": agent.id,
        }
    )


def _take(archive, agent, kind, facts, share, days):
    """Ask and answer, so many days ago; the words are those of the questionnaire."""
    assessment = _ask(archive, agent, kind)
    entry = assessment.user_input_id
    language = archive.partner_id.lang or agent.lang
    entry.lang_id = archive.env["res.lang"]._get_data(code=language).id
    entry.user_input_line_ids.unlink()
    archive.env["survey.user_input.line"].create(
        [
            {
                "user_input_id": entry.id,
                "question_id": question.id,
                **_answer(question, facts.get(question.insurance_fact), share),
            }
            for question in entry.survey_id.question_ids
        ]
    )
    entry.with_user(agent).sudo()._mark_done()
    day = fields.Date.today() - timedelta(days=days)
    assessment.write(
        {
            "asked_on": day,
            "done_on": day,
            "valid_until": assessment.valid_until - timedelta(days=days),
        }
    )
    archive._update_tolerance()


def _answer(question, value, share):
    if question.question_type == "numerical_box":
        return {
            "answer_type": "numerical_box",
            "value_numerical_box": value or 0,
        }
    answers = question.suggested_answer_ids.sorted("answer_score")
    told = answers.filtered(lambda answer: answer.insurance_value == value)
    chosen = told[:1] or answers[round(share * (len(answers) - 1))]
    return {"answer_type": "suggestion", "suggested_answer_id": chosen.id}
