import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_rectification import RectificationCase


@tagged("post_install", "-at_install")
class TestRectificationAttack(RectificationCase):
    """Nobody verifies the own work, writes the ledger by hand, or takes a row away."""

    def test_responsible_person_does_not_verify(self):
        row = self._done(self.compliance)
        for attempt in ("action_verify", "action_effective"):
            with self.assertRaises(UserError):
                self._act(self.compliance, row, attempt)
        with self.assertRaisesRegex(UserError, "Somebody else verifies"):
            self._move(self.compliance, row, "verified")
        with self.assertRaisesRegex(UserError, "Somebody else verifies"):
            self._move(self.compliance, row, "progress", "I want it back.")
        self.assertEqual(row.state, "done")

    def test_who_added_evidence_does_not_verify(self):
        row = self._begun()
        self._act(
            self.compliance,
            row,
            "write",
            evidence_ids=[(0, 0, {"name": "Seen on the spot"})],
        )
        self._mend(self.agent, row)
        with self.assertRaisesRegex(UserError, "Somebody else verifies"):
            self._act(self.compliance, row, "action_verify")
        self._act(self.officer2, row, "action_verify")

    def test_who_reported_it_as_done_does_not_verify_after_handing_it_on(self):
        row = self._done(self.compliance)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self._act(self.compliance, row, "write", responsible_id=self.agent.id)
        self._move(self.officer2, row, "progress", "More proof.")
        self._act(self.compliance, row, "write", responsible_id=self.agent.id)
        self._mend(self.agent, row)
        with self.assertRaisesRegex(UserError, "Somebody else verifies"):
            self._act(self.compliance, row, "action_verify")

    def test_named_verifier_alone_verifies_and_is_not_the_responsible(self):
        row = self._begun()
        self._act(self.compliance, row, "write", verifier_id=self.department_head.id)
        self._mend(self.agent, row)
        with self.assertRaisesRegex(UserError, re.escape(self.department_head.name)):
            self._act(self.compliance, row, "action_verify")
        self._act(self.department_head, row, "action_verify")
        self.assertEqual(row.verified_by_id, self.department_head)

    def test_agent_verifies_nothing(self):
        row = self._done(self.manager)
        for user in (self.agent, self.supervisor, self.archivist, self.insurance_admin):
            with self.assertRaises(AccessError):
                self._move(user, row, "verified")
        self.assertEqual(row.state, "done")

    def test_persons_and_times_can_not_be_forged(self):
        row = self._done()
        for name, value in (
            ("verified_by_id", self.officer2.id),
            ("verified_on", "2026-01-01"),
            ("done_by_id", self.agent2.id),
            ("done_on", "2020-01-01"),
            ("closed_on", "2026-01-01"),
            ("found_count", 1),
            ("reopen_count", 0),
            ("first_found_on", "2020-01-01"),
            ("effect", "effective"),
            ("key", "other"),
            ("source_id", 1),
            ("escalation", 0),
            ("state_date", "2020-01-01"),
            ("step_ids", [(5,)]),
        ):
            for user in (self.agent, self.compliance):
                with self.assertRaises(AccessError, msg=name):
                    self._act(user, row, "write", **{name: value})

    def test_new_row_can_not_be_born_verified(self):
        with self._logged_in(self.compliance) as own:
            ledger = own["insurance.rectification"]
            values = {"name": "Forged", "responsible_id": self.agent.id}
            for forged in (
                {"state": "verified"},
                {"verified_by_id": self.officer2.id},
                {"done_by_id": self.agent.id},
            ):
                with self.assertRaises(UserError):
                    ledger.create({**values, **forged})
            context = {"default_state": "closed", "default_verified_by_id": 2}
            with self.assertRaises(UserError):
                ledger.with_context(**context).create(values)
            born = ledger.with_context(
                default_verified_by_id=self.officer2.id, default_found_count=9
            ).create(values)
            self.assertFalse(born.verified_by_id)
            self.assertEqual(born.found_count, 1)

    def test_row_and_history_can_not_be_deleted(self):
        row = self._verified()
        for record in (row, row.step_ids, row.evidence_ids):
            for user in (self.agent, self.compliance, self.insurance_admin):
                with self.assertRaises(UserError):
                    self._act(user, record, "unlink")
        with self.assertRaises(UserError):
            row.sudo().unlink()
        with self.assertRaises(UserError):
            row.step_ids[:1].sudo().write({"note": "Nothing happened."})
        with self._logged_in(self.compliance) as own, self.assertRaises(UserError):
            own["insurance.rectification.step"].create(
                {"rectification_id": row.id, "kind": "state"}
            )

    def test_evidence_is_fixed_once_the_work_is_reported_as_done(self):
        row = self._done()
        evidence = row.evidence_ids
        with self.assertRaises(UserError):
            self._act(self.agent, evidence, "write", name="Better proof")
        with self.assertRaises(UserError):
            self._act(self.agent, row, "write", evidence_ids=[(0, 0, {"name": "Late"})])
        self._move(self.compliance, row, "progress", "More.")
        with self.assertRaisesRegex(UserError, "somebody else"):
            self._act(self.compliance, evidence, "write", name="Mine")
        with self._logged_in(self.agent) as own, self.assertRaises(UserError):
            own["insurance.rectification.evidence"].create(
                {
                    "rectification_id": row.id,
                    "name": "Seen",
                    "user_id": self.agent2.id,
                }
            )

    def test_agent_sees_own_rectifications_alone(self):
        mine, other = self._begun(), self._begun(self.agent2, key="other")
        self._mend(self.agent2, other)
        own = self.ledger.with_user(self.agent)
        self.assertEqual(own.search([("id", "in", (mine | other).ids)]), mine)
        foreign = other.with_user(self.agent)
        foreign.invalidate_recordset()
        with self.assertRaises(AccessError):
            foreign.name  # noqa: B018
        for records in (other.step_ids, other.evidence_ids):
            hidden = records.with_user(self.agent)
            self.assertFalse(hidden.search([("id", "in", records.ids)]))
        with self.assertRaises(AccessError):
            self._act(self.agent, other, "write", measure="Mine now.")
        with self._logged_in(self.agent) as env, self.assertRaises(AccessError):
            env["insurance.rectification.evidence"].create(
                {"rectification_id": other.id, "name": "Smuggled"}
            )

    def test_evidence_can_not_be_moved_to_another_finding(self):
        mine, other = self._begun(), self._begun(key="other")
        self._act(self.agent, mine, "write", evidence_ids=[(0, 0, {"name": "Proof"})])
        with self.assertRaises(UserError):
            self._act(self.agent, mine.evidence_ids, "write", rectification_id=other.id)

    def test_responsible_does_not_move_the_own_deadline_or_drop_the_finding(self):
        row = self._begun(self.compliance)
        with self.assertRaisesRegex(UserError, "deadline of your own"):
            self._act(
                self.compliance,
                row,
                "write",
                deadline="2099-01-01",
                deadline_reason="Later.",
            )
        with self.assertRaisesRegex(UserError, "Somebody else decides"):
            self._move(self.compliance, row, "dropped", "It is nothing.")
        with self.assertRaises(AccessError):
            self._act(self.agent, row, "write", severity="low")

    def test_programs_take_no_step(self):
        row = self._done()
        for attempt in (row.with_user(self.compliance), row.sudo()):
            with self.assertRaises(AccessError):
                attempt.write({"state": "verified"})
        with self.assertRaises(AccessError):
            self._begun(key="other").with_user(self.agent).write({"state": "done"})
        self.assertEqual(row.state, "done")

    def test_client_can_not_be_made_responsible(self):
        row = self._find()
        for user in (self.accountant, self.env.ref("base.public_user")):
            with self.assertRaises(UserError):
                self._act(self.compliance, row, "write", responsible_id=user.id)
