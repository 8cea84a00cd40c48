from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_use_share import (
    NO_USE,
    PARTIES,
    PARTY_LABELS,
)

#: records of the log about itself
NO_USES = [*NO_USE, "key", "writer_start", "writer_stop", "writer_gap"]
#: a record is in the log that soon after its time
HOURS = 1


class InsuranceUseTally(models.Model):
    """How many uses had a full record: by day in this month, by month before it.

    The log has millions of records. Rates read these counts instead, and of the log
    only what has come since the last of them.
    """

    _name = "insurance.use.tally"
    _description = "Counted uses"
    _log_access = False
    _order = "day desc, id desc"
    _rec_name = "day"

    day = fields.Date(string="First day", required=True, readonly=True)
    last = fields.Date(string="Last date", required=True, readonly=True)
    party = fields.Selection(PARTY_LABELS, string="Role", required=True, readonly=True)
    # the log outlives whom it names
    user_id = fields.Many2one(
        "res.users", string="Person", readonly=True, index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    kept = fields.Boolean(string="Done", readonly=True)
    use_count = fields.Integer(string="Number of uses", required=True, readonly=True)

    _last_lookup = models.Index("(last)")
    _counted_once = models.UniqueIndex(
        "(day, last, party, coalesce(user_id, 0), coalesce(company_id, 0), kept)"
    )

    @api.model
    def _uses(self, columns, condition):
        """Return SQL over the uses in the log that count.

        :param condition: of ``log``, which finds them by date
        """
        tiers = SQL(", ").join(
            SQL("(%s, %s)", tier, party)
            for party, names in PARTIES.items()
            for tier in names
        )
        return SQL(
            """
            SELECT %(columns)s
              FROM insurance_use_log log
              JOIN (VALUES %(tiers)s) AS tier (name, party) ON tier.name = log.tier
              -- the log outlives whom and what it names
              LEFT JOIN res_users person ON person.id = log.user_id
              LEFT JOIN res_company company ON company.id = log.company_id
              LEFT JOIN insurance_archive archive ON archive.id = log.archive_id
             CROSS JOIN LATERAL (
                   SELECT coalesce(log.purpose, '') <> ''
                       OR log.grant_id IS NOT NULL AS kept) found
             WHERE log.result = 'done' AND log.action <> ALL(%(no_uses)s)
               AND %(condition)s
            """,
            columns=columns,
            tiers=tiers,
            no_uses=NO_USES,
            condition=condition,
        )

    @api.model
    def _later_uses(self, columns):
        """Return SQL over the uses that are not counted here yet."""
        later = SQL(
            "log.date >= (SELECT coalesce(max(last) + 1, '-infinity')::timestamp"
            " FROM insurance_use_tally)"
        )
        return self._uses(columns, later)

    @api.model
    def _cron_tally(self):
        """Count the days that are over, and the months that are over as a whole."""
        over = fields.Date.to_date(
            fields.Datetime.subtract(fields.Datetime.now(), hours=HOURS)
        )
        month = fields.Date.start_of(over, "month")
        commit = self.env["ir.cron"]._commit_progress
        for first in self._open_months(month):
            self._count(first, fields.Date.add(first, months=1), whole=True)
            commit(1)
        begin = max(month, self._counted_until() or month)
        if begin < over:
            self._count(begin, over)
        self.env.cr.execute(
            "DELETE FROM insurance_use_tally"
            " WHERE last < (SELECT min(date)::date FROM insurance_use_log)"
        )

    @api.model
    def _open_months(self, month):
        """Return the first days of the months before *month* to be counted as such."""
        query = SQL(
            """
            SELECT generate_series(
                       coalesce(
                           (SELECT max(last) + 1 FROM insurance_use_tally
                             WHERE last > day),
                           (SELECT date_trunc('month', min(date))
                              FROM insurance_use_log)),
                       %s::timestamp - interval '1 month',
                       interval '1 month')::date
            """,
            month,
        )
        return [row[0] for row in self.env.execute_query(query)]

    @api.model
    def _counted_until(self):
        query = SQL("SELECT max(last) + 1 FROM insurance_use_tally")
        return self.env.execute_query(query)[0][0]

    @api.model
    def _count(self, first, until, whole=False):
        """Count the uses of some days anew, by day or as a whole."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM insurance_use_tally WHERE day >= %s AND day < %s",
                first,
                until,
            )
        )
        begin, end = SQL("log.date::date"), SQL("log.date::date")
        if whole:
            begin, end = SQL("%s::date", first), SQL("%s::date - 1", until)
        columns = SQL(
            "%s AS day, %s AS last, tier.party, person.id AS user_id,"
            " company.id AS company_id, found.kept",
            begin,
            end,
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_use_tally (
                    day, last, party, user_id, company_id, kept, use_count)
                SELECT day, last, party, user_id, company_id, kept, count(*)
                  FROM (%s) uses GROUP BY 1, 2, 3, 4, 5, 6
                """,
                self._uses(
                    columns, SQL("log.date >= %s AND log.date < %s", first, until)
                ),
            )
        )
        self.invalidate_model(flush=False)
