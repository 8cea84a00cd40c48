from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_interaction import CHANNELS
from .insurance_state_mixin import Transition

COMPLIANCE = "insurance_client_archive.group_compliance"
#: what was approved stays as it is
FREE_FIELDS = frozenset({"state", "state_reason", "state_date", "valid_until"})
#: a script that is only put elsewhere on the list is not written anew
PLACE = frozenset({"sequence"})
#: entered by the steps, by nobody
NOTED = frozenset({"author_id", "approved_by_id", "approved_on"})


class InsuranceScript(models.Model):
    """What agents say on an occasion: written, approved by another person, followed."""

    _name = "insurance.script"
    _inherit = ["insurance.state.mixin", "insurance.wording.mixin"]
    _description = "Script for talks"
    _order = "purpose, sequence, id"

    _wording_shown = ("body", "must_say")
    _initial_states = ("draft",)
    _transitions = {
        "draft": {"approved": Transition(groups=COMPLIANCE, check="_check_approve")},
        "approved": {"retired": Transition(reason=True, groups=COMPLIANCE)},
        "retired": {},
    }

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    purpose = fields.Selection(
        selection=lambda self: (
            self.env["insurance.interaction"]
            ._fields["purpose"]
            ._description_selection(self.env)
        ),
        string="When to use",
        required=True,
        index=True,
    )
    channel = fields.Selection(CHANNELS, help="Empty: for every way of contact.")
    category_ids = fields.Many2many(
        "insurance.product.category",
        string="Product categories",
        help="Empty: whatever the talk is about.",
    )
    body = fields.Text(string="What to say", required=True, translate=True)
    must_say = fields.Text(
        string="Never left out",
        translate=True,
        help="What the client has to hear, one a line.",
    )
    valid_until = fields.Date(
        string="Valid until", help="Afterwards it is not offered any more."
    )
    author_id = fields.Many2one(
        "res.users",
        string="Written by",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    approved_on = fields.Date(string="Approved on", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("retired", "Withdrawn")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    use_count = fields.Integer(
        string="Talks", compute="_compute_use_count", compute_sudo=False
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_use_count(self):
        Talk = self.env["insurance.interaction"]
        counts = {}
        if Talk.has_access("read"):
            counts = dict(
                Talk._read_group(
                    [("script_id", "in", self.ids)], ["script_id"], ["__count"]
                )
            )
        for script in self:
            script.use_count = counts.get(script, 0)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                # not left out: a default of the caller would take the place
                vals.update(
                    author_id=self.env.uid, approved_by_id=False, approved_on=False
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if not NOTED.isdisjoint(vals):
                raise UserError(
                    self.env._("Who wrote and approved a script is kept by the system.")
                )
            settled = any(script.state != "draft" for script in self)
            if settled and not FREE_FIELDS.issuperset(vals):
                raise UserError(
                    self.env._(
                        "What was approved is not changed. Make a copy of the script, "
                        "and withdraw this one."
                    )
                )
            if not (FREE_FIELDS | PLACE).issuperset(vals):
                # superuser: whoever wrote last can't approve it
                self.sudo().filtered(
                    lambda script: script.author_id != self.env.user
                ).author_id = self.env.user
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        if any(script.state != "draft" for script in self):
            raise UserError(
                self.env._("Withdraw the script instead: talks were held by it.")
            )

    def action_open_talks(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_interaction_action"
            ),
            "domain": [("script_id", "=", self.id)],
            "context": {},
        }

    def _check_approve(self):
        self.ensure_one()
        if not self.env.su and self.env.user == self.author_id:
            raise UserError(
                self.env._("You have written this script yourself. Ask a colleague.")
            )
        self._check_wording()

    def _on_state(self, before):
        result = super()._on_state(before)
        approved = self.filtered(lambda script: script.state == "approved")
        # superuser: who approved, and when, is not entered by hand
        approved.sudo().write(
            {
                "approved_by_id": self.env.uid,
                "approved_on": fields.Date.context_today(self),
            }
        )
        return result
