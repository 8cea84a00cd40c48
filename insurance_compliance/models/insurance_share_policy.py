from odoo import api, fields, models

KINDS = [
    ("internal", "Internal"),
    ("cooperation", "Cooperation partner"),
    ("client_authorised", "Authorised by the client"),
]
APPROVERS = [
    ("supervisor", "Supervisor of the client's team"),
    ("department_head", "Department head"),
    ("compliance", "Compliance officer"),
]


class InsuranceSharePolicy(models.Model):
    """How a kind of sharing is decided, and how far it may go."""

    _name = "insurance.share.policy"
    _description = "Rules of sharing"
    _order = "id"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    approver = fields.Selection(
        APPROVERS,
        string="Decided by",
        required=True,
        help="Never by the person who asks, whatever the role.",
    )
    needs_review = fields.Boolean(
        string="Confidentiality review",
        help="A compliance officer looks at the content before anybody approves it.",
    )
    max_days = fields.Integer(string="Longest period in days", required=True)
    max_downloads = fields.Integer(
        string="Most downloads", required=True, help="Of one packet."
    )
    max_parts = fields.Integer(
        string="Most parts", required=True, help="The necessary ones, not all."
    )
    excluded_slice = fields.Selection(
        lambda self: self.env["insurance.share.part"]._slice_selection(),
        string="Never shared",
        help="A slice that is not shared in this way at all.",
    )

    _kind_unique = models.UniqueIndex("(kind)", "A kind of sharing has one rule.")
    _positive = models.Constraint(
        "CHECK(max_days > 0 AND max_downloads > 0 AND max_parts > 0)",
        "Longest period, downloads and parts are at least one.",
    )

    @api.model
    def _of(self, kind):
        """Return the rules of a kind; whoever shares need not see them all."""
        # superuser: rules are no secret
        return self.sudo().search([("kind", "=", kind)], limit=1)

    @api.model
    def _of_all(self):
        # superuser: rules are no secret
        return self.sudo().search([("kind", "!=", False)])
