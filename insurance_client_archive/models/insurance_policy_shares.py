from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: in the context while a policy saves its beneficiaries as a whole. A caller from
#: outside can't name this object, so nobody can switch the check off.
WHOLE_POLICY = object()
WHOLE = 10_000  # hundredths of a per cent in 100 %


class InsurancePolicy(models.Model):
    """Beneficiaries: an order 1 to n, and shares that add to 100 % in each."""

    _inherit = "insurance.policy"

    statutory_beneficiaries = fields.Boolean(
        string="Legal heirs",
        compute="_compute_statutory_beneficiaries",
        store=True,
        readonly=False,
        precompute=True,
        help="Nobody is named for the death benefit: it belongs to the estate of the "
        "insured.",
    )

    @api.depends("beneficiary_ids.kind")
    def _compute_statutory_beneficiaries(self):
        for policy in self:
            policy.statutory_beneficiaries = not policy._has_death_beneficiaries()

    @api.constrains("statutory_beneficiaries")
    def _check_statutory_beneficiaries(self):
        for policy in self:
            if policy.statutory_beneficiaries and policy._has_death_beneficiaries():
                raise ValidationError(
                    self.env._(
                        "Either the legal heirs or named persons receive the death "
                        "benefit. Remove the named persons first."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        policies = self._saving_as_a_whole()
        policies = super(InsurancePolicy, policies).create(vals_list)
        policies = policies.with_env(self.env)
        if any(vals.get("beneficiary_ids") for vals in vals_list):
            policies._check_shares()
        return policies

    def write(self, vals):
        if "beneficiary_ids" not in vals:
            return super().write(vals)
        # several lines change in one save: what counts is the result
        whole = self._saving_as_a_whole()
        result = super(InsurancePolicy, whole).write(vals)
        self._check_shares()
        return result

    def _saving_as_a_whole(self):
        return self.with_context(insurance_shares=WHOLE_POLICY)

    def _has_death_beneficiaries(self):
        return any(person.kind == "death" for person in self.beneficiary_ids)

    def _check_shares(self):
        """Refuse beneficiaries whose order has gaps or whose shares miss 100 %."""
        if self.env.context.get("insurance_shares") is WHOLE_POLICY:
            return
        for policy, benefits in self._shares_by_benefit().items():
            for kind, shares in benefits.items():
                if problem := self._shares_problem(kind, shares):
                    raise ValidationError(f"{policy.display_name}: {problem}")

    def _shares_by_benefit(self):
        """Return {policy: {kind: {rank: hundredths of a per cent}}}."""
        result = defaultdict(lambda: defaultdict(dict))
        Beneficiary = self.env["insurance.policy.beneficiary"]
        # superuser: the whole counts, whoever changed a part of it
        for policy, kind, rank, share in Beneficiary.sudo()._read_group(
            [("policy_id", "in", self.ids)],
            ["policy_id", "kind", "rank"],
            ["share:sum"],
        ):
            result[policy.with_env(self.env)][kind][rank] = round(share * 100)
        return result

    def _shares_problem(self, kind, shares):
        label = self.env["insurance.policy.beneficiary"]._fields["kind"]
        benefit = dict(label._description_selection(self.env))[kind]
        for rank, share in sorted(shares.items()):
            if share != WHOLE:
                return self.env._(
                    "%(benefit)s, order %(rank)s: the shares add to %(sum)s %%. They "
                    "must add to exactly 100 %%; change all of them in one go.",
                    benefit=benefit,
                    rank=rank,
                    sum=f"{share / 100:g}",
                )
        missing = set(range(1, max(shares) + 1)) - shares.keys()
        if missing:
            return self.env._(
                "%(benefit)s: there is nobody in order %(rank)s, but somebody "
                "after it.",
                benefit=benefit,
                rank=min(missing),
            )
        return ""
