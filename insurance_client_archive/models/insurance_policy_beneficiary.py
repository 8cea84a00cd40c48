from odoo import api, fields, models


class InsurancePolicyBeneficiary(models.Model):
    """Who receives the benefit, in which order, and how much of it."""

    _name = "insurance.policy.beneficiary"
    _inherit = "insurance.policy.person"
    _description = "Beneficiary"
    _order = "policy_id, kind, rank, id"

    kind = fields.Selection(
        [("death", "Death benefit"), ("survival", "Survival benefit")],
        string="Benefit",
        required=True,
        default="death",
    )
    rank = fields.Integer(
        string="Order",
        required=True,
        default=1,
        help="Who is second in order receives the benefit when nobody of the first "
        "order can.",
    )
    share = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        required=True,
        default=100,
        help="The shares within one order add to 100 %.",
    )
    note = fields.Char()

    _rank_positive = models.Constraint(
        "CHECK(rank >= 1)",
        "The order of a beneficiary starts at 1.",
    )
    _share_range = models.Constraint(
        "CHECK(share > 0 AND share <= 100)",
        "The share of a beneficiary lies between 0.01 and 100 %.",
    )
    _policyholder_once = models.UniqueIndex(
        "(policy_id, kind) WHERE person_kind = 'policyholder'",
        "The policyholder is a beneficiary of this benefit already.",
    )
    _related_once = models.UniqueIndex(
        "(policy_id, kind, related_person_id) WHERE person_kind = 'related'",
        "This person is a beneficiary of this benefit already.",
    )
    _listed_once = models.UniqueIndex(
        "(policy_id, kind, listed_name,"
        " COALESCE(listed_birth_date, '0001-01-01'::date))"
        " WHERE person_kind = 'listed'",
        "A person with this name and birth date is a beneficiary of this benefit "
        "already.",
    )

    @api.constrains("policy_id", "kind", "rank", "share")
    def _check_shares(self):
        self.policy_id._check_shares()

    def write(self, vals):
        left = self.policy_id if "policy_id" in vals else self.policy_id.browse()
        result = super().write(vals)
        left._check_shares()
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        policies._check_shares()
        return result
