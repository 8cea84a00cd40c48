from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_impact import assessment_values
from .common_risk import RiskCase

LATE = "2099-01-01 00:00:00"
EARLY = "2001-01-01 00:00:00"


@tagged("post_install", "-at_install")
class TestHostileRecords(RiskCase):
    """Findings, risks, inspections and trainings in the hands of those they are about.

    Many attacks on one set of records: what is refused is refused for all of them.
    """

    def _refused(self, user, record, **values):
        with self.assertRaises(UserError, msg=values):
            self._act(user, record, "write", **values)

    # --- ledger

    def test_verification_is_not_reworded_afterwards(self):
        row = self._done()
        self._act(self.compliance, row, "write", verify_note="Seen on the spot")
        self._act(self.compliance, row, "action_verify")
        for user in (self.compliance, self.officer2):
            self._refused(user, row, verify_note="Not seen")
            self._refused(user, row, verifier_id=self.officer2.id)
        reason = row.state_reason
        for user in (self.agent, self.compliance):
            self._act(user, row, "write", state_reason="Another story")
        self.assertEqual(row.state_reason, reason)

    def test_own_finding_is_not_made_smaller(self):
        row = self._begun(self.compliance)
        for name, value in (
            ("severity", "low"),
            ("verifier_id", self.officer2.id),
            ("verify_note", "All is well"),
            ("deadline", fields.Date.add(row.deadline, days=300)),
            ("company_id", self.env.company.id),
        ):
            self._refused(self.compliance, row, **{name: value})
        # another officer may, and the history keeps what was there
        self._act(self.officer2, row, "write", severity="low", name="Smaller")
        note = self._steps(row)[-1]
        self.assertEqual((note.kind, note.user_id), ("changed", self.officer2))
        self.assertIn("Papers missing", note.note)
        self.assertIn("high", note.note)
        # nor does a finding of a check leave for another company, to be found anew
        self._refused(self.officer2, row, company_id=self.env.company.id)

    def test_who_hands_the_own_finding_on_neither_verifies_nor_drops_it(self):
        row = self._begun(self.compliance)
        self._act(self.compliance, row, "write", responsible_id=self.agent.id)
        with self.assertRaisesRegex(UserError, "is none"):
            self._move(self.compliance, row, "dropped", "Nothing")
        self._mend(self.agent, row)
        with self.assertRaisesRegex(UserError, "Somebody else verifies"):
            self._act(self.compliance, row, "action_verify")
        self._act(self.officer2, row, "action_verify")

    def test_what_is_found_in_the_second_of_its_report_is_not_verified(self):
        row = self._done()
        self._find()
        # the same second for both
        row.last_found_on = row.done_on
        with self.assertRaisesRegex(UserError, "found again"):
            self._act(self.compliance, row, "action_verify")
        # found and then reported as done in one second is mended all the same
        self._move(self.compliance, row, "progress", "Found again.")
        self._mend(self.agent, row)
        row.last_found_on = row.done_on
        self._act(self.compliance, row, "action_verify")

    def test_file_of_evidence_is_not_exchanged_as_an_attachment(self):
        row = self._begun()
        file = {"file": b"UGFwZXI=", "file_name": "paper.txt", "no_client_data": True}
        self._act(
            self.agent,
            row,
            "write",
            evidence_ids=[Command.create({"name": "Paper", **file})],
        )
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "insurance.rectification.evidence"),
                ("res_id", "=", row.evidence_ids.id),
                ("res_field", "=", "file"),
            ]
        )
        self.assertTrue(attachment)
        for user in (self.agent, self.compliance):
            for values in ({"datas": b"Tm90aGluZw=="}, {"raw": b"x"}, {"res_id": 1}):
                self._refused(user, attachment, **values)
            with self.assertRaises(AccessError):
                self._act(user, attachment, "unlink")
        self._mend(self.agent, row)
        for user in (self.agent, self.compliance):
            self._refused(user, attachment, datas=b"Tm90aGluZw==")
        with self._logged_in(self.agent) as own, self.assertRaises(UserError):
            own["insurance.rectification.evidence"].with_context(
                default_digest="0" * 64
            ).create({"rectification_id": row.id, "name": "Late"})

    # --- risks

    def test_risk_is_assessed_by_its_owner_alone_whatever_the_default(self):
        grades = dict.fromkeys(
            ("likelihood_before", "impact_before", "likelihood_after", "impact_after"),
            "1",
        )
        with self._logged_in(self.head2) as own:
            assessments = own["insurance.risk.assessment"].with_context(
                default_risk_id=self.risk.id
            )
            with self.assertRaises(UserError):
                assessments.create({**grades, "note": "Nothing"})
        with self._logged_in(self.department_head) as own:
            forged = {"level_after": "low", "score_after": 1, "controls": "All"}
            context = {f"default_{name}": value for name, value in forged.items()}
            one = own["insurance.risk.assessment"].with_context(**context)
            one = one.create(
                {
                    **dict.fromkeys(grades, "5"),
                    "risk_id": self.risk.id,
                    "note": "Grave",
                    "score_after": 1,
                }
            )
        self.assertEqual((one.score_after, one.level_after), (25, "critical"))
        self.assertNotEqual(one.controls, "All")

    def test_accepted_risk_is_not_another_one_afterwards(self):
        control = self.env["insurance.risk.control"].create(
            {"name": "Lock", "risk_ids": [Command.link(self.risk.id)]}
        )
        self._assess(self.department_head, self.risk)
        self._act(self.department_head, self.risk, "action_ask")
        self._act(self.compliance, self.risk, "action_accept")
        for values in (
            {"name": "A typing error"},
            {"description": "Nothing"},
            {"stage": "collect"},
            {"control_ids": [Command.clear()]},
        ):
            self._refused(self.officer2, self.risk, **values)
        self._refused(self.officer2, control, risk_ids=[Command.unlink(self.risk.id)])
        with self.assertRaises(UserError):
            self._act(self.officer2, control, "unlink")
        self._act(self.officer2, self.risk, "write", state_reason="Another story")
        self.assertFalse(self.risk.state_reason)

    def test_next_look_at_a_risk_is_not_put_off(self):
        self._assess(self.department_head, self.risk)
        proposed = self.risk.review_date
        for user in (self.department_head, self.compliance):
            self._refused(user, self.risk, review_date=proposed + timedelta(days=400))
            self._refused(user, self.risk, review_date=False)
        earlier = proposed - timedelta(days=20)
        self._act(self.department_head, self.risk, "write", review_date=earlier)
        self.assertEqual(self.risk.review_date, earlier)

    # --- checks

    def _check(self, **values):
        return self.env["insurance.check"].create(
            {"code": "test_hostile", "name": "Demand", "kind": "manual", **values}
        )

    def test_answers_by_hand_do_not_cover_what_the_server_has_found(self):
        automatic = self.env["insurance.check"].search(
            [("kind", "=", "automatic"), ("method", "!=", False)], limit=1
        )
        manual = self._check(item_ids=[Command.create({"name": "Locked?"})])
        with self._logged_in(self.compliance) as own:
            run = own["insurance.check.run"].create(
                {
                    "check_ids": [Command.set((automatic | manual).ids)],
                    "inspector_id": self.compliance.id,
                }
            )
            with self.assertRaisesRegex(UserError, "leave them out"):
                run.action_begin()

    def test_question_keeps_its_words_when_it_was_answered(self):
        check = self._check(item_ids=[Command.create({"name": "Locked?"})])
        item = check.item_ids
        run = self.env["insurance.check.run"].create(
            {
                "check_ids": [Command.set(check.ids)],
                "inspector_id": self.compliance.id,
            }
        )
        self._act(self.compliance, run, "action_begin")
        self._act(self.insurance_admin, item, "write", name="Is it locked?")
        self._act(self.compliance, run.answer_ids, "action_pass")
        for values in ({"name": "Is it open?"}, {"guidance": "Look away"}):
            self._refused(self.insurance_admin, item, **values)
        with self._logged_in(self.insurance_admin) as own:
            with self.assertRaises(UserError):
                item.with_env(own).update_field_translations("name", {"en_US": "Open?"})
            product = own["insurance.check"].search([("method", "!=", False)], limit=1)
            with self.assertRaises(UserError):
                product.write({"method": False})

    def test_inspections_are_prepared_by_those_who_answer_for_them(self):
        plan = self.env["insurance.check.plan"].create(
            {
                "name": "By hand",
                "kind": "manual",
                "check_ids": [Command.set(self._check().ids)],
                "responsible_id": self.compliance.id,
            }
        )
        with self.assertRaises(AccessError):
            self._act(self.department, plan, "action_run")
        self._act(self.compliance, plan, "action_run")

    # --- clocks of others

    def test_days_and_results_are_not_entered_where_they_are_worked_out(self):
        place = self.env["insurance.storage.place"].create({"name": "Cellar"})
        values = {"place_id": place.id, "temperature": 60, "humidity": 50}
        with self._logged_in(self.archivist) as own:
            inspections = own["insurance.storage.inspection"]
            forged = {"default_passed": True, "default_climate_ok": True}
            one = inspections.with_context(**forged).create(
                {**values, "note": "Hot", "passed": True, "climate_ok": True}
            )
        self.assertFalse(one.passed)
        self._act(
            self.insurance_admin,
            place,
            "write",
            last_passed=True,
            last_inspection_on=LATE,
        )
        self.assertFalse(place.last_passed)
        self.assertEqual(place.last_inspection_on, one.date)

    def test_own_training_does_not_become_newer(self):
        training = self.env["insurance.training"].create(
            {
                "name": "Autumn",
                "date": fields.Date.today() - timedelta(days=400),
                "participant_ids": [
                    Command.create({"user_id": user.id})
                    for user in self.compliance | self.agent
                ],
            }
        )
        self._act(self.officer2, training, "action_hold")
        mine, theirs = training.participant_ids.sorted(
            lambda one: one.user_id != self.compliance
        )
        self._refused(self.compliance, mine, date="2099-01-01")
        self._refused(self.compliance, mine, certificate="No. 1")
        self._act(self.compliance, theirs, "write", date="2099-01-01", hours=99)
        self.assertEqual(theirs.date, training.date)
        self.assertEqual(theirs.hours, training.hours)
        self._refused(self.officer2, training, origin_model="res.users")

    # --- impact assessments

    def test_measure_is_done_once_with_its_proof_and_its_author_does_not_approve(self):
        with self._logged_in(self.agent) as own:
            assessment = own["insurance.impact.assessment"].create(
                assessment_values(conclusion="measures")
            )
        with self._logged_in(self.compliance) as own:
            measure = (
                own["insurance.impact.measure"]
                .with_context(default_done_on=EARLY)
                .create({"assessment_id": assessment.id, "name": "Mask"})
            )
        self.assertFalse(measure.done_on)
        self._act(self.agent, assessment, "write", state="submitted")
        with self.assertRaises(AccessError):
            self._act(self.compliance, assessment, "write", state="approved")
        self._act(self.officer2, assessment, "write", state="approved")
        self.assertFalse(assessment.in_force)
        self._act(self.compliance, measure, "write", evidence="Ticket 5")
        self._act(self.compliance, measure, "action_done")
        self.assertTrue(assessment.in_force)
        self._refused(self.compliance, measure, evidence="Ticket 6")
        self._refused(self.agent, measure, due_on="2099-01-01")
