from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_request import RequestCase


@tagged("post_install", "-at_install")
class TestAccessRequest(RequestCase):
    """Applications: from the draft to the confirmed use."""

    def test_application_becomes_a_grant_when_the_leader_approves(self):
        request = self.approved()
        self.assertRecordValues(
            request, [{"state": "approved", "approver_id": self.supervisor.id}]
        )
        grant = request.grant_id
        self.assertRecordValues(
            grant,
            [
                {
                    "user_id": self.agent.id,
                    "scope": "archives",
                    "purpose_id": self.claim.id,
                    "date_to": request.date_to,
                    "request_id": request.id,
                }
            ],
        )
        self.assertEqual(grant._slices(), {"basic", "financial"})
        self.assertEqual(grant.archive_line_ids.archive_id, self.archive)

    def test_refusal_needs_a_reason_and_leaves_no_grant(self):
        request = self.submitted()
        with self.assertRaises(UserError):
            self.refuse(request, reason=" ")
        self.refuse(request)
        self.assertRecordValues(
            request,
            [{"state": "refused", "state_reason": "Not needed", "grant_id": False}],
        )

    def test_refused_application_is_revised_and_submitted_anew(self):
        request = self.submitted()
        self.refuse(request)
        with self.calling(self.agent) as env:
            request.with_env(env).action_take_back()
            request.with_env(env).uses_max = 2
        self.submit(request)
        self.approve(request)
        self.assertEqual(request.revision, 2)
        self.assertEqual(request.grant_id.uses_max, 2)

    def test_submitted_application_is_not_changed(self):
        request = self.submitted()
        for values in (
            {"uses_max": 99},
            {"slice_health": True},
            {"line_ids": [Command.create({"number": "T-2"})]},
            {"line_ids": [Command.clear()]},
        ):
            with self.assertRaises(UserError), self.calling(self.agent) as env:
                request.with_env(env).write(values)

    def test_lines_of_a_submitted_application_are_not_changed_directly(self):
        request = self.submitted()
        line = request.line_ids.with_user(self.agent)
        with self.assertRaises(UserError):
            line.write({"archive_id": False, "number": "T-2"})
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(UserError):
            line.create({"request_id": request.id, "number": "T-2"})

    def test_what_is_not_allowed_is_said_before_it_is_submitted(self):
        now = fields.Datetime.now()
        for problem, values in {
            "too long": {"date_to": fields.Datetime.add(now, days=31)},
            "over already": {
                "date_from": fields.Datetime.subtract(now, days=3),
                "date_to": fields.Datetime.subtract(now, days=2),
            },
            "must end after": {"date_to": fields.Datetime.subtract(now, days=2)},
            "what you need": {"purpose_id": False},
            "few words": {"purpose_id": self.audit.id},
            "Name the clients": {"line_ids": []},
            "names no client": {"line_ids": [Command.create({})]},
            "too many": {"line_ids": [Command.create({"number": "1"})] * 4},
        }.items():
            with self.subTest(problem):
                request = self.draft(**values)
                self.assertIn(problem, request.hint)
                with self.assertRaisesRegex(UserError, problem):
                    self.submit(request)

    def test_slice_that_the_policy_does_not_open_is_refused(self):
        self._policy_of("agent").slice_claims = False
        with self.assertRaisesRegex(UserError, "Claims"):
            self.submitted(slices=["claims"])

    def test_department_has_no_portfolio(self):
        with self.assertRaisesRegex(UserError, "no clients of its own"):
            self.submitted(self.department, scope="portfolio")

    def test_standing_grant_for_daily_work_with_the_own_clients(self):
        self._policy_of("agent").max_standing_days = 366
        year = fields.Datetime.add(fields.Datetime.now(), days=365)
        values = {"scope": "portfolio", "standing": True, "date_to": year}
        request = self.approved(**values)
        self.assertTrue(request.grant_id.standing)
        self.assertEqual(request.grant_id.scope, "portfolio")

    def test_saved_segment_is_frozen_to_the_own_clients_at_submission(self):
        other = self._archive(agent_id=self.agent2.id, team_id=self.team_b.id)
        segment = (
            self.env["insurance.segment"]
            .with_user(self.agent)
            .create(
                {
                    "name": "Widowed",
                    "client_filter": "[('marital_status', '=', 'widowed')]",
                }
            )
        )
        values = {"scope": "segment", "segment_id": segment.id, "line_ids": []}
        with self.assertRaisesRegex(UserError, "No client that you may open"):
            self.submitted(**values | {"line_ids": []}, slices=["claims"])
        (self.archive | other).marital_status = "widowed"
        request = self.approved(**values)
        self.assertEqual(request.grant_id.archive_line_ids.archive_id, self.archive)

    def test_period_that_began_meanwhile_begins_with_the_approval(self):
        start = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        request = self.approved(date_from=start)
        self.assertGreater(request.grant_id.date_from, start)

    def test_revocation_ends_the_grant(self):
        request = self.approved()
        with self.calling(self.supervisor) as env:
            dialog = request.with_env(env).action_revoke()
            decide = env[dialog["res_model"]].browse(dialog["res_id"])
            decide.reason = "Project stopped"
            decide.action_confirm()
        self.assertEqual(request.state, "revoked")
        self.assertEqual(request.grant_id.state, "revoked")

    def test_expired_shows_without_anything_that_runs(self):
        request = self.approved()
        self.assertFalse(request.is_over)
        self._expire(request)
        self.assertTrue(request.is_overdue)
        self.assertEqual(request.state_text, "Expired")
        found = self.requests.search([("is_over", "=", True)])
        self.assertIn(request, found)

    def test_use_is_confirmed_with_what_became_of_the_copies(self):
        request = self.approved()
        with self.assertRaises(UserError):
            self._close(request, copies="destroyed", copies_text=" ")
        self._close(request, copies="destroyed", copies_text="One print, shredded")
        self.assertRecordValues(
            request,
            [{"state": "closed", "use_text": "Claim settled", "copies": "destroyed"}],
        )
        self.assertNotEqual(request.grant_id.state, "active")

    def test_application_is_filed_among_the_papers_after_the_use(self):
        request = self.approved()
        self.assertFalse(self._papers())
        self._close(request)
        self.assertRecordValues(
            self._papers(),
            [{"reference": request.number, "form": "scan", "pages": 1}],
        )
        with self.assertRaises(UserError):
            self._close(request)
        self.assertEqual(len(self._papers()), 1)

    def test_application_is_filed_where_it_is_tomorrow_already(self):
        request = self.approved()
        # a call that names no zone, as programs make; the day of these two is never one
        self.agent.tz = "Pacific/Kiritimati"
        self.env.ref("base.user_root").tz = "Etc/GMT+12"
        with self.calling(self.agent) as env:
            own = request.with_env(env(context={**env.context, "tz": False}))
            own._close("Claim settled", "none", "")
            today = fields.Date.context_today(own)
        self.assertEqual(self._papers().received_on, today)

    def _papers(self):
        kind = self.env.ref("insurance_compliance.document_type_use_application")
        return self.env["insurance.document"].search(
            [("archive_id", "=", self.archive.id), ("type_id", "=", kind.id)]
        )

    def test_use_is_confirmed_by_the_applicant_alone(self):
        request = self.approved()
        with self.assertRaises(AccessError), self.calling(self.supervisor) as env:
            request.with_env(env)._close("Not mine", "none", "")

    def test_unconfirmed_dialog_closes_nothing(self):
        request = self.approved()
        with self.assertRaises(UserError):
            self._close(request, confirmed=False)
        self.assertEqual(request.state, "approved")

    def test_grant_is_prolonged_by_an_application_for_the_same(self):
        request = self.approved(slices=("financial", "claims"))
        with self.calling(self.agent) as env:
            dialog = request.grant_id.with_env(env).action_ask_longer()
            longer = env[self.requests._name].browse(dialog["res_id"])
            self.assertEqual(longer.extends_id, request)
            self.assertEqual(longer._slices(), request._slices())
            self.assertEqual(longer.date_from, request.date_to)
            self.assertEqual(longer.line_ids.archive_id, self.archive)
            longer.action_submit()
        self.approve(longer)
        self.assertNotEqual(longer.grant_id, request.grant_id)

    def test_only_what_was_never_submitted_is_deleted(self):
        self.draft().with_user(self.agent).unlink()
        request = self.submitted()
        with self.calling(self.agent) as env:
            request.with_env(env).action_take_back()
        with self.assertRaises(UserError):
            request.with_user(self.agent).unlink()

    def test_steps_are_kept_and_not_changed(self):
        request = self.approved()
        self.assertEqual(request.step_ids.mapped("kind"), ["submitted", "approved"])
        with self.assertRaises(UserError):
            request.step_ids.write({"note": "else"})
        with self.assertRaises(UserError):
            request.step_ids.unlink()

    def _expire(self, request):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_access_grant SET date_from = now() - interval '9 days',"
            " date_to = now() - interval '8 days' WHERE id = %s",
            [request.grant_id.id],
        )
        self.env.invalidate_all()

    def _close(self, request, **values):
        with self.calling(self.agent) as env:
            wizard = env["insurance.access.close"].create(
                {
                    "request_id": request.id,
                    "use_text": "Claim settled",
                    "copies": "none",
                    "confirmed": True,
                    **values,
                }
            )
            wizard.action_confirm()
