from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceAccessDecide(models.TransientModel):
    """Decide on several applications at once, or say why one is refused or revoked."""

    _name = "insurance.access.decide"
    _description = "Decision on applications for access"

    decision = fields.Selection(
        [("approved", "Approve"), ("refused", "Refuse"), ("revoked", "Revoke")],
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many(
        "insurance.access.decide.line", "decide_id", string="Applications for access"
    )
    reason = fields.Text(help="The applicant reads it.")
    ready_count = fields.Integer(compute="_compute_counts")
    blocked_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.problem")
    def _compute_counts(self):
        for decide in self:
            blocked = decide.line_ids.filtered("problem")
            decide.blocked_count = len(blocked)
            decide.ready_count = len(decide.line_ids - blocked)

    @api.model
    def _open(self, decision, requests):
        """Return the dialog, with what was seen of each application."""
        decide = self.create(
            {
                "decision": decision,
                "line_ids": [
                    fields.Command.create(
                        {
                            "request_id": request.id,
                            "revision": request.revision,
                            "problem": request._hurdle(decision),
                        }
                    )
                    for request in requests
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": decide._title(),
            "res_model": self._name,
            "res_id": decide.id,
            "view_mode": "form",
            "target": "new",
        }

    def _title(self):
        titles = {
            "approved": self.env._("Approve applications"),
            "refused": self.env._("Refuse applications"),
            "revoked": self.env._("Revoke access"),
        }
        return titles[self.decision]

    def action_confirm(self):
        """Decide on all that can be decided; the others stay as they are."""
        self.ensure_one()
        ready = self.line_ids.filtered(lambda line: not line.problem)
        if not ready:
            raise UserError(self.env._("There is nothing here that you can decide."))
        for line in ready:
            line._decide()
        return {"type": "ir.actions.act_window_close"}


class InsuranceAccessDecideLine(models.TransientModel):
    _name = "insurance.access.decide.line"
    _description = "Application to be decided on"

    decide_id = fields.Many2one(
        "insurance.access.decide", required=True, index=True, ondelete="cascade"
    )
    request_id = fields.Many2one(
        "insurance.access.request", required=True, readonly=True, ondelete="cascade"
    )
    revision = fields.Integer(readonly=True)
    problem = fields.Text(string="Why not", readonly=True)
    user_id = fields.Many2one(related="request_id.user_id", related_sudo=False)
    purpose_id = fields.Many2one(related="request_id.purpose_id", related_sudo=False)
    slices_text = fields.Char(related="request_id.slices_text", related_sudo=False)

    def _decide(self):
        decision, request = self.decide_id.decision, self.request_id
        if decision == "approved":
            request._approve(self.revision)
        elif decision == "refused":
            request._refuse(self.decide_id.reason, self.revision)
        else:
            request._revoke(self.decide_id.reason)
