from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class InsuranceRiskRound(models.Model):
    """From time to time all risks are assessed anew, until a day."""

    _name = "insurance.risk.round"
    _inherit = "insurance.round.mixin"
    _description = "Periodic risk assessment"
    _order = "date desc, id desc"

    deadline = fields.Date(string="Assess until")
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Empty: the risks of all companies.",
    )
    risk_ids = fields.Many2many(
        "insurance.risk", string="Risks", readonly=True, copy=False
    )
    assessment_ids = fields.One2many(
        "insurance.risk.assessment", "round_id", readonly=True
    )
    risk_count = fields.Integer(string="Risks to assess", compute="_compute_counts")
    open_count = fields.Integer(string="Not yet assessed", compute="_compute_counts")
    progress = fields.Integer(
        compute="_compute_counts", help="Share of risks assessed, in per cent."
    )
    conclusion = fields.Text(
        help="What the assessment has shown, and what follows from it."
    )

    @api.depends("risk_ids", "assessment_ids.risk_id")
    def _compute_counts(self):
        for one in self:
            one.risk_count = total = len(one.risk_ids)
            one.open_count = waiting = len(one._not_assessed())
            one.progress = total and 100 * (total - waiting) // total

    def _not_assessed(self):
        self.ensure_one()
        return self.risk_ids - self.assessment_ids.risk_id

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su and {"user_id", "risk_ids", "assessment_ids"} & set(
                vals
            ):
                raise UserError(self.env._("The server fills this in by itself."))
            # defaults, too, come from the caller
            vals.update({"user_id": self.env.uid, "risk_ids": []})
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if {"user_id", "risk_ids", "assessment_ids"} & set(vals):
                raise UserError(self.env._("The server fills this in by itself."))
            late = vals.keys() - {"state", "state_reason", "deadline", "conclusion"}
            if late and any(one.state != "draft" for one in self):
                raise UserError(
                    self.env._("An assessment under way can't be changed any more.")
                )
            if any(one.state == "closed" for one in self):
                raise UserError(self.env._("This assessment is closed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if any(one.state != "draft" for one in self):
            raise UserError(self.env._("An assessment that has begun stays on record."))

    def action_open_risks(self):
        """List the risks of the round, as they stood when it began."""
        return self._risks_action(self.risk_ids)

    def action_open_waiting(self):
        """List the risks that nobody has assessed in this round yet."""
        return self._risks_action(self._not_assessed())

    def _risks_action(self, risks):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_risk_action"
        )
        return {
            **action,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", risks.ids)],
            "context": {},
        }

    def _scope(self):
        self.ensure_one()
        scope = Domain("state", "!=", "closed")
        if self.company_id:
            scope &= Domain("company_id", "in", [self.company_id.id, False])
        return scope

    def _check_begin(self):
        risks = self.env["insurance.risk"].search(self._scope())
        if not risks:
            raise UserError(self.env._("There is no risk to assess. Enter some first."))
        # superuser: running rounds of all companies
        other = self.sudo().search(
            [("state", "=", "running"), ("risk_ids", "in", risks.ids)], limit=1
        )
        if other:
            raise UserError(
                self.env._("“%s” is still under way. Close it.", other.name)
            )

    def _check_complete(self):
        if self.open_count:
            raise UserError(
                self.env._(
                    "%s risks are not assessed yet. Extend the time, or assess them.",
                    self.open_count,
                )
            )
        if not (self.conclusion or "").strip():
            raise UserError(
                self.env._("Write the conclusion: the report is printed with it.")
            )

    def _on_state(self, before):
        result = super()._on_state(before)
        for one in self:
            if one.state == "running":
                risks = self.env["insurance.risk"].search(one._scope())
                one.sudo().risk_ids = risks  # filled in by the server alone
                one._remind_owners()
        self._finish_tasks(self.sudo().risk_ids.owner_id | self.env.user)
        return result
