from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from .common_incident import IncidentCase


class TestIncidentDrill(IncidentCase):
    """A drill has times and findings, and its result stays."""

    def test_result_compares_times_with_targets(self):
        drill = self.as_person(self.compliance)["insurance.incident.drill"].create(
            {"name": "Rehearsal", "scenario": "A list has leaked."}
        )
        drill.action_start()
        with self.assertRaises(UserError):
            drill.action_finish()
        drill.result = "Went well"
        with self.assertRaises(UserError):
            drill.action_finish()
        clocks = drill.clock_ids
        for clock in clocks - clocks[:1]:
            self.tell(clock)
        self.tell(clocks[:1], told_on=fields.Datetime.now())
        clocks[:1].sudo().due_on = clocks[:1].begun_on - timedelta(hours=1)
        mine = self.own(drill, self.compliance)
        mine.action_finish()
        self.assertEqual(mine.late_count, 1)
        self.assertFalse(mine.is_passed)
        with self.assertRaises(UserError):
            mine.write({"result": "Went badly"})

    def test_findings_go_to_the_ledger(self):
        incident = self.incident()
        mine = self.own(incident, self.compliance)
        mine.write({"measure_ids": [(0, 0, {"name": "Lower the limit"})]})
        mine.action_hand_over()
        self.assertTrue(mine.measure_ids.handed_over)
        row = self.env["insurance.rectification"].search(
            [("key", "=", f"incident:{incident.id}:{mine.measure_ids.id}")]
        )
        self.assertEqual(len(row), 1)
        with self.assertRaises(UserError):
            mine.measure_ids.write({"name": "Nothing"})
        mine.action_hand_over()
        self.assertEqual(len(row.exists()), 1)

    def test_missing_drill_is_remembered(self):
        kind = self.env.ref("insurance_compliance.mail_activity_type_incident_drill")
        tasks = [("activity_type_id", "=", kind.id)]
        self.env["mail.activity"].search(tasks).unlink()
        drills = self.env["insurance.incident.drill"]
        drills.search([]).sudo().write({"planned_date": "2001-01-01"})
        drills._cron_remind()
        self.assertIn(self.compliance, self.env["mail.activity"].search(tasks).user_id)
