"""Two approvers click at the same moment, on connections of their own."""

import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import SQL, mute_logger

ARCHIVE = "insurance_client_archive"
REQUEST = "insurance.access.request"
QUIET = ("odoo.sql_db", "odoo.service.model")


@tagged("post_install", "-at_install")
class TestAccessConcurrency(BaseCase):
    """What is committed here is taken away again at the end."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        # the log has tests of its own, and what it holds can't be taken away
        self.patch(
            self.registry["insurance.use.log"], "_record", lambda *args, **event: 1
        )
        self.addCleanup(self._remove)
        with self._env(SUPERUSER_ID) as env:
            self._make(env)

    @contextmanager
    def _env(self, uid):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, uid, {"tracking_disable": True})
            env.transaction.default_env = env
            yield env

    def _make(self, env):
        self.users = {
            name: new_test_user(
                env, f"twice {name}", f"base.group_user,{ARCHIVE}.group_{role}"
            ).id
            for name, role in (
                ("agent", "agent"),
                ("leader", "supervisor"),
                ("deputy", "supervisor"),
                ("officer", "compliance"),
                ("officer2", "compliance"),
            )
        }
        self.team_id = (
            env["crm.team"]
            .create(
                {
                    "name": "Twice",
                    "user_id": self.users["leader"],
                    "member_ids": [Command.set([self.users["agent"]])],
                }
            )
            .id
        )
        self.archive_id = (
            env["insurance.archive"]
            .create({"name": "李秀英", "agent_id": self.users["agent"]})
            .id
        )
        now = fields.Datetime.now()
        env["insurance.access.delegation"].with_user(self.users["leader"]).create(
            {
                "deputy_id": self.users["deputy"],
                "date_to": fields.Datetime.add(now, days=2),
            }
        )

    def _submit(self, **slices):
        with self._env(self.users["agent"]) as env:
            request = env[REQUEST].create(
                {
                    "purpose_id": env.ref(f"{ARCHIVE}.purpose_claim").id,
                    "line_ids": [Command.create({"archive_id": self.archive_id})],
                    "slice_financial": True,
                    **slices,
                }
            )
            request.action_submit()
            return request.id

    def _approve_at_once(self, request_id, *names):
        """Let all approve what they have seen; return the refusals by name."""
        barrier, refused = threading.Barrier(len(names)), {}

        def approve(name):
            try:
                with self._env(self.users[name]) as env:
                    request = env[REQUEST].browse(request_id)
                    seen = request.revision  # each has its own snapshot from here on
                    barrier.wait(30)
                    retrying(lambda: request.action_approve(seen), env)
            except Exception as error:  # the main thread looks at it
                refused[name] = error

        threads = [threading.Thread(target=approve, args=(name,)) for name in names]
        with mute_logger(*QUIET):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        return refused

    def test_two_approvers_at_once_give_one_grant(self):
        request_id = self._submit()
        refused = self._approve_at_once(request_id, "leader", "deputy")
        [error] = refused.values()
        self.assertIsInstance(error, UserError)
        self.assertIn("nothing to decide", str(error))
        self._check(request_id, grants=1, approvals=1)

    def test_two_different_approvals_at_once_both_count(self):
        request_id = self._submit(slice_health=True)
        refused = self._approve_at_once(request_id, "leader", "officer")
        self.assertFalse(refused)
        self._check(request_id, grants=1, approvals=2)

    def test_two_officers_at_once_fill_one_place(self):
        request_id = self._submit(slice_health=True)
        refused = self._approve_at_once(request_id, "officer", "officer2")
        self.assertEqual(len(refused), 1)
        self._check(request_id, grants=0, approvals=1)

    def test_application_taken_back_at_the_same_moment_has_one_outcome(self):
        request_id = self._submit()
        taken = []

        def take_back():
            try:
                with self._env(self.users["agent"]) as env:
                    request = env[REQUEST].browse(request_id)
                    retrying(request.action_take_back, env)
            except UserError as error:
                taken.append(error)

        thread = threading.Thread(target=take_back)
        with mute_logger(*QUIET):
            thread.start()
            refused = self._approve_at_once(request_id, "leader")
            thread.join(60)
        # one of the two was told that the other came first
        self.assertEqual(len(refused) + len(taken), 1)
        self._check(request_id, grants=len(taken), approvals=len(taken))

    def _check(self, request_id, grants, approvals):
        with self._env(SUPERUSER_ID) as env:
            found = env["insurance.access.grant"].search(
                [("request_id", "=", request_id)]
            )
            request = env[REQUEST].browse(request_id)
            steps = request.step_ids.filtered(lambda step: step.kind == "approved")
            self.assertEqual((len(found), len(steps)), (grants, approvals))
            self.assertEqual(request.state == "approved", bool(grants))

    def _remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            users = env["res.users"].search([("login", "like", "twice %")])
            archives = env["insurance.archive"].search([("agent_id", "in", users.ids)])
            partners, user_partners = archives.partner_id, users.partner_id
            teams = env["crm.team"].search([("user_id", "in", users.ids)])
            # application and grant name each other
            cr.execute(
                SQL(
                    "UPDATE insurance_access_grant SET request_id = NULL"
                    " WHERE user_id = ANY(%s)",
                    users.ids,
                )
            )
            for table, column, ids in (
                ("insurance_access_request", "user_id", users.ids),
                ("insurance_access_grant", "user_id", users.ids),
                ("insurance_access_delegation", "user_id", users.ids),
                ("insurance_change", "archive_id", archives.ids),
                ("mail_activity", "user_id", users.ids),
            ):
                self._delete(cr, table, column, ids)
            cr.execute(
                SQL("SELECT set_config('insurance_archive.deletion', 'allowed', true)")
            )
            self._delete(cr, "insurance_archive", "id", archives.ids)
            env.invalidate_all(flush=False)
            teams.unlink()
            partners.unlink()
            users.unlink()
            user_partners.unlink()

    def _delete(self, cr, table, column, ids):
        cr.execute(
            SQL(
                "DELETE FROM %s WHERE %s = ANY(%s)",
                SQL.identifier(table),
                SQL.identifier(column),
                ids,
            )
        )
