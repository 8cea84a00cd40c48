from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_access import AccessCase

QUIET = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestAccessGrant(AccessCase):
    """Grants come from approvals alone, and nothing about them is ever rewritten."""

    def _values(self, user):
        now = fields.Datetime.now()
        return {
            "user_id": user.id,
            "level": "agent",
            "scope": "portfolio",
            "purpose_id": self.purpose.id,
            "date_from": now,
            "date_to": now + timedelta(days=1),
            "slice_basic": True,
        }

    def _everybody(self):
        admin = self.env.ref("base.user_admin")
        roles = self.agent | self.manager | self.supervisor | self.department
        roles |= self.department_head | self.archivist | self.compliance
        return roles | self.insurance_admin | self.accountant | admin

    @mute_logger(*QUIET)
    def test_claim_of_a_closed_client_begins_with_the_application(self):
        policy = self._policy(state="active")
        archive = self.archive.with_user(self.agent)
        action = archive.action_report_claim()
        self.assertEqual(action["res_model"], "insurance.access.request")
        self.assertTrue(action["context"]["default_slice_claims"])
        self._grant(self.agent, ["basic", "claims"])
        self.env.invalidate_all()
        action = archive.action_report_claim()
        self.assertEqual(action["res_model"], "insurance.claim")
        self.assertEqual(action["context"]["default_policy_id"], policy.id)

    def test_nobody_writes_grants_by_hand(self):
        grant = self._grant(self.department, ["basic"], self.archive)
        lines = grant.archive_line_ids
        Grant, Line = self.env[grant._name], self.env[lines._name]
        later = {"date_to": fields.Datetime.now() + timedelta(days=900)}
        line = {"grant_id": grant.id, "archive_id": self.archive2.id}
        for user in self._everybody():
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    Grant.with_user(user).create(self._values(user))
                with self.assertRaises(AccessError):
                    grant.with_user(user).write(later)
                with self.assertRaises(AccessError):
                    grant.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    Line.with_user(user).create(line)
                with self.assertRaises(AccessError):
                    lines.with_user(user).unlink()

    def test_issued_grant_stays_as_it_was_approved(self):
        grant = self._grant(self.department, ["basic"], self.archive).sudo()
        for vals in (
            {"slice_health": True},
            {"date_to": fields.Datetime.now() + timedelta(days=900)},
            {"user_id": self.agent2.id},
            {"uses_max": 7},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                grant.write(vals)
        with self.assertRaises(UserError):
            grant.unlink()

    @mute_logger("odoo.addons.base.models.ir_actions")
    def test_code_of_a_server_action_grants_nothing(self):
        values = {
            **self._values(self.agent2),
            "date_from": "2020-01-01 00:00:00",
            "date_to": "2040-01-01 00:00:00",
        }
        action = self.env["ir.actions.server"].create(
            {
                "name": "Grant myself everything",
                "model_id": self.env.ref("base.model_res_users").id,
                "state": "code",
                "code": f"env['insurance.access.grant'].sudo().create({values!r})",
            }
        )
        with self.assertRaises(AccessError):
            action.run()
        self.assertFalse(
            self.env["insurance.access.grant"].search(
                [("user_id", "=", self.agent2.id)]
            )
        )

    def test_own_grants_are_seen_and_not_those_of_others(self):
        self.env["insurance.department"].create(
            {
                "name": "Test audit",
                "head_ids": [Command.set(self.department_head.ids)],
                "member_ids": [Command.set(self.department.ids)],
            }
        )
        mine = self._grant(self.department, ["basic"], self.archive)
        self._grant(self.department_head, ["basic"], self.archive)
        Grant = self.env["insurance.access.grant"]
        self.assertEqual(Grant.with_user(self.department).search([]), mine)
        self.assertNotIn(mine, Grant.with_user(self.agent).search([]))
        self.assertIn(mine, Grant.with_user(self.compliance).search([]))
        self.assertIn(mine, Grant.with_user(self.department_head).search([]))

    def test_supervisor_sees_the_grants_of_the_own_team(self):
        grant = self._grant(self.agent, ["basic", "health"], self.archive)
        other = self._grant(self.agent2, ["basic"], self.archive2)
        seen = self.env["insurance.access.grant"].with_user(self.supervisor).search([])
        self.assertIn(grant, seen)
        self.assertNotIn(other, seen)

    def test_grant_is_for_archives_or_for_the_portfolio(self):
        now = fields.Datetime.now()
        issue = self.env["insurance.access.grant"]._issue
        dates = (now, now + timedelta(days=1))
        with self.assertRaises(UserError):
            issue(self.agent, ["basic"], self.purpose, *dates)
        with self.assertRaises(UserError):
            issue(
                self.agent,
                ["basic"],
                self.purpose,
                *dates,
                archives=self.archive,
                portfolio=True,
            )

    def test_nobody_without_a_role_is_granted_anything(self):
        for user in (self.accountant, self.insurance_admin):
            with self.subTest(user.login), self.assertRaises(UserError):
                self._grant(user, ["basic"], self.archive)

    def test_stage_follows_the_clock(self):
        grant = self._grant(self.department, ["basic"], self.archive)
        now = fields.Datetime.now()
        Grant = self.env["insurance.access.grant"]
        for stage, dates in {
            "live": {},
            "planned": {"date_from": now + timedelta(hours=1)},
            "expired": {
                "date_from": now - timedelta(hours=2),
                "date_to": now - timedelta(hours=1),
            },
        }.items():
            with self.subTest(stage):
                self._move(grant, **dates)
                self.assertEqual(grant.stage, stage)
                self.assertIn(grant, Grant.search([("stage", "=", stage)]))
                self.assertNotIn(grant, Grant.search([("stage", "!=", stage)]))

    def test_end_is_kept_with_author_and_reason(self):
        grant = self._grant(self.department, ["basic"], self.archive)
        grant.with_user(self.compliance)._end("No longer needed")
        self.assertEqual(grant.state, "revoked")
        self.assertEqual(grant.ended_by_id, self.compliance)
        self.assertEqual(grant.end_reason, "No longer needed")
        self.assertTrue(grant.ended_on)
