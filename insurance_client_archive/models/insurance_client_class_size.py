from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_archive_freshness import CLOSED_STATES
from .insurance_client_segment import DIMENSION_NAMES, DIMENSIONS

#: months that are worked out from the history when there are none yet
MONTHS = 12


class InsuranceClientClassSize(models.Model):
    """How many clients stood in a class at the end of a month, by agent.

    Past months are counted from the history of changes, by whoever looks after the
    clients now; the current month is counted anew each day.
    """

    _name = "insurance.client.class.size"
    _description = "Size of a class in a month"
    _order = "month desc, dimension, segment_id"
    _log_access = False

    month = fields.Date(
        required=True, readonly=True, help="The first day of the month."
    )
    dimension = fields.Selection(DIMENSIONS, required=True, readonly=True)
    segment_id = fields.Many2one(
        "insurance.client.segment",
        string="Class",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null")
    agent_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    client_count = fields.Integer(string="Clients", readonly=True)

    _month_lookup = models.Index("(month)")
    _agent_lookup = models.Index("(agent_id)")

    @api.model
    def _cron_take(self):
        """Count this month anew, and past months that nobody has counted."""
        cron = self.env["ir.cron"]
        today = fields.Date.context_today(self)
        this_month = today.replace(day=1)
        counted = {month for (month,) in self._read_group([], ["month:day"])}
        for back in range(MONTHS, -1, -1):
            month = this_month - relativedelta(months=back)
            if back == 0 or month not in counted:
                self._take(month)
                if not cron._commit_progress(1):
                    return

    @api.model
    def _take(self, month):
        """Count the clients of each class as of the end of *month*."""
        self.env["insurance.client.class.change"].flush_model()
        self.env["insurance.archive"].flush_model(
            ["agent_id", "team_id", "company_id", "state", *DIMENSION_NAMES]
        )
        self.env.cr.execute(
            SQL("DELETE FROM insurance_client_class_size WHERE month = %s", month)
        )
        following = month + relativedelta(months=1)
        if following > fields.Date.context_today(self):
            self._take_now(month)
        else:
            self._take_from_history(month, following)
        self.invalidate_model(flush=False)

    @api.model
    def _take_now(self, month):
        """Count the classes in which clients are: no need to look for their history."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_client_class_size (month, dimension,
                    segment_id, company_id, team_id, agent_id, client_count)
                SELECT %(month)s, segment.dimension, segment.id, alike.company_id,
                       alike.team_id, alike.agent_id, sum(alike.number)
                FROM (
                    SELECT company_id, team_id, agent_id, %(names)s, count(*) AS number
                    FROM insurance_archive
                    WHERE state NOT IN %(closed)s
                    GROUP BY company_id, team_id, agent_id, %(names)s
                ) AS alike
                CROSS JOIN LATERAL (VALUES %(classes)s) AS class (dimension, code)
                JOIN insurance_client_segment AS segment
                  ON segment.dimension = class.dimension AND segment.code = class.code
                GROUP BY 2, 3, 4, 5, 6
                """,
                month=month,
                names=SQL(", ").join(map(SQL.identifier, DIMENSION_NAMES)),
                classes=SQL(", ").join(
                    SQL("(%s, alike.%s)", name, SQL.identifier(name))
                    for name in DIMENSION_NAMES
                ),
                closed=CLOSED_STATES,
            )
        )

    @api.model
    def _take_from_history(self, month, following):
        """Count the latest classes from before the next month."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_client_class_size (month, dimension,
                    segment_id, company_id, team_id, agent_id, client_count)
                SELECT %(month)s, latest.dimension, latest.new_segment_id,
                       archive.company_id, archive.team_id, archive.agent_id, count(*)
                FROM (
                    SELECT DISTINCT ON (archive_id, dimension)
                           archive_id, dimension, new_segment_id
                    FROM insurance_client_class_change
                    WHERE day < %(next)s
                    ORDER BY archive_id, dimension, day DESC, id DESC
                ) AS latest
                JOIN insurance_archive AS archive ON archive.id = latest.archive_id
                WHERE latest.new_segment_id IS NOT NULL
                  AND archive.state NOT IN %(closed)s
                GROUP BY 2, 3, 4, 5, 6
                """,
                month=month,
                next=following,
                closed=CLOSED_STATES,
            )
        )
