"""A risk register after two periodic assessments, the third one under way."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from .consents import ARCHIVE
from .requests import acting
from .risk_cases import ACCEPTED, ASKED, CONTROLS, RISKS, UNASSESSED

#: how long ago the rounds were, and their names
ROUNDS = ((400, "上一年度风险评估"), (60, "本年度风险评估"))
CONCLUSION = (
    "共评估十四项风险，加密、授权和日志使多数风险降至中低；个人通讯工具传送资料、"
    "口令被盗用仍须重点治理。"
)


def load_risks(env):
    if env["insurance.risk"].search_count([], limit=1):
        return
    controls = _controls(env)
    risks = _risks(env, controls)
    for number, (days, name) in enumerate(ROUNDS):
        _round(env, risks, number, name, days)
    _accept(env, risks)
    _risk(env, UNASSESSED, env["insurance.risk.control"])
    with acting(env, "compliance") as own:
        third = own["insurance.risk.round"].create({"name": "年中专项评估"})
        third.action_start()


def _user(env, login):
    return env.ref(f"{ARCHIVE}.demo_user_{login}")


def _controls(env):
    checks = env["insurance.check"]
    owner = _user(env, "insadmin")
    return env["insurance.risk.control"].create(
        [
            {
                "name": name,
                "kind": kind,
                "description": description,
                "owner_id": owner.id,
                "check_ids": checks.search([("code", "in", codes)]).ids,
            }
            for name, (kind, description, codes) in CONTROLS.items()
        ]
    )


def _risks(env, controls):
    risks = env["insurance.risk"]
    for case in RISKS:
        *what, places, treatment, plan, _assessments = case
        own = controls.browse([controls[place].id for place in places])
        risks |= _risk(env, what, own, treatment=treatment, treatment_note=plan)
    return risks


def _risk(env, what, controls, **values):
    threat, stage, name, asset, description, owner, regulation = what
    return env["insurance.risk"].create(
        {
            "threat": threat,
            "stage": stage,
            "name": name,
            "asset": asset,
            "description": description,
            "owner_id": _user(env, owner).id,
            "regulation_ids": env.ref(f"{ARCHIVE}.regulation_{regulation}").ids,
            "control_ids": controls.ids,
            **values,
        }
    )


def _round(env, risks, number, name, days):
    """Let each owner assess the own risks, then close the round."""
    with acting(env, "compliance") as own:
        one = own["insurance.risk.round"].create({"name": name})
        one.action_start()
    for risk, case in zip(risks, RISKS, strict=True):
        *grades, note = case[-1][number]
        names = (
            "likelihood_before",
            "impact_before",
            "likelihood_after",
            "impact_after",
        )
        login = risk.owner_id.login
        with acting(env, login) as own:
            own["insurance.risk.assessment"].create(
                {
                    "risk_id": risk.id,
                    "note": note,
                    **dict(zip(names, grades, strict=True)),
                }
            )
    with acting(env, "compliance") as own:
        one = one.with_env(own)
        one.conclusion = CONCLUSION
        one.action_close()
    _date_back(env, one, days)


def _date_back(env, one, days):
    """Put the round where it belongs: assessments are always of today."""
    env.flush_all()
    then = fields.Datetime.now() - timedelta(days=days)
    env.cr.execute(
        SQL(
            "UPDATE insurance_risk_assessment SET date = %s WHERE round_id = %s",
            then,
            one.id,
        )
    )
    env.cr.execute(
        SQL(
            "UPDATE insurance_risk_round SET date = %s, deadline = %s, state_date = %s"
            " WHERE id = %s",
            then.date() - timedelta(days=20),
            then.date() + timedelta(days=10),
            then,
            one.id,
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE insurance_risk
               SET assessed_on = %s,
                   review_date = (review_date - make_interval(days => %s))::date
             WHERE assessed_on IS NOT NULL
            """,
            then,
            days,
        )
    )
    env.invalidate_all()


def _accept(env, risks):
    for place in (*ACCEPTED, *ASKED):
        risk = risks[place]
        with acting(env, risk.owner_id.login) as own:
            risk.with_env(own).action_ask()
        if place in ACCEPTED:
            second = "head" if risk.owner_id.login != "head" else "compliance"
            with acting(env, second) as own:
                risk.with_env(own).action_accept()
