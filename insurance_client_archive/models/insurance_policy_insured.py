from odoo import fields, models


class InsurancePolicyInsured(models.Model):
    """Somebody whose life, health or property a policy covers."""

    _name = "insurance.policy.insured"
    _inherit = "insurance.policy.person"
    _description = "Insured person"
    _order = "policy_id, sequence, id"

    sequence = fields.Integer(default=10)
    note = fields.Char()

    _policyholder_once = models.UniqueIndex(
        "(policy_id) WHERE person_kind = 'policyholder'",
        "The policyholder is insured in this policy already.",
    )
    _related_once = models.UniqueIndex(
        "(policy_id, related_person_id) WHERE person_kind = 'related'",
        "This person is insured in this policy already.",
    )
    _listed_once = models.UniqueIndex(
        "(policy_id, listed_name, COALESCE(listed_birth_date, '0001-01-01'::date))"
        " WHERE person_kind = 'listed'",
        "A person with this name and birth date is insured in this policy already.",
    )
