from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_interaction import CHANNELS

#: archives whose plan is looked at in one statement
ASSIGN_CHUNK = 50_000
SERVED_STATES = ["entered", "filed"]


class InsuranceServicePlan(models.Model):
    """How a class of clients is looked after: what, how often, by whom."""

    _name = "insurance.service.plan"
    _description = "Service plan"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="A client gets the first plan whose filter fits."
    )
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True, help="What clients of this class may expect."
    )
    client_filter = fields.Char(
        string="Clients",
        required=True,
        default="[]",
        help="Clients this plan is for, unless a plan before it fits as well.",
    )
    dedicated_manager = fields.Boolean(
        string="Account manager of their own",
        help="Clients of this plan without an account manager are listed.",
    )
    preferred_channel = fields.Selection(
        CHANNELS, string="Preferred channel", default="phone"
    )
    line_ids = fields.One2many(
        "insurance.service.plan.line", "plan_id", string="Services", copy=True
    )
    client_count = fields.Integer(
        string="Clients of the plan",
        compute="_compute_client_count",
        compute_sudo=False,
        help="Of the clients that you may open.",
    )
    without_manager_count = fields.Integer(
        string="Without account manager",
        compute="_compute_client_count",
        compute_sudo=False,
    )

    @api.depends_context("uid")
    def _compute_client_count(self):
        counts, lacking = {}, {}
        Archive = self.env["insurance.archive"]
        if Archive.has_access("read"):
            domain = Domain("service_plan_id", "in", self.ids)
            counts = dict(Archive._read_group(domain, ["service_plan_id"], ["__count"]))
            lacking = dict(
                Archive._read_group(
                    domain & Domain("manager_id", "=", False),
                    ["service_plan_id"],
                    ["__count"],
                )
            )
        for plan in self:
            plan.client_count = counts.get(plan._origin, 0)
            needed = plan.dedicated_manager
            plan.without_manager_count = needed and lacking.get(plan._origin, 0)

    @api.constrains("client_filter")
    def _check_client_filter(self):
        archives = self.env["insurance.archive"]
        for plan in self:
            try:
                domain = plan._client_domain()
                plan._check_sortable(domain)
                domain.validate(archives)
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._("“%s” is not a filter on clients.", plan.client_filter)
                ) from error

    def _check_sortable(self, domain):
        """Refuse what is sealed or depends on who looks: it sorts nobody."""
        known = self.env["insurance.archive"]._fields
        for condition in domain.iter_conditions():
            field = known.get(condition.field_expr.split(".")[0])
            if field is not None and not field.store:
                raise ValidationError(
                    self.env._(
                        "Plans can't go by “%s”. Choose a field that is the same for "
                        "everybody.",
                        field.string,
                    )
                )

    def _client_domain(self):
        """Override to narrow the clients a plan is for."""
        self.ensure_one()
        return Domain(literal_eval(self.client_filter or "[]"))

    def action_open_clients(self):
        self.ensure_one()
        return self._clients_action([("service_plan_id", "=", self.id)])

    def action_open_without_manager(self):
        self.ensure_one()
        return self._clients_action(
            [("service_plan_id", "=", self.id), ("manager_id", "=", False)]
        )

    def action_assign_now(self):
        """Sort all clients into the plans without waiting for the night."""
        if not self.has_access("write"):
            raise UserError(self.env._("Ask an administrator to do this."))
        # superuser: which plan a client gets follows from the filters alone; no
        # client is shown
        sum(self.sudo()._assign_chunks())
        return True

    def _clients_action(self, domain):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_archive_action"
            ),
            "domain": domain,
            "context": {},
        }

    @api.model
    def _cron_assign(self):
        """Sort clients into plans, then plan what they are due."""
        if self.env["insurance.sweep"]._work_daily("service_plan"):
            self.env["insurance.service.item"]._remind_due()

    @api.model
    def _assign_chunks(self, chunk=ASSIGN_CHUNK):
        """Give each client the first plan that fits; yield after each statement.

        Only rows that change are written: whoever comes after a stopped run goes on
        where it stopped. Plans that a person has chosen stay.
        """
        self.env.flush_all()
        [(last_id,)] = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM insurance_archive")
        )
        plans = self.search([("active", "=", True)])
        for start in range(0, last_id, chunk):
            yield plans._assign_range(start, start + chunk)
            self.env["insurance.archive"].invalidate_model(["service_plan_id"])

    def _assign_range(self, after, until):
        """Sort the archives with these ids; return how many got another plan."""
        here = Domain("id", ">", after) & Domain("id", "<=", until)
        served = here & Domain("state", "in", SERVED_STATES)
        Archive = self.env["insurance.archive"].with_context(active_test=False)
        fitting = [
            SQL(
                "(SELECT fit.id, %s::int AS plan_id, %s AS place FROM (%s) fit)",
                plan.id,
                place,
                Archive._search(served & plan._client_domain()).select(),
            )
            for place, plan in enumerate(self)
        ] or [SQL("(SELECT NULL::int AS id, NULL::int AS plan_id, 0 AS place)")]
        self.env.cr.execute(
            SQL(
                """
                WITH best AS (
                    SELECT DISTINCT ON (id) id, plan_id
                      FROM (%s) fitting ORDER BY id, place
                )
                UPDATE insurance_archive archive
                   SET service_plan_id = wanted.plan_id
                  FROM (
                    SELECT one.id, best.plan_id
                      FROM insurance_archive one LEFT JOIN best ON best.id = one.id
                     WHERE one.id > %s AND one.id <= %s
                  ) wanted
                 WHERE archive.id = wanted.id
                   AND archive.service_plan_fixed IS NOT TRUE
                   AND archive.service_plan_id IS DISTINCT FROM wanted.plan_id
                """,
                SQL(" UNION ALL ").join(fitting),
                after,
                until,
            )
        )
        return self.env.cr.rowcount
