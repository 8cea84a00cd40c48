import time
from contextlib import contextmanager
from unittest.mock import patch

from odoo import api

from odoo.addons.base.models.ir_cron import MIN_TIME_PER_JOB

from ..models.insurance_sweep import InsuranceSweep
from ..sweep_kind import Chunk, Extent, Failure, Kind
from .common import ArchiveCase

GROUP = "insurance_client_archive.group_admin"
TURNS = 6


def run_sweeps(case):
    """Work on the sweeps as the scheduled action does, with commits that are none.

    On a busy machine the time of one turn may be up before the work is done: then Odoo
    would run the action again, and so does this.
    """
    job = case.env.ref("insurance_client_archive.ir_cron_sweep")
    for _turn in range(TURNS):
        case.env.flush_all()
        begun = time.monotonic()
        with case.enter_registry_test_mode():
            job.method_direct_trigger()
        case.env.invalidate_all()
        if time.monotonic() - begun < MIN_TIME_PER_JOB:
            break


def forget_sweeps(env):
    """Leave the work alone that the database of the tests may have under way."""
    env.cr.execute("DELETE FROM insurance_sweep")
    env.invalidate_all()


class SweepCase(ArchiveCase):
    """A kind of sweep, "test", that counts how often each row was worked on.

    ``self.bad`` are rows that raise an error, ``self.locked`` such that others hold.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        forget_sweeps(cls.env)
        cls.kind = Kind("Test", "insurance.sweep", GROUP)
        cls._replace("_kinds", lambda sweeps: {"test": cls.kind})
        cls.env.cr.execute(
            "CREATE TEMPORARY TABLE sweep_target"
            " (id integer PRIMARY KEY, worked integer NOT NULL DEFAULT 0)"
        )
        cls._fill(1000)

    def setUp(self):
        super().setUp()
        self.bad, self.locked, self.calls = {}, set(), []
        for step in ("extent", "chunk"):
            method = getattr(self, f"_{step}")
            self.patch(
                InsuranceSweep,
                f"_sweep_test_{step}",
                lambda sweeps, *args, method=method: method(sweeps, *args),
                create=True,
            )

    def patch(self, owner, name, value, create=False):
        patcher = patch.object(owner, name, value, create=create)
        patcher.start()
        self.addCleanup(patcher.stop)

    @classmethod
    def _replace(cls, name, value):
        patcher = patch.object(InsuranceSweep, name, value)
        patcher.start()
        cls.addClassCleanup(patcher.stop)

    @classmethod
    def _fill(cls, count):
        cls.env.cr.execute("TRUNCATE sweep_target")
        cls.env.cr.execute(
            "INSERT INTO sweep_target SELECT generate_series(1, %s)", [count]
        )

    def _extent(self, sweeps, sweep):
        where = "worked = 0" if self.kind.by_state else "true"
        sweeps.env.cr.execute(
            "SELECT coalesce(min(id), 0), coalesce(max(id), 0), count(*)"
            f" FROM sweep_target WHERE {where}"
        )
        return Extent(*sweeps.env.cr.fetchone())

    def _chunk(self, sweeps, sweep, after, until, limit):
        self.calls.append((after, until, limit))
        where = "worked = 0" if self.kind.by_state else "true"
        sweeps.env.cr.execute(
            f"SELECT id FROM sweep_target WHERE id > %s AND id <= %s AND {where}"
            " ORDER BY id LIMIT %s",
            (after, until, limit),
        )
        ids = [row[0] for row in sweeps.env.cr.fetchall()]
        free = [res_id for res_id in ids if res_id not in self.locked]
        failures = []
        for res_id in set(free) & self.bad.keys():
            if isinstance(self.bad[res_id], Failure):
                failures.append(self.bad[res_id])
                free.remove(res_id)
            elif isinstance(self.bad[res_id], Exception):
                raise self.bad[res_id]
        sweeps.env.cr.execute(
            "UPDATE sweep_target SET worked = worked + 1 WHERE id = ANY(%s)", [free]
        )
        return Chunk(len(free), ids[-1] if len(ids) == limit else until, failures)

    @contextmanager
    def kind_with(self, **values):
        with patch.object(type(self), "kind", self.kind._replace(**values)):
            yield

    def start(self, user=None, **scope):
        sweeps = self.env["insurance.sweep"].with_user(user or self.insurance_admin)
        return sweeps._start("test", scope or None).with_env(self.env)

    def worked(self):
        """Return {how often worked on: number of rows}."""
        self.env.cr.execute("SELECT worked, count(*) FROM sweep_target GROUP BY worked")
        return dict(self.env.cr.fetchall())

    def parts(self, sweep):
        self.env.cr.execute(
            "SELECT after_id, until_id, done_count FROM insurance_sweep_part"
            " WHERE sweep_id = %s ORDER BY id",
            [sweep.id],
        )
        return self.env.cr.fetchall()

    def as_user(self, sweep, user):
        return sweep.with_env(api.Environment(self.env.cr, user.id, {}))
