from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import get_translation

from ..tools import number_pattern
from ..tools.number_pattern import NumberPatternError

MODULE = "insurance_client_archive"
#: the retention marks of DA/T 22, as they stand in an archive number
RETENTION_MARKS = [
    ("Y", "Permanent"),
    ("D30", "30 years"),
    ("D10", "10 years"),
]


class InsuranceNumberPattern(models.Model):
    """How the archive numbers of a company are made."""

    _name = "insurance.number.pattern"
    _description = "Pattern of archive numbers"
    _order = "company_id, active desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    fonds = fields.Char(
        string="Fonds code",
        required=True,
        default="Z001",
        help="Names the archive as a whole: the company or institution.",
    )
    pattern = fields.Char(
        required=True,
        default="{fonds}-{class}-{year}-{retention}-{unit:04d}-{item:04d}",
        help="Placeholders: {fonds}, {class}, {year} of filing, {retention}, {unit} "
        "(box) and {item}. {unit:04d} writes four digits.",
    )
    unit_size = fields.Integer(
        string="Items per unit",
        required=True,
        default=20,
        help="How many archives share a unit (box) before the next one is begun.",
    )
    class_ids = fields.One2many(
        "insurance.number.class", "pattern_id", string="Classes", copy=True
    )
    counter_ids = fields.One2many("insurance.number.counter", "pattern_id")
    counter_count = fields.Integer(compute="_compute_counter_count", string="Series")
    preview = fields.Char(
        string="Next number",
        compute="_compute_preview",
        help="The number that the next archive of the first class gets.",
    )

    _company_unique = models.UniqueIndex(
        "(company_id) WHERE active IS TRUE",
        "This company has a number pattern in use. Archive it before you use another.",
    )
    _unit_size_positive = models.Constraint(
        "CHECK(unit_size > 0)",
        "A unit holds at least one item.",
    )

    @api.depends("counter_ids")
    def _compute_counter_count(self):
        counts = dict(
            self.env["insurance.number.counter"]._read_group(
                [("pattern_id", "in", self.ids)], ["pattern_id"], ["__count"]
            )
        )
        for pattern in self:
            pattern.counter_count = counts.get(pattern._origin, 0)

    @api.depends(
        "fonds",
        "pattern",
        "unit_size",
        "company_id",
        "class_ids.code",
        "class_ids.retention_mark",
        "class_ids.sequence",
        "counter_ids.last_item",
    )
    @api.depends_context("lang")
    def _compute_preview(self):
        for pattern in self:
            try:
                pattern.preview = pattern._next_number()
            except NumberPatternError as error:
                pattern.preview = pattern._translated(error)

    @api.onchange("pattern", "fonds")
    def _onchange_pattern(self):
        """Say at once what would be refused on saving."""
        try:
            number_pattern.check_code(self.fonds)
            number_pattern.parse(self.pattern)
        except NumberPatternError as error:
            return {
                "warning": {
                    "title": self.env._("Please check"),
                    "message": self._translated(error),
                    "type": "notification",
                }
            }
        return None

    @api.constrains("pattern", "fonds")
    def _check_pattern(self):
        for pattern in self:
            try:
                number_pattern.check_code(pattern.fonds)
                number_pattern.parse(pattern.pattern)
            except NumberPatternError as error:
                raise ValidationError(pattern._translated(error)) from error

    def write(self, vals):
        fixed = {"pattern", "fonds", "unit_size", "company_id"} & vals.keys()
        if fixed and self.counter_ids:
            raise UserError(
                self.env._(
                    "Numbers have been given by this pattern, so it stays as it is. "
                    "Archive it and set up a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.counter_ids:
            raise UserError(
                self.env._(
                    "Numbers have been given by this pattern. "
                    "Archive it instead of deleting it."
                )
            )

    def action_open_counters(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Series of numbers"),
            "res_model": "insurance.number.counter",
            "view_mode": "list",
            "domain": [("pattern_id", "=", self.id)],
        }

    @api.model
    def _of_company(self, company):
        """Return the pattern that the company uses, or say how to get one."""
        pattern = self.search([("company_id", "=", company.id)], limit=1)
        if not pattern:
            raise UserError(
                self.env._(
                    "%s has no number pattern. Set one up in Insurance, Records, "
                    "Number patterns.",
                    company.name,
                )
            )
        return pattern

    def _class_of(self, archive):
        """Return the class that fits the archive best: by product line, then kind."""
        self.ensure_one()
        fitting = self.class_ids.filtered(
            lambda line: (
                line.client_kind == archive.client_kind
                and (
                    not line.category_id
                    or line.category_id in archive.intent_category_ids
                )
            )
        )
        line = fitting.sorted(lambda line: not line.category_id)[:1]
        if not line:
            kinds = dict(
                archive._fields["client_kind"]._description_selection(self.env)
            )
            raise UserError(
                self.env._(
                    "The number pattern “%(pattern)s” has no class for clients of the "
                    "kind “%(kind)s”. Add one.",
                    pattern=self.name,
                    kind=kinds[archive.client_kind],
                )
            )
        return line

    def _values(self, class_code, retention_mark):
        """Return what fills the placeholders, apart from unit and item."""
        return {
            "fonds": self.fonds,
            "class": class_code,
            "year": self._year(),
            "retention": retention_mark,
        }

    def _year(self):
        """Return the current year where the company is."""
        zone = self.company_id.partner_id.tz or self.env.user.tz
        return fields.Date.context_today(self.with_context(tz=zone)).year

    def _next_number(self):
        """Return the number that the next archive of the first class would get."""
        number_pattern.check_code(self.fonds)
        line = self.class_ids.sorted()[:1]
        return self._next_number_in(line.code or "01", line.retention_mark or "D30")

    def _next_number_of(self, archive, retention_mark=None):
        """Return the number that this archive would get now."""
        line = self._class_of(archive)
        return self._next_number_in(line.code, retention_mark or line.retention_mark)

    def _next_number_in(self, class_code, retention_mark):
        values = self._values(class_code, retention_mark)
        parsed = number_pattern.parse(self.pattern)
        counter = self.env["insurance.number.counter"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("series", "=", parsed.series(values)),
            ]
        )
        if counter:
            return counter.next_number
        return parsed.render(values, 1, max(self.unit_size, 1))

    def _translated(self, error):
        return get_translation(MODULE, self.env.lang or "en_US", error.message, ())
