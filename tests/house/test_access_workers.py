"""Grants on a server with two processes, as in production: nobody restarts anything."""

import configparser
import os
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from prefork import PreforkServer, until
from web_user import ARCHIVE, BROKEN, Refused, WebUser

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

MODULE = "insurance_client_archive"
ID_NUMBER = "11010519491231002X"
PARALLEL = 50
USES = 3
#: requests enough that each of two workers answers some
ROUNDS = 6
#: how long a grant lasts that ends by itself; FAULTS=long waits for a whole minute
SECONDS = 60 if os.environ.get("FAULTS") == "long" else 6
TRICKS = ({}, {"tz": "Etc/GMT+12"}, {"tz": "Etc/GMT-14", "lang": "zh_CN"})


@tagged("post_install", "-at_install")
class TestAccessWorkers(BaseCase):
    """What is committed here is taken away again at the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls._remove)
        with cls._env() as env:
            cls._make(env)
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.server = PreforkServer(cls.folder, cls._options(), workers=2)
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()
        cls.reader = WebUser(cls.server.port, f"{cls.mark} department").log_in()

    @classmethod
    @contextmanager
    def _env(cls):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    @classmethod
    def _options(cls):
        parser = configparser.RawConfigParser()
        parser.read(os.environ["ODOO_RC"])
        known = parser["options"]
        options = {name: known[name] for name in ("addons_path", "data_dir")}
        return {**options, "db_name": get_db_name()}

    @classmethod
    def _make(cls, env):
        env["res.lang"]._activate_lang("zh_CN")
        # who has stood in the log stays: another run has other people
        cls.mark = uuid4().hex[:8]
        cls.users = {
            name: new_test_user(
                env,
                f"{cls.mark} {name}",
                f"base.group_user,{MODULE}.group_{name}",
            ).id
            for name in ("agent", "department")
        }
        cls.archive_id = (
            env["insurance.archive"]
            .create(
                {
                    "name": "吴秀英",
                    "agent_id": cls.users["agent"],
                    "id_number": ID_NUMBER,
                }
            )
            .id
        )

    @classmethod
    def _remove(cls):
        with cls._env() as env:
            ids = list(cls.users.values())
            env.cr.execute(
                "DELETE FROM insurance_access_grant WHERE user_id = ANY(%s)", [ids]
            )
            env["insurance.archive"].browse(cls.archive_id).unlink()
            env["res.users"].browse(ids).active = False

    def _grant(self, seconds, uses=0):
        with self._env() as env:
            now = fields.Datetime.now()
            grant = env["insurance.access.grant"]._issue(
                env["res.users"].browse(self.users["department"]),
                ["basic"],
                env.ref(f"{MODULE}.purpose_claim"),
                now - timedelta(minutes=1),
                now + timedelta(seconds=seconds),
                archives=env["insurance.archive"].browse(self.archive_id),
                uses=uses,
            )
            self.addCleanup(self._end, grant.id)
            return grant.id

    def _end(self, grant_id):
        with self._env() as env:
            env["insurance.access.grant"].browse(grant_id)._end("Test is over")

    def _sees(self, context=None):
        """Tell what several requests see: a set, for each answers by itself."""
        domain = [("id", "=", self.archive_id)]
        return {
            self._fresh().call(ARCHIVE, "search_count", domain, context=context or {})
            for _round in range(ROUNDS)
        }

    def _fresh(self):
        """Return the same session on another connection: any worker may take it."""
        user = WebUser(self.server.port, self.reader.login)
        user.cookies = dict(self.reader.cookies)
        return user

    def test_expiry_acts_on_all_workers_whatever_the_caller_says(self):
        # a slow machine is asked again, with more time
        for seconds in (SECONDS, 4 * SECONDS, 16 * SECONDS):
            until_then = time.monotonic() + seconds
            grant_id = self._grant(seconds)
            seen = [self._sees(context) for context in TRICKS]
            if time.monotonic() < until_then:
                break
            self._end(grant_id)
        self.assertEqual(seen, [{1}] * len(TRICKS))
        until(
            lambda: time.monotonic() > until_then + 1,
            "the grant's end",
            seconds=seconds + 10,
        )
        for context in TRICKS:
            self.assertEqual(self._sees(context), {0})

    def test_revocation_acts_on_all_workers_at_once(self):
        grant_id = self._grant(600)
        self.assertEqual(self._sees(), {1})
        self._end(grant_id)
        self.assertEqual(self._sees(), {0})

    def test_grant_of_three_uses_opens_three_of_fifty_at_once(self):
        grant_id = self._grant(600, uses=USES)
        opened, refused, start = [], [], threading.Barrier(PARALLEL)

        def reveal(user):
            start.wait()
            while True:
                try:
                    value = user.reveal(self.archive_id, "id_number", "claim", "")
                    return opened.append(value)
                except Refused as refusal:
                    return refused.append(refusal)
                except BROKEN:
                    # two workers keep few callers waiting: who is turned away at the
                    # door was not served, and knocks again
                    continue

        users = [self._fresh() for _number in range(PARALLEL)]
        threads = [threading.Thread(target=reveal, args=[user]) for user in users]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(opened, [ID_NUMBER] * USES)
        self.assertEqual(len(refused), PARALLEL - USES)
        with self._env() as env:
            grant = env["insurance.access.grant"].browse(grant_id)
            self.assertEqual(grant.uses_done, USES)
            env.cr.execute(
                "SELECT count(*) FROM insurance_use_log WHERE grant_id = %s"
                " AND action = 'reveal' AND result = 'done'",
                [grant_id],
            )
            self.assertEqual(env.cr.fetchone()[0], USES)

    def test_suspension_acts_on_all_workers_at_once(self):
        self._grant(600)
        self.assertEqual(self._sees(), {1})
        with self._env() as env:
            suspension = env["insurance.access.suspension"].create(
                {
                    "user_id": self.users["department"],
                    "reason": "Test",
                    "suspended_by_id": SUPERUSER_ID,
                    "suspended_on": fields.Datetime.now(),
                }
            )
        for _round in range(ROUNDS):
            with self.assertRaises(Refused):
                self._fresh().call(ARCHIVE, "search_count", [])
        with self._env() as env:
            env["insurance.access.suspension"].browse(suspension.id).write(
                {"lifted_on": fields.Datetime.now(), "lifted_by_id": SUPERUSER_ID}
            )
        self.assertEqual(self._sees(), {1})
