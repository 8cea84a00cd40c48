from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..client_scope import Scope
from .insurance_archive_process import PROFILING

#: archives that one statement looks at
MONITOR_CHUNK = 50_000
REMINDER_BATCH = 200
#: policies that the client gave up or lost
LOST = ("lapsed", "surrendered", "terminated")
NOW = SQL("now() AT TIME ZONE 'UTC'")


def _sources(scope):
    """Return what the measures are taken from: one narrow row a client and source.

    What the stored figures and the archive know is taken from there. What happened in a
    period that ends today is counted anew, since figures end on their own day; only the
    few records that count are grouped. The range is said of each table: it does not get
    there through the joins.
    """
    return SQL(
        """
        LEFT JOIN insurance_client_feature figure
          ON figure.archive_id = client.id AND %(figures)s
        LEFT JOIN (
            SELECT archive_id, COUNT(*) AS complaints FROM insurance_feedback
             WHERE kind = 'complaint' AND state <> 'withdrawn'
               AND received_on > CURRENT_DATE - 365 AND %(scope)s
             GROUP BY archive_id
        ) feedback ON feedback.archive_id = client.id
        LEFT JOIN (
            SELECT archive_id,
                   COUNT(*) FILTER (WHERE state IN %(lost)s
                       AND state_date > CURRENT_DATE - 365) AS lost,
                   COUNT(*) FILTER (WHERE renewal_date >= CURRENT_DATE
                       AND renewal_date <= CURRENT_DATE + 30) AS renewal_open
              FROM insurance_policy
             WHERE %(scope)s
               AND (state IN %(lost)s AND state_date > CURRENT_DATE - 365
                    OR renewal_date >= CURRENT_DATE
                       AND renewal_date <= CURRENT_DATE + 30)
             GROUP BY archive_id
        ) policy ON policy.archive_id = client.id
        LEFT JOIN (
            SELECT archive_id, COUNT(*) AS refused FROM insurance_claim
             WHERE decision = 'refused' AND decision_date > CURRENT_DATE - 365
               AND %(scope)s
             GROUP BY archive_id
        ) claim ON claim.archive_id = client.id
        LEFT JOIN (
            SELECT archive_id, COUNT(*) AS late FROM insurance_service_item
             WHERE state = 'planned' AND due_date < CURRENT_DATE AND %(scope)s
             GROUP BY archive_id
        ) service ON service.archive_id = client.id
        """,
        figures=scope.on(SQL("figure.archive_id")),
        scope=scope.on(SQL("archive_id")),
        lost=LOST,
    )


class InsuranceChurnAlert(models.Model):
    """Scheduled monitoring: all clients by a few statements."""

    _inherit = "insurance.churn.alert"

    @api.model
    def _cron_monitor(self):
        """Look at all clients, warn of those who may leave, remind the agents."""
        if not self.env["insurance.sweep"]._work_daily("churn_monitor"):
            return
        waiting = Domain("state", "=", "new") & Domain("reminded_on", "=", False)
        self._in_batches(
            [(waiting & Domain("user_id.active", "=", True), "_remind_responsible")],
            REMINDER_BATCH,
        )

    @api.model
    def _monitor_chunks(self, chunk=MONITOR_CHUNK):
        """Raise and renew warnings; yield how many were raised by each statement."""
        self.env.flush_all()
        signs = self.env["insurance.churn.indicator"].search([("active", "=", True)])
        [(last_id,)] = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM insurance_archive")
        )
        for start in range(0, last_id if signs else 0, chunk):
            raised = self._monitor_range(signs, start, start + chunk)
            self.env.invalidate_all()
            yield raised

    @api.model
    def _monitor_range(self, signs, after, until):
        """Raise or renew the warnings of the archives with these ids."""
        if not signs:
            return 0
        get = self.env["insurance.parameter"]._get
        scope = Scope(after + 1, until)
        [(raised,)] = self.env.execute_query(
            SQL(
                """
                WITH found AS MATERIALIZED (%(found)s),
                -- one that nobody has taken up shows what is found today
                open AS MATERIALIZED (
                    SELECT alert.id, alert.archive_id, alert.partner_id,
                           alert.company_id, alert.score
                      FROM insurance_churn_alert alert
                     WHERE alert.state = 'new' AND %(alerts)s
                       AND alert.archive_id IN (SELECT archive_id FROM found)
                ),
                raised AS (%(raise)s),
                gone AS (
                    DELETE FROM insurance_churn_reason reason
                     USING open
                     WHERE reason.alert_id = open.id AND NOT EXISTS (
                           SELECT FROM found
                            WHERE found.archive_id = open.archive_id
                              AND found.indicator_id = reason.indicator_id
                              AND found.value = reason.value
                              AND found.points = reason.points)
                ),
                scored AS (
                    UPDATE insurance_churn_alert alert SET score = found.score
                      FROM open
                      JOIN (SELECT DISTINCT archive_id, score FROM found) found
                        ON found.archive_id = open.archive_id
                       AND found.score IS DISTINCT FROM open.score
                     WHERE alert.id = open.id
                ),
                reasons AS (
                    INSERT INTO insurance_churn_reason (
                        alert_id, archive_id, partner_id, company_id, indicator_id,
                        value, points, create_uid, create_date, write_uid, write_date
                    )
                    SELECT alert.id, alert.archive_id, alert.partner_id,
                           alert.company_id, found.indicator_id, found.value,
                           found.points, %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM raised alert
                      JOIN found ON found.archive_id = alert.archive_id
                     UNION ALL
                    SELECT alert.id, alert.archive_id, alert.partner_id,
                           alert.company_id, found.indicator_id, found.value,
                           found.points, %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM open alert
                      JOIN found ON found.archive_id = alert.archive_id
                     WHERE NOT EXISTS (
                           SELECT FROM insurance_churn_reason reason
                            WHERE reason.alert_id = alert.id
                              AND reason.indicator_id = found.indicator_id
                              AND reason.value = found.value
                              AND reason.points = found.points)
                )
                SELECT count(*) FROM raised
                """,
                found=self._found_sql(signs, scope),
                alerts=scope.on(SQL("alert.archive_id")),
                uid=self.env.uid,
                now=NOW,
                **{
                    "raise": self._raise_sql(
                        scope, get("churn_alert_points"), get("churn_rest_days")
                    )
                },
            )
        )
        return raised

    @api.model
    def _found_sql(self, signs, scope):
        """Return a row for each client and sign, with the points of all signs."""
        return SQL(
            """
            SELECT client.id AS archive_id, client.partner_id, client.company_id,
                   client.agent_id, found.indicator_id, found.value, found.points,
                   SUM(found.points) OVER (PARTITION BY client.id) AS score
              FROM insurance_archive client
              %(sources)s
              CROSS JOIN LATERAL (%(findings)s) found
             WHERE %(scope)s
               AND client.state IN ('entered', 'filed') AND %(may)s
            """,
            sources=_sources(scope),
            findings=signs._findings(),
            may=self.env["insurance.archive"]._may_process_sql(PROFILING, "client"),
            scope=scope.on(SQL("client.id")),
        )

    @api.model
    def _raise_sql(self, scope, points, rest):
        """Warn of clients with enough points.

        A client who was looked at lately rests, unless the warning is still open.
        """
        return SQL(
            """
            INSERT INTO insurance_churn_alert (
                archive_id, partner_id, company_id, user_id, date, score, state,
                state_date, create_uid, create_date, write_uid, write_date
            )
            SELECT DISTINCT found.archive_id, found.partner_id, found.company_id,
                   found.agent_id, CURRENT_DATE, found.score, 'new', %(now)s,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM found
             WHERE found.score >= %(points)s
               -- hashed, however small the planner takes the table to be
               AND found.archive_id NOT IN (
                   SELECT known.archive_id FROM insurance_churn_alert known
                    WHERE %(known)s
                      AND (known.state IN ('new', 'planned', 'acting')
                           OR known.closed_on > CURRENT_DATE - %(rest)s))
            ON CONFLICT DO NOTHING
            RETURNING id, archive_id, partner_id, company_id
            """,
            uid=self.env.uid,
            now=NOW,
            points=points,
            rest=rest,
            known=scope.on(SQL("known.archive_id")),
        )

    def _remind_responsible(self):
        today = fields.Date.context_today(self)
        self._remind(
            "client_attention",
            [(alert.partner_id, alert.user_id, today) for alert in self],
        )
        self.write({"reminded_on": today})
