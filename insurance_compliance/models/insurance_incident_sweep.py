from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Extent, Failure, Kind

from .insurance_access_suspension import COMPLIANCE
from .insurance_incident_letter import PURPOSE, TEMPLATE


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "incident_letters": Kind(
                self.env._("Letters about an incident"),
                "insurance.incident.archive",
                COMPLIANCE,
                limit=2000,
            ),
            "incident_mails": Kind(
                self.env._("Mails about an incident"),
                "insurance.incident.letter",
                COMPLIANCE,
                limit=50,
            ),
        }


class InsuranceIncidentArchive(models.Model):
    """Letters are prepared for all who are affected, and have none yet."""

    _inherit = "insurance.incident.archive"

    @api.model
    def _sweep_incident_letters_extent(self, sweep):
        query = SQL(
            "SELECT coalesce(min(id), 0), coalesce(max(id), 0), count(*)"
            " FROM insurance_incident_archive WHERE incident_id = %s"
            " AND removed IS NOT TRUE",
            sweep.scope["incident_id"],
        )
        return Extent(*self.env.execute_query(query)[0])

    @api.model
    def _sweep_incident_letters_chunk(self, sweep, after, until, limit):
        query = SQL(
            """
            WITH line AS (
                SELECT id, incident_id, archive_id FROM insurance_incident_archive
                 WHERE incident_id = %s AND id > %s AND id <= %s AND removed IS NOT TRUE
                 ORDER BY id LIMIT %s
            ), made AS (
                INSERT INTO insurance_incident_letter
                       (incident_id, line_id, archive_id, state, create_uid,
                        create_date, write_uid, write_date)
                SELECT incident_id, id, archive_id, 'prepared', %s,
                       now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC'
                  FROM line
                    ON CONFLICT (line_id) DO NOTHING
            )
            SELECT count(*), max(id) FROM line
            """,
            sweep.scope["incident_id"],
            after,
            until,
            limit,
            sweep.user_id.id,
            sweep.user_id.id,
        )
        [(count, last)] = self.env.execute_query(query)
        self.env["insurance.incident.letter"].invalidate_model()
        return Chunk(count, until if count < limit else last)


class InsuranceIncidentLetter(models.Model):
    """Mails are queued for those with an address; each stands in the use log first."""

    _inherit = "insurance.incident.letter"

    @api.model
    def _sweep_incident_mails_extent(self, sweep):
        return sweep._extent_of(self._name, self._waiting_domain(sweep))

    @api.model
    def _waiting_domain(self, sweep):
        return [
            ("incident_id", "=", sweep.scope["incident_id"]),
            ("state", "=", "prepared"),
        ]

    @api.model
    def _sweep_incident_mails_chunk(self, sweep, after, until, limit):
        letters = self.search(
            [*self._waiting_domain(sweep), ("id", ">", after), ("id", "<=", until)],
            order="id",
            limit=limit,
        )
        # the approval may have gone since the work began
        letters.incident_id._check_letters_leave()
        reachable = letters.filtered("has_email")
        failures = [
            Failure(letter.id, self.env._("No e-mail: print this letter."), True)
            for letter in letters - reachable
        ]
        if reachable:
            reachable._queue(sweep.user_id)
        last = letters[-1:].id if len(letters) == limit else until
        return Chunk(len(reachable), last, failures)

    def _queue(self, user):
        """Queue the mails of these letters, in the name of whoever let them go."""
        own = self.with_user(user).sudo()  # compliance may not open archives
        own.archive_id._log_use(
            "notify",
            content=[self._name],
            purpose=PURPOSE,
            purpose_text=self.incident_id.name,
        )
        self.env.ref(TEMPLATE).send_mail_batch(self.ids)
        self.write(
            {
                "state": "sent",
                "told_on": fields.Datetime.now(),
                "told_by_id": user.id,
            }
        )
