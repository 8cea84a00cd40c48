from odoo import api, fields, models


class InsuranceAffinity(models.Model):
    """Who has the one product buys the other so many times as often as by chance."""

    _name = "insurance.affinity"
    _description = "Learned affinity of two products"
    _order = "lift desc, id"
    # written anew by each run: no columns that nobody asks for
    _log_access = False

    run_id = fields.Many2one(
        "insurance.affinity.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(
        "product.template",
        string="Who has",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    other_id = fields.Many2one(
        "product.template",
        string="Also buys",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    both_count = fields.Integer(string="Clients with both", readonly=True)
    support = fields.Float(
        string="Support (%)",
        digits=(6, 2),
        readonly=True,
        aggregator=None,
        help="Share of all clients with policies who have both.",
    )
    confidence = fields.Float(
        string="Confidence (%)",
        digits=(6, 2),
        readonly=True,
        aggregator=None,
        help="Of those who have the first, so many have the other.",
    )
    lift = fields.Float(
        digits=(8, 2),
        readonly=True,
        aggregator=None,
        help="How many times as often as by chance, drawn to 1 where few clients "
        "prove it.",
    )
    weight = fields.Float(
        digits=(10, 4),
        readonly=True,
        aggregator=None,
        help="What it adds to the logarithm of how likely the other is bought next.",
    )

    @api.depends("product_id", "other_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for pair in self:
            pair.display_name = f"{pair.product_id.name} → {pair.other_id.name}"


class InsuranceAffinityShare(models.Model):
    """How popular a product is in a life-cycle stage; all clients without one."""

    _name = "insurance.affinity.share"
    _description = "Popularity of a product"
    _order = "owners desc, id"
    _log_access = False

    run_id = fields.Many2one(
        "insurance.affinity.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(
        "product.template", required=True, readonly=True, ondelete="cascade"
    )
    segment = fields.Selection(
        lambda self: (
            self.env["insurance.archive"]
            ._fields["lifecycle_stage"]
            ._description_selection(self.env)
        ),
        string="Life-cycle stage",
        readonly=True,
    )
    owners = fields.Integer(string="Clients who have it", readonly=True)


class InsuranceAffinityCount(models.Model):
    """What the chunks of a run have counted; added up and deleted at its end."""

    _name = "insurance.affinity.count"
    _description = "Counted pairs of products"
    _log_access = False

    sweep_id = fields.Integer(required=True, index=True)
    product_id = fields.Integer(required=True)
    other_id = fields.Integer(required=True)
    segment = fields.Char()
    apart = fields.Boolean()
    clients = fields.Integer(required=True)
