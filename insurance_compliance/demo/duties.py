"""Rules that were read or not, trainings, and roles that should be apart."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from .consents import ARCHIVE
from .requests import acting

MODULE = "insurance_compliance"
READ = ("agent", "agent3", "manager", "supervisor", "archivist", "compliance")


def load_duties(env):
    if env["insurance.rule.document"].search_count([("state", "=", "in_force")]):
        return
    _rules(env)
    _trainings(env)
    _exception(env)


def _rules(env):
    documents = env["insurance.rule.document"].search([("state", "=", "draft")])
    in_force = documents.filtered(lambda one: one.code != "incident")
    with acting(env, "compliance") as own:
        for document in in_force:
            document.with_env(own).write({"state": "approved"})
    readings = env["insurance.rule.reading"]
    # they came into force some weeks ago: some have read, some are late
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE insurance_rule_reading SET due_on = due_on - 20,"
            " required_since = required_since - interval '20 days'"
            " WHERE document_id IN %s",
            tuple(in_force[:3].ids),
        )
    )
    env.invalidate_all()
    for login in READ:
        mine = readings.search(
            [
                ("user_id", "=", env.ref(f"{ARCHIVE}.demo_user_{login}").id),
                ("document_id", "in", in_force[:3].ids),
            ]
        )
        if login == "agent":
            mine = mine[:2]
        for reading in mine:
            with acting(env, login) as own:
                reading.with_env(own).action_read()
                reading.with_env(own).action_confirm()


def _trainings(env):
    today = fields.Date.today()
    course = env.ref(f"{MODULE}.training_course_security")
    people = {
        login: env.ref(f"{ARCHIVE}.demo_user_{login}")
        for login in ("agent", "agent2", "manager", "supervisor", "archivist")
    }
    with acting(env, "compliance") as own:
        trainings = own["insurance.training"]
        held = trainings.create(
            {
                "name": "年度信息安全培训",
                "course_id": course.id,
                "date": today - timedelta(days=345),
                "trainer": "合规部",
                "place": "总部三楼会议室",
                "participant_ids": [
                    Command.create({"user_id": user.id}) for user in people.values()
                ],
            }
        )
        held.action_hold()
        for number, one in enumerate(held.participant_ids):
            passed = one.user_id != people["agent2"]
            one.write(
                {
                    "result": "passed" if passed else "absent",
                    "points": 80 + number if passed else 0,
                    "certificate": f"XX-{today.year - 1}-{number:03}" if passed else "",
                }
            )
        trainings.create(
            {
                "name": "年度信息安全培训（本年度）",
                "course_id": course.id,
                "date": today + timedelta(days=12),
                "trainer": "合规部",
                "participant_ids": [
                    Command.create({"user_id": people["agent"].id}),
                    Command.create({"user_id": people["agent2"].id}),
                ],
            }
        )
        trainings.create(
            {
                "name": "共享前的必要性判断",
                "state": "proposed",
                "reason": "检查发现共享内容多于目的所需。",
            }
        )


def _exception(env):
    """The archivist of a small branch also looks after clients, for some weeks."""
    today = fields.Date.today()
    conflict = env.ref(f"{MODULE}.duty_conflict_archivist_agent")
    person = env.ref(f"{ARCHIVE}.demo_user_agent4")
    with acting(env, "insadmin") as own:
        exception = own["insurance.duty.exception"].create(
            {
                "user_id": person.id,
                "conflict_id": conflict.id,
                "reason": "分公司档案管理员休产假，暂无替代人员。",
                "safeguard": "本人客户的归档由总部复核，合规每周抽查使用日志。",
                "date_to": today + timedelta(days=45),
            }
        )
        own["insurance.duty.exception"].create(
            {
                "user_id": env.ref(f"{ARCHIVE}.demo_user_head").id,
                "conflict_id": env.ref(f"{MODULE}.duty_conflict_archivist_head").id,
                "reason": "年度鉴定期间协助整理。",
                "date_to": today + timedelta(days=20),
            }
        )
    with acting(env, "compliance") as own:
        exception.with_env(own).write({"state": "approved"})
    # superuser: demo data; nobody among the demo logins gives roles
    person.sudo().group_ids = [Command.link(env.ref(f"{ARCHIVE}.group_archivist").id)]
