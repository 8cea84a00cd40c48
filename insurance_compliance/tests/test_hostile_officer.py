from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps

from .common_incident import NOON, TEXTS, IncidentCase

LATE = "2099-01-01 00:00:00"


@tagged("post_install", "-at_install")
class TestHostileOfficer(IncidentCase):
    """A compliance officer who has something to hide."""

    def _found(self, rule):
        # of this test: the log of the database holds what others have done
        return self.env["insurance.incident"].search(
            [("rule_id", "=", rule.id), ("suspect_id", "=", self.agent.id)]
        )

    def _records(self):
        return [use["content"] for use in self.uses if use["action"] == "edit"]

    # --- rules of detection

    def test_rule_is_not_silenced_by_the_clock_it_keeps(self):
        rule = self.own(self.rule("mass_reveal"), self.compliance)
        looked = rule.evaluated_to
        for values in (
            {"evaluated_to": LATE},
            {"trial_count": 0},
            {"trial_text": "Nothing"},
        ):
            with self.assertRaises(UserError):
                rule.write(values)
            with self.assertRaises(UserError):
                rule.create({"name": "x", "kind": "mass_view", **values})
        forged = rule.with_context(default_evaluated_to=LATE).create(
            {"name": "x", "kind": "mass_view"}
        )
        self.assertLess(forged.evaluated_to, fields.Datetime.now() + timedelta(hours=1))
        # switching on what is on skips nothing
        rule.sudo().evaluated_to = NOON
        rule.write({"active": True})
        self.assertGreater(looked, NOON)
        self.assertEqual(len(self._found(rule.sudo())), 0)

    def test_what_was_done_is_found_before_the_rule_changes(self):
        changes = (
            {"active": False},
            {"threshold": 1000},
            {"excluded_user_ids": [Command.link(self.agent.id)]},
            {"kind": "mass_export"},
        )
        for day, change in enumerate(changes, 1):
            at = NOON + timedelta(days=day)
            rule = self.rule("mass_reveal")
            rule.evaluated_to = at - timedelta(hours=1)
            for _use in range(3):
                self.use("reveal", at=at)
            self.own(rule, self.compliance).write(change)
            self.assertEqual(len(self._found(rule)), 1, change)
            self.assertEqual(self._found(rule).suspect_id, self.agent)
            # the server has found it, nobody else
            self.assertFalse(self._found(rule).event_ids[:1].user_id)

    def test_rule_that_would_have_found_something_is_not_deleted(self):
        rule = self.rule("mass_reveal")
        rule.evaluated_to = NOON - timedelta(hours=1)
        for _use in range(3):
            self.use("reveal")
        with self.assertRaises(UserError):
            self.own(rule, self.compliance).unlink()

    def test_nobody_leaves_the_own_person_out(self):
        rule = self.rule("mass_reveal")
        mine = self.own(rule, self.compliance)
        own = {"excluded_user_ids": [Command.set([self.compliance.id])]}
        with self.assertRaises(AccessError):
            mine.write(own)
        with self.assertRaises(AccessError):
            mine.create({"name": "x", "kind": "mass_view", **own})
        mine.write({"excluded_user_ids": [Command.link(self.agent.id)]})
        self.own(rule, self.officer).write(
            {"excluded_user_ids": [Command.link(self.compliance.id)]}
        )
        # and what a colleague has allowed does not disturb later changes
        self.own(rule, self.compliance).write({"threshold": 9})

    def test_changes_of_what_watches_are_in_the_use_log(self):
        rule = self.rule("mass_reveal")
        kind = self.env["insurance.incident.clock.kind"].search([], limit=1)
        conflict = self.env["insurance.duty.conflict"].search([], limit=1)
        for record, values in (
            (rule, {"threshold": 7}),
            (kind, {"active": False}),
            (conflict, {"active": False}),
        ):
            before = len(self._records())
            self.own(record, self.compliance).write(values)
            kept = self._records()[before:]
            self.assertEqual(kept, [[f"{record._name} {record.id}", *values]])

    # --- incidents

    def test_incident_is_not_born_harmless_by_defaults(self):
        mine = self.as_person(self.compliance)["insurance.incident"]
        forged = {
            "discovered_on": LATE,
            "is_drill": True,
            "decision": "exempt",
            "origin": "drill",
            "letters_by_id": self.officer.id,
            "approved_by_id": self.compliance.id,
            "closed_by_id": self.officer.id,
            "is_open": False,
            "name": "IN1",
        }
        context = {f"default_{name}": value for name, value in forged.items()}
        incident = mine.with_context(**context).create(
            {"title": "Case", "severity": "high"}
        )
        for name, value in forged.items():
            found = incident[name]
            found = found.id if name.endswith("_id") else found
            self.assertNotEqual(found, value, name)
        self.assertLess(incident.discovered_on, fields.Datetime.now() + timedelta(1))
        self.assertTrue(incident.clock_ids)

    def test_defaults_that_users_keep_for_themselves_forge_nothing(self):
        mine = self.as_person(self.compliance)
        mine["ir.default"].set(
            "insurance.incident", "discovered_on", LATE, user_id=self.compliance.id
        )
        incident = mine["insurance.incident"].create({"title": "Case"})
        self.assertLess(incident.discovered_on, fields.Datetime.now() + timedelta(1))

    def test_words_in_other_languages_are_approved_as_well(self):
        incident = self.lettered()
        self.assertTrue(incident.approved_by_id)
        mine = self.own(incident, self.compliance)
        with self.assertRaises(UserError):
            mine.update_field_translations("what_text", {"zz_ZZ": "x"})
        mine.update_field_translations("what_text", {"en_US": "It was the client."})
        self.assertFalse(incident.approved_by_id)
        with self.assertRaises(UserError):
            mine.update_field_translations("what_text", {"en_US": "11010519491231002X"})

    def test_what_was_reviewed_or_closed_keeps_its_words(self):
        incident = self.incident(severity="low")
        mine = self.own(incident, self.compliance)
        mine.write({**TEXTS, "root_cause": "x", "lessons": "y"})
        for step in ("contained", "notified", "reviewed"):
            mine.write({"state": step})
        other = self.own(incident, self.officer)
        for values in ({"root_cause": "z"}, {"title": "z"}, {"suspect_id": False}):
            with self.assertRaises(UserError):
                other.write(values)
        other.action_close()
        for attempt in (
            lambda: other.update_field_translations("what_text", {"en_US": "z"}),
            lambda: other.write({"measure_ids": [Command.create({"name": "z"})]}),
            lambda: other.env["insurance.incident.measure"].create(
                {"incident_id": incident.id, "name": "z"}
            ),
        ):
            with self.assertRaises(UserError):
                attempt()
        reason = incident.state_reason
        other.write({"state_reason": "Another story"})
        other.write({"state": "closed", "state_reason": "Another story"})
        self.assertEqual(incident.state_reason, reason)

    def test_false_alarm_keeps_its_words_and_its_reason(self):
        incident = self.incident()
        mine = self.own(incident, self.compliance)
        mine.write({"state": "false_alarm", "state_reason": "Audit"})
        with self.assertRaises(UserError):
            mine.write({"description": "Nothing"})
        mine.write({"state_reason": "Holiday"})
        self.assertEqual(incident.state_reason, "Audit")

    def test_officer_who_names_another_one_does_not_end_it_alone(self):
        incident = self.incident(suspect_id=False)
        mine = self.own(incident, self.compliance)
        # from now on the other officer does not see it
        mine.suspect_id = self.officer
        self.assertEqual(incident.named_by_id, self.compliance)
        with self.assertRaises(AccessError):
            mine.write({"state": "false_alarm", "state_reason": "Nothing"})
        third = self._user("officer3", role="compliance")
        self.own(incident, third).write(
            {"state": "false_alarm", "state_reason": "Looked through"}
        )

    def test_report_that_names_an_officer_is_hidden_from_the_officer(self):
        own = self.as_person(self.agent)
        report = own["insurance.incident.report"].create(
            {"name": "Looks at neighbours", "suspect_id": self.officer.id}
        )
        incident = self.env["insurance.incident"].search(
            [("report_id", "=", report.id)]
        )
        self.assertEqual(incident.suspect_id, self.officer)
        for record in (report, incident):
            self.env.invalidate_all()
            theirs = record.with_user(self.officer)
            self.assertFalse(theirs.search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                theirs.read(["description"])
            self.env.invalidate_all()
            record.with_user(self.compliance).read(["description"])
        self.assertTrue(report.with_user(self.agent).name)

    def test_measure_is_not_handed_over_by_a_default(self):
        incident = self.incident()
        mine = self.own(incident, self.compliance)
        mine.with_context(default_handed_over="2020-01-01").write(
            {"measure_ids": [Command.create({"name": "Less rights"})]}
        )
        self.assertFalse(incident.measure_ids.handed_over)

    def test_person_concerned_does_not_unlock_the_vault(self):
        incident = self.incident(suspect_id=self.officer.id)
        third = self._user("officer3", role="compliance")
        lock = self.env["insurance.vault.lock"].create(
            {
                "incident_id": incident.id,
                "reason": "Case",
                "locked_by_id": self.compliance.id,
                "locked_on": fields.Datetime.now(),
            }
        )
        for step in ("action_ask_unlock", "action_unlock"):
            with self.assertRaises(AccessError):
                getattr(self.own(lock, self.officer), step)()
        self.own(lock, third).action_ask_unlock()
        with self.assertRaises(AccessError):
            self.own(lock, self.officer).action_unlock()

    def test_letters_are_sent_by_sweeps_of_their_incident_alone(self):
        incident = self.lettered()
        sweep = self.own(incident, self.compliance).env["insurance.sweep"]
        with self.assertRaises(AccessError):
            sweep.create({"kind": "incident_mails", "scope": {"incident_id": 1}})
        run_sweeps(self)
        self.assertFalse(incident.letter_ids.filtered("told_on"))

    # --- retention and holds

    def test_schedule_is_not_changed_in_secret(self):
        rule = self.env["insurance.retention.rule"].search(
            [("event", "=", "last_contact")], limit=1
        )
        mine = self.own(rule, self.compliance).with_context(install_mode=True)
        mine.write({"active": False})
        self.assertIn([f"insurance.retention.rule {rule.code}"], self._records())

    def test_hold_keeps_its_reason_when_it_was_placed(self):
        hold = self.env["insurance.legal.hold"].create(
            {
                "name": "Case 1",
                "reason": "Lawsuit",
                "partner_ids": [Command.set(self.archive.partner_id.ids)],
            }
        )
        mine = self.own(hold, self.compliance)
        mine.action_place()
        for values in ({"reason": "None"}, {"name": "Case 2"}, {"kind": "other"}):
            with self.assertRaises(UserError):
                mine.write(values)
        mine.write({"owner_id": self.officer.id})
