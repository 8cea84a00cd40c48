from odoo import fields, models

from .insurance_recommendation_life import OPEN


class InsuranceRecommendation(models.Model):
    """What came of it: applications, a reason why not, and the opportunity's stage."""

    _inherit = "insurance.recommendation"

    policy_ids = fields.One2many(
        "insurance.policy", "recommendation_id", string="Policies"
    )
    policy_count = fields.Integer(compute="_compute_policy_count", compute_sudo=False)

    def _compute_policy_count(self):
        for recommendation in self:
            recommendation.policy_count = len(recommendation.policy_ids)

    def action_sell(self):
        """Make an application of each product that the client has chosen."""
        for recommendation in self:
            recommendation.check_access("write")
            recommendation.state = "sold"
        return self.action_open_policies()

    def action_open_policies(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_client_archive.insurance_policy_action"
        )
        action["domain"] = [("recommendation_id", "in", self.ids)]
        action["context"] = {"show_client_name": True}
        if len(self.policy_ids) == 1:
            action.update(
                view_mode="form", views=[(False, "form")], res_id=self.policy_ids.id
            )
        return action

    def _close_with_opportunity(self):
        """Decline what the client was offered, drop what was still prepared."""
        reason = self.env._("The opportunity was lost.")
        for recommendation in self:
            steps = recommendation._transitions[recommendation.state]
            target = "declined" if "declined" in steps else "cancelled"
            recommendation.write({"state": target, "state_reason": reason})

    def _on_step(self):
        result = super()._on_step()
        for recommendation in self:
            if recommendation.state == "sold":
                recommendation._make_applications()
        self._move_opportunities()
        return result

    def _make_applications(self):
        """Create the applications that follow from the confirmed products."""
        self.ensure_one()
        for line in self.line_ids.filtered("chosen"):
            policy = self.env["insurance.policy"].create(line._application())
            # superuser: the links are made by this step alone
            policy.sudo().recommendation_id = self
            line.sudo().policy_id = policy

    def _move_opportunities(self):
        """Keep the stage of the opportunity in step, where the user may change it."""
        for recommendation in self:
            lead = recommendation.lead_id
            if not lead or not lead.has_access("write") or not lead.active:
                continue
            if recommendation.state == "sold":
                lead.expected_revenue = recommendation.annual_premium
                lead.action_set_won()
            elif recommendation.state == "declined":
                others = lead.insurance_recommendation_ids - recommendation
                if not others.filtered(lambda other: other.state in OPEN):
                    lead.action_set_lost()
            elif stage := recommendation._lead_stage(lead):
                lead.stage_id = stage

    def _lead_stage(self, lead):
        """Return the later stage that stands for the step, if there is one."""
        stage = self.env["crm.stage"].search(
            [
                ("insurance_step", "=", self.state),
                ("team_ids", "in", [False, *lead.team_id.ids]),
            ],
            order="sequence",
            limit=1,
        )
        return stage.filtered(
            lambda step: (
                (step.sequence, step.id) > (lead.stage_id.sequence, lead.stage_id.id)
            )
        )


class InsuranceRecommendationLine(models.Model):
    _inherit = "insurance.recommendation.line"

    policy_id = fields.Many2one(
        "insurance.policy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _application(self):
        """Return the values of the application for the product."""
        self.ensure_one()
        recommendation = self.recommendation_id
        return {
            "archive_id": self.archive_id.id,
            "product_id": self.product_id.id,
            "agent_id": recommendation.agent_id.id,
            "sum_insured": self.sum_insured,
            "term_years": self.term_years,
            "payment_mode": self.payment_mode,
            "payment_years": self.payment_years,
            "premium": self.premium,
            "insured_ids": self._insured(),
        }

    def _insured(self):
        if self.insured_id:
            return [fields.Command.create({"related_person_id": self.insured_id.id})]
        if self.archive_id.client_kind == "individual":
            return [fields.Command.create({"person_kind": "policyholder"})]
        return []


class InsurancePolicy(models.Model):
    """A policy that follows from advice; the step “Sell” alone makes the link."""

    _name = "insurance.policy"
    _inherit = ["insurance.server.value.mixin", "insurance.policy"]
    _server_values = frozenset({"recommendation_id"})

    recommendation_id = fields.Many2one(
        "insurance.recommendation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The advice that the application follows.",
    )
