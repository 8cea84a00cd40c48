from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_policy_life import IN_FORCE, NEVER_ISSUED


class InsurancePolicy(models.Model):
    """The policy after this one."""

    _inherit = "insurance.policy"

    renewable = fields.Boolean(
        help="The cover is offered again when the policy ends: it is listed among the "
        "renewals until the next policy is applied for."
    )
    renewal_date = fields.Date(
        string="Renewal",
        compute="_compute_renewal_date",
        store=True,
        index="btree_not_null",
        help="First day without cover, unless the policy is renewed.",
    )
    previous_policy_id = fields.Many2one(
        "insurance.policy",
        string="Renewal of",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        readonly=True,
    )
    renewal_ids = fields.One2many(
        "insurance.policy", "previous_policy_id", string="Renewals"
    )
    renewal_id = fields.Many2one(
        "insurance.policy", string="Renewed by", compute="_compute_renewal_id"
    )

    _renewed_once = models.UniqueIndex(
        "(previous_policy_id) WHERE previous_policy_id IS NOT NULL"
        " AND state NOT IN ('declined', 'withdrawn')",
        "This policy is being renewed already. Open the renewal instead.",
    )

    @api.depends("state", "renewable", "end_date", "renewal_ids.state")
    def _compute_renewal_date(self):
        for policy in self:
            open_end = (
                policy.renewable
                and policy.end_date
                and policy.state in IN_FORCE
                and not policy._live_renewal()
            )
            policy.renewal_date = open_end and policy._day_after_end()

    @api.depends("renewal_ids.state")
    def _compute_renewal_id(self):
        for policy in self:
            policy.renewal_id = policy._live_renewal()

    @api.constrains("previous_policy_id", "archive_id")
    def _check_previous_policy(self):
        for policy in self:
            previous = policy.previous_policy_id
            if previous and previous.archive_id != policy.archive_id:
                raise ValidationError(
                    self.env._("A renewal belongs to the same policyholder.")
                )

    def action_renew(self):
        """Open the application that continues this policy, entering it if need be."""
        self.ensure_one()
        self.check_access("write")
        renewal = self._live_renewal() or self._renew()
        return renewal._form_action()

    def action_open_renewal(self):
        self.ensure_one()
        return self._live_renewal()._form_action()

    def action_open_previous(self):
        self.ensure_one()
        return self.previous_policy_id._form_action()

    def _renew(self):
        if self.state not in (*IN_FORCE, "expired") or not self.end_date:
            raise UserError(
                self.env._(
                    "Only a policy that is in force or expired, and has an end, can be "
                    "renewed."
                )
            )
        # the index that allows one renewal must know of one declined just now
        self.renewal_ids.flush_recordset(["state"])
        return self.copy(
            {"previous_policy_id": self.id, "start_date": self._day_after_end()}
        )

    def _live_renewal(self):
        return self.renewal_ids.filtered(lambda p: p.state not in NEVER_ISSUED)[:1]

    def _day_after_end(self):
        return self.end_date + timedelta(days=1)

    def _form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
