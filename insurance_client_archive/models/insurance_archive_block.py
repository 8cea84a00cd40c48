from odoo import api, fields, models

BLOCKS = [
    ("identity", "Identity"),
    ("contact", "Contact details"),
    ("finance", "Finance"),
    ("health", "Health"),
    ("policies", "Policies"),
]
FRESHNESS = [
    ("fresh", "Up to date"),
    ("never", "Never verified"),
    ("due_soon", "Due soon"),
    ("overdue", "Overdue"),
]


class InsuranceArchiveBlock(models.Model):
    """A part of the record: when it was last verified, when it is due again."""

    _name = "insurance.archive.block"
    _inherit = ["insurance.archive.child"]
    _description = "Part of a client's record"
    _order = "due_on, id"
    _rec_name = "block"
    # five rows for each client: no columns and indexes that nobody asks for
    _log_access = False

    # a part is nothing without its archive; the unique index finds it by archive
    archive_id = fields.Many2one(ondelete="cascade")
    partner_id = fields.Many2one(index=False)
    block = fields.Selection(BLOCKS, string="Part", required=True, readonly=True)
    checked_on = fields.Date(string="Verified on", readonly=True)
    checked_by_id = fields.Many2one("res.users", string="Verified by", readonly=True)
    due_on = fields.Date(string="Due on", readonly=True)
    freshness = fields.Selection(FRESHNESS, compute="_compute_freshness")

    _block_unique = models.UniqueIndex(
        "(archive_id, block)",
        "An archive has each part once.",
    )

    @api.depends("checked_on", "due_on")
    def _compute_freshness(self):
        limits = self.env["insurance.archive"]._review_limits()
        for block in self:
            block.freshness = block.archive_id._freshness_of(
                block.due_on, block.checked_on, *limits
            )
