from odoo import api, fields, models
from odoo.tools import SQL

from ..client_scope import Scope
from .insurance_archive_process import MARKETING
from .insurance_interaction import CHANNELS
from .insurance_service_plan import SERVED_STATES

KINDS = [
    ("visit", "Visit"),
    ("call", "Call"),
    ("review", "Review of the cover"),
    ("birthday", "Birthday care"),
    ("renewal", "Renewal care"),
]
EVERYBODY = Scope()
PERIODIC = ("visit", "call", "review")
#: attention beyond what the contract owes: not for clients who want no advertising
ATTENTIONS = ("birthday",)


class InsuranceServicePlanLine(models.Model):
    """One service of a plan, and when it falls due."""

    _name = "insurance.service.plan.line"
    _description = "Service of a plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one(
        "insurance.service.plan", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True, default="call")
    every_months = fields.Integer(
        string="Every (months)", default=3, help="After the one before."
    )
    days_before = fields.Integer(
        string="Days before",
        help="How long before the birthday or the renewal it is due.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    responsible = fields.Selection(
        [("agent", "Agent"), ("manager", "Account manager")],
        required=True,
        default="agent",
        help="The agent stands in where there is no account manager.",
    )
    active = fields.Boolean(default=True)

    _period_positive = models.Constraint(
        "CHECK(kind IN ('birthday', 'renewal') OR every_months > 0)",
        "Enter after how many months the service comes again.",
    )
    _lead_positive = models.Constraint(
        "CHECK(days_before >= 0)", "The days before can't be negative."
    )

    @api.depends("kind", "plan_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.plan_id.name}: {kinds.get(line.kind, '')}"

    def _plan_services(self, scope=EVERYBODY):
        """Add what clients of the plan are due within the horizon: one statement."""
        self.ensure_one()
        self.env.flush_all()
        today = fields.Date.context_today(self)
        days = self.env["insurance.parameter"]._get("service_horizon_days")
        source = {
            "birthday": self._birthdays,
            "renewal": self._renewals,
        }.get(self.kind, self._periods)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_service_item (
                    archive_id, partner_id, company_id, plan_id, line_id, kind,
                    channel, user_id, policy_id, occasion_date, due_date, state,
                    state_date, create_uid, create_date, write_uid, write_date
                )
                SELECT archive.id, archive.partner_id, archive.company_id, %(plan)s,
                       %(line)s, %(kind)s, %(channel)s,
                       COALESCE(%(responsible)s, archive.agent_id),
                       due.policy_id, due.occasion,
                       GREATEST(due.day, %(today)s), 'planned',
                       now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM (%(source)s) due
                  -- by its id and nothing else: in the first night the planner takes
                  -- each plan for empty, and would read all its clients for each one
                  JOIN insurance_archive archive ON archive.id = due.archive_id
                 WHERE due.day <= %(horizon)s
                   AND archive.state IN %(states)s AND %(may)s
                   AND COALESCE(%(responsible)s, archive.agent_id) IS NOT NULL
                ON CONFLICT DO NOTHING
                """,
                plan=self.plan_id.id,
                line=self.id,
                kind=self.kind,
                channel=self.channel,
                responsible=SQL(
                    "archive.manager_id" if self.responsible == "manager" else "NULL"
                ),
                uid=self.env.uid,
                today=today,
                source=source(today, scope),
                horizon=fields.Date.add(today, days=days),
                states=tuple(SERVED_STATES),
                may=self._may_plan_sql("archive"),
            )
        )
        added = self.env.cr.rowcount
        self.env["insurance.service.item"].invalidate_model()
        return added

    def _may_plan_sql(self, alias):
        if self.kind not in ATTENTIONS:
            return SQL("TRUE")
        return self.env["insurance.archive"]._may_process_sql(MARKETING, alias)

    def _periods(self, today, scope):
        """Return the next day of a service that comes again and again.

        Counted from the last time or, before the first, from the last contact: so
        the work spreads as the contacts did.
        """
        return SQL(
            """
            SELECT one.id AS archive_id, NULL::int AS policy_id,
                   GREATEST(%(today)s::date, next.day) AS occasion,
                   GREATEST(%(today)s::date, next.day) AS day
              FROM insurance_archive one
              LEFT JOIN (
                SELECT item.archive_id,
                       MAX(COALESCE(item.done_on, item.due_date)) AS day,
                       bool_or(item.state = 'planned') AS waits
                  FROM insurance_service_item item
                 WHERE item.line_id = %(line)s AND %(items)s
                 GROUP BY item.archive_id
              ) last ON last.archive_id = one.id
              CROSS JOIN LATERAL (
                SELECT (
                    COALESCE(last.day, one.last_contact_date::date,
                             one.create_date::date)
                    + make_interval(months => %(months)s)
                )::date AS day
              ) next
             WHERE one.service_plan_id = %(plan)s AND last.waits IS NOT TRUE
               AND %(scope)s
            """,
            scope=scope.on(SQL("one.id")),
            # not looked up for each client: of a table that grows meanwhile the
            # planner does not know that an index would do better
            items=scope.on(SQL("item.archive_id")),
            today=today,
            line=self.id,
            months=self.every_months,
            plan=self.plan_id.id,
        )

    def _birthdays(self, today, scope):
        """Return the next birthdays; a leap day is kept on the 28th."""
        return SQL(
            """
            SELECT born.id AS archive_id, NULL::int AS policy_id,
                   next.day AS occasion, next.day - %(days)s AS day
              FROM insurance_archive born
              CROSS JOIN LATERAL (
                SELECT (
                    born.birth_date + make_interval(years => (
                        extract(year FROM age(%(today)s::date - 1, born.birth_date))
                        + 1)::int)
                )::date AS day
              ) next
             WHERE born.service_plan_id = %(plan)s
               AND born.birth_date IS NOT NULL AND born.birth_date < %(today)s
               AND %(scope)s
            """,
            scope=scope.on(SQL("born.id")),
            today=today,
            days=self.days_before,
            plan=self.plan_id.id,
        )

    def _renewals(self, today, scope):
        return SQL(
            """
            SELECT policy.archive_id, policy.id AS policy_id,
                   policy.renewal_date AS occasion,
                   policy.renewal_date - %(days)s AS day
              FROM insurance_policy policy
              JOIN insurance_archive owner ON owner.id = policy.archive_id
             WHERE owner.service_plan_id = %(plan)s
               AND policy.renewal_date >= %(today)s AND %(scope)s
            """,
            scope=scope.on(SQL("policy.archive_id")),
            today=today,
            days=self.days_before,
            plan=self.plan_id.id,
        )
