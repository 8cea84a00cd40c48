from odoo import api, fields, models

STAGES = [
    ("collect", "Collect"),
    ("store", "Store"),
    ("use", "Use"),
    ("transmit", "Transmit"),
    ("destroy", "Destroy"),
    ("govern", "Govern"),
]


class InsuranceDuty(models.Model):
    """What a role has to do, at one stage of the life of client data."""

    _name = "insurance.duty"
    _description = "Duty"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(string="Duty", required=True, translate=True)
    group_id = fields.Many2one(
        "res.groups",
        string="Role",
        required=True,
        index=True,
        ondelete="cascade",
        help="Everybody in this group has the duty.",
    )
    stage = fields.Selection(STAGES, required=True, default="use", group_expand=True)
    source = fields.Char(
        translate=True, help="Where the duty comes from: handbook, law, order."
    )
    regulation_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_duty_regulation_rel",
        "duty_id",
        "regulation_id",
        string="Regulations",
    )
    active = fields.Boolean(default=True)
    holder_count = fields.Integer(
        string="Persons", compute="_compute_holder_count", help="Who has this duty."
    )

    @api.depends("group_id")
    def _compute_holder_count(self):
        # superuser: how many people are in a group
        groups = self.group_id.sudo()
        people = {
            group.id: len(group.all_user_ids.filtered(lambda user: not user.share))
            for group in groups
        }
        for duty in self:
            duty.holder_count = people.get(duty.group_id.id, 0)

    def action_open_holders(self):
        """List the users who have the role, by themselves or through another."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.group_id.display_name,
            "res_model": "res.users",
            "view_mode": "list",
            "views": [(self.env.ref("base.view_users_tree").id, "list")],
            "domain": [("all_group_ids", "in", self.group_id.ids)],
        }

    def _matrix(self):
        """Return [(role, [duties of each stage])] for the printed matrix."""
        return [
            (
                group.name,
                [
                    duties.filtered(lambda duty, stage=stage: duty.stage == stage)
                    for stage, _label in STAGES
                ],
            )
            for group, duties in self.sorted("sequence").grouped("group_id").items()
        ]

    @api.model
    def _stage_labels(self):
        return [
            label
            for _stage, label in self._fields["stage"]._description_selection(self.env)
        ]
