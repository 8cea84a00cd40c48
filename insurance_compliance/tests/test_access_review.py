from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_access import AccessCase


@tagged("post_install", "-at_install")
class TestAccessReview(AccessCase):
    def _rows(self, user, viewer=None):
        self.env.flush_all()
        return (
            self.env["insurance.access.review"]
            .with_user(viewer or self.compliance)
            .search([("user_id", "=", user.id)])
        )

    def test_responsibility_is_a_reason(self):
        self.assertEqual(self._rows(self.agent).way, "agent")
        self.assertEqual(self._rows(self.agent).archive_count, 1)
        self.assertEqual(self._rows(self.manager).way, "manager")
        self.assertEqual(self._rows(self.supervisor).way, "team")

    def test_role_that_implies_another_counts(self):
        self.archive.agent_id = self.supervisor
        ways = set(self._rows(self.supervisor).mapped("way"))
        self.assertEqual(ways, {"agent", "team"})

    def test_responsibility_without_the_role_opens_nothing(self):
        self.archive.agent_id = self.accountant
        self.assertFalse(self._rows(self.accountant))

    def test_grants_are_a_reason_while_they_are_in_force(self):
        grant = self._grant(self.department, ["claims"], self.archive | self.archive2)
        row = self._rows(self.department)
        self.assertRecordValues(
            row,
            [
                {
                    "way": "grant",
                    "grant_id": grant.id,
                    "archive_count": 2,
                    "slice_claims": True,
                    "slice_health": False,
                    "purpose_id": self.purpose.id,
                }
            ],
        )
        grant._end("no longer needed")
        self.assertFalse(self._rows(self.department))

    def test_expired_grants_are_no_reason(self):
        grant = self._grant(self.department, ["claims"], self.archive)
        self._move(grant, date_to=fields.Datetime.now() - timedelta(minutes=1))
        self.assertFalse(self._rows(self.department))

    def test_counts_open_what_they_count(self):
        self._grant(self.department, ["claims"], self.archive)
        for user in (self.agent, self.manager, self.supervisor, self.department):
            for row in self._rows(user):
                domain = row.action_open_archives()["domain"]
                found = self.env["insurance.archive"].search_count(domain)
                self.assertEqual(found, row.archive_count, row.way)

    def test_same_row_keeps_its_number(self):
        self.assertEqual(self._rows(self.agent).id, self._rows(self.agent).id)
        self.assertEqual(self._rows(self.agent).read(["way"])[0]["way"], "agent")

    def test_supervisors_see_their_own_people(self):
        self.assertTrue(self._rows(self.agent, self.supervisor))
        self.assertFalse(self._rows(self.agent2, self.supervisor))
        with self.assertRaises(AccessError):
            self._rows(self.agent, self.agent)

    def test_whoever_used_nothing_for_long_is_marked(self):
        self.assertTrue(self._rows(self.agent).unused)
        self.assertFalse(self._rows(self.agent).last_use)


@tagged("post_install", "-at_install")
class TestAccessCampaign(AccessCase):
    def setUp(self):
        super().setUp()
        self.grant = self._grant(self.agent, ["claims"], self.archive2)
        self.campaign = self._campaign()

    def _campaign(self, **values):
        campaign = (
            self.env["insurance.access.campaign"]
            .with_user(self.compliance)
            .create({"name": "Review", "team_ids": self.team_a.ids, **values})
        )
        campaign.action_start()
        return campaign

    def _line(self, user, way, viewer=None):
        lines = self.campaign.line_ids.filtered(
            lambda line: line.user_id == user and line.way == way
        )
        return lines.with_user(viewer or self.supervisor)

    def test_access_is_taken_down_as_it_stands(self):
        users = self.campaign.line_ids.user_id
        self.assertLessEqual(self.agent | self.manager, users)
        self.assertNotIn(self.agent2, users)
        self.assertEqual(self._line(self.agent, "grant").grant_id, self.grant)

    def test_supervisor_keeps_what_is_needed(self):
        line = self._line(self.agent, "agent")
        line.reason = "Looks after the clients"
        line.action_keep()
        self.assertRecordValues(
            line, [{"decision": "keep", "decided_by_id": self.supervisor.id}]
        )

    def test_unused_access_is_kept_for_a_reason_only(self):
        with self.assertRaises(UserError):
            self._line(self.agent, "agent").action_keep()

    def test_withdrawn_grant_ends_at_once(self):
        line = self._line(self.agent, "grant")
        with self.assertRaises(UserError):
            line.action_revoke()
        line.reason = "Done"
        line.action_revoke()
        self.assertEqual(self.grant.state, "revoked")
        self.assertEqual(self.grant.ended_by_id, self.supervisor)
        self.assertClosed(self.agent, self.archive2)

    def test_withdrawn_responsibility_prepares_a_handover(self):
        line = self._line(self.agent, "agent")
        line.reason = "Other work"
        line.action_revoke()
        handover = self.env["insurance.handover"].search(
            [("agent_id", "=", self.agent.id)]
        )
        self.assertEqual(handover.state, "draft")
        self.assertIn(handover.display_name, line.outcome)

    def test_nobody_decides_on_the_own_access(self):
        self.team_a.member_ids |= self.supervisor
        self.campaign = self._campaign()
        line = self._line(self.supervisor, "team")
        self.assertTrue(line.mine)
        line.sudo().reason = "Mine"
        with self.assertRaises(UserError):
            line.action_keep()
        other = line.with_user(self.compliance)
        other.action_keep()
        self.assertEqual(other.decision, "keep")

    def test_decision_is_made_by_button_and_once(self):
        line = self._line(self.agent, "agent")
        with self.assertRaises(UserError):
            line.write({"decision": "keep"})
        line.reason = "Needed"
        line.action_keep()
        with self.assertRaises(UserError):
            line.action_keep()
        with self.assertRaises(UserError):
            line.reason = "Other words"

    def test_others_see_and_decide_nothing(self):
        other = self._user("other supervisor", role="supervisor")
        line = self._line(self.agent, "agent")
        with self.assertRaises(AccessError):
            line.with_user(other).action_keep()
        with self.assertRaises(AccessError):
            line.with_user(self.agent).read(["way"])

    def test_review_is_closed_when_all_is_decided(self):
        with self.assertRaises(UserError):
            self.campaign.action_close()
        lines = self.campaign.line_ids
        lines.reason = "Needed"
        lines.action_keep()
        self.assertEqual(self.campaign.progress, 100)
        self.campaign.action_close()
        self.assertEqual(self.campaign.state, "closed")
        with self.assertRaises(UserError):
            self.campaign.unlink()

    def test_reviewers_are_reminded(self):
        tasks = self.env["mail.activity"].search(
            [("user_id", "=", self.supervisor.id), ("res_model", "=", False)]
        )
        self.assertEqual(len(tasks), 1)
        self.campaign.sudo().deadline = fields.Date.today()
        self.env["insurance.access.campaign"]._cron_remind()
        self.assertTrue(self.campaign.reminded_on)

    def test_supervisors_start_no_review(self):
        with self.assertRaises(AccessError):
            self.env["insurance.access.campaign"].with_user(self.supervisor).create(
                {"name": "Review"}
            )
