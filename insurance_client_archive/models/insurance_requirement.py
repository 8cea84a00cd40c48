from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..tools.completeness import Rule
from .insurance_archive import CLIENT_KINDS
from .insurance_related_person import RELATIONS

RECORD_GROUPS = [
    ("identity", "Identity"),
    ("intent", "Intent to insure"),
    ("risk", "Risk"),
    ("choice", "Product choice"),
    ("claims", "Claims"),
    ("contact", "Contact details"),
    ("class", "Client class"),
]


class InsuranceRequirement(models.Model):
    """Something that a complete archive holds: a field, a paper or a person."""

    _name = "insurance.requirement"
    _description = "Required data"
    _order = "sequence, id"
    _rec_names_search = ["field_id", "document_type_id"]

    sequence = fields.Integer(default=10)
    stage = fields.Selection(
        [("enter", "To enter"), ("file", "To file")],
        string="Needed",
        required=True,
        default="enter",
        help="What is needed to enter an archive is also needed to file it.",
    )
    client_kind = fields.Selection(
        CLIENT_KINDS, string="Kind of client", help="Empty: every kind."
    )
    category_ids = fields.Many2many(
        "insurance.product.category",
        "insurance_requirement_category_rel",
        "requirement_id",
        "category_id",
        string="Product categories",
        help="Only for clients who have a policy or are interested in one of these. "
        "Empty: whatever the client insures.",
    )
    condition = fields.Selection(
        [
            ("always", "Always"),
            ("minor", "When the client is a minor"),
            ("adult", "When the client is of age"),
            ("married", "When the client is married"),
        ],
        required=True,
        default="always",
    )
    record_group = fields.Selection(
        RECORD_GROUPS, string="Record group", required=True, default="identity"
    )
    what = fields.Selection(
        [("field", "Field"), ("paper", "Paper"), ("person", "Related person")],
        string="What is required",
        required=True,
        default="field",
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        ondelete="cascade",
        domain=lambda self: self._field_domain(),
    )
    field_name = fields.Char(related="field_id.name", string="Technical name")
    document_type_id = fields.Many2one(
        "insurance.document.type", string="Paper", ondelete="cascade"
    )
    relation = fields.Selection(RELATIONS)
    weight = fields.Integer(
        required=True, default=1, help="How much it counts in the completeness."
    )
    active = fields.Boolean(default=True)

    _weight_positive = models.Constraint(
        "CHECK(weight > 0)",
        "The weight of a requirement must be positive.",
    )
    _names_one_thing = models.Constraint(
        "CHECK((what = 'field' AND field_id IS NOT NULL)"
        " OR (what = 'paper' AND document_type_id IS NOT NULL)"
        " OR (what = 'person' AND relation IS NOT NULL))",
        "Choose the field, the paper or the person that is required.",
    )

    @api.depends("what", "field_id", "document_type_id", "relation")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = self.env["insurance.archive"].fields_get(attributes=["string"])
        relations = dict(self._fields["relation"]._description_selection(self.env))
        for requirement in self:
            if requirement.what == "field":
                # the technical list of fields is for administrators; a label is not
                name = requirement.sudo().field_id.name
                label = labels.get(name, {}).get("string", name)
            elif requirement.what == "paper":
                label = requirement.document_type_id.name
            else:
                label = relations.get(requirement.relation)
            requirement.display_name = label or ""

    @api.constrains("field_id")
    def _check_field(self):
        possible = self.env["insurance.archive"]._requirable_fields()
        for requirement in self:
            if requirement.field_id and (
                requirement.field_id.model != "insurance.archive"
                or requirement.field_id.name not in possible
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” can't be required: nobody enters it by hand.",
                        requirement.field_id.field_description,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        self._on_rules_changed()
        return requirements

    def write(self, vals):
        result = super().write(vals)
        self._on_rules_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._on_rules_changed()
        return result

    @api.model
    def _field_domain(self):
        names = self.env["insurance.archive"]._requirable_fields()
        return [("model", "=", "insurance.archive"), ("name", "in", sorted(names))]

    @api.model
    def _on_rules_changed(self):
        """Count all archives anew, in chunks and in the background."""
        self.env.registry.clear_cache()
        cron = self.env.ref(
            "insurance_client_archive.ir_cron_refresh_quality", raise_if_not_found=False
        )
        if cron:
            # as superuser: those who edit requirements may not edit scheduled jobs
            cron.sudo()._trigger()

    @api.model
    @ormcache()
    def _rules(self):
        """Return all requirements as plain rules, in the order of the list."""
        # as superuser: rules are the same for everybody
        return tuple(
            Rule(
                id=requirement.id,
                stage=requirement.stage,
                client_kind=requirement.client_kind or "",
                categories=frozenset(requirement.category_ids.ids),
                condition=requirement.condition,
                what=requirement.what,
                key=requirement._key(),
                weight=requirement.weight,
            )
            for requirement in self.sudo().search([])
        )

    def _key(self):
        if self.what == "field":
            return self.field_id.name
        return self.document_type_id.id if self.what == "paper" else self.relation

    @api.model
    def _fingerprint(self):
        """Return what tells whether a completeness was counted by today's rules."""
        minor_age = self.env["insurance.parameter"]._get("minor_age")
        # sorted: the order inside a frozenset differs between processes
        content = [
            (*rule[:3], sorted(rule.categories), *rule[4:]) for rule in self._rules()
        ]
        return sha256(repr((minor_age, content)).encode()).hexdigest()[:16]
