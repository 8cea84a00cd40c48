from odoo import fields, models


class InsuranceConsentWithdraw(models.TransientModel):
    """Ask why and how a client withdraws consents."""

    _name = "insurance.consent.withdraw"
    _description = "Withdraw consent"

    consent_ids = fields.Many2many(
        "insurance.consent",
        "insurance_consent_withdraw_rel",
        "withdraw_id",
        "consent_id",
        string="Consents",
        required=True,
    )
    channel = fields.Selection(
        [
            ("person", "In person"),
            ("phone", "By phone"),
            ("letter", "By letter or e-mail"),
        ],
        string="How",
        required=True,
        default="person",
    )
    reason = fields.Text(help="What the client says; no reason is needed.")

    def action_confirm(self):
        self.ensure_one()
        self.consent_ids._check_withdrawable()
        reason = (self.reason or "").strip() or self.env._("No reason given")
        self.consent_ids._withdraw(reason, self.channel)
        return {"type": "ir.actions.act_window_close"}
