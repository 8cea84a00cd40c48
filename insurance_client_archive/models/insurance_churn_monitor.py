from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..client_scope import Scope
from .insurance_archive_process import PROFILING

#: archives that one statement looks at
MONITOR_CHUNK = 50_000
REMINDER_BATCH = 200


def _sources(scope):
    """Return what the measures are taken from: one narrow row a client and source.

    The stored figures say of whom there is anything to be counted: most clients have no
    complaint, no lost policy and no renewal that is near, and their records are not
    looked at. What is counted is counted anew, since a period ends today, and not on
    the day of the figures. The range is said of each table: it does not get there
    through the joins.
    """
    return SQL(
        """
        LEFT JOIN insurance_client_feature figure
          ON figure.archive_id = client.id AND %(figures)s
        LEFT JOIN LATERAL (
            SELECT NULLIF(COUNT(*), 0) AS complaints FROM insurance_feedback complaint
             WHERE figure.complaints_12m > 0
               AND complaint.archive_id = client.id AND complaint.kind = 'complaint'
               AND complaint.state <> 'withdrawn'
               AND complaint.received_on > CURRENT_DATE - 365
        ) feedback ON TRUE
        LEFT JOIN LATERAL (
            SELECT NULLIF(COUNT(*) FILTER (
                       WHERE bought.state IN ('lapsed', 'surrendered', 'terminated')
                         AND bought.state_date > CURRENT_DATE - 365), 0) AS lost,
                   NULLIF(COUNT(*) FILTER (WHERE bought.renewal_date
                       BETWEEN CURRENT_DATE AND CURRENT_DATE + 30), 0) AS renewal_open
              FROM insurance_policy bought
             WHERE (figure.policies_ended + figure.policies_lapsed > 0
                    OR figure.as_of + figure.renewal_due_days <= CURRENT_DATE + 30)
               AND bought.archive_id = client.id
        ) policy ON TRUE
        LEFT JOIN LATERAL (
            SELECT NULLIF(COUNT(*), 0) AS refused FROM insurance_claim decided
             WHERE figure.claims_refused_36m > 0
               AND decided.archive_id = client.id AND decided.decision = 'refused'
               AND decided.decision_date > CURRENT_DATE - 365
        ) claim ON TRUE
        LEFT JOIN (
            SELECT archive_id, COUNT(*) AS late FROM insurance_service_item
             WHERE state = 'planned' AND due_date < CURRENT_DATE AND %(services)s
             GROUP BY archive_id
        ) service ON service.archive_id = client.id
        """,
        figures=scope.on(SQL("figure.archive_id")),
        services=scope.on(SQL("archive_id")),
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
        get = self.env["insurance.parameter"]._get
        scope = Scope(after + 1, until)
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE churn_found ON COMMIT DROP AS
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
        )
        # nobody else tells the planner how many were found
        self.env.cr.execute("ANALYZE churn_found")
        # a client who was looked at lately rests, unless the warning is still open
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_churn_alert (
                    archive_id, partner_id, company_id, user_id, date, score, state,
                    state_date, create_uid, create_date, write_uid, write_date
                )
                SELECT DISTINCT found.archive_id, found.partner_id, found.company_id,
                       found.agent_id, CURRENT_DATE, found.score, 'new',
                       now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM churn_found found
                 WHERE found.score >= %(limit)s
                   AND NOT EXISTS (
                       SELECT FROM insurance_churn_alert known
                        WHERE known.archive_id = found.archive_id AND %(known)s
                          AND (known.state IN ('new', 'planned', 'acting')
                               OR known.closed_on > CURRENT_DATE - %(rest)s))
                ON CONFLICT DO NOTHING
                """,
                uid=self.env.uid,
                limit=get("churn_alert_points"),
                rest=get("churn_rest_days"),
                known=scope.on(SQL("known.archive_id")),
            )
        )
        raised = self.env.cr.rowcount
        self._renew_reasons(scope.on(SQL("alert.archive_id")))
        self.env.cr.execute("DROP TABLE churn_found")
        return raised

    @api.model
    def _renew_reasons(self, scope):
        """Bring score and signs of new warnings in line with what was found."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM insurance_churn_reason reason
                 USING insurance_churn_alert alert, churn_found looked
                 WHERE alert.id = reason.alert_id AND alert.state = 'new' AND %(scope)s
                   AND looked.archive_id = alert.archive_id
                   AND NOT EXISTS (
                       SELECT FROM churn_found found
                        WHERE found.archive_id = alert.archive_id
                          AND found.indicator_id = reason.indicator_id
                          AND found.value = reason.value
                          AND found.points = reason.points)
                """,
                scope=scope,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_churn_reason (
                    alert_id, archive_id, partner_id, company_id, indicator_id,
                    value, points, create_uid, create_date, write_uid, write_date
                )
                SELECT alert.id, alert.archive_id, alert.partner_id, alert.company_id,
                       found.indicator_id, found.value, found.points,
                       %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM churn_found found
                  JOIN insurance_churn_alert alert
                    ON alert.archive_id = found.archive_id AND alert.state = 'new'
                   AND %(scope)s
                 WHERE NOT EXISTS (
                       SELECT FROM insurance_churn_reason reason
                        WHERE reason.alert_id = alert.id
                          AND reason.indicator_id = found.indicator_id)
                """,
                scope=scope,
                uid=self.env.uid,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE insurance_churn_alert alert SET score = found.score
                  FROM (SELECT DISTINCT archive_id, score FROM churn_found) found
                 WHERE alert.archive_id = found.archive_id AND alert.state = 'new'
                   AND %(scope)s AND alert.score IS DISTINCT FROM found.score
                """,
                scope=scope,
            )
        )

    def _remind_responsible(self):
        today = fields.Date.context_today(self)
        self._remind(
            "client_attention",
            [(alert.partner_id, alert.user_id, today) for alert in self],
        )
        self.write({"reminded_on": today})
