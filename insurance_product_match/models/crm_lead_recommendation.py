from odoo import api, fields, models

from .insurance_recommendation_life import OPEN, STATES


class CrmStage(models.Model):
    _inherit = "crm.stage"

    insurance_step = fields.Selection(
        [step for step in STATES if step[0] in ("match", "recommend", "talk")],
        string="Step of a recommendation",
        help="An opportunity moves on to this stage when its recommendation takes the "
        "step.",
    )

    @api.model
    def _set_insurance_steps(self):
        """Give the stages that Odoo brings their steps, where they still are."""
        for name, step in (("stage_lead2", "match"), ("stage_lead3", "talk")):
            if stage := self.env.ref(f"crm.{name}", raise_if_not_found=False):
                stage.insurance_step = step


class CrmLead(models.Model):
    """Advice where agents work on a sale."""

    _inherit = "crm.lead"

    insurance_recommendation_ids = fields.One2many(
        "insurance.recommendation", "lead_id", string="Recommendations"
    )
    insurance_recommendation_count = fields.Integer(
        string="Number of recommendations",
        compute="_compute_insurance_recommendation_count",
        compute_sudo=False,
    )

    @api.depends_context("uid")
    def _compute_insurance_recommendation_count(self):
        # as the current user even where the opportunity is read as superuser
        Recommendation = self.env["insurance.recommendation"].sudo(False)
        counts = {}
        if Recommendation.has_access("read"):
            domain = [("lead_id", "in", self.ids)]
            counts = dict(Recommendation._read_group(domain, ["lead_id"], ["__count"]))
        for lead in self:
            lead.insurance_recommendation_count = counts.get(lead._origin, 0)

    def action_new_recommendation(self):
        """Advise on this opportunity, or go on where the advice has stopped."""
        self.ensure_one()
        return self.insurance_archive_id._advise(self)

    def action_open_recommendations(self):
        self.ensure_one()
        return self.insurance_archive_id._open_recommendations(
            [("lead_id", "=", self.id)]
        )

    def action_set_lost(self, **additional_values):
        result = super().action_set_lost(**additional_values)
        # superuser is not needed: what the user may not open stays as it is
        advice = self.env["insurance.recommendation"]
        if advice.has_access("write"):
            waiting = advice.search(
                [("lead_id", "in", self.ids), ("state", "in", OPEN)]
            )
            waiting._close_with_opportunity()
        return result
