from odoo import fields, models


class InsuranceAccessGrant(models.Model):
    _inherit = "insurance.access.grant"

    consent_id = fields.Many2one(
        "insurance.consent",
        string="Rests on the consent",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="When the client withdraws it, the grant ends at once.",
    )


class InsuranceConsent(models.Model):
    _inherit = "insurance.consent"

    grant_ids = fields.One2many(
        "insurance.access.grant", "consent_id", string="Grants that rest on it"
    )

    def _end_dependent(self, reason):
        result = super()._end_dependent(reason)
        if grants := self.grant_ids.filtered(lambda grant: grant.state == "active"):
            grants._end(reason)
        return result
