from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

MODULE = "insurance_client_archive"
TOPICS = [
    ("company", "Company and server"),
    ("people", "People"),
    ("keys", "Keys and backups"),
    ("lists", "Lists and numbers"),
    ("rules", "Rules of access and consent"),
    ("advice", "Products and advice"),
    ("start", "The first day"),
]
#: role -> who may do a step; of the others the screen only says whose it is
ROLES = {
    "system": "base.group_system",
    "server": f"{MODULE}.group_admin",
    "insurance": f"{MODULE}.group_admin",
    "compliance": f"{MODULE}.group_compliance",
    "supervisor": f"{MODULE}.group_supervisor",
    "agent": f"{MODULE}.group_agent",
}
#: names shown before "and others"
NAMED = 3


class InsuranceFirstStep(models.Model):
    """What has to be settled before agents can work, and whether it is.

    Each step has a method `_missing_<key>` that looks at the database and says what is
    missing, or nothing. Other addons bring rows and methods of their own. Steps that no
    program can judge are confirmed by a person.
    """

    _name = "insurance.first.step"
    _description = "First step"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True, translate=True)
    description = fields.Text(string="What to do", readonly=True, translate=True)
    topic = fields.Selection(TOPICS, required=True, readonly=True, group_expand=True)
    role = fields.Selection(
        [
            ("system", "Administrator of Odoo"),
            ("server", "Administrator of the server"),
            ("insurance", "Insurance administrator"),
            ("compliance", "Compliance officer"),
            ("supervisor", "Supervisor"),
            ("agent", "Agent"),
        ],
        string="Whose step",
        required=True,
        readonly=True,
    )
    urgent = fields.Boolean(
        string="Before the first client",
        readonly=True,
        help="Agents can't work, or real data are not safe, until this is done.",
    )
    by_hand = fields.Boolean(
        string="Confirmed by a person",
        readonly=True,
        help="Nothing in the database tells whether somebody has looked at it.",
    )
    action = fields.Char(string="Screen", readonly=True)
    guide = fields.Char(readonly=True, help="Where the documentation says more.")
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)

    missing = fields.Text(string="What is missing", compute="_compute_state")
    state = fields.Selection(
        [
            ("urgent", "To do first"),
            ("open", "To do"),
            ("done", "Done"),
            ("skipped", "Not needed here"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    can_open = fields.Boolean(compute="_compute_can")
    can_confirm = fields.Boolean(compute="_compute_can")
    can_skip = fields.Boolean(compute="_compute_can")
    can_undo = fields.Boolean(compute="_compute_can")

    _key_unique = models.Constraint("UNIQUE(key)", "There is such a step already.")

    @api.depends("by_hand", "confirmed_on", "urgent")
    @api.depends_context("uid", "company", "lang")
    def _compute_state(self):
        # superuser: people, keys and notices are only counted, and administrators are
        # to see what is missing where they may not look themselves
        for step, all_seeing in zip(self, self.sudo(), strict=True):
            step.missing = all_seeing._missing()
            if not step.missing:
                step.state = "done"
            elif step.confirmed_on:
                step.state = "skipped"
            else:
                step.state = "urgent" if step.urgent else "open"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        steps = self.search(Domain.TRUE).filtered(lambda step: step.state in value)
        return [("id", "in", steps.ids)]

    @api.depends("state", "role", "action")
    @api.depends_context("uid")
    def _compute_can(self):
        for step in self:
            mine = step._is_mine()
            step.can_open = bool(step.action) and mine
            may_say = mine or self.env.user.has_group(ROLES["insurance"])
            undecided = may_say and step.state in ("urgent", "open")
            step.can_confirm = undecided and step.by_hand
            step.can_skip = undecided and not step.by_hand and not step.urgent
            step.can_undo = may_say and bool(step.confirmed_on)

    def _is_mine(self):
        self.ensure_one()
        return self.env.user.has_group(ROLES[self.role])

    def action_open(self):
        """Open the screen on which the step is done, or say who does it elsewhere."""
        self.ensure_one()
        if not self.can_open:
            role = dict(self._fields["role"]._description_selection(self.env))[
                self.role
            ]
            # the whole row is a button: no error for a click on it
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "“%(step)s” is done elsewhere: %(role)s.",
                        step=self.name,
                        role=role,
                    ),
                },
            }
        return self.env["ir.actions.actions"]._for_xml_id(self.action)

    def action_confirm(self):
        """Note that somebody has looked at it, or that it is not needed here."""
        for step in self:
            if not step.can_confirm and not step.can_skip:
                raise AccessError(
                    self.env._("The program itself sees whether this step is done.")
                )
        return self._note(self.env.uid, fields.Datetime.now())

    def action_undo(self):
        """Take the confirmation back."""
        for step in self:
            if not step.can_undo:
                raise AccessError(self.env._("You can't take this back."))
        return self._note(False, False)

    def _note(self, user_id, moment):
        # nobody has the right to write: who and when are noted here alone, after the
        # check of the caller
        self.sudo().write({"confirmed_by_id": user_id, "confirmed_on": moment})
        return True

    # --- for the methods of the steps, which run as superuser

    def _missing(self):
        """Return what is missing for this step, in words; empty when it is done."""
        self.ensure_one()
        if self.by_hand:
            return "" if self.confirmed_on else self.env._("Nobody has confirmed it.")
        return getattr(self, f"_missing_{self.key}")()

    @api.model
    def _people(self, group):
        """Return the employees with a role, Odoo's own administrator left out."""
        own = self.env.ref("base.user_root") | self.env.ref("base.user_admin")
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref(group).ids),
                ("share", "=", False),
                ("company_ids", "in", self.env.company.ids),
                ("id", "not in", own.ids),
            ]
        )

    @api.model
    def _names(self, records):
        """Return some names of them, as in a sentence."""
        names = ", ".join(records[:NAMED].mapped("display_name"))
        more = len(records) - NAMED
        if more <= 0:
            return names
        return self.env._("%(names)s and %(more)s more", names=names, more=more)
