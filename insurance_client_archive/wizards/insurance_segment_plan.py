from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceSegmentPlan(models.TransientModel):
    """Plan the same activity for each client of a saved segment.

    Everybody may read activities on contacts: their text is that of the kind of
    activity and says nothing about the client or the segment.
    """

    _name = "insurance.segment.plan"
    _description = "Plan an activity for each client"

    segment_id = fields.Many2one("insurance.segment", required=True, ondelete="cascade")
    client_count = fields.Integer(related="segment_id.client_count")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Kind of activity",
        required=True,
        ondelete="cascade",
        domain=[("res_model", "in", (False, "res.partner"))],
        default=lambda self: self.env.ref(
            "mail.mail_activity_data_call", raise_if_not_found=False
        ),
    )
    due_date = fields.Date(
        string="Due on",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=7),
    )
    assignee = fields.Selection(
        [("agent", "The agent of each client"), ("me", "Me")],
        string="To be done by",
        required=True,
        default="agent",
    )

    @api.constrains("due_date")
    def _check_due_date(self):
        today = fields.Date.context_today(self)
        if any(plan.due_date < today for plan in self):
            raise UserError(self.env._("Choose a day that is not past."))

    def action_plan(self):
        """Plan at once for few clients, and as bulk work for many."""
        self.ensure_one()
        scope = {
            "segment": self.segment_id.id,
            "type": self.activity_type_id.id,
            "date": fields.Date.to_string(self.due_date),
            "assignee": self.assignee,
        }
        if not self.client_count:
            raise UserError(
                self.env._("There is no client in the segment that you may open.")
            )
        limit = self.env["insurance.parameter"]._get("segment_plan_at_once")
        if self.client_count > limit:
            self.env["insurance.sweep"]._start(
                "segment_plan", scope, self.segment_id.display_name
            )
            message = self.env._(
                "Activities are planned for %s clients, a few hundred at a time.",
                self.client_count,
            )
        else:
            domain = self.segment_id._archives_domain()
            archives = self.env["insurance.archive"].search(domain)
            number = self.segment_id._plan_activities(archives, scope)
            message = self.env._(
                "%(number)s activities planned; %(known)s clients have one already.",
                number=number,
                known=len(archives) - number,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
