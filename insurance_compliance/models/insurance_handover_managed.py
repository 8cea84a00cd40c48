from odoo import fields, models


class InsuranceHandoverManaged(models.Model):
    """A client who got a new account manager, so that it can be given back."""

    _name = "insurance.handover.managed"
    _description = "Client with a new account manager"
    _log_access = False

    handover_id = fields.Many2one(
        "insurance.handover", required=True, index=True, ondelete="cascade"
    )
    archive_id = fields.Many2one(
        "insurance.archive", required=True, index=True, ondelete="cascade"
    )
