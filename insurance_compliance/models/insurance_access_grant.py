from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_caller

from .insurance_access_policy import LEVELS

#: what changes on a grant after it was issued; all else stays as it was approved
CHANGING = frozenset(
    {"state", "uses_done", "ended_on", "ended_by_id", "end_reason", "archive_line_ids"}
)
ENDING = frozenset({"state", "ended_on", "ended_by_id", "end_reason"})


class InsuranceAccessGrant(models.Model):
    """A person may open these slices of these archives, for this purpose, until then.

    Written by the server alone, when an application was approved (``_issue``) and when
    the right ends (``_end``). Whether it is in force is asked in SQL whenever somebody
    reads (see ``insurance_archive_opening.py``): nothing must run for it to expire.
    """

    _name = "insurance.access.grant"
    _inherit = ["insurance.access.slices", "insurance.access.fact"]
    _description = "Access grant"
    _order = "date_to desc, id desc"
    _access_facts = frozenset({"state", "date_from", "date_to"})

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    level = fields.Selection(LEVELS, required=True, readonly=True)
    scope = fields.Selection(
        [("archives", "Named archives"), ("portfolio", "Own portfolio")],
        required=True,
        readonly=True,
        default="archives",
    )
    archive_line_ids = fields.One2many(
        "insurance.access.grant.archive", "grant_id", string="Archives", readonly=True
    )
    archive_count = fields.Integer(
        string="Number of archives", compute="_compute_archive_count"
    )
    purpose_id = fields.Many2one(
        "insurance.purpose", required=True, readonly=True, ondelete="restrict"
    )
    standing = fields.Boolean(
        readonly=True,
        help="For daily work with the own portfolio; any purpose may be stated.",
    )
    date_from = fields.Datetime(string="From", required=True, readonly=True)
    date_to = fields.Datetime(string="Until", required=True, readonly=True)
    uses_max = fields.Integer(
        string="Uses allowed",
        required=True,
        readonly=True,
        default=0,
        help="How often sealed values may be opened. 0: as often as the policy allows.",
    )
    uses_done = fields.Integer(
        string="Uses so far", required=True, readonly=True, default=0
    )
    uses_left = fields.Char(
        compute="_compute_uses_left",
        help="How often sealed values may still be opened. At 0 the archives stay "
        "open, and their sealed values masked: apply again to open more.",
    )
    state = fields.Selection(
        [("active", "Active"), ("revoked", "Revoked"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="active",
    )
    stage = fields.Selection(
        [
            ("planned", "Not yet in force"),
            ("live", "In force"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
            ("closed", "Closed"),
        ],
        string="Status",
        compute="_compute_stage",
        search="_search_stage",
    )
    ended_on = fields.Datetime(readonly=True)
    ended_by_id = fields.Many2one("res.users", string="Ended by", readonly=True)
    end_reason = fields.Text(string="Reason of the end", readonly=True)

    _dates_ordered = models.Constraint(
        "CHECK(date_to > date_from)", "A grant must end after it begins."
    )
    _uses_kept = models.Constraint(
        "CHECK(uses_max >= 0 AND uses_done >= 0"
        " AND (uses_max = 0 OR uses_done <= uses_max))",
        "A grant can't be used more often than it allows.",
    )
    _basic_included = models.Constraint(
        "CHECK(slice_basic)", "A grant opens at least the basic content."
    )
    _live = models.Index("(user_id, date_to) WHERE state = 'active'")
    _ending = models.Index("(date_to) WHERE state = 'active'")

    @api.depends("user_id", "date_to")
    def _compute_display_name(self):
        for grant in self:
            grant.display_name = self.env._(
                "Access of %(user)s (%(number)s)",
                user=grant.user_id.display_name,
                number=grant.id or "",
            )

    @api.depends("archive_line_ids.ended_on", "scope")
    def _compute_archive_count(self):
        lines = self.env["insurance.access.grant.archive"]
        counts = dict(
            # how many, not which
            lines.sudo()._read_group(
                [("grant_id", "in", self.ids), ("ended_on", "=", False)],
                ["grant_id"],
                ["__count"],
            )
        )
        for grant in self:
            named = grant.scope == "archives"
            grant.archive_count = named and counts.get(grant._origin.sudo(), 0)

    @api.depends("uses_max", "uses_done")
    @api.depends_context("lang")
    def _compute_uses_left(self):
        for grant in self:
            left = str(grant.uses_max - grant.uses_done)
            grant.uses_left = left if grant.uses_max else self.env._("unlimited")

    @api.depends("state", "date_from", "date_to")
    def _compute_stage(self):
        now = fields.Datetime.now()
        for grant in self:
            if grant.state != "active":
                grant.stage = grant.state
            elif grant.date_to <= now:
                grant.stage = "expired"
            else:
                grant.stage = "live" if grant.date_from <= now else "planned"

    def _search_stage(self, operator, value):
        if operator != "in":
            return NotImplemented
        active = Domain("state", "=", "active")
        begun, over = Domain("date_from", "<=", "now"), Domain("date_to", "<=", "now")
        stages = {
            "planned": active & ~begun & ~over,
            "live": active & begun & ~over,
            "expired": active & over,
            "revoked": Domain("state", "=", "revoked"),
            "closed": Domain("state", "=", "closed"),
        }
        return Domain.OR(stages[stage] for stage in value if stage in stages)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_writer()
        return super().create(vals_list)

    def write(self, vals):
        # scheduled actions are stored code, too: they may end a grant, and nothing else
        ends = vals.get("state") in ("revoked", "closed") and ENDING.issuperset(vals)
        self._check_writer(may_be_stored=ends)
        if not CHANGING.issuperset(vals):
            raise UserError(
                self.env._(
                    "A grant stays as it was approved. End it and ask for another."
                )
            )
        result = super().write(vals)
        self.env["insurance.archive"]._forget_access()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_grants(self):
        raise UserError(
            self.env._("Who might open what must stay provable: end the grant instead.")
        )

    @api.model
    def _check_writer(self, may_be_stored=False):
        """Grants come from approvals: not from users, nor from code they have typed."""
        if not self.env.su or (not may_be_stored and vault_caller.runs_stored_code()):
            raise AccessError(
                self.env._("Access is granted by approval of an application alone.")
            )

    @api.model
    def _live_sql(self, alias):
        """Return the condition that a grant is in force at this very statement.

        In UTC by the clock of the database: what a caller says about time zone,
        language or company changes nothing.
        """
        return SQL(
            "(%(grant)s.state = 'active'"
            " AND %(grant)s.date_from <= (statement_timestamp() AT TIME ZONE 'UTC')"
            " AND %(grant)s.date_to > (statement_timestamp() AT TIME ZONE 'UTC'))",
            grant=SQL.identifier(alias),
        )
