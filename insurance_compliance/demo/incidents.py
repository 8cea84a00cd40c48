"""One incident from beginning to end, one that waits, and a drill with its result."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from .consents import ARCHIVE
from .incident_cases import CLOSED, DRILL, LETTER, NEXT_DRILL, STEPS

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
COMPLIANCE = "insurance_compliance"


def load_incidents(env):
    if env["insurance.incident"].search_count([], limit=1):
        return
    IncidentDemo(env).load()


class IncidentDemo:
    def __init__(self, env):
        self.env = env
        self.first = env.ref(f"{ARCHIVE}.demo_user_compliance")
        self.second = env.ref(f"{COMPLIANCE}.demo_user_compliance2")

    def load(self):
        self._closed()
        self._mass_reveal()
        self._report()
        self._drill()

    @contextmanager
    def _as(self, user):
        """Let what is done here be done by the user, as by a call from a browser."""
        transaction = self.env.transaction
        before = transaction.default_env
        transaction.default_env = own = self.env(user=user.id, su=False)
        try:
            yield own
        finally:
            transaction.default_env = before

    def _archives(self, login, limit):
        user = self.env.ref(f"{ARCHIVE}.demo_user_{login}")
        domain = [("agent_id", "=", user.id), ("state", "=", "filed")]
        return self.env["insurance.archive"].search(domain, limit=limit)

    def _affect(self, incident, archives, codes, uses=0):
        """Name the affected archives, as working it out from the log would."""
        categories = self.env["insurance.data.category"].search([("code", "in", codes)])
        source = "log" if uses else "added"
        self.env["insurance.incident.archive"].create(
            [
                {
                    "incident_id": incident.id,
                    "archive_id": archive.id,
                    "source": source,
                    "use_count": uses,
                    "reason": False if uses else "在遗失的清单上",
                    "category_ids": categories.ids,
                }
                for archive in archives
            ]
        )

    def _closed(self):
        """A lost list: reported by an agent, told, reviewed, closed by another."""
        agent = self.env.ref(f"{ARCHIVE}.demo_user_agent")
        with self._as(agent) as own:
            report = own["insurance.incident.report"].create(
                {**CLOSED, "noticed_on": fields.Datetime.now()}
            )
        incident = self.env["insurance.incident"].search(
            [("report_id", "=", report.id)]
        )
        now = fields.Datetime.now()
        self._affect(incident, self._archives("agent", 6), ["basic", "contact"])
        with self._as(self.first) as own:
            mine = incident.with_env(own)
            mine.action_assess()
            mine.write(
                {
                    **LETTER,
                    "severity": "high",
                    "occurred_from": now - 3 * HOUR,
                    "occurred_to": now - 2 * HOUR,
                }
            )
            mine.action_contained()
            mine.action_decide_tell()
            mine._note("letters", "已生成")
        self._letters(incident)
        with self._as(self.second) as own:
            incident.with_env(own).action_approve_letters()
        with self._as(self.first) as own:
            mine = incident.with_env(own)
            mine.letter_ids.action_print()
            for number, clock in enumerate(mine.clock_ids, 1):
                clock._tell(fields.Datetime.now(), f"沪保信〔2026〕{number}号")
            mine.action_notified()
            mine.write(
                {
                    "root_cause": STEPS["cause"],
                    "lessons": STEPS["lessons"],
                    "measure_ids": [
                        Command.create({"name": name, "responsible_id": agent.id})
                        for name in STEPS["measures"]
                    ],
                }
            )
            mine.action_hand_over()
            mine.action_reviewed()
        with self._as(self.second) as own:
            incident.with_env(own).action_close()
        self._shift(incident, 21)

    def _letters(self, incident):
        """Prepare the letters at once, which the server does in the background."""
        incident.letters_by_id = self.first
        self.env["insurance.incident.letter"].create(
            [
                {
                    "incident_id": incident.id,
                    "line_id": line.id,
                    "archive_id": line.archive_id.id,
                }
                for line in incident.affected_ids
            ]
        )

    def _mass_reveal(self):
        """Found by a rule an hour ago, and taken on by nobody yet."""
        agent = self.env.ref(f"{ARCHIVE}.demo_user_agent2")
        rule = self.env.ref(f"{COMPLIANCE}.insurance_incident_rule_mass_reveal")
        until = fields.Datetime.now() - HOUR
        incident = self.env["insurance.incident"].create(
            {
                "origin": "detected",
                "rule_id": rule.id,
                "kind": "leak",
                "severity": "high",
                "suspect_id": agent.id,
                "discovered_on": until,
                "occurred_from": until - HOUR,
                "occurred_to": until,
            }
        )
        self.env["insurance.incident.detection"].create(
            {
                "incident_id": incident.id,
                "rule_id": rule.id,
                "user_number": agent.id,
                "date_from": until - timedelta(minutes=8),
                "date_to": until,
                "counted": 47,
                "threshold": rule.threshold,
                "minutes": rule.minutes,
                "measure": rule.measure,
            }
        )
        self._affect(
            incident, self._archives("agent2", 12), ["basic", "financial", "health"], 4
        )
        incident._note("detected", rule.name)

    def _report(self):
        """Something that was none."""
        manager = self.env.ref(f"{ARCHIVE}.demo_user_manager")
        with self._as(manager) as own:
            report = own["insurance.incident.report"].create(
                {
                    "name": "邮件发给了同名的同事",
                    "kind": "leak",
                    "description": "附件是空白的投保单模板，没有客户资料。",
                }
            )
        incident = self.env["insurance.incident"].search(
            [("report_id", "=", report.id)]
        )
        with self._as(self.second) as own:
            incident.with_env(own).write(
                {"state": "false_alarm", "state_reason": "附件不含客户资料"}
            )
        self._shift(incident, 9)

    def _drill(self):
        """Last quarter's drill, in which one report was too late, and the next one."""
        users = ["insadmin", "supervisor", "head"]
        participants = self.env["res.users"].union(
            *(self.env.ref(f"{ARCHIVE}.demo_user_{login}") for login in users)
        )
        with self._as(self.first) as own:
            drills = own["insurance.incident.drill"]
            drill = drills.create({**DRILL, "participant_ids": participants.ids})
            drill.action_start()
            incident = drill.incident_id
            incident.suspect_id = self.env.ref(f"{ARCHIVE}.demo_user_agent3")
            incident.action_suspend()
            incident.action_lock_vault()
            for number, clock in enumerate(incident.clock_ids):
                clock._tell(fields.Datetime.now(), f"演练-{number + 1}")
            incident.measure_ids = [
                Command.create({"name": name}) for name in STEPS["drill"]
            ]
            incident.action_hand_over()
            drill.result = STEPS["result"]
            drill.action_finish()
            drills.create(
                {
                    **NEXT_DRILL,
                    "planned_date": fields.Date.add(fields.Date.today(), days=40),
                    "participant_ids": participants.ids,
                }
            )
        self._shift(incident, 70)
        first = incident.clock_ids.sorted("due_on")[:1]
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_incident_clock SET told_on = due_on"
                " + interval '40 minutes' WHERE id = %s",
                first.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_incident_drill SET planned_date = planned_date - 70,"
                " started_on = started_on - interval '70 days',"
                " ended_on = ended_on - interval '70 days' WHERE id = %s",
                drill.id,
            )
        )
        self.env.invalidate_all()

    def _shift(self, incident, days):
        """Let it have happened so many days ago, some hours between the steps."""
        self.env.flush_all()
        cr, ago = self.env.cr, f"{days} days"
        cr.execute(
            SQL(
                "UPDATE insurance_incident SET discovered_on = discovered_on - %(ago)s,"
                " occurred_from = occurred_from - %(ago)s,"
                " occurred_to = occurred_to - %(ago)s,"
                " decided_on = decided_on - %(ago)s,"
                " approved_on = approved_on - %(ago)s,"
                " closed_on = closed_on - %(ago)s + interval '6 days',"
                " create_date = create_date - %(ago)s WHERE id = %(id)s",
                ago=SQL("%s::interval", ago),
                id=incident.id,
            )
        )
        cr.execute(
            SQL(
                "UPDATE insurance_incident_clock SET begun_on = begun_on - %(ago)s,"
                " due_on = due_on - %(ago)s, told_on = told_on - %(ago)s"
                " + (due_on - begun_on) / 3, noted_on = noted_on - %(ago)s"
                " + (due_on - begun_on) / 3 WHERE incident_id = %(id)s",
                ago=SQL("%s::interval", ago),
                id=incident.id,
            )
        )
        cr.execute(
            SQL(
                "UPDATE insurance_incident_letter SET told_on = told_on - %s::interval"
                " + interval '1 day' WHERE incident_id = %s",
                ago,
                incident.id,
            )
        )
        cr.execute(
            SQL(
                """
                UPDATE insurance_incident_event event
                   SET date = event.date - %(ago)s::interval
                              + place.number * interval '40 minutes'
                  FROM (SELECT id, row_number() OVER (ORDER BY date, id) - 1 AS number
                          FROM insurance_incident_event WHERE incident_id = %(id)s
                       ) place
                 WHERE event.id = place.id
                """,
                ago=ago,
                id=incident.id,
            )
        )
        cr.execute(
            SQL(
                "UPDATE insurance_incident_report SET noticed_on = noticed_on"
                " - %s::interval WHERE id = %s",
                ago,
                incident.report_id.id or 0,
            )
        )
        self.env.invalidate_all()
