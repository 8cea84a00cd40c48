from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.flag_domain import flag_domain
from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Kind

from .. import retention_sql
from .insurance_retention_rule import MODULE

SWEEP = "retention"


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        retention = Kind(
            self.env._("Retention dates"),
            "insurance.retention",
            f"{MODULE}.group_compliance",
            limit=20_000,
        )
        return super()._kinds() | {SWEEP: retention}


class InsuranceRetention(models.Model):
    """Until when each archive is kept: the latest day of all rules that apply."""

    _name = "insurance.retention"
    _description = "Retention of an archive"
    _order = "until, id"
    _rec_name = "archive_id"
    # a row for each client: no columns that nobody asks for
    _log_access = False

    archive_id = fields.Many2one(
        "insurance.archive", required=True, readonly=True, ondelete="cascade"
    )
    number = fields.Char(string="Archive number", compute="_compute_number")
    status = fields.Selection(
        [
            ("open", "Has not begun to run"),
            ("dated", "Runs until a day"),
            ("none", "No rule applies"),
        ],
        string="Period",
        required=True,
        readonly=True,
        default="none",
        help="Open: a contract is in force, or something else has not ended. Without a "
        "rule nothing is ever destroyed.",
    )
    until = fields.Date(
        string="Kept until", readonly=True, index="btree_not_null", help="Last day."
    )
    rule_id = fields.Many2one(
        "insurance.retention.rule",
        string="Deciding rule",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    kept_until = fields.Date(
        string="Kept by appraisal until",
        readonly=True,
        help="An appraisal has found that the archive is to be kept longer.",
    )
    held = fields.Boolean(string="Under legal hold", readonly=True)
    over = fields.Boolean(
        string="May be destroyed", compute="_compute_over", search="_search_over"
    )

    _archive_unique = models.UniqueIndex("(archive_id)", "An archive has one end.")

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for retention in self.sudo():
            archive = retention.archive_id
            retention.number = archive.number or self.env._("Not filed: %s", archive.id)

    @api.depends("status", "until", "held")
    def _compute_over(self):
        today = fields.Date.context_today(self)
        for retention in self:
            dated = retention.status == "dated" and retention.until < today
            retention.over = dated and not retention.held

    def _search_over(self, operator, value):
        over = self._over_domain()
        return flag_domain(operator, value, over)

    @api.model
    def _over_domain(self):
        return (
            Domain("status", "=", "dated")
            & Domain("until", "<", "today")
            & Domain("held", "=", False)
        )

    def action_open_archive(self):
        """Open the archive; refused to those who may not."""
        self.ensure_one()
        self.archive_id.check_access("read")
        return self.archive_id._form_action()

    # --- the solver

    @api.model
    def _solve(self, condition):
        """Write the ends that have changed; return how many.

        :param condition: takes the column with the archive, returns which ones
        """
        rules = self.env["insurance.retention.rule"]._schedule()
        query = SQL(
            """
            INSERT INTO insurance_retention AS known
                   (archive_id, status, until, rule_id, held)
            SELECT solved.* FROM (%s) solved
              LEFT JOIN insurance_retention old ON old.archive_id = solved.archive_id
             WHERE old.id IS NULL
                OR (old.status, old.until, old.rule_id)
                   IS DISTINCT FROM (solved.status, solved.until, solved.rule_id)
                ON CONFLICT (archive_id) DO UPDATE
               SET status = EXCLUDED.status, until = EXCLUDED.until,
                   rule_id = EXCLUDED.rule_id
            RETURNING known.id
            """,
            self._solved(condition, rules),
        )
        self.env.cr.execute(query)
        count = self.env.cr.rowcount
        self._forget()
        return count

    @api.model
    def _forget(self):
        """Let everybody read anew what was written by SQL."""
        self.invalidate_model(flush=False)
        self.env["insurance.archive"].invalidate_model(
            ["legal_hold", "retention_until", "retention_text", "retention_timeline"],
            flush=False,
        )

    @api.model
    def _solved(self, condition, rules):
        """Return SQL for the ends of archives, as the rows of the table."""
        latest = SQL(
            "SELECT NULL::integer AS archive_id, NULL::date AS until,"
            " NULL::boolean AS open, NULL::integer AS rule_id WHERE false"
        )
        if rules:
            latest = retention_sql.latest(rules, condition, *self._clock())
        return SQL(
            """
            SELECT archive.id AS archive_id,
                   CASE WHEN found.open THEN 'open'
                        WHEN found.until IS NOT NULL THEN 'dated'
                        ELSE 'none' END AS status,
                   found.until, found.rule_id, false AS held
              FROM insurance_archive archive
              LEFT JOIN (%s) found ON found.archive_id = archive.id
             WHERE archive.state <> 'destroyed' AND %s
            """,
            latest,
            condition(SQL("archive.id")),
        )

    @api.model
    def _clock(self):
        """Return the day of today and how many years a short contract has."""
        years = self.env["insurance.parameter"]._get("policy_short_term_max_years")
        # the first day that it is anywhere: what lapsed is over later, not earlier
        return SQL("(now() AT TIME ZONE 'UTC' - interval '12 hours')::date"), years

    @api.model
    def _solve_archives(self, archive_ids):
        ids = list(archive_ids)
        if not ids:
            return 0
        self.env.flush_all()
        return self._solve(lambda column: SQL("%s = ANY(%s)", column, ids))

    @api.model
    def _explain(self, archive):
        """Return what each rule says, the latest first, as plain dictionaries."""
        # superuser: whoever sees the archive's end sees why; rules are no secret
        rules = (
            self.env["insurance.retention.rule"].sudo().search([("active", "=", True)])
        )
        ids = archive.ids
        if not rules or not ids:
            return []
        archive.env.flush_all()
        query = retention_sql.explained(
            rules, lambda column: SQL("%s = ANY(%s)", column, ids), *self._clock()
        )
        rows = self.env.execute_query(query)
        found = [
            {
                "archive_id": archive_id,
                "rule": rules.browse(rule_id),
                "ended": ended,
                "until": until,
                "times": times,
            }
            for archive_id, rule_id, ended, until, times in rows
        ]
        # what is open first, then the latest; of equals the first rule
        order = {rule.id: place for place, rule in enumerate(rules)}
        return sorted(
            found,
            key=lambda line: (
                line["until"] is not None,
                -(line["until"].toordinal() if line["until"] else 0),
                order[line["rule"].id],
            ),
        )

    # --- when it is calculated anew

    @api.model
    def _recalculate_all(self):
        """Calculate all archives in the background; the newest rules count."""
        Sweep = self.env["insurance.sweep"].sudo()  # the rules were allowed to change
        running = Sweep.search(
            [("kind", "=", SWEEP), ("state", "in", ("draft", "running", "failed"))]
        )
        for sweep in running:
            sweep._change("cancelled", ("draft", "running", "failed"), date_end=True)
        Sweep.with_user(self.env.ref("base.user_root"))._start(SWEEP)

    @api.model
    def _cron_recalculate(self):
        """Calculate all archives each night: time passes without an event."""
        self.env["insurance.legal.hold"]._refresh_each()
        self.env["insurance.sweep"]._work_daily(SWEEP)

    @api.model
    def _sweep_retention_extent(self, sweep):
        return sweep.sudo()._extent_of("insurance.archive", [])

    @api.model
    def _sweep_retention_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        self._solve(
            lambda column: SQL("%s > %s AND %s <= %s", column, after, column, until)
        )
        count = SQL(
            "SELECT count(*) FROM insurance_archive WHERE id > %s AND id <= %s",
            after,
            until,
        )
        return Chunk(self.env.execute_query(count)[0][0], until)
