from odoo import fields, models


class InsuranceProposalNotice(models.Model):
    """One of the things that a client must be told before buying."""

    _name = "insurance.proposal.notice"
    _description = "Notice before the sale"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    text = fields.Text(
        translate=True, required=True, help="What the proposal tells the client."
    )
    regulation_id = fields.Many2one(
        "insurance.regulation", string="Article", ondelete="restrict"
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another notice has this code.")
