from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceClaimPaper(models.Model):
    """A paper that a claim needs: asked for once, and received."""

    _name = "insurance.claim.paper"
    _inherit = "insurance.archive.descendant"
    _description = "Paper of a claim"
    _order = "claim_id, sequence, id"

    _parent_field = "claim_id"

    sequence = fields.Integer(default=10)
    claim_id = fields.Many2one(
        "insurance.claim", required=True, index=True, ondelete="cascade"
    )
    archive_id = fields.Many2one(
        compute="_compute_archive_id", store=True, precompute=True
    )
    name = fields.Char(
        string="Paper", required=True, help="For example “hospital invoice”."
    )
    requested_on = fields.Date(
        string="Requested on",
        readonly=True,
        copy=False,
        help="Set for all missing papers at once; see “Ask for papers”.",
    )
    received_on = fields.Date(string="Received on", copy=False)
    waived = fields.Boolean(
        string="Not needed", help="It turned out that the claim does without it."
    )
    note = fields.Char()

    _received_after_request = models.Constraint(
        "CHECK(received_on >= requested_on)",
        "A paper can't be received before it was asked for.",
    )

    @api.depends("claim_id.archive_id")
    def _compute_archive_id(self):
        self._set_archive_from_parent()

    @api.model_create_multi
    def create(self, vals_list):
        # papers that come with a new claim form its one request
        asked = [vals for vals in vals_list if vals.get("requested_on")]
        claims = {vals.get("claim_id") for vals in asked} - {None, False}
        self.env["insurance.claim"].browse(claims)._check_not_asked_before()
        return super().create(vals_list)

    def write(self, vals):
        if "requested_on" in vals:
            self.claim_id._check_not_asked_before()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requested(self):
        if any(paper.requested_on for paper in self):
            raise UserError(
                self.env._(
                    "A paper that was asked for stays on the list. Mark it as not "
                    "needed."
                )
            )

    def _is_settled(self):
        return bool(self.received_on) or self.waived
