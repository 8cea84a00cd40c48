"""An agent who left five weeks ago: some clients have been told, some not in time."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

ARCHIVE = "insurance_client_archive"
#: clients that the new agents got from the one who left
TAKEN_OVER = {"demo_user_agent": 7, "demo_user_agent4": 4}


def load_handovers(env):
    if env.ref("insurance_compliance.demo_handover_1", raise_if_not_found=False):
        return
    leaver = _leaver(env)
    takers = {
        env.ref(f"{ARCHIVE}.{name}"): number for name, number in TAKEN_OVER.items()
    }
    archives = env["insurance.archive"].union(
        *(_clients(env, taker, number) for taker, number in takers.items())
    )
    future = {archive: archive.agent_id for archive in archives}
    archives.write({"agent_id": leaver.id})
    supervisor = env.ref(f"{ARCHIVE}.demo_user_supervisor")
    handover = (
        env["insurance.handover"]
        .with_user(supervisor)
        ._load_records(
            [
                {
                    "xml_id": "insurance_compliance.demo_handover_1",
                    "values": {
                        "agent_id": leaver.id,
                        "reason": "leaves",
                        "date": fields.Date.today() - timedelta(days=35),
                        "target_ids": [
                            Command.create({"agent_id": taker.id}) for taker in takers
                        ],
                    },
                    "noupdate": True,
                }
            ]
        )
    )
    handover.action_propose()
    for line in handover.line_ids:
        line.to_agent_id = future[line.archive_id]
    handover.action_hand_over()
    _tell(handover.line_ids.filtered("long_term"))
    leaver.active = False


def _leaver(env):
    leaver = env["res.users"]._load_records(
        [
            {
                "xml_id": "insurance_compliance.demo_user_leaver",
                "values": {
                    "login": "agent5",
                    "name": "孙涛",
                    "email": "sun.tao@example.com",
                    "tz": "Asia/Shanghai",
                    "group_ids": [Command.set([env.ref(f"{ARCHIVE}.group_agent").id])],
                },
                "noupdate": True,
            }
        ]
    )
    env.ref(f"{ARCHIVE}.demo_team_shanghai").member_ids |= leaver
    return leaver


def _clients(env, agent, number):
    """Return clients of the agent who have had a policy for life for long."""
    return env["insurance.archive"].search(
        [
            ("agent_id", "=", agent.id),
            ("state", "in", ("entered", "filed")),
            ("policy_ids.state", "=", "active"),
        ],
        limit=number,
        order="id",
    )


def _tell(lines):
    """Tell a third by mail and one of them answers; the rest waits too long."""
    told = lines[: max(1, len(lines) // 2)]
    told.action_told()
    told[:1].action_confirmed()
