from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class InsuranceDutyConflict(models.Model):
    """Two roles that one person must not have at the same time."""

    _name = "insurance.duty.conflict"
    _inherit = ["insurance.watcher.mixin"]
    _description = "Incompatible roles"
    _order = "severity desc, id"

    first_group_id = fields.Many2one(
        "res.groups", string="Role", index=True, ondelete="cascade"
    )
    second_group_id = fields.Many2one(
        "res.groups", string="Other role", index=True, ondelete="cascade"
    )
    second_external = fields.Char(
        string="Technical name of the other role",
        readonly=True,
        help="A role of another application; named here for when it is installed.",
    )
    severity = fields.Selection(
        [
            ("justify", "Needs an exception"),
            ("refuse", "Never"),
        ],
        required=True,
        default="justify",
        help="An exception has a reason, an end, and somebody else who approves it.",
    )
    reason = fields.Text(
        string="Why not", required=True, translate=True, help="What could happen."
    )
    regulation_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_duty_conflict_regulation_rel",
        "conflict_id",
        "regulation_id",
        string="Regulations",
    )
    active = fields.Boolean(default=True)
    clash_count = fields.Integer(
        string="Persons with both", compute="_compute_clash_count"
    )

    _pair_unique = models.UniqueIndex(
        "(LEAST(first_group_id, second_group_id),"
        " GREATEST(first_group_id, second_group_id))"
        " WHERE second_group_id IS NOT NULL",
        "This pair is on the list already.",
    )

    @api.depends("first_group_id", "second_group_id", "second_external")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for conflict in self:
            # superuser: the names of groups are no secret
            first, second = (
                conflict.sudo().first_group_id,
                conflict.sudo().second_group_id,
            )
            other = second.name or conflict.second_external or ""
            conflict.display_name = f"{first.name or ''} – {other}"

    def _compute_clash_count(self):
        counts = dict(
            self.env["insurance.duty.clash"]._read_group(
                [("conflict_id", "in", self.ids)], ["conflict_id"], ["__count"]
            )
        )
        for conflict in self:
            conflict.clash_count = counts.get(conflict, 0)

    @api.constrains("first_group_id", "second_group_id")
    def _check_pair(self):
        # superuser: how groups imply each other
        for conflict in self.sudo():
            first, second = conflict.first_group_id, conflict.second_group_id
            if not second:
                continue
            if first in second.all_implied_ids or second in first.all_implied_ids:
                raise ValidationError(
                    self.env._(
                        "One of these roles contains the other. Name two that a person "
                        "can have apart."
                    )
                )

    def action_open_clashes(self):
        """List who has both roles."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_duty_clash_action"
            ),
            "domain": [("conflict_id", "=", self.id)],
            "context": {},
        }

    @api.model
    def _find_groups(self):
        """Find the roles of applications that were installed meanwhile."""
        self.env.cr.execute(
            """
            UPDATE insurance_duty_conflict AS conflict
               SET second_group_id = data.res_id
              FROM ir_model_data data
             WHERE conflict.second_group_id IS NULL
               AND data.model = 'res.groups'
               AND data.module || '.' || data.name = conflict.second_external
            """
        )

    @api.model
    def _clashes_sql(self):
        """Return ``SELECT conflict_id, user_id``: who has both roles of a pair."""
        from_groups = SQL(
            """
            SELECT first_group_id FROM insurance_duty_conflict WHERE active
            UNION SELECT second_group_id FROM insurance_duty_conflict
             WHERE active AND second_group_id IS NOT NULL
            """
        )
        return SQL(
            """
            WITH held AS (%s)
            SELECT conflict.id AS conflict_id, one.user_id
              FROM insurance_duty_conflict conflict
              JOIN held one ON one.group_id = conflict.first_group_id
              JOIN held other ON other.group_id = conflict.second_group_id
                             AND other.user_id = one.user_id
             WHERE conflict.active
            """,
            self.env["res.users"]._group_members_sql(from_groups),
        )
