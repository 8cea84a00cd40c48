from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_archive_block import BLOCKS, FRESHNESS
from .insurance_policy_life import IN_FORCE

#: what decides when a part of the record is due
SCHEDULE_FIELDS = frozenset({"key_client", "client_kind"})
#: nobody reviews the record of a client who is no longer served
CLOSED_STATES = ("restricted", "destroyed")
#: stages of a client's life that have an interval of their own
STAGES = ("prospect", "new", "growing", "mature", "declining")


class InsuranceArchive(models.Model):
    """How fresh the record is: each part of it is verified in turn.

    Bulk work is set-based: one statement, however many archives.
    """

    _inherit = "insurance.archive"

    block_ids = fields.One2many(
        "insurance.archive.block", "archive_id", string="Parts of the record"
    )
    next_review_date = fields.Date(
        string="Next review", readonly=True, copy=False, index=True
    )
    accuracy_checked_on = fields.Date(
        string="Last verified",
        readonly=True,
        copy=False,
        help="When data on file were last verified with the client.",
    )
    review_rules = fields.Char(
        string="Scheduled by",
        readonly=True,
        copy=False,
        index=True,
        help="Intervals, in months, that the review dates were set by.",
    )
    freshness = fields.Selection(
        FRESHNESS,
        compute="_compute_freshness",
        search="_search_freshness",
        help="Whether the data on file were verified with the client in time.",
    )

    @api.depends("next_review_date", "accuracy_checked_on")
    def _compute_freshness(self):
        limits = self._review_limits()
        for archive in self:
            archive.freshness = archive._freshness_of(
                archive.next_review_date, archive.accuracy_checked_on, *limits
            )

    def _search_freshness(self, operator, value):
        if operator != "in":
            return NotImplemented
        today, soon = self._review_limits()
        due = Domain("next_review_date", "<=", soon)
        checked = Domain("accuracy_checked_on", "!=", False)
        later = Domain("next_review_date", "=", False) | ~due
        ways = {
            "overdue": Domain("next_review_date", "<", today),
            "due_soon": due & Domain("next_review_date", ">=", today),
            "never": later & ~checked,
            "fresh": later & checked,
        }
        return Domain.OR(ways[key] for key in value if key in ways)

    @api.model
    def _freshness_of(self, due_on, checked_on, today, soon):
        if due_on and due_on <= soon:
            return "overdue" if due_on < today else "due_soon"
        return "fresh" if checked_on else "never"

    @api.model
    def _review_limits(self):
        """Return today and the last day that counts as due soon."""
        today = fields.Date.context_today(self)
        lead = self.env["insurance.parameter"]._get("review_lead_days")
        return today, fields.Date.add(today, days=lead)

    @api.model_create_multi
    def create(self, vals_list):
        archives = super().create(vals_list)
        archives._add_blocks()
        archives._update_next_review()
        return archives

    def write(self, vals):
        result = super().write(vals)
        if "client_kind" in vals:
            self._add_blocks()
        if not SCHEDULE_FIELDS.isdisjoint(vals):
            self._schedule_reviews()
        return result

    def _on_state(self, before):
        result = super()._on_state(before)
        self._update_next_review()
        return result

    def _check_off(self, names):
        """Note that the user has verified these parts of the record today."""
        self.check_access("write")
        # as superuser: nobody enters by hand when a part was verified
        blocks = self.sudo().block_ids.filtered(lambda block: block.block in names)
        blocks.write(
            {
                "checked_on": fields.Date.context_today(self),
                "checked_by_id": self.env.uid,
            }
        )
        self._schedule_reviews()

    def _add_blocks(self):
        """Give these archives the parts that they lack."""
        if not self:
            return
        self.flush_recordset(["client_kind", "key_client", "partner_id", "company_id"])
        self.env.execute_query(
            SQL(
                """
                INSERT INTO insurance_archive_block
                    (archive_id, partner_id, company_id, block, due_on)
                SELECT archive.id, archive.partner_id, archive.company_id, part.block,
                       %(due)s
                FROM insurance_archive AS archive
                CROSS JOIN unnest(%(blocks)s) AS part(block)
                WHERE archive.id = ANY(%(ids)s)
                  AND (part.block <> 'health' OR archive.client_kind = 'individual')
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                due=self._due_sql(SQL("part.block"), SQL("NULL::date")),
                blocks=[name for name, _label in BLOCKS],
                ids=list(self.ids),
            )
        )
        self.invalidate_recordset(["block_ids"], flush=False)

    def _schedule_reviews(self):
        """Set anew when each part of these archives is due."""
        if not self:
            return
        self.flush_recordset(["client_kind", "key_client", "lifecycle_stage"])
        self.env["insurance.archive.block"].flush_model(["checked_on", "due_on"])
        self.env["insurance.policy"].flush_model(["archive_id", "state", "start_date"])
        due = self._due_sql(SQL("part.block"), SQL("part.checked_on"))
        self.env.execute_query(
            SQL(
                """
                UPDATE insurance_archive_block AS part
                SET due_on = %(due)s
                FROM insurance_archive AS archive
                WHERE part.archive_id = archive.id
                  AND archive.id = ANY(%(ids)s)
                  AND part.due_on IS DISTINCT FROM %(due)s
                RETURNING part.id
                """,
                due=due,
                ids=list(self.ids),
            )
        )
        self.env["insurance.archive.block"].invalidate_model(
            ["due_on", "freshness"], flush=False
        )
        self._update_next_review()

    def _update_next_review(self):
        """Derive the dates of the archives from those of their parts."""
        if not self:
            return
        names = [
            "next_review_date",
            "accuracy_checked_on",
            "review_rules",
            "review_escalated_on",
        ]
        self.flush_recordset(["state", "client_kind", "lifecycle_stage", *names])
        self.env["insurance.archive.block"].flush_model(["checked_on", "due_on"])
        self.env.execute_query(
            SQL(
                """
                UPDATE insurance_archive AS archive
                SET next_review_date = new.due,
                    accuracy_checked_on = new.checked,
                    review_rules = new.rules,
                    review_escalated_on = CASE
                        WHEN archive.next_review_date = new.due
                        THEN archive.review_escalated_on
                    END
                FROM (
                    SELECT part.archive_id,
                           CASE WHEN owner.state NOT IN %(closed)s
                               THEN min(part.due_on)
                           END AS due,
                           max(part.checked_on) AS checked,
                           %(rules)s AS rules
                    FROM insurance_archive_block AS part
                    JOIN insurance_archive AS owner ON owner.id = part.archive_id
                    WHERE part.archive_id = ANY(%(ids)s)
                      AND (part.block <> 'health' OR owner.client_kind = 'individual')
                    GROUP BY part.archive_id, owner.state, owner.lifecycle_stage
                ) AS new
                WHERE archive.id = new.archive_id
                  AND (archive.next_review_date, archive.accuracy_checked_on,
                       archive.review_rules)
                      IS DISTINCT FROM (new.due, new.checked, new.rules)
                RETURNING archive.id
                """,
                rules=SQL(
                    "concat(%s::varchar, '/', %s)",
                    self._review_rules(),
                    self._stage_sql(SQL("owner.lifecycle_stage")),
                ),
                closed=CLOSED_STATES,
                ids=list(self.ids),
            )
        )
        self.invalidate_recordset(names, flush=False)
        self.modified(names)

    def _due_sql(self, block, checked_on):
        """Return when a part is due, as SQL on ``archive``.

        Never verified: the interval starts when the archive was opened.
        """
        months = self._review_months()
        base = SQL("COALESCE(%s, archive.create_date::date)", checked_on)
        return SQL(
            """
            LEAST(
                %(base)s + make_interval(
                    months => LEAST(
                        CASE WHEN archive.key_client
                            THEN %(key)s ELSE %(ordinary)s END,
                        %(stage)s
                    )
                ),
                CASE WHEN %(block)s = 'policies' THEN (
                    SELECT min(policy.start_date)
                    FROM insurance_policy AS policy
                    WHERE policy.archive_id = archive.id
                      AND policy.state IN %(in_force)s
                      AND policy.start_date >= %(base)s
                ) + make_interval(months => %(after_policy)s) END
            )::date
            """,
            base=base,
            block=block,
            key=months["refresh_key_months"],
            ordinary=months["refresh_ordinary_months"],
            stage=self._stage_sql(SQL("archive.lifecycle_stage")),
            after_policy=months["after_policy_refresh_months"],
            in_force=IN_FORCE,
        )

    @api.model
    def _review_months(self):
        parameter = self.env["insurance.parameter"]
        keys = (
            "refresh_key_months",
            "refresh_ordinary_months",
            "after_policy_refresh_months",
        )
        return {key: parameter._get(key) for key in keys}

    @api.model
    def _review_rules(self):
        """Return the intervals as a mark: whose mark differs is to be rescheduled."""
        return "/".join(map(str, self._review_months().values()))

    @api.model
    def _stage_months(self):
        """Return the interval of each stage of a client's life."""
        parameter = self.env["insurance.parameter"]
        return {stage: parameter._get(f"refresh_{stage}_months") for stage in STAGES}

    @api.model
    def _stage_sql(self, stage):
        """Return the interval of a stage; nothing where the client has none."""
        cases = [
            SQL("WHEN %s THEN %s::integer", name, months)
            for name, months in self._stage_months().items()
        ]
        return SQL("CASE %s %s END", stage, SQL(" ").join(cases))

    @api.model
    def _stale_schedule(self):
        """Return the archives whose review dates were set by other intervals."""
        rules, months = self._review_rules(), self._stage_months()
        ways = [
            Domain("lifecycle_stage", "=", stage)
            & Domain("review_rules", "!=", f"{rules}/{interval}")
            for stage, interval in months.items()
        ]
        without = Domain("lifecycle_stage", "=", False)
        ways.append(without & Domain("review_rules", "!=", f"{rules}/"))
        # nothing is left of those to be reviewed
        return Domain.OR(ways) & Domain("state", "!=", "destroyed")
