from unittest.mock import patch

from odoo import fields
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.tests.common_sweep import (
    forget_sweeps,
    run_sweeps,
)

from ..check_catalogue import CHECKS, Found
from .common_access import AccessCase

__all__ = ["CheckCase", "Found"]


class CheckCase(AccessCase):
    """Checks that find what the test says; they leave with the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        forget_sweeps(cls.env)
        cls.Run = cls.env["insurance.check.run"]

    def setUp(self):
        super().setUp()
        patcher = patch.dict(CHECKS)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _check(self, code, function=None, **values):
        """Return a check; by default one that finds nothing among ten."""
        CHECKS[code] = function or (lambda env, since: Found(10))
        return self.env["insurance.check"].create(
            {"code": code, "method": code, "name": f"Demand {code}", **values}
        )

    def _run(self, checks, user=None, **plan):
        """Make checks as a user who presses the button, and wait for the server."""
        run = self._begin(checks, user, **plan)
        run_sweeps(self)
        return run

    def _begin(self, checks, user=None, **plan):
        user = user or self.compliance
        if plan:
            values = {
                "name": "Plan",
                "check_ids": [fields.Command.set(checks.ids)],
                "responsible_id": self.compliance.id,
                **plan,
            }
            plan = self.env["insurance.check.plan"].create(values)
            action = plan.with_user(user).action_run()
        else:
            action = checks.with_user(user).action_run()
        return self.Run.browse(action["res_id"])

    def _result(self, *args, **values):
        """Return the result of a check that finds this."""
        code = f"test_{next(self.numbers)}"
        check = self._check(code, lambda env, since: Found(*args), **values)
        return self._run(check).result_ids

    @staticmethod
    def _ids(records):
        """Return the query of some records, as checks give it."""
        table = SQL.identifier(records._table)
        return SQL("SELECT id FROM %s WHERE id = ANY(%s)", table, list(records.ids))

    def _limit(self, key, value):
        parameter = self.env["insurance.parameter"].search([("key", "=", key)])
        parameter.value = str(value)
