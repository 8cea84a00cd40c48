from odoo import api, fields, models
from odoo.exceptions import ValidationError

RELATIONS = [
    ("spouse", "Spouse"),
    ("parent", "Parent"),
    ("child", "Child"),
    ("sibling", "Brother or sister"),
    ("grandparent", "Grandparent"),
    ("grandchild", "Grandchild"),
    ("guardian", "Guardian"),
    ("beneficiary", "Beneficiary"),
    ("legal_representative", "Legal representative"),
    ("beneficial_owner", "Beneficial owner"),
    ("contact_person", "Contact person"),
    ("employee", "Employee or member"),
    ("other", "Other"),
]


class InsuranceRelatedPerson(models.Model):
    """Somebody who matters to a client: family, guardian, owner, representative."""

    _name = "insurance.related.person"
    _inherit = ["insurance.archive.child", "insurance.history.mixin"]
    _description = "Related person"
    _order = "archive_id, relation, id"

    name = fields.Char(required=True)
    relation = fields.Selection(RELATIONS, required=True)
    in_household = fields.Boolean(
        string="In household",
        compute="_compute_in_household",
        store=True,
        readonly=False,
        precompute=True,
        help="Lives with the client and shares the cover that the family needs.",
    )
    gender = fields.Selection([("male", "Male"), ("female", "Female")])
    birth_date = fields.Date(string="Birth date")
    age = fields.Integer(compute="_compute_age", help="In completed years.")
    phone = fields.Char()
    occupation_id = fields.Many2one("insurance.occupation")
    contact_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="The person's own contact, where there is one.",
    )
    ownership = fields.Float(
        string="Ownership (%)",
        digits=(5, 2),
        help="Share of a beneficial owner in the enterprise, in per cent.",
    )
    note = fields.Char()

    _ownership_range = models.Constraint(
        "CHECK(ownership BETWEEN 0 AND 100)",
        "Ownership lies between 0 and 100 %.",
    )

    @api.depends("relation")
    def _compute_in_household(self):
        for person in self:
            person.in_household = person.relation in ("spouse", "child")

    @api.depends("birth_date")
    def _compute_age(self):
        for person in self:
            person.age = person.archive_id._age_on(
                person.birth_date, fields.Date.context_today(person)
            )

    @api.constrains("birth_date")
    def _check_birth_date(self):
        for person in self:
            if problem := person.archive_id._birth_date_problem(person.birth_date):
                raise ValidationError(
                    self.env._(
                        "%(name)s: %(problem)s", name=person.name, problem=problem
                    )
                )
