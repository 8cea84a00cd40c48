from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import ArchiveCase


@freeze_time("2026-06-15")
class ClaimCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._policy(state="active", start_date="2025-01-01")

    def _claim(self, **values):
        """Return a claim that was reported today, as the agent sees it."""
        return (
            self.env["insurance.claim"]
            .with_user(self.agent)
            .create(
                {
                    "policy_id": self.policy.id,
                    "kind": "medical",
                    "event_date": "2026-06-10",
                    "claimed_amount": 8000,
                    **values,
                }
            )
        )

    def _papers(self, *names):
        return [(0, 0, {"name": name}) for name in names]


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15")
class TestClaim(ClaimCase):
    """From the report to payment."""

    def test_claim_gets_a_number_and_the_archive_of_its_policy(self):
        claim, other = self._claim(), self._claim()
        self.assertTrue(claim.number)
        self.assertNotEqual(claim.number, other.number)
        self.assertEqual(claim.archive_id, self.archive)
        self.assertEqual(claim.partner_id, self.partner)
        self.assertEqual(claim.user_id, self.agent)

    def test_event_comes_before_the_report_and_neither_in_the_future(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._claim(event_date="2026-06-12", reported_date="2026-06-11")
        with self.assertRaisesRegex(ValidationError, "future"):
            self._claim(event_date="2026-06-16", reported_date="2026-06-16")

    def test_application_has_no_claims(self):
        with self.assertRaisesRegex(ValidationError, "never in force"):
            self._claim(policy_id=self._policy().id)

    def test_insured_person_is_one_of_the_policy(self):
        other = self._policy(state="active", insured_ids=[(0, 0, {"name": "赵敏"})])
        with self.assertRaisesRegex(ValidationError, "insured person"):
            self._claim(insured_id=other.insured_ids.id)

    def test_warnings_do_not_stop_the_work(self):
        claim = self._claim(event_date="2024-12-31", approved_amount=900_000)
        self.assertIn("before the start", claim.warning)
        self.assertIn("sum insured", claim.warning)
        self.assertFalse(self._claim().warning)

    def test_straight_way_to_payment(self):
        claim = self._claim()
        claim.state = "assessing"
        claim.write({"decision": "accepted", "approved_amount": 8000})
        claim.state = "decided"
        self.assertEqual(claim.decision_date, date(2026, 6, 15))
        claim.write({"paid_amount": 8000, "paid_on": "2026-06-15"})
        claim.state = "paid"
        claim.state = "closed"
        self.assertFalse(claim.next_deadline)

    def test_decision_needs_an_amount_and_partial_acceptance_a_reason(self):
        claim = self._claim(state="assessing")
        with self.assertRaisesRegex(UserError, "approved amount"):
            claim.state = "decided"
        claim.write({"decision": "partial", "approved_amount": 5000})
        with self.assertRaisesRegex(UserError, "in part"):
            claim.state = "decided"

    def test_payment_needs_amount_and_day(self):
        claim = self._claim(state="decided", decision="accepted", approved_amount=1)
        with self.assertRaisesRegex(UserError, "paid"):
            claim.state = "paid"

    def test_refusal_needs_a_reason_and_records_the_decision(self):
        claim = self._claim(state="assessing")
        with self.assertRaisesRegex(UserError, "why"):
            claim.state = "refused"
        claim.write({"state": "refused", "state_reason": "Not covered"})
        self.assertRecordValues(
            claim,
            [
                {
                    "decision": "refused",
                    "decision_reason": "Not covered",
                    "decision_date": date(2026, 6, 15),
                    "next_deadline": False,
                }
            ],
        )

    def test_reopening_needs_a_reason(self):
        for state in ("decided", "paid", "closed", "refused", "withdrawn"):
            claim = self._claim(state=state)
            with self.subTest(state=state), self.assertRaisesRegex(UserError, "why"):
                claim.state = "assessing"
            claim.write({"state": "assessing", "state_reason": "New evidence"})
            self.assertEqual(claim.state, "assessing")

    def test_state_does_not_jump(self):
        with self.assertRaisesRegex(UserError, "can't become"):
            self._claim().state = "paid"

    def test_handled_claim_is_not_deleted(self):
        self._claim().unlink()
        with self.assertRaisesRegex(UserError, "Withdraw"):
            self._claim(state="assessing").unlink()

    def test_form_of_an_agent(self):
        Claim = self.env["insurance.claim"].with_user(self.agent)
        with Form(Claim.with_context(default_policy_id=self.policy.id)) as form:
            form.kind = "accident"
            form.claimed_amount = 500
            with form.paper_ids.new() as paper:
                paper.name = "Invoice"
        self.assertEqual(form.record.paper_ids.archive_id, self.archive)

    def test_claim_of_a_hidden_policy_is_refused(self):
        Claim = self.env["insurance.claim"].with_user(self.agent2)
        with self.assertRaises(AccessError):
            Claim.create({"policy_id": self.policy.id, "kind": "other"})


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15")
class TestClaimPapers(ClaimCase):
    """Missing papers are asked for once, in one go (Insurance Law 22)."""

    def test_all_missing_papers_are_asked_for_at_once(self):
        claim = self._claim(paper_ids=self._papers("Invoice", "Diagnosis", "ID copy"))
        claim.paper_ids[2].received_on = "2026-06-14"
        claim.action_request_papers()
        today = fields.Date.today()
        self.assertEqual(claim.paper_ids.mapped("requested_on"), [today, today, False])
        self.assertRecordValues(
            claim,
            [
                {
                    "state": "papers_requested",
                    "papers_requested_on": today,
                    "papers_missing": 2,
                    "decision_deadline": False,
                }
            ],
        )

    def test_second_request_is_refused_with_the_article(self):
        claim = self._claim(paper_ids=self._papers("Invoice"))
        claim.action_request_papers()
        claim.paper_ids = self._papers("Diagnosis")
        with self.assertRaisesRegex(UserError, "only once.*Insurance Law"):
            claim.action_request_papers()

    def test_second_request_is_refused_over_rpc_too(self):
        claim = self._claim(paper_ids=self._papers("Invoice", "Diagnosis"))
        claim.paper_ids[1].waived = True
        claim.action_request_papers()
        with self.assertRaisesRegex(UserError, "only once"):
            claim.paper_ids[1].requested_on = fields.Date.today()
        with self.assertRaisesRegex(UserError, "only once"):
            claim.paper_ids.create(
                {
                    "claim_id": claim.id,
                    "name": "Receipt",
                    "requested_on": fields.Date.today(),
                }
            )

    def test_request_needs_a_list(self):
        with self.assertRaisesRegex(UserError, "List every paper"):
            self._claim().action_request_papers()

    def test_assessment_waits_for_the_papers(self):
        claim = self._claim(paper_ids=self._papers("Invoice", "Diagnosis"))
        claim.action_request_papers()
        with self.assertRaisesRegex(UserError, "2 papers"):
            claim.state = "assessing"
        claim.paper_ids[0].received_on = "2026-06-15"
        claim.paper_ids[1].waived = True
        claim.state = "assessing"
        self.assertEqual(claim.papers_complete_on, date(2026, 6, 15))

    def test_requested_paper_stays_on_the_list(self):
        claim = self._claim(paper_ids=self._papers("Invoice"))
        claim.action_request_papers()
        with self.assertRaisesRegex(UserError, "stays on the list"):
            claim.paper_ids.unlink()

    def test_history_of_an_old_claim_can_be_imported(self):
        papers = [
            (0, 0, {"name": name, "requested_on": "2026-06-11", "received_on": day})
            for name, day in (("Invoice", "2026-06-12"), ("Receipt", "2026-06-13"))
        ]
        claim = self._claim(state="assessing", paper_ids=papers)
        self.assertEqual(claim.papers_complete_on, date(2026, 6, 13))


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15")
class TestClaimDeadline(ClaimCase):
    """Until when to decide and to pay; the days are parameters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Parameter = cls.env["insurance.parameter"]
        cls.decide = timedelta(Parameter._get("claim_complex_days"))
        cls.pay = timedelta(Parameter._get("claim_payment_days"))

    def test_decision_is_due_after_the_report(self):
        claim = self._claim()
        self.assertEqual(claim.decision_deadline, claim.reported_date + self.decide)
        self.assertEqual(claim.next_deadline, claim.decision_deadline)

    def test_decision_waits_for_complete_papers(self):
        claim = self._claim(
            event_date="2026-06-01",
            reported_date="2026-06-01",
            paper_ids=self._papers("Invoice"),
        )
        claim.action_request_papers()
        self.assertFalse(claim.next_deadline)
        with freeze_time("2026-06-20"):
            claim.paper_ids.received_on = "2026-06-20"
        self.assertEqual(claim.decision_deadline, date(2026, 6, 20) + self.decide)

    def test_payment_is_due_after_the_agreement(self):
        claim = self._claim(state="assessing")
        claim.write({"decision": "accepted", "approved_amount": 100})
        claim.state = "decided"
        self.assertEqual(claim.next_deadline, date(2026, 6, 15) + self.pay)
        claim.agreed_on = "2026-06-18"
        self.assertEqual(claim.next_deadline, date(2026, 6, 18) + self.pay)

    def test_overdue_claims_are_found(self):
        claim = self._claim()
        Claim = self.env["insurance.claim"].with_user(self.agent)
        with freeze_time(claim.decision_deadline):
            claim.invalidate_recordset()
            self.assertFalse(claim.overdue)
            self.assertNotIn(claim, Claim.search([("overdue", "=", True)]))
        with freeze_time(claim.decision_deadline + timedelta(days=1)):
            claim.invalidate_recordset()
            self.assertTrue(claim.overdue)
            self.assertIn(claim, Claim.search([("overdue", "=", True)]))
            self.assertNotIn(claim, Claim.search([("overdue", "=", False)]))
