from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import Transition

from ..tools.match_score import FACTORS
from .insurance_compared_rate_mixin import COMPARED

EDITOR = "insurance_product_match.group_product_editor"
SPECIALIST = "insurance_product_match.group_product_specialist"
KINDS = [
    ("boost_harm", "Points for what does worse"),
    ("boost_idle", "Points without effect"),
    ("version", "New version does worse"),
    ("forbids_good", "Rule forbids what does well"),
    ("product", "Product does worse"),
    ("segment", "Product does worse with some clients"),
    ("kept_better", "Product is kept longer"),
    ("left_out", "Product is often left out by people"),
    ("weight", "Weight without effect"),
]
MEASURES = [
    ("bought", "Bought"),
    ("kept", "Kept 13 months"),
    ("complained", "Complaint"),
    ("left_out", "Left out by people"),
]


class InsuranceMatchProposal(models.Model):
    """A change of matching that the results speak for; a person adopts or rejects it.

    Figures only, of so many clients that nobody is found out by them.
    """

    _name = "insurance.match.proposal"
    _inherit = "insurance.compared.rate.mixin"
    _description = "Proposed change of matching"

    _initial_states = ("open",)
    _transitions = {
        "open": {
            "adopted": Transition(groups=EDITOR, check="_check_adopt"),
            "rejected": Transition(reason=True, groups=EDITOR),
        },
        "adopted": {
            "enforced": Transition(groups=SPECIALIST, check="_check_enforce"),
            "rejected": Transition(reason=True, groups=EDITOR, check="_check_weight"),
        },
    }
    _server_values = COMPARED | frozenset(
        {
            "key",
            "kind",
            "measure",
            "rule_id",
            "product_id",
            "segment_field",
            "segment_value",
            "factor",
            "clients",
            "other_clients",
            "other_low",
            "other_high",
            "gap",
            "confidence",
            "points",
            "draft_id",
            "decided_by_id",
            "decided_on",
        }
    )

    key = fields.Char(readonly=True, required=True, index=True)
    kind = fields.Selection(KINDS, readonly=True, required=True)
    measure = fields.Selection(MEASURES, readonly=True, required=True)
    rule_id = fields.Many2one(
        "insurance.match.rule", readonly=True, index="btree_not_null"
    )
    product_id = fields.Many2one(
        "product.template", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    segment_field = fields.Char(readonly=True)
    segment_value = fields.Char(readonly=True)
    factor = fields.Selection(
        lambda self: [
            (name, self.env["insurance.match.line"]._fields[f"points_{name}"].string)
            for name in FACTORS
        ],
        readonly=True,
    )
    clients = fields.Integer(
        string="Of clients",
        readonly=True,
        aggregator=None,
        help="Several products of one client are no independent cases: the bounds are "
        "those of so many clients.",
    )
    other_clients = fields.Integer(
        string="Compared clients", readonly=True, aggregator=None
    )
    other_low = fields.Float(
        string="Compared, at least (%)", readonly=True, aggregator=None, digits=(5, 1)
    )
    other_high = fields.Float(
        string="Compared, at most (%)", readonly=True, aggregator=None, digits=(5, 1)
    )
    gap = fields.Float(
        string="Difference (points)", readonly=True, aggregator=None, digits=(5, 1)
    )
    confidence = fields.Float(string="Confidence (%)", readonly=True, aggregator=None)
    points = fields.Integer(
        string="Proposed points",
        readonly=True,
        aggregator=None,
        help="Of the rule, or the weight of the factor.",
    )
    subject = fields.Char(compute="_compute_words")
    finding = fields.Text(string="What the results say", compute="_compute_words")
    advice = fields.Text(string="What is proposed", compute="_compute_words")
    state = fields.Selection(
        [
            ("open", "To be decided"),
            ("adopted", "Adopted"),
            ("enforced", "In force"),
            ("rejected", "Rejected"),
            ("outdated", "No longer seen"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
        group_expand=True,
    )
    draft_id = fields.Many2one(
        "insurance.match.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The draft that came of it: to be tried, and approved by somebody else.",
    )
    draft_state = fields.Selection(related="draft_id.state", string="Draft is")
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime(string="Decided on", readonly=True)

    _open_once = models.UniqueIndex(
        "(key) WHERE state = 'open'", "This change is proposed already."
    )

    @api.depends("kind", "rule_id", "product_id", "factor")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for proposal in self:
            proposal.display_name = proposal.subject or ""

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Proposals are kept, with what was decided."))

    def action_adopt(self):
        """Write the draft that is proposed, and open it."""
        self.ensure_one()
        self.write({"state": "adopted"})
        return self.action_open_draft() if self.draft_id else True

    def action_open_draft(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.match.rule",
            "res_id": self.draft_id.id,
            "view_mode": "form",
        }

    def _on_state(self, before):
        result = super()._on_state(before)
        for proposal in self:
            if proposal.state == "adopted":
                draft = proposal._write_draft()
                # superuser: what came of it is no entry by hand
                proposal.sudo().draft_id = draft
            elif proposal.state == "enforced":
                proposal._change_weight()
        decided = self.filtered(lambda one: one.state in ("adopted", "rejected"))
        # superuser: who decides, and when, is never the caller's to say
        decided.sudo().write(
            {"decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )
        return result

    def _check_adopt(self):
        self.ensure_one()
        if self.rule_id and self.rule_id.state != "active":
            raise UserError(
                self.env._(
                    "“%s” is not in force any more: there is nothing to change.",
                    self.rule_id.display_name,
                )
            )

    def _check_weight(self):
        self.ensure_one()
        if self.kind != "weight":
            raise UserError(
                self.env._("There is a draft of the rule. Retire that, and say why.")
            )

    def _check_enforce(self):
        self._check_weight()
        if self.decided_by_id == self.env.user and not self.env.su:
            raise AccessError(
                self.env._(
                    "You have adopted this yourself. Ask another specialist to put it "
                    "into force."
                )
            )

    def _change_weight(self):
        """Set the weight that two people have agreed on."""
        # superuser: exactly this parameter, after the steps of this record
        parameter = self.env["insurance.parameter"].sudo()
        key = f"match_weight_{self.factor}"
        parameter.search([("key", "=", key)]).value = str(self.points)

    def _write_draft(self):
        """Return the draft of the rule that is proposed, by the user."""
        self.ensure_one()
        if self.kind == "weight":
            return self.env["insurance.match.rule"]
        values = {**self._draft_values(), "note": f"{self.finding}\n{self.advice}"}
        if self.rule_id:
            draft = self.rule_id.browse(self.rule_id.action_new_version()["res_id"])
            draft.write(values)
            return draft
        return self.env["insurance.match.rule"].create(values)

    def _draft_values(self):
        if self.kind == "version":
            older = self.rule_id._older_version()
            return {
                name: older[name]
                for name in ("effect", "points", "client_condition")
                + ("product_condition", "reason")
            }
        if self.rule_id:
            return {"effect": "boost", "points": self.points}
        clients = []
        if self.segment_field:
            clients = [(f"archive_id.{self.segment_field}", "=", self.segment_value)]
        return {
            "name": self.subject,
            "effect": "boost",
            "points": self.points,
            "client_condition": repr(clients),
            "product_condition": repr([("id", "=", self.product_id.id)]),
            "reason": self.finding,
        }


class InsuranceMatchRule(models.Model):
    _inherit = "insurance.match.rule"

    def _older_version(self):
        """Return the version that this one has taken the place of."""
        self.ensure_one()
        older = self._family().filtered(
            lambda rule: rule.version < self.version and rule.approved_on
        )
        return older.sorted("version")[-1:]
