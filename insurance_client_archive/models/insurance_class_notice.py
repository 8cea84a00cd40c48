from odoo import api, fields, models

#: where a notice is shown: the field that says so, by occasion
OCCASIONS = {
    "client": "on_client",
    "lead": "on_lead",
    "policy": "on_policy",
    "claim": "on_claim",
    "advice": "on_advice",
}
#: how a claim is handled, the weightier last
WAYS = [("first", "Served first"), ("second_look", "Second look")]


class InsuranceClassNotice(models.Model):
    """What a class of clients means for advice, price, claims and risk.

    A notice never changes a premium, a deadline or a decision: premiums are as filed,
    and every client has the same rights. It tells people what to look at.
    """

    _name = "insurance.class.notice"
    _description = "Notice by class of client"
    _order = "sequence, id"

    name = fields.Char(string="Headline", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    segment_id = fields.Many2one(
        "insurance.client.segment",
        string="Class",
        required=True,
        index=True,
        ondelete="cascade",
        context={"show_dimension": True},
    )
    dimension = fields.Selection(related="segment_id.dimension", store=True)
    kind = fields.Selection(
        [
            ("risk", "Risk warning"),
            ("price", "Pricing and underwriting"),
            ("claim", "Claim handling"),
            ("service", "Service"),
        ],
        required=True,
        default="risk",
    )
    level = fields.Selection(
        [("hint", "Hint"), ("warning", "Warning")], required=True, default="hint"
    )
    text = fields.Text(string="What to do", required=True, translate=True)
    on_client = fields.Boolean(string="Client")
    on_lead = fields.Boolean(string="Opportunity")
    on_policy = fields.Boolean(string="Policy")
    on_claim = fields.Boolean(string="Claim")
    on_advice = fields.Boolean(string="Recommendation")
    category_ids = fields.Many2many(
        "insurance.product.category",
        string="Product categories",
        help="On policies and claims: of these products alone. Empty: of all.",
    )
    claim_way = fields.Selection(
        WAYS,
        string="Way of handling",
        help="Given to claims when they are reported. Served first: marked in "
        "the lists. Second look: another person looks at the claim before it is "
        "decided.",
    )
    regulation_id = fields.Many2one(
        "insurance.regulation", index="btree_not_null", ondelete="restrict"
    )

    @api.model
    def _shown_on(self, occasion):
        """Return the notices of an occasion."""
        # superuser: whoever may open the client reads what the house says of its class
        return self.sudo().search([(OCCASIONS[occasion], "=", True)])

    def _concerning(self, archive, category=None):
        """Return those of these notices that hold for a client the user may open."""
        return self.filtered(
            lambda notice: (
                archive[notice.dimension] == notice.segment_id.code
                and (not notice.category_ids or category in notice.category_ids)
            )
        )
