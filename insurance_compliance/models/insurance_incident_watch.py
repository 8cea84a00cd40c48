import logging

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_ledger, vault_process
from odoo.addons.insurance_client_archive.models.insurance_sweep_work import MET_OTHERS
from odoo.addons.insurance_client_archive.tools.ledger import LedgerError

from ..incident_sql import Case
from .insurance_incident import GROWING
from .insurance_incident_rule import OVERLAP_MINUTES

_logger = logging.getLogger(__name__)
#: locks that are no misfortune
KNOWN_LOCKS = ("incident", "neutralized")


class InsuranceIncidentRule(models.Model):
    """The watch: each rule looks at the new part of the log, again and again."""

    _inherit = "insurance.incident.rule"

    @api.model
    def _cron_watch(self):
        """Let each rule look at what is new, and note how far it has looked."""
        cron = self.env["ir.cron"]
        rules = self.search([("active", "=", True)])
        cron._commit_progress(remaining=len(rules))
        for rule in rules:
            try:
                with self.env.cr.savepoint():
                    rule._watch()
            except MET_OTHERS:
                raise
            except Exception as error:
                # the others have their turn; a check tells that this one lags behind
                _logger.warning("Rule %s: %s", rule.id, type(error).__name__)
            cron._commit_progress(1)

    def _watch_each(self):
        for rule in self:
            rule._watch()

    def _watch(self, until=None):
        """Look at the new part of the log; return the incidents."""
        self.ensure_one()
        until = until or self._clock()
        since = fields.Datetime.subtract(
            self.evaluated_to or until, minutes=OVERLAP_MINUTES
        )
        cases = [*self._cases(since, until), *self._states(until)]
        incidents = self._raise(cases)
        self.evaluated_to = until
        return incidents

    @api.model
    def _clock(self):
        """Return the time of the database: all servers write the log by it."""
        query = SQL("SELECT date_trunc('second', now() AT TIME ZONE 'UTC')")
        return self.env.execute_query(query)[0][0]

    def _states(self, until):
        """Return cases that no record tells: the state of keys and ledger now."""
        if self.kind == "key_error":
            status = vault_process.status(self.env)
            locked = status["state"] == "locked" and status["code"] not in KNOWN_LOCKS
            return [Case(None, until, until, 1)] if locked else []
        if self.kind == "restore":
            return [Case(None, until, until, 1)] if self._ledger_is_ahead() else []
        return []

    @api.model
    def _ledger_is_ahead(self):
        """Tell whether the ledger knows destructions that this database does not."""
        held = vault_process.peek()
        if held is None:
            return False
        known, _replayed = vault_ledger.kept_place(self.env.cr)
        try:
            return vault_ledger.current(held).number > known
        except LedgerError:
            # a ledger that can't be read locks the vault: another rule says so
            return False

    def _raise(self, cases):
        """Append the cases to open incidents, or open new ones."""
        incidents = self.env["insurance.incident"]
        for case in self._new(cases):
            incident = self._open_incident(case)
            incident._detect(self, case)
            incidents |= incident
        return incidents

    def _new(self, cases):
        """Return the cases of which something was not known yet."""
        known = dict(
            self.env["insurance.incident.detection"]._read_group(
                [("rule_id", "=", self.id)], ["user_number"], ["date_to:max"]
            )
        )
        return [
            case
            for case in cases
            if self._is_state(case)
            or not known.get(case.user_id or 0)
            # the clock of the log is finer than that of what is kept
            or case.date_to.replace(microsecond=0) > known[case.user_id or 0]
        ]

    def _is_state(self, case):
        return self.kind in ("key_error", "restore") and case.user_id is None

    def _open_incident(self, case):
        """Return the open incident of this rule about this user, or a new one."""
        Incident = self.env["insurance.incident"]
        user = self.env["res.users"].browse(case.user_id or []).exists()
        incident = Incident.search(
            [
                ("rule_id", "=", self.id),
                ("suspect_id", "=", user.id),
                ("state", "in", GROWING),
            ],
            limit=1,
        )
        return incident or Incident._create_detected(self, user, case)
