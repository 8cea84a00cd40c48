import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .insurance_sweep_work import MET_OTHERS

_logger = logging.getLogger(__name__)
MODULE = "insurance_client_archive"
#: who may see and retry what was set aside
WATCHERS = (f"{MODULE}.group_segment_editor", f"{MODULE}.group_admin")
#: minutes until a client is tried again by itself; then a person decides
RETRY_MINUTES = (10, 60)
#: when so many clients fail, and not one of a batch works, it is not their fault
ALL_BAD = 20


class InsuranceClientEventFailure(models.Model):
    """A client whose figures could not be refreshed after an event.

    It holds no content of the archive: who watches over the work opens no client.
    """

    _name = "insurance.client.event.failure"
    _description = "Client set aside by the refresh"
    _order = "state, noted_on desc, id desc"
    _rec_name = "res_id"
    _log_access = False

    res_id = fields.Integer(
        string="Client no.", required=True, readonly=True, aggregator=None
    )
    attempts = fields.Integer(string="Tries", readonly=True, aggregator=None)
    message = fields.Char(string="What happened", readonly=True)
    state = fields.Selection(
        [("waiting", "Is tried again"), ("aside", "Set aside")],
        required=True,
        readonly=True,
        index=True,
    )
    noted_on = fields.Datetime(string="Last try", readonly=True)
    retry_on = fields.Datetime(string="Next try", readonly=True)

    _client_unique = models.UniqueIndex("(res_id)", "A client is listed once.")

    def action_retry(self):
        """Try these clients again, at once."""
        self._check_watcher()
        # as superuser: when something is tried again is not entered by hand
        self.sudo().write(
            {"attempts": 0, "state": "waiting", "retry_on": fields.Datetime.now()}
        )
        self._wake()

    def action_open_client(self):
        """Open the client, for who may."""
        self.ensure_one()
        return self.env["insurance.archive"].browse(self.res_id)._form_action()

    def _check_watcher(self):
        user = self.env.user
        if not any(user.has_group(group) for group in WATCHERS):
            raise AccessError(
                self.env._("Ask a scorecard editor or an administrator to try again.")
            )

    @api.model
    def _wake(self, at=None):
        # superuser: whoever retries needs no right on scheduled actions
        self.env.ref(f"{MODULE}.ir_cron_client_events").sudo()._trigger(at)

    @api.model
    def _due(self):
        """Return the ids of the clients whose next try has come."""
        due = self.search(
            [("state", "=", "waiting"), ("retry_on", "<=", fields.Datetime.now())]
        )
        return due.mapped("res_id")

    @api.model
    def _note(self, tried, failed):
        """Keep those that failed, {id: message}, and forget those that worked."""
        worked = [archive_id for archive_id in tried if archive_id not in failed]
        self.search([("res_id", "in", worked)]).unlink()
        for archive_id, message in failed.items():
            self._keep(archive_id, message)
        if failed:
            self._wake(self._next_try(1))

    @api.model
    def _next_try(self, attempts):
        minutes = RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1]
        return fields.Datetime.add(fields.Datetime.now(), minutes=minutes)

    @api.model
    def _keep(self, archive_id, message):
        known = self.search([("res_id", "=", archive_id)])
        attempts = known.attempts + 1
        values = {
            "attempts": attempts,
            "message": message,
            "state": "aside" if attempts > len(RETRY_MINUTES) else "waiting",
            "noted_on": fields.Datetime.now(),
            "retry_on": self._next_try(attempts),
        }
        if known:
            known.write(values)
        else:
            self.create({"res_id": archive_id, **values})


class InsuranceClientClass(models.Model):
    """One client whose records can't be worked out must not stop all others."""

    _inherit = "insurance.client.class"

    @api.model
    def _refresh_apart(self, archive_ids):
        """Refresh these clients; put aside, by halving, the ones that can't be."""
        failed = self._refresh_good(archive_ids)
        self.env["insurance.client.event.failure"]._note(archive_ids, failed)

    @api.model
    def _refresh_good(self, archive_ids):
        """Refresh those that can be; return {id: what happened} of the others."""
        errors = {}
        self._refresh_halves(archive_ids, errors)
        if len(errors) == len(archive_ids) >= ALL_BAD:
            raise next(iter(errors.values()))
        return {
            archive_id: self._what_happened(error)
            for archive_id, error in errors.items()
        }

    @api.model
    def _what_happened(self, error):
        """Return what may be shown of an error: others could repeat client data."""
        if isinstance(error, UserError):
            return str(error)[:500]
        _logger.info("A client could not be refreshed: %s", type(error).__name__)
        return type(error).__name__

    @api.model
    def _refresh_halves(self, archive_ids, errors):
        try:
            with self.env.cr.savepoint():
                self._refresh(archive_ids)
            return
        except (*MET_OTHERS, psycopg2.InterfaceError):
            # met others, or the database is gone: no client's fault
            raise
        except Exception as error:
            # whatever a client's records bring up, the others get their turn
            if len(archive_ids) == 1:
                errors[archive_ids[0]] = error
                return
        middle = len(archive_ids) // 2
        self._refresh_halves(archive_ids[:middle], errors)
        self._refresh_halves(archive_ids[middle:], errors)

    @api.model
    def _retry_failures(self):
        """Try those again that were set aside, when their time has come."""
        archive_ids = self.env["insurance.client.event.failure"]._due()
        if archive_ids:
            self._refresh_apart(self._existing_ids(archive_ids))

    @api.model
    def _existing_ids(self, archive_ids):
        """Return the ids still in use; what was deleted needs no other try."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM insurance_archive WHERE id = ANY(%s)", archive_ids)
        )
        kept = sorted(archive_id for (archive_id,) in rows)
        gone = [("res_id", "in", list(set(archive_ids) - set(kept)))]
        self.env["insurance.client.event.failure"].search(gone).unlink()
        return kept
