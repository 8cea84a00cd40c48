from datetime import timedelta
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive import vault_ledger, vault_process

from ..models import insurance_incident_watch
from .common_incident import NOON, IncidentCase

MINUTE = timedelta(minutes=1)


class TestIncidentWatch(IncidentCase):
    """The watch looks at the new part of the log, and opens one incident a matter."""

    def setUp(self):
        super().setUp()
        self.mass = self.rule("mass_reveal", threshold=3, minutes=60)
        self.mass.evaluated_to = NOON - timedelta(hours=1)

    def reveal(self, *minutes, user=None):
        for minute in minutes:
            self.use("reveal", user=user, at=NOON + minute * MINUTE)

    def watch(self, minute):
        return self.mass._watch(NOON + minute * MINUTE)

    def incidents(self):
        return self.env["insurance.incident"].search([("rule_id", "=", self.mass.id)])

    def test_ordinary_work_opens_nothing(self):
        self.reveal(0, 1)
        self.watch(5)
        self.assertFalse(self.incidents())

    def test_finding_opens_an_incident_that_explains_itself(self):
        self.reveal(0, 1, 2)
        incident = self.watch(5)
        self.assertRecordValues(
            incident,
            [
                {
                    "origin": "detected",
                    "kind": "leak",
                    "severity": "high",
                    "state": "new",
                    "suspect_id": self.agent.id,
                    "occurred_to": NOON + 2 * MINUTE,
                }
            ],
        )
        self.assertRecordValues(
            incident.detection_ids,
            [{"counted": 3, "threshold": 3, "minutes": 60, "measure": "uses"}],
        )
        explanation = incident.detection_ids.with_context(lang="en_US").explanation
        for part in ("3", "60"):
            self.assertIn(part, explanation)
        self.assertTrue(incident.clock_ids)

    def test_rule_that_fails_stops_no_other(self):
        broken = self.rule("denials", sequence=1)
        watch = type(broken)._watch

        def fail(rule, until=None):
            if rule == broken:
                raise ValueError
            return watch(rule, until)

        self.reveal(0, 1, 2)
        job = self.env.ref("insurance_compliance.ir_cron_incident_watch")
        quiet = mute_logger(insurance_incident_watch.__name__)
        rules = self.registry["insurance.incident.rule"]
        with patch.object(rules, "_watch", fail), quiet:
            with self.enter_registry_test_mode():
                self.assertIs(job.method_direct_trigger(), True)
        self.env.invalidate_all()
        self.assertTrue(self.incidents())

    def test_the_same_part_of_the_log_is_found_once(self):
        self.reveal(0, 1, 2)
        self.watch(5)
        self.watch(6)
        self.watch(7)
        self.assertEqual(len(self.incidents()), 1)
        self.assertEqual(len(self.incidents().detection_ids), 1)

    def test_what_goes_on_is_appended(self):
        self.reveal(0, 1, 2)
        first = self.watch(5)
        self.reveal(6, 7)
        self.assertEqual(self.watch(10), first)
        self.assertEqual(first.detection_ids.counted, 5)
        # much later, and still open: another detection of the same incident
        self.reveal(600, 601, 602)
        self.assertEqual(self.watch(610), first)
        self.assertEqual(len(first.detection_ids), 2)

    def test_another_user_is_another_incident(self):
        self.reveal(0, 1, 2)
        self.reveal(0, 1, 2, user=self.agent2)
        self.watch(5)
        self.assertEqual(self.incidents().suspect_id, self.agent | self.agent2)

    def test_after_a_false_alarm_only_what_is_new_counts(self):
        self.reveal(0, 1, 2)
        first = self.watch(5)
        self.own(first, self.compliance).write(
            {"state": "false_alarm", "state_reason": "An audit"}
        )
        self.watch(6)
        self.assertEqual(self.incidents(), first)
        self.reveal(300, 301, 302)
        second = self.watch(305)
        self.assertTrue(second)
        self.assertNotEqual(second, first)

    def test_record_that_comes_late_is_still_seen(self):
        self.reveal(0, 1)
        self.watch(5)
        self.reveal(4)
        self.assertTrue(self.watch(10))

    def test_officers_get_a_task_but_not_the_person_concerned(self):
        kind = self.env.ref("insurance_compliance.mail_activity_type_incident")
        tasks = [("activity_type_id", "=", kind.id)]
        self.env["mail.activity"].search(tasks).unlink()
        self.reveal(0, 1, 2, user=self.officer)
        self.watch(5)
        told = self.env["mail.activity"].search(tasks)
        self.assertIn(self.compliance, told.user_id)
        self.assertNotIn(self.officer, told.user_id)
        self.assertFalse(any(told.mapped("res_model")))

    def test_locked_vault_is_found_but_not_that_of_compliance(self):
        rule = self.rule("key_error", threshold=1)
        locked = {"state": "locked", "code": "fingerprint"}
        with patch.object(vault_process, "status", lambda env: locked):
            found = rule._watch(NOON)
            self.assertEqual(found.kind, "system")
            self.assertEqual(rule._watch(NOON + MINUTE), found)
        other = self.rule("key_error", threshold=1)
        locked["code"] = "incident"
        with patch.object(vault_process, "status", lambda env: locked):
            self.assertFalse(other._watch(NOON))

    def test_restored_backup_is_found(self):
        rule = self.rule("restore", threshold=1)
        ledger = type("Ledger", (), {"number": 2})()
        with (
            patch.object(vault_process, "peek", lambda: object()),
            patch.object(vault_ledger, "current", lambda held: ledger),
            patch.object(vault_ledger, "kept_place", lambda cr: (2, None)),
        ):
            self.assertFalse(rule._watch(NOON))
        with (
            patch.object(vault_process, "peek", lambda: object()),
            patch.object(vault_ledger, "current", lambda held: ledger),
            patch.object(vault_ledger, "kept_place", lambda cr: (1, None)),
        ):
            self.assertTrue(rule._watch(NOON))

    def test_scheduled_action_looks_at_every_rule(self):
        with self.enter_registry_test_mode():
            job = self.env.ref("insurance_compliance.ir_cron_incident_watch")
            job.method_direct_trigger()
        self.env.invalidate_all()
        self.assertGreater(self.mass.evaluated_to, NOON)
