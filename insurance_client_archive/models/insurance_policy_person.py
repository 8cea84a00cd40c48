from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .insurance_related_person import RELATIONS

#: entered under the first name, kept under the second: see ``name``
LISTED = {"name": "listed_name", "birth_date": "listed_birth_date"}


class InsurancePolicyPerson(models.AbstractModel):
    """Somebody named in a policy.

    Either the policyholder, a related person of the archive, or, as in a group
    policy, a name and a birth date. What the archive knows is not copied.
    """

    _name = "insurance.policy.person"
    _inherit = "insurance.policy.child"
    _description = "Person in a policy"
    _rec_name = "name"
    _rec_names_search = ["listed_name", "related_person_id.name", "partner_id.name"]

    person_kind = fields.Selection(
        [
            ("policyholder", "Policyholder"),
            ("related", "Related person"),
            ("listed", "Other person"),
        ],
        string="Who",
        required=True,
        compute="_compute_person_kind",
        store=True,
        readonly=False,
        precompute=True,
    )
    related_person_id = fields.Many2one(
        "insurance.related.person",
        string="Related person",
        index="btree_not_null",
        ondelete="restrict",
        help="One of the related persons of the policyholder's archive.",
    )
    listed_name = fields.Char(string="Name as listed")
    listed_birth_date = fields.Date(string="Birth date as listed")
    name = fields.Char(
        compute="_compute_person", inverse="_inverse_person", compute_sudo=False
    )
    birth_date = fields.Date(
        string="Birth date",
        compute="_compute_person",
        inverse="_inverse_person",
        compute_sudo=False,
    )
    age = fields.Integer(compute="_compute_age", help="In completed years.")
    relation = fields.Selection(
        [("self", "Policyholder"), *RELATIONS],
        string="Relation to policyholder",
        compute="_compute_relation",
        store=True,
        readonly=False,
        precompute=True,
    )

    _person_named = models.Constraint(
        "CHECK(CASE person_kind WHEN 'related' THEN related_person_id IS NOT NULL"
        " WHEN 'listed' THEN listed_name <> '' ELSE TRUE END IS TRUE)",
        "Choose the related person, or enter the name of the other person.",
    )

    @api.depends("related_person_id", "listed_name")
    def _compute_person_kind(self):
        for person in self:
            if person.related_person_id:
                person.person_kind = "related"
            elif person.listed_name:
                person.person_kind = "listed"
            else:
                person.person_kind = person.person_kind or "policyholder"

    @api.depends(
        "person_kind",
        "partner_id",
        "related_person_id.name",
        "related_person_id.birth_date",
        *LISTED.values(),
    )
    @api.depends_context("uid")
    def _compute_person(self):
        known = self._known_persons()
        for person in self:
            if person in known:
                person.name = known[person].name
                person.birth_date = known[person].birth_date
            else:
                person.name = person.listed_name
                person.birth_date = person.listed_birth_date

    def _inverse_person(self):
        for person in self:
            if person.person_kind == "listed":
                person.listed_name = person.name
                person.listed_birth_date = person.birth_date

    @api.depends("birth_date")
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for person in self:
            person.age = person.archive_id._age_on(person.birth_date, today)

    @api.depends("person_kind", "related_person_id")
    def _compute_relation(self):
        known = self._known_persons()
        for person in self:
            if person.person_kind == "policyholder":
                person.relation = "self"
            elif person.person_kind == "related" and known[person]:
                person.relation = known[person].relation
            else:
                kept = person.relation != "self" and person.relation
                person.relation = kept

    @api.onchange("person_kind")
    def _onchange_person_kind(self):
        if self.person_kind != "related":
            self.related_person_id = False
        if self.person_kind != "listed":
            self.listed_name = self.listed_birth_date = False

    @api.constrains("related_person_id")
    def _check_related_person(self):
        for person in self:
            related = person.related_person_id
            if related and related.archive_id != person.archive_id:
                raise ValidationError(
                    self.env._("Choose a related person of the policyholder's archive.")
                )

    @api.constrains("listed_birth_date")
    def _check_birth_date(self):
        for person in self:
            problem = person.archive_id._birth_date_problem(person.listed_birth_date)
            if problem:
                raise ValidationError(f"{person.listed_name}: {problem}")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._as_listed(vals) for vals in vals_list])

    def _known_persons(self):
        """Return {person: record that knows it}, without those that are listed.

        A form that is not saved yet may name any record: only those that the user
        may open are returned.
        """
        archives = self.archive_id.sudo(False)._filtered_access("read")
        related = self.related_person_id.sudo(False)._filtered_access("read")
        known = {}
        for person in self:
            if person.person_kind == "policyholder":
                known[person] = person.archive_id.sudo(False) & archives
            elif person.person_kind == "related":
                known[person] = person.related_person_id.sudo(False) & related
        return known

    @api.model
    def _as_listed(self, vals):
        """Take a name given alone as that of somebody who is not in the archive."""
        if (
            vals.get("related_person_id")
            or vals.get("person_kind", "listed") != "listed"
        ):
            return vals
        return {LISTED.get(name, name): value for name, value in vals.items()}
