from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError

from .common_incident import NOON, IncidentCase

MODELS = (
    "insurance.incident",
    "insurance.incident.archive",
    "insurance.incident.clock",
    "insurance.incident.detection",
    "insurance.incident.drill",
    "insurance.incident.event",
    "insurance.incident.letter",
    "insurance.incident.measure",
    "insurance.incident.rule",
    "insurance.access.suspension",
    "insurance.vault.lock",
)


class TestIncidentAttack(IncidentCase):
    """Who may not see or lead incidents can't, and clocks are not set back."""

    def test_nobody_but_compliance_reads_incidents(self):
        self.affected()
        for user in (
            self.agent,
            self.supervisor,
            self.department_head,
            self.archivist,
            self.insurance_admin,
            self.accountant,
        ):
            for model in MODELS:
                with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                    self.env[model].with_user(user).search_read([], ["id"])

    def test_officer_does_not_see_the_incident_about_the_own_person(self):
        incident = self.incident(suspect_id=self.officer.id)
        mine = incident.with_user(self.officer)
        self.assertNotIn(mine, mine.search([]))
        for records, name in (
            (mine, "title"),
            (incident.clock_ids[:1].with_user(self.officer), "due_on"),
            (incident.event_ids[:1].with_user(self.officer), "detail"),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                records.read([name])

    def test_clocks_are_not_forged(self):
        incident = self.incident()
        clock = self.own(incident, self.compliance).clock_ids[:1]
        for values in (
            {"due_on": "2099-01-01 00:00:00"},
            {"told_on": fields.Datetime.now()},
            {"begun_on": "2099-01-01 00:00:00"},
        ):
            with self.assertRaises(AccessError):
                clock.write(values)
        with self.assertRaises(UserError):
            self.own(incident, self.compliance).write(
                {"discovered_on": "2099-01-01 00:00:00"}
            )
        with self.assertRaises(AccessError):
            clock.unlink()

    def test_report_is_not_dated_before_the_discovery_or_to_come(self):
        clock = self.incident().clock_ids[:1]
        now = fields.Datetime.now()
        for told_on in (now + timedelta(days=1), clock.begun_on - timedelta(days=1)):
            with self.assertRaises(UserError):
                self.tell(clock, told_on=told_on)
        with self.assertRaises(UserError):
            self.tell(clock, reference=" ")
        self.tell(clock)
        with self.assertRaises(UserError):
            self.tell(clock)
        self.assertEqual(clock.told_by_id, self.compliance)

    def test_server_fills_in_what_people_may_not(self):
        incident = self.incident()
        mine = self.own(incident, self.compliance)
        for values in (
            {"decision": "exempt"},
            {"approved_by_id": self.officer.id},
            {"is_drill": True},
            {"closed_by_id": self.officer.id},
            {"name": "IN1"},
            {"affected_on": fields.Datetime.now()},
        ):
            with self.assertRaises(UserError, msg=values):
                mine.write(values)
            with self.assertRaises(UserError, msg=values):
                mine.create({"title": "x", **values})
        with self.assertRaises(UserError):
            mine.unlink()
        with self.assertRaises(UserError):
            mine.write({"state": "closed"})

    def test_steps_of_an_incident_stay(self):
        event = self.own(self.incident(), self.compliance).event_ids[:1]
        with self.assertRaises(UserError):
            event.write({"detail": "x"})
        with self.assertRaises(AccessError):
            event.unlink()
        with self.assertRaises(UserError):
            event.sudo().write({"detail": "x"})

    def test_agent_takes_no_step(self):
        incident = self.incident()
        for method in (
            "action_suspend",
            "action_revoke",
            "action_recall_shares",
            "action_lock_vault",
            "action_decide_tell",
            "action_prepare_letters",
            "action_approve_letters",
            "action_compute_affected",
            "action_close",
        ):
            with self.assertRaises(AccessError, msg=method):
                getattr(self.own(incident, self.agent2), method)()

    def test_who_leads_does_not_step_aside_to_close(self):
        incident = self.incident(severity="low")
        mine = self.own(incident, self.compliance)
        mine.write(
            {
                "root_cause": "x",
                "lessons": "y",
                "responsible_id": self.compliance.id,
            }
        )
        for step in ("contained", "notified"):
            mine.write({"state": step})
        self.own(incident, self.officer).write({"state": "reviewed"})
        with self.assertRaisesRegex(UserError, "was reviewed"):
            mine.responsible_id = self.officer
        with self.assertRaises(AccessError):
            mine.action_close()

    def test_who_leads_does_not_close(self):
        incident = self.incident(severity="low")
        mine = self.own(incident, self.compliance)
        mine.write({"root_cause": "x", "lessons": "y"})
        for step in ("contained", "notified", "reviewed"):
            mine.write({"state": step})
        with self.assertRaises(AccessError):
            mine.action_close()
        self.own(incident, self.officer).action_close()
        self.assertEqual(incident.closed_by_id, self.officer)
        with self.assertRaises(UserError):
            self.own(incident, self.compliance).write({"title": "y"})

    def test_false_alarm_needs_a_reason(self):
        mine = self.own(self.incident(), self.compliance)
        with self.assertRaises(UserError):
            mine.write({"state": "false_alarm"})
        mine.write({"state": "false_alarm", "state_reason": "Audit"})
        self.assertFalse(mine.clock_ids.filtered("is_running"))
        mine.write({"state": "assessing", "state_reason": "No audit"})
        self.assertTrue(all(mine.clock_ids.mapped("is_running")))

    def test_incident_of_the_future_is_refused(self):
        mine = self.own(self.incident(), self.compliance)
        with self.assertRaises(ValidationError):
            mine.occurred_to = fields.Datetime.now() + timedelta(days=2)

    def test_long_numbers_are_refused(self):
        mine = self.own(self.incident(), self.compliance)
        for name in ("what_text", "title", "advice_text"):
            with self.assertRaises(ValidationError):
                mine.write({name: "Client 11010519491231002X"})

    def test_reporter_sees_the_own_report_and_nothing_of_the_incident(self):
        own = self.as_person(self.agent)
        report = own["insurance.incident.report"].create(
            {"name": "A paper was lost", "noticed_on": NOON}
        )
        self.assertEqual(report.progress, "received")
        with self.assertRaises(AccessError):
            own["insurance.incident"].search([])
        other = self.as_person(self.agent2)["insurance.incident.report"]
        self.assertFalse(other.search([("id", "=", report.id)]))
        with self.assertRaises(AccessError):
            other.browse(report.id).read(["name"])
        with self.assertRaises(AccessError):
            report.write({"name": "Nothing"})
        with self.assertRaises(UserError):
            own["insurance.incident.report"].create(
                {"name": "x", "reporter_id": self.agent2.id}
            )
        incident = self.env["insurance.incident"].search(
            [("report_id", "=", report.id)]
        )
        # the time runs since somebody of the house knew
        self.assertEqual(incident.discovered_on, NOON)
        self.assertEqual(incident.reporter_id, self.agent)
        self.own(incident, self.compliance).action_assess()
        report.invalidate_recordset()
        self.assertEqual(report.with_user(self.agent).progress, "work")

    def test_suspended_user_reports_and_reads_nothing(self):
        incident = self.incident()
        self.own(incident, self.compliance).action_suspend()
        own = self.as_person(self.agent)
        for model in ("insurance.incident.report", "insurance.archive"):
            with self.assertRaises(AccessError):
                own[model].search([])
        self.assertTrue(incident.is_suspended)
        self.own(incident, self.officer)._lift("Cleared up")
        incident.invalidate_recordset()
        self.assertFalse(incident.is_suspended)
