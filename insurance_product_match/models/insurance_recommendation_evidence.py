from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.sealed import Sealed

KINDS = [
    ("confirmation", "The client confirms the fit"),
    ("declaration", "Declaration under article 39"),
    ("insistence", "The client insists against our advice"),
]


class InsuranceRecommendationEvidence(models.Model):
    """What the client signed: a sealed picture, and a digest of what it was for.

    When the products or their terms change, the digest no longer fits and the client
    signs again.
    """

    _name = "insurance.recommendation.evidence"
    _inherit = ["insurance.archive.child", "insurance.sealed.mixin"]
    _description = "Signature on a recommendation"
    _order = "id desc"
    _rec_name = "kind"
    _access_slices = ("basic",)

    recommendation_id = fields.Many2one(
        "insurance.recommendation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        related="recommendation_id.archive_id", store=True, precompute=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    signer_name = fields.Char(string="Signed by", required=True, readonly=True)
    signature = Sealed(readonly=True, help="The picture of the signature.")
    signature_hash = fields.Char(required=True, readonly=True)
    facts_hash = fields.Char(
        string="Digest",
        required=True,
        readonly=True,
        help="Of the products, terms, premiums and notices that were signed for.",
    )
    lang = fields.Char(string="Language shown", readonly=True)
    user_id = fields.Many2one("res.users", string="Taken by", readonly=True)
    taken_on = fields.Datetime(string="Signed on", required=True, readonly=True)
    valid = fields.Boolean(
        string="Still fits",
        compute="_compute_valid",
        help="What was signed for is what the recommendation says today.",
    )

    @api.depends(
        "facts_hash",
        "recommendation_id.agent_id",
        "recommendation_id.need_text",
        "recommendation_id.opinion",
        "recommendation_id.line_ids.chosen",
        "recommendation_id.line_ids.premium",
        "recommendation_id.line_ids.sum_insured",
        "recommendation_id.line_ids.severity",
    )
    def _compute_valid(self):
        for evidence in self:
            evidence.valid = evidence._still_fits()

    def _still_fits(self):
        """Recount the digest; what decides does not take it from the cache."""
        self.ensure_one()
        return self.facts_hash == self.recommendation_id._seal(self.kind)

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list and not self.env.su:
            raise UserError(
                self.env._("A client signs on the recommendation, in the talk.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self and not (self.env.su and vals.keys() <= {"uuid", "signature"}):
            raise UserError(self.env._("A signature stays as it was given."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A signature stays as it was given."))

    def _check_archive_access(self):
        # asked when the client signed; nobody writes evidence by hand
        return None
