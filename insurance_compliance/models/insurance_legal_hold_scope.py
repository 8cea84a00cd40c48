import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_sweep_work import MET_OTHERS

_logger = logging.getLogger(__name__)
HELD = SQL(
    """
    EXISTS (SELECT FROM insurance_legal_hold_archive line
              JOIN insurance_legal_hold hold ON hold.id = line.hold_id
             WHERE line.archive_id = insurance_retention.archive_id
               AND hold.state = 'active')
    """
)


class InsuranceLegalHold(models.Model):
    """Which archives a hold is about, now and as clients come into its scope."""

    _inherit = "insurance.legal.hold"

    def _extend(self):
        """Hold what is in the scope now; nothing is let go."""
        for hold in self:
            ids = hold._ids_in_scope()
            self.env.flush_all()
            query = SQL(
                "INSERT INTO insurance_legal_hold_archive (hold_id, archive_id)"
                " SELECT %s, unnest(%s::integer[]) ON CONFLICT DO NOTHING"
                " RETURNING archive_id",
                hold.id,
                ids,
            )
            added = [row[0] for row in self.env.execute_query(query)]
            hold.invalidate_recordset(["archive_line_ids"])
            hold._mark_held(added)

    def _mark_held(self, archive_ids):
        """Bring the mark on the archives' ends up to date.

        Writing these rows is what makes a destruction that runs at the same time begin
        anew, and see the hold.
        """
        if not archive_ids:
            return
        self.env.flush_all()
        ids = sorted(archive_ids)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_retention (archive_id, status, held)
                SELECT id, 'none', false FROM insurance_archive
                 WHERE id = ANY(%s) AND state <> 'destroyed'
                    ON CONFLICT DO NOTHING
                """,
                ids,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_retention SET held = (%s) WHERE archive_id = ANY(%s)",
                HELD,
                ids,
            )
        )
        self.env["insurance.retention"]._forget()

    def _ids_in_scope(self, within=None):
        """Return the ids of the archives that the hold is about.

        :param within: look only at these ids
        """
        self.ensure_one()
        # superuser: a hold reaches archives that compliance can't open
        archives = self.env["insurance.archive"].sudo()
        domain = self._scope_domain() & Domain("state", "!=", "destroyed")
        domain &= Domain("company_id", "=", self.company_id.id)
        if within is not None:
            domain &= Domain("id", "in", list(within))
        return archives.search(domain, order="id").ids

    def _scope_domain(self):
        if self.scope == "clients":
            return Domain("partner_id", "in", self.partner_ids.ids)
        if self.scope == "segment":
            return self.segment_id.sudo()._archives_domain()  # any saved segment
        if self.scope == "policies":
            numbers = set().union(*self._numbers_by_line().values())
            return Domain("policy_ids.number", "in", sorted(numbers))
        first, last = self.date_from, self.date_to
        first_moment = fields.Datetime.to_datetime(first)
        # until the end of the last day, wherever that is
        last_moment = fields.Datetime.add(fields.Datetime.to_datetime(last), days=2)
        first_moment = fields.Datetime.subtract(first_moment, days=1)
        in_force = Domain("start_date", "<=", last) & (
            Domain("end_date", "=", False) | Domain("end_date", ">=", first)
        )
        moments = Domain("date", ">=", first_moment) & Domain("date", "<", last_moment)
        days = Domain("received_on", ">=", first) & Domain("received_on", "<=", last)
        events = Domain("event_date", ">=", first) & Domain("event_date", "<=", last)
        return (
            Domain("policy_ids", "any", in_force)
            | Domain("interaction_ids", "any", moments)
            | Domain("feedback_ids", "any", days)
            | Domain("claim_ids", "any", events)
        )

    def _numbers_by_line(self):
        """Return {line: numbers}: a number may hold spaces, a line several numbers."""
        lines = map(str.strip, (self.policy_numbers or "").splitlines())
        return {line: {line, *line.split()} for line in lines if line}

    def _unknown_numbers(self):
        """Return the lines with numbers of policies that hold nothing."""
        unknown = []
        for hold in self.filtered(lambda hold: hold.scope == "policies"):
            lines = hold._numbers_by_line()
            # superuser: which of the officer's own numbers are on file
            policies = self.env["insurance.policy"].sudo()
            held = policies.search(
                [
                    ("number", "in", sorted(set().union(*lines.values()))),
                    ("archive_id", "in", hold.sudo().archive_line_ids.archive_id.ids),
                ]
            )
            known = set(held.mapped("number"))
            unknown += [
                line
                for line in lines
                if line not in known and not known.issuperset(line.split())
            ]
        return unknown

    @api.model
    def _refresh_scopes(self):
        """Hold what has come into the scope of a hold since."""
        self.search([("state", "=", "active")])._extend()

    @api.model
    def _refresh_each(self):
        """Do it each night: a hold whose segment is broken does not keep the others.

        Before something is destroyed it is asked anew, and then nothing is.
        """
        for hold in self.search([("state", "=", "active")]):
            try:
                with self.env.cr.savepoint():
                    hold._extend()
            except MET_OTHERS:
                raise
            except Exception as error:
                _logger.warning("Legal hold %s: %s", hold.id, type(error).__name__)

    @api.model
    def _held_ids(self, archive_ids):
        """Return which of the archives are held, by what is on file at this moment."""
        if not archive_ids:
            return []
        # superuser: holds are hidden from those whom they stop
        holds = self.sudo().search([("state", "=", "active")])
        self.env.flush_all()
        query = SQL(
            "SELECT DISTINCT archive_id FROM insurance_legal_hold_archive"
            " WHERE archive_id = ANY(%s) AND hold_id = ANY(%s)",
            list(archive_ids),
            holds.ids,
        )
        found = {row[0] for row in self.env.execute_query(query)}
        for hold in holds:
            rest = set(archive_ids) - found
            if rest:
                # what came into the scope since last night
                found.update(hold._ids_in_scope(rest))
        return sorted(found)
