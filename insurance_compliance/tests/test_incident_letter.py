from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps
from odoo.addons.insurance_client_archive.tests.common_vault import CANARIES

from .common_incident import NOON, TEXTS, IncidentCase

LETTER = "insurance_compliance.insurance_incident_report_letter"


class TestIncidentLetter(IncidentCase):
    """The log tells who is affected; letters hold no value, and two let them go."""

    def html(self, report, records):
        stated = {"insurance_purpose": "audit", "insurance_purpose_text": "Test"}
        reports = self.env["ir.actions.report"].with_context(**stated)
        found, _kind = reports._render_qweb_html(report, records.ids)
        return found.decode()

    def test_affected_archives_and_kinds_of_data_come_out_of_the_log(self):
        self.use("reveal", content="health_notice")
        self.use("view", archives=self.other, content="insurance.claim")
        self.use("view", archives=self.third, at=NOON + timedelta(hours=5))
        self.use("view", user=self.agent2, archives=self.third)
        self.use("reveal", archives=self.third, result="denied")
        self.use("list", archives=self.archive.browse(), count=40)
        incident = self.incident()
        self.own(incident, self.compliance).action_compute_affected()
        self.assertEqual(incident.affected_ids.archive_id, self.archive | self.other)
        by_archive = {
            line.archive_id: set(line.category_ids.mapped("code"))
            for line in incident.affected_ids
        }
        self.assertIn("health", by_archive[self.archive])
        self.assertIn("claims", by_archive[self.other])
        self.assertNotIn("health", by_archive[self.other])
        self.assertEqual(incident.affected_count, 2)
        self.assertEqual(incident.listed_count, 40)

    def test_working_it_out_again_changes_no_decision(self):
        incident = self.affected()
        line = self.own(incident, self.compliance).affected_ids[:1]
        with self.assertRaises(UserError):
            line.action_remove()
        line.reason = "A test record"
        line.action_remove()
        self.own(incident, self.compliance).action_compute_affected()
        self.assertTrue(line.removed)
        self.assertEqual(incident.affected_count, 1)
        line.action_put_back()
        self.assertEqual(incident.affected_count, 2)

    def test_archives_are_added_by_number_and_reason(self):
        self.file(self.archive, "A-7316")
        mine = self.own(self.incident(), self.compliance)
        for numbers, reason in (("A-7316", ""), ("A-0000", "Seen")):
            with self.assertRaises(UserError):
                mine._add_archives(numbers, reason)
        mine._add_archives("A-7316", "Lay on the copier")
        self.assertRecordValues(
            mine.affected_ids, [{"source": "added", "reason": "Lay on the copier"}]
        )

    def test_minors_are_a_kind_of_their_own(self):
        self.archive.birth_date = fields.Date.subtract(fields.Date.today(), years=5)
        incident = self.affected(self.archive)
        self.assertIn("minors", incident.category_ids.mapped("code"))

    def test_letters_hold_what_the_law_demands_and_no_value(self):
        incident = self.lettered()
        letters = self.own(incident, self.compliance).letter_ids
        self.assertEqual(len(letters), 2)
        text = self.html(LETTER, letters.with_env(self.env))
        for part in TEXTS.values():
            self.assertIn(part, text)
        self.assertIn(self.archive.name, text)
        for canary in CANARIES:
            self.assertNotIn(canary, text)
        for model in ("affected_ids", "event_ids", "letter_ids"):
            self.assertNotIn(self.archive.name, str(incident[model].read()))

    def test_reports_to_authorities_name_no_client(self):
        incident = self.affected()
        self.own(incident, self.compliance).write(TEXTS)
        report = "insurance_compliance.insurance_incident_report_authority"
        text = self.html(report, incident.clock_ids[:1])
        self.assertIn(TEXTS["cause_text"], text)
        for value in (*CANARIES, self.archive.name, self.other.name):
            self.assertNotIn(value, text)

    def test_letters_need_all_texts_and_the_decision(self):
        mine = self.own(self.affected(), self.compliance)
        with self.assertRaises(UserError):
            mine.action_prepare_letters()
        mine.action_decide_tell()
        mine.write({**TEXTS, "advice_text": False})
        with self.assertRaises(UserError):
            mine.action_prepare_letters()

    def test_one_person_does_not_let_letters_go(self):
        incident = self.affected()
        mine = self.own(incident, self.compliance)
        mine.write(TEXTS)
        mine.action_decide_tell()
        mine.action_prepare_letters()
        run_sweeps(self)
        self.own(incident, self.compliance)
        letters = mine.letter_ids
        for step in (letters.action_print, letters.action_send):
            with self.assertRaises(UserError):
                step()
        with self.assertRaises(UserError):
            letters[:1]._may_leave()
        with self.assertRaises(AccessError):
            mine.action_approve_letters()

    def test_changed_text_needs_another_approval(self):
        incident = self.lettered()
        self.assertTrue(incident.approved_by_id)
        self.own(incident, self.compliance).harm_text = "Fraud."
        self.assertFalse(incident.approved_by_id)

    def test_print_is_in_the_use_log_and_on_the_letters(self):
        incident = self.lettered()
        letters = self.own(incident, self.compliance).letter_ids
        action = letters.action_print()
        self.assertEqual(set(letters.mapped("state")), {"printed"})
        self.uses.clear()
        report = self.env["ir.actions.report"].with_env(letters.env)
        report.with_context(**action["context"])._log_print(LETTER, letters.ids)
        self.assertEqual(self.actions(), [("print", "done")])

    def test_mail_goes_to_the_client_alone_with_a_neutral_subject(self):
        self.partner.email = "zhang@example.com"
        incident = self.lettered()
        self.own(incident, self.compliance).action_send_letters()
        self.uses.clear()
        run_sweeps(self)
        mail = self.env["mail.mail"].search(
            [("model", "=", "insurance.incident.letter")]
        )
        self.assertEqual(mail.recipient_ids, self.partner)
        self.assertNotRegex(mail.subject, "(?i)incident|leak|事件|泄")
        self.assertIn(TEXTS["remedy_text"], mail.body_html)
        for canary in CANARIES:
            self.assertNotIn(canary, mail.body_html)
        self.assertIn(("notify", "done"), self.actions())
        self.assertEqual(
            sorted(incident.letter_ids.mapped("state")), ["prepared", "sent"]
        )

    def test_no_letter_leaves_in_a_drill(self):
        drill = self.as_person(self.compliance)["insurance.incident.drill"].create(
            {"name": "Rehearsal", "scenario": "A list has leaked."}
        )
        drill.action_start()
        incident = drill.incident_id
        incident.write(TEXTS)
        self.file(self.archive, "A-7316")
        incident._add_archives("A-7316", "Rehearsal")
        incident.action_decide_tell()
        incident.action_prepare_letters()
        run_sweeps(self)
        self.own(incident, self.officer).action_approve_letters()
        letters = self.own(incident, self.compliance).letter_ids
        for step in (letters.action_print, letters.action_send, letters[:1]._may_leave):
            with self.assertRaises(UserError):
                step()

    def test_persons_need_not_be_told_where_somebody_says_why(self):
        incident = self.affected()
        mine = self.own(incident, self.compliance)
        mine.action_contained()
        with self.assertRaises(UserError):
            mine._decide_on_persons("exempt", "")
        mine._decide_on_persons("exempt", "The list was encrypted")
        clock = mine.clock_ids.filtered(lambda one: one.recipient == "individuals")
        self.assertEqual(clock.status, "needless")
        self.assertEqual(mine.decided_by_id, self.compliance)
        mine.action_decide_tell()
        self.assertTrue(clock.is_running)

    def test_notified_only_when_all_were_told(self):
        incident = self.lettered()
        mine = self.own(incident, self.compliance)
        with self.assertRaises(UserError):
            mine.action_notified()
        individuals = mine.clock_ids.filtered(
            lambda one: one.recipient == "individuals"
        )
        with self.assertRaises(UserError):
            self.tell(individuals)
        self.own(incident, self.compliance).letter_ids.action_print()
        for clock in mine.clock_ids.filtered(lambda one: not one.kind_id.at_end):
            self.tell(clock)
        self.own(incident, self.compliance).action_notified()
        self.assertEqual(incident.state, "notified")
