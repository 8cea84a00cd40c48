"""Months of checks, and inspections: one confirmed, one under way, one planned."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .consents import ARCHIVE
from .requests import acting

MODULE = "insurance_compliance"
#: months ago: how many times as many violations were found then
BEFORE = {2: 3, 1: 2}
#: what the inspector found wrong, by the place among the questions: finding, evidence
FINDINGS = {
    2: ("告知书缺客户签字", "纸质卷宗第3页"),
    9: ("保单复印件与系统内保额不一致", "卷宗目录第7项"),
}


def load_checks(env):
    if env["insurance.check.run"].search_count([], limit=1):
        return
    plans = env["insurance.check.plan"].search([])
    plans.responsible_id = env.ref(f"{ARCHIVE}.demo_user_compliance")
    _load_runs(env)
    _load_inspections(env)


def _load_runs(env):
    """Make the checks once, and lay out the months before in its likeness."""
    plan = env.ref(f"{MODULE}.insurance_check_plan_monthly")
    checks = plan._checks()
    with acting(env, "compliance") as own:
        runs = own["insurance.check.run"]
        earlier = {
            months: runs._lay_out(checks, plan).with_env(env) for months in BEFORE
        }
        present = runs._lay_out(checks, plan).with_env(env)
    for result in present.result_ids:
        result._make()
    for months, run in earlier.items():
        _fill(run, present, months)
    for result in present.result_ids:
        result._compare()
    present._finish()


def _fill(run, present, months):
    """Fill a run as it might have come out some months ago."""
    now = {result.check_id: result for result in present.result_ids}
    day = fields.Datetime.subtract(fields.Datetime.now(), months=months)
    for result in run.result_ids:
        like = now[result.check_id]
        count = min(like.population, like.violations * BEFORE[months])
        values = {"state": like.state, "date": day}
        if like.population:
            values |= result._figures_of(like.population, count)
        result.write(values)
    run._sum_up()
    run.state = "done"
    run.write({"date": day, "date_end": day + timedelta(minutes=2)})


def _load_inspections(env):
    today = fields.Date.today()
    _inspect(env, _begun(env, "inspect_archive_papers", "document", today))
    _begun(env, "inspect_agent_conduct", "document", today)
    _prepare(
        env,
        "inspect_premises",
        way="onsite",
        place="上海分公司三楼",
        planned_date=today + timedelta(days=10),
    )


def _prepare(env, name, **values):
    check = env.ref(f"{MODULE}.insurance_check_{name}")
    with acting(env, "compliance") as own:
        return own["insurance.check.run"].create(
            {
                "check_ids": [Command.set(check.ids)],
                "inspector_id": own.uid,
                "sample_size": 5,
                **values,
            }
        )


def _begun(env, name, way, day):
    run = _prepare(env, name, way=way, planned_date=day)
    with acting(env, "compliance") as own:
        run.with_env(own).action_begin()
    return run


def _inspect(env, run):
    with acting(env, "compliance") as own:
        answers = run.with_env(own).answer_ids
        answers.write({"answer": "pass"})
        for place, (note, evidence) in FINDINGS.items():
            answers[place].write({"answer": "fail", "note": note, "evidence": evidence})
        run.with_env(own).action_submit()
    with acting(env, "head") as own:
        run.with_env(own).action_review()
