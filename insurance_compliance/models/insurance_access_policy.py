from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access_slice import SLICES

LEVELS = [
    ("agent", "Agent"),
    ("manager", "Account manager"),
    ("department", "Internal department"),
    ("external", "External partner"),
]


class InsuranceAccessPolicy(models.Model):
    """What may be granted to people of one level of use, and by whom."""

    _name = "insurance.access.policy"
    _inherit = ["insurance.access.slices", "insurance.access.fact"]
    _description = "Access policy"
    _order = "sequence, id"
    _rec_name = "level"
    _access_facts = frozenset(f"own_{name}" for name in SLICES)

    sequence = fields.Integer(default=10)
    level = fields.Selection(LEVELS, required=True, readonly=True)
    approver_rule = fields.Selection(
        [
            ("team_leader", "Leader of the sales team"),
            ("manager_supervisor", "Supervisor of the account manager"),
            ("department_head", "Department head"),
            ("compliance", "Compliance officer"),
        ],
        string="Approved by",
        required=True,
    )
    max_days = fields.Integer(
        string="Longest period", required=True, help="Of one application, in days."
    )
    max_archives = fields.Integer(
        string="Most archives",
        required=True,
        help="In one application; an own portfolio counts as one. 0: no limit.",
    )
    uses_per_day = fields.Integer(
        string="Uses in 24 hours",
        required=True,
        help="How often one person may open sealed values in 24 hours. 0: no limit "
        "but that of the vault.",
    )
    second_approver_sensitive = fields.Boolean(
        string="Two approvers for sensitive clients",
        help="For key clients and those with a high need of protection.",
    )
    second_approver_health = fields.Boolean(string="Two approvers for health")
    standing_allowed = fields.Boolean(
        string="Standing grants",
        help="A grant on the own portfolio for daily work, without an application "
        "for each use.",
    )
    max_standing_days = fields.Integer(
        string="Longest standing grant", required=True, default=365, help="In days."
    )

    # --- what responsibility for a client opens without any grant
    own_basic = fields.Boolean(string="Own clients: basic")
    own_contact = fields.Boolean(string="Own clients: contact")
    own_financial = fields.Boolean(string="Own clients: finances")
    own_health = fields.Boolean(string="Own clients: health")
    own_claims = fields.Boolean(string="Own clients: claims")
    own_documents = fields.Boolean(string="Own clients: papers")

    change_ids = fields.One2many(
        "insurance.access.policy.change", "policy_id", string="History"
    )

    _level_unique = models.UniqueIndex("(level)", "There is one policy for a level.")
    _numbers_positive = models.Constraint(
        "CHECK(max_days > 0 AND max_standing_days > 0"
        " AND max_archives >= 0 AND uses_per_day >= 0)",
        "Periods must be positive, and numbers must not be negative.",
    )

    def write(self, vals):
        names = [name for name in vals if name in self._tracked_names()]
        before = {policy: policy._tracked_texts(names) for policy in self}
        result = super().write(vals)
        changes = [
            {
                "policy_id": policy.id,
                "field_name": name,
                "old_value": texts[name],
                "new_value": after[name],
            }
            for policy, texts in before.items()
            for after in [policy._tracked_texts(names)]
            for name in names
            if texts[name] != after[name]
        ]
        # nobody may write history by hand, and the user stays the author
        self.env["insurance.access.policy.change"].sudo().create(changes)
        self.env["insurance.archive"]._forget_access()
        return result

    @api.depends("level")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["level"]._description_selection(self.env))
        for policy in self:
            policy.display_name = labels.get(policy.level)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_level(self):
        raise UserError(
            self.env._("Each level has its policy. Change it instead of deleting it.")
        )

    @api.model
    def _of_level(self, level):
        """Return the policy of a level."""
        # policies are no secret, and every role's code needs them
        return self.sudo().search([("level", "=", level)], limit=1)

    def _own_slices(self):
        """Return the slices that responsibility alone opens."""
        self.ensure_one()
        return frozenset(name for name in SLICES if self[f"own_{name}"])

    @api.model
    def _tracked_names(self):
        ignored = {"sequence", "change_ids", *models.MAGIC_COLUMNS}
        return {
            name
            for name, field in self._fields.items()
            if field.store and name not in ignored
        }

    def _tracked_texts(self, names):
        self.ensure_one()
        # in one language for whoever reads the history
        policy = self.with_context(lang="en_US")
        return {
            name: str(
                policy._fields[name].convert_to_export(policy[name], policy) or ""
            )
            for name in names
        }
