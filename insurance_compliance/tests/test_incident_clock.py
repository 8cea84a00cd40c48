from datetime import timedelta

from odoo import fields

from .common_incident import NOON, IncidentCase


class TestIncidentClock(IncidentCase):
    """Clocks run side by side, and those responsible are reminded of them."""

    def test_parameters_say_how_long(self):
        self.parameter("incident_regulator_hours", "3")
        incident = self.incident()
        clock = incident.clock_ids.filtered(
            lambda one: one.kind_id.parameter_id.key == "incident_regulator_hours"
        )
        self.assertEqual(clock.due_on - clock.begun_on, timedelta(hours=3))
        self.assertEqual(clock.begun_on, incident.discovered_on)
        self.assertTrue(clock.unverified)

    def test_working_days_leave_out_the_weekend(self):
        kind = self.env.ref(
            "insurance_compliance.insurance_incident_clock_kind_regulator_closing"
        )
        # a Wednesday, and the Wednesday after
        self.assertEqual(kind._due(NOON), NOON + timedelta(days=7))

    def test_low_severity_starts_no_clock_and_high_does(self):
        incident = self.incident(severity="low")
        self.assertFalse(incident.clock_ids)
        self.own(incident, self.compliance).severity = "high"
        self.assertTrue(incident.clock_ids)
        self.assertEqual(
            set(incident.clock_ids.mapped("begun_on")), {incident.discovered_on}
        )

    def test_status_says_how_near_it_is(self):
        clock = self.incident().clock_ids[:1]
        now = fields.Datetime.now()
        for hours, status in ((-10, "running"), (-1, "near"), (1, "over")):
            due = now - timedelta(hours=hours)
            clock.write({"begun_on": due - timedelta(hours=12), "due_on": due})
            clock.invalidate_recordset()
            self.assertEqual(clock.status, status)
            self.assertTrue(clock.time_left)
        self.tell(clock, told_on=now)
        self.assertEqual(clock.status, "late")

    def test_officers_are_reminded_and_escalated_to_once(self):
        kind = self.env.ref("insurance_compliance.mail_activity_type_incident_clock")
        tasks = [("activity_type_id", "=", kind.id)]
        self.env["mail.activity"].search(tasks).unlink()
        clocks = self.env["insurance.incident.clock"]
        clocks.search([]).write({"reminded_on": NOON, "escalated_on": NOON})
        clock = self.incident().clock_ids[:1]
        clocks._cron_remind()
        self.assertFalse(self.env["mail.activity"].search(tasks))
        clock.write({"due_on": fields.Datetime.now() - timedelta(minutes=1)})
        clocks._cron_remind()
        told = self.env["mail.activity"].search(tasks)
        self.assertLessEqual(self.compliance | self.officer, told.user_id)
        clocks._cron_remind()
        self.assertEqual(self.env["mail.activity"].search(tasks), told)
