"""Cases of rules, duties, trainings and impact assessments."""

from json import dumps

from odoo.fields import Command

from .check_cases import FACT, READY, case
from .check_records import day


@case("duty_clash")
def duty_clash(t):
    group = t.env.ref("insurance_client_archive.group_archivist")
    t.agent.group_ids = [Command.link(group.id)]
    yield t.agent.id
    t.agent.group_ids = [Command.unlink(group.id)]


@case("rule_unread")
def rule_unread(t):
    rule = t.env["insurance.rule.document"].create({"name": "Desk", "code": "desk"})
    t.put("insurance.rule.document", rule.id, state="in_force")
    reading = t.row(
        "insurance.rule.reading",
        document_id=rule.id,
        user_id=t.agent.id,
        required_since=day(-30),
        due_on=day(5),
    )
    yield READY
    t.put("insurance.rule.reading", reading, due_on=day(-1))
    yield reading
    t.put("insurance.rule.reading", reading, confirmed_on=day(-2))


@case("training_due")
def training_due(t):
    course = t.env["insurance.training.course"].create({"name": "Safety"})
    t.env.flush_all()
    t.put("insurance.training.course", course.id, create_date=day(-90))
    t.put("res.users", t.agent.id, create_date=day(-90))
    yield READY
    course.group_ids = [
        Command.set(t.env.ref("insurance_client_archive.group_agent").ids)
    ]
    yield t.agent.id
    course.active = False


@case("sealed_unassessed")
def sealed_unassessed(t):
    shipped = t.env.ref("insurance_compliance.impact_shipped_sealed")
    every = shipped.parts
    fewer = [part for part in every if part != "insurance.archive.bank_account"]
    t.put("insurance.impact.assessment", shipped.id, parts=dumps(fewer))
    yield FACT
    t.put("insurance.impact.assessment", shipped.id, parts=dumps(every))


@case("impact_review")
def impact_review(t):
    shipped = t.env.ref("insurance_compliance.impact_shipped_sealed")
    t.put("insurance.impact.assessment", shipped.id, review_date=day(-1))
    yield shipped.id
    t.put("insurance.impact.assessment", shipped.id, review_date=day(30))
