from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common_destruction import DestructionCase

#: a missing right is one of them
REFUSED = UserError


@tagged("post_install", "-at_install")
class TestDestructionAttack(DestructionCase):
    """One person twice, a program, a hold in between: nothing is destroyed."""

    def assertWhole(self, *archives):
        self.env.invalidate_all()
        for archive in archives:
            self.assertEqual(archive.state, "filed")
            self.assertTrue(archive.policy_ids)
        self.assertEqual(self.keys_of()[0][1], "live")
        self.assertEqual(self.entries(), [])

    def _both_roles(self, user):
        groups = ("group_archivist", "group_compliance", "group_department_head")
        user.group_ids |= self.env["res.groups"].union(
            *(self.env.ref(f"insurance_client_archive.{group}") for group in groups)
        )

    def test_whoever_made_the_list_can_not_approve_it(self):
        self._both_roles(self.archivist)
        run = self._list()
        self._act(self.archivist, run, "action_submit")
        with self.assertRaisesRegex(UserError, "second person"):
            self._act(self.archivist, run, "action_approve")
        with self.assertRaisesRegex(UserError, "second person"):
            self._act(self.archivist, run, "write", state="approved")
        self.assertWhole(self.archive)

    def test_whoever_approved_can_not_supervise(self):
        self._both_roles(self.archivist)
        run = self._approved()
        for user in (self.compliance, self.archivist):
            with self.assertRaisesRegex(UserError, "third person"):
                self._act(user, run, "action_supervise")

    def test_supervisor_and_approver_can_not_carry_it_out(self):
        run = self._supervised()
        for user in (self.compliance, self.department_head):
            self._both_roles(user)
            with self.assertRaisesRegex(UserError, "does not carry it"):
                self._act(user, run, "action_execute")
        self.assertWhole(self.archive, self.other)

    def test_each_step_needs_its_role(self):
        run = self._list()
        for user in (self.compliance, self.agent, self.supervisor):
            with self.assertRaises(REFUSED):
                self._act(user, run, "action_submit")
        self._act(self.archivist, run, "action_submit")
        for user in (
            self.archivist2,
            self.agent,
            self.supervisor,
            self.insurance_admin,
        ):
            with self.assertRaises(REFUSED):
                self._act(user, run, "action_approve")
        self._act(self.compliance, run, "action_approve")
        for user in (self.archivist2, self.manager):
            with self.assertRaises(REFUSED):
                self._act(user, run, "action_supervise")

    def test_programs_take_no_step(self):
        run = self._list()
        for attempt in (run, run.with_user(self.archivist), run.sudo()):
            with self.assertRaises(REFUSED):
                attempt.action_submit()
        self._act(self.archivist, run, "action_submit")
        for attempt in (run.with_user(self.compliance), run.sudo()):
            with self.assertRaises(REFUSED):
                attempt.action_approve()

    def test_steps_can_not_be_skipped(self):
        run = self._list()
        for state in ("approved", "supervised", "running", "done"):
            for user in (self.archivist, self.compliance):
                with self.assertRaises(REFUSED):
                    self._act(user, run, "write", state=state)

    def test_persons_can_not_be_written(self):
        run = self._approved()
        for name in ("applicant_id", "approver_id", "supervisor_id", "executor_id"):
            for user in (self.archivist, self.compliance, self.department_head):
                with self.assertRaises(REFUSED):
                    self._act(user, run, "write", **{name: self.officer2.id})
                with self.assertRaises(REFUSED):
                    self.env["insurance.destruction"].with_user(user).create(
                        {name: self.officer2.id}
                    )

    def test_list_can_not_be_changed_after_it_was_handed_in(self):
        run = self._approved()
        line = run.line_ids[:1]
        with self.assertRaises(UserError):
            self._act(self.archivist, run, "action_list")
        with self.assertRaises(UserError):
            self._act(self.archivist, line, "write", decision="keep")
        for values in ({"archive_id": self.archive.id}, {"state": "done"}):
            with self.assertRaises(REFUSED):
                self._act(self.archivist, line, "write", **values)
        with self.assertRaises(AccessError):
            self.env["insurance.destruction.line"].with_user(self.archivist).create(
                {"destruction_id": run.id, "archive_id": self._archive().id}
            )

    def test_who_asks_for_the_supervisor_again_has_approved_nothing(self):
        run = self._supervised()
        again = {"state": "approved", "state_reason": "The supervisor was called away"}
        for user in (self.archivist, self.archivist2, self.department_head):
            self._act(user, run, "write", **again)
            self.assertEqual(run.approver_id, self.compliance)
            self.assertFalse(run.supervisor_id)
            with self.assertRaisesRegex(UserError, "third person"):
                self._act(self.compliance, run, "action_supervise")
            self._act(self.department_head, run, "action_supervise")

    def test_list_of_one_company_is_not_handed_in_for_another(self):
        run = self._list()
        company = self.env["res.company"].create({"name": "Another insurer"})
        self.archivist.company_ids |= company
        with self.assertRaisesRegex(UserError, "another company"):
            self._act(self.archivist, run, "write", company_id=company.id)

    @mute_logger("odoo.sql_db")
    def test_database_refuses_one_person_twice(self):
        run = self._supervised()
        self.env.flush_all()
        person = {name: run[f"{name}_id"].id for name in ("applicant", "approver")}
        for query in (
            SQL("approver_id = applicant_id"),
            SQL("supervisor_id = applicant_id"),
            SQL("supervisor_id = approver_id"),
            SQL("executor_id = approver_id"),
            SQL("executor_id = supervisor_id"),
            SQL("state = 'running'"),
            SQL("approver_id = NULL"),
        ):
            with (
                self.subTest(query=query),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    SQL(
                        "UPDATE insurance_destruction SET %s WHERE id = %s",
                        query,
                        run.id,
                    )
                )
        self.assertNotEqual(person["applicant"], person["approver"])

    @mute_logger("odoo.sql_db")
    def test_database_ends_no_archive_without_three_persons(self):
        self._supervised()
        with (
            self.assertRaises(psycopg2.errors.RestrictViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE insurance_archive SET state = 'destroyed' WHERE id = %s",
                [self.archive.id],
            )

    def test_supervisor_of_yesterday_is_asked_again(self):
        run = self._supervised()
        run.sudo().supervised_on = fields.Datetime.now() - timedelta(hours=25)
        with self.assertRaisesRegex(UserError, "more than 24 hours"):
            self._act(self.archivist, run, "action_execute")

    def test_hold_between_the_approvals_keeps_the_archive(self):
        run = self._approved()
        self._hold(self.archive)
        self._act(self.department_head, run, "action_supervise")
        self._act(self.archivist, run, "action_execute")
        self._work()
        line = run.line_ids.filtered(lambda one: one.archive_id == self.archive)
        self.assertEqual((line.state, line.message), ("kept", "A legal hold keeps it."))
        self.assertEqual(self.archive.state, "filed")
        self.assertEqual(self.other.state, "destroyed")
        self.assertEqual(run.state, "done")
        self.assertEqual(run.done_count, 1)
        self.assertEqual(len(self.entries()), 1)

    def test_event_between_the_approvals_keeps_the_archive(self):
        run = self._supervised()
        self.env["insurance.feedback"].create(
            {
                "archive_id": self.archive.id,
                "name": "The sum was wrong",
                "kind": "complaint",
            }
        )
        self._act(self.archivist, run, "action_execute")
        self._work()
        line = run.line_ids.filtered(lambda one: one.archive_id == self.archive)
        self.assertEqual(line.state, "kept")
        self.assertEqual(self.archive.state, "filed")

    def test_paper_file_needs_method_place_and_two_witnesses(self):
        self._end(self._archive(name="赵敏"), medium="paper")
        run = self._supervised()
        self.assertEqual(run.paper_count, 1)
        with self.assertRaisesRegex(UserError, "paper"):
            self._act(self.archivist, run, "action_execute")
        self._act(
            self.archivist, run, "write", paper_method="shred", paper_place="Cellar"
        )
        for alone in (False, "吴静", "Wu Jing, wu jing", " ，吴静；"):
            self._act(self.archivist, run, "write", paper_witnesses=alone)
            with self.assertRaisesRegex(UserError, "Two employees"):
                self._act(self.archivist, run, "action_execute")
        self._act(self.archivist, run, "write", paper_witnesses="吴静、蒋雯")
        self._act(self.archivist, run, "action_execute")
        self.assertEqual(run.state, "running")
