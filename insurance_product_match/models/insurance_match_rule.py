from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_live_mixin import Use
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import Transition

from .. import match_conditions

EDITOR = "insurance_product_match.group_product_editor"
SPECIALIST = "insurance_product_match.group_product_specialist"
STATES = [
    ("draft", "Draft"),
    ("approved", "Approved"),
    ("active", "Active"),
    ("retired", "Retired"),
]
EFFECTS = [
    ("exclude", "Never offer"),
    ("require", "Offer nothing else"),
    ("boost", "Give points"),
]
#: what decides; a change of it makes an earlier back-test worthless
CONTENT = frozenset(
    {"client_condition", "product_condition", "effect", "points", "priority"}
)


class InsuranceMatchRule(models.Model):
    """What is offered to whom, or is not: one version of a house rule.

    Somebody enters it as a draft and tries it on what was sold; a specialist who did
    not write it approves it, and puts it into force. Then it is not changed any more:
    a new version takes its place.
    """

    _name = "insurance.match.rule"
    _inherit = ["insurance.version.mixin", "insurance.live.mixin"]
    _description = "Matching rule"
    _order = "priority, id"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "approved": Transition(groups=SPECIALIST, check="_check_approve"),
            "retired": Transition(reason=True, groups=EDITOR),
        },
        "approved": {
            "draft": Transition(reason=True, groups=EDITOR),
            "active": Transition(groups=SPECIALIST, check="_check_activate"),
            "retired": Transition(reason=True, groups=EDITOR),
        },
        "active": {"retired": Transition(reason=True, groups=SPECIALIST)},
    }
    _kept_fields = frozenset({"origin_id", "content_on"})
    _free_fields = frozenset({"note"})

    name = fields.Char(required=True, translate=True)
    priority = fields.Integer(
        default=10,
        aggregator=None,
        help="Where several rules drop a product, the smallest number is named.",
    )
    effect = fields.Selection(EFFECTS, required=True, default="boost")
    points = fields.Integer(
        aggregator=None,
        help="Added to the score of each product that the rule applies to; below 0 "
        "takes away.",
    )
    client_condition = fields.Char(
        string="Clients",
        required=True,
        default="[]",
        help="Whom the rule applies to, by figures, classes and plain facts.",
    )
    product_condition = fields.Char(
        string="Products",
        required=True,
        default="[]",
        help="Which products are never offered, are the only ones offered, or get "
        "points.",
    )
    reason = fields.Text(
        string="Explanation",
        required=True,
        translate=True,
        help="What people read beside a product that the rule has touched.",
    )
    regulation_id = fields.Many2one(
        "insurance.regulation", string="Article", ondelete="restrict"
    )
    note = fields.Text(string="Notes")
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    origin_id = fields.Many2one(
        "insurance.match.rule",
        string="First version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    author_ids = fields.Many2many(relation="insurance_match_rule_author_rel")
    content_on = fields.Datetime(string="Last changed", readonly=True, copy=False)

    _points_by_effect = models.Constraint(
        "CHECK(effect <> 'boost' OR points <> 0)",
        "A rule that gives points needs some: enter a number other than 0.",
    )
    _points_limit = models.Constraint(
        "CHECK(points BETWEEN -100 AND 100)",
        "A rule gives or takes at most 100 points.",
    )

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = self.env._(
                "%(name)s, version %(version)s",
                name=rule.name or "",
                version=rule.version,
            )

    @api.constrains("client_condition", "product_condition")
    def _check_conditions(self):
        for rule in self:
            for name, side in rule._sides().items():
                try:
                    match_conditions.to_sql(self.env, side, rule[name])
                except match_conditions.ConditionError as error:
                    raise ValidationError(self._problem(error, side)) from error

    def write(self, vals):
        if vals.get("state") == "active":
            self.filtered(lambda rule: rule.state == "approved")._retire_siblings()
        result = super().write(vals)
        if "state" in vals:
            # should this be rolled back, nobody keeps what was read meanwhile
            self.env.registry.clear_cache()
        return result

    def action_new_version(self):
        """Open a draft that begins as a copy of this version."""
        self.ensure_one()
        first = self.origin_id or self
        draft = self.copy()
        # superuser: numbers are counted by the system, over versions not visible too
        family = self.sudo()._family()
        draft.sudo().write(
            {
                "name": self.name,
                "origin_id": first.id,
                "version": max(family.mapped("version")) + 1,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _note_author(self, names):
        if not CONTENT.isdisjoint(names):
            self.sudo().content_on = fields.Datetime.now()  # kept by the server
        return super()._note_author(names)

    def _family(self):
        first = self.origin_id or self
        return self.search(
            ["|", ("id", "in", first.ids), ("origin_id", "in", first.ids)]
        )

    def _retire_siblings(self):
        old = self._family().filtered(lambda rule: rule.state == "active") - self
        if old:
            reason = self.env._("A newer version has taken over.")
            old.write({"state": "retired", "state_reason": reason})

    def _check_approve(self):
        self.ensure_one()
        self._check_not_author()
        self._check_tried()
        self._check_may_go_live()

    def _check_activate(self):
        self.ensure_one()
        self._check_conditions()
        self._check_tried()
        self._check_may_go_live()

    def _uses_when_live(self):
        clients = self._sides()["client_condition"]
        domain = match_conditions.parse(self.env, clients, self.client_condition)
        paths = frozenset(one.field_expr for one in domain.iter_conditions())
        return [*super()._uses_when_live(), Use("automated", "match_rule", paths)]

    def _check_tried(self):
        """Override to ask for more than the conditions before a rule is used."""

    @api.model
    def allowed_paths(self):
        """Return {model: what conditions may name}, for the editor of conditions."""
        return {side.model: list(side.paths) for side in self._sides().values()}

    @api.model
    def try_condition(self, name, domain):
        """Return whether a condition can be used, and how many records it finds.

        Few clients are not counted: nobody is found out by conditions that fit one.
        """
        self.check_access("create")
        side = self._sides()[name]
        try:
            condition = match_conditions.to_sql(self.env, side, repr(domain))
        except match_conditions.ConditionError:
            return {"valid": False, "count": 0}
        # superuser: only how many there are
        model = self.env[side.model].sudo()
        model.flush_model()
        insured = SQL("is_insurance AND active")
        mine = SQL("company_id IN %s", tuple(self.env.companies.ids))
        clients = side.model == "insurance.client.feature"
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s WHERE %s AND %s",
                SQL.identifier(model._table),
                condition,
                mine if clients else insured,
            )
        )
        if clients and count < self.env["insurance.parameter"]._get(
            "portrait_min_clients"
        ):
            count = 0
        return {"valid": True, "count": count}

    def _sides(self):
        return {
            "client_condition": match_conditions.client_side(self.env),
            "product_condition": match_conditions.product_side(self.env),
        }

    @api.model
    def _problem(self, error, side):
        """Return what is wrong with a condition, in the user's language."""
        texts = {
            "field": self.env._(
                "“%(field)s” can't be used in a rule. Choose among: %(allowed)s.",
                field=error.detail,
                allowed=", ".join(side.paths),
            ),
            "operator": self.env._("“%s” can't be used in a rule.", error.detail),
            "value": self.env._(
                "“%s” is compared with something that is no plain value.", error.detail
            ),
        }
        return texts.get(
            error.code, self.env._("“%s” is not a condition.", error.detail)
        )
