from odoo import fields, models


class InsuranceUseLog(models.Model):
    """What is decided about access is in the log as well."""

    _inherit = "insurance.use.log"

    action = fields.Selection(
        selection_add=[
            ("revoke", "End of access"),
            ("hold", "Legal hold"),
            ("suspend", "Suspension of a user"),
            ("notify", "Notification of clients"),
        ],
        # the log is never changed, also when this addon goes
        ondelete={
            "revoke": lambda records: None,
            "hold": lambda records: None,
            "suspend": lambda records: None,
            "notify": lambda records: None,
        },
    )
