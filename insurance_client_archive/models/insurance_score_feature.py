from odoo import api, fields, models

from ..tools.score_types import CHOICE, FLAG, NUMBER

UNITS = [
    ("years", "Years"),
    ("months", "Months"),
    ("days", "Days"),
    ("persons", "Persons"),
    ("policies", "Policies"),
    ("lines", "Lines of business"),
    ("claims", "Claims"),
    ("contacts", "Contacts"),
    ("complaints", "Complaints"),
    ("score", "Points of 100"),
    ("amount", "Amount of money"),
    ("choice", "One of a list"),
    ("flag", "Yes or no"),
]
#: units that a number can't be read without
SPANS = ("years", "months", "days")
#: figures that organisations don't have
PERSONAL = frozenset(
    {
        "age",
        "marital_status",
        "health_grade",
        "occupation_class",
        "household_size",
        "household_children",
    }
)
SOURCES = [
    ("archive", "Client archive"),
    ("household", "Household"),
    ("policy", "Policies"),
    ("claim", "Claims"),
    ("contact", "Interactions"),
    ("feedback", "Complaints"),
    ("satisfaction", "Satisfaction surveys"),
]


def _create_named(model, name, values):
    """Create a row of definitions, with a name that data files may refer to."""
    model._load_records(
        [
            {
                "xml_id": f"insurance_client_archive.{name}",
                "values": values,
                "noupdate": True,
            }
        ]
    )


class InsuranceScoreFeature(models.Model):
    """What a figure means: the definitions that editors of scorecards choose from.

    Made of the fields of ``insurance.client.feature``; nobody enters them by hand.
    """

    _name = "insurance.score.feature"
    _description = "Definition of a figure"
    _order = "sequence, id"
    _rec_name = "name"
    _rec_names_search = ["code"]

    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(compute="_compute_texts")
    meaning = fields.Char(compute="_compute_texts")
    kind = fields.Selection(
        [(NUMBER, "Figure"), (CHOICE, "Choice"), (FLAG, "Yes or no")],
        required=True,
        readonly=True,
    )
    unit = fields.Selection(UNITS, readonly=True)
    source = fields.Selection(SOURCES, required=True, readonly=True)
    in_use = fields.Boolean(
        string="Filled",
        compute="_compute_in_use",
        help="The source of the figure is installed.",
    )
    option_ids = fields.One2many("insurance.score.option", "feature_id")

    _code_unique = models.UniqueIndex("(code)", "This figure is defined already.")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_texts(self):
        described = self.env["insurance.client.feature"].fields_get(
            self.mapped("code"), ["string", "help"]
        )
        for feature in self:
            texts = described.get(feature.code, {})
            feature.name = texts.get("string", feature.code)
            feature.meaning = texts.get("help")

    @api.depends("source")
    def _compute_in_use(self):
        installed = self.env["insurance.client.feature"]._sources()
        for feature in self:
            feature.in_use = feature.source in installed

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for feature in self:
            feature.display_name = feature.name

    @api.model
    def _search_display_name(self, operator, value):
        """Search the names as they are shown; there are a few dozen of them."""
        if operator != "ilike" or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        found = self._all().filtered(
            lambda feature: value.lower() in (feature.name or "").lower()
        )
        return [("id", "in", found.ids)]

    @api.model
    def _sync(self):
        """Bring the definitions in line with the features of the code."""
        Feature = self.env["insurance.client.feature"]
        kinds = Feature._feature_kinds()
        known = {feature.code: feature for feature in self._all()}
        for number, (code, field) in enumerate(Feature._feature_fields().items()):
            values = {
                "sequence": number,
                "kind": kinds[code],
                "unit": getattr(field, "feature_unit", None) or kinds[code],
                "source": field.feature_source,
            }
            if code in known:
                known.pop(code).write(values)
            else:
                _create_named(self, f"score_feature_{code}", {"code": code, **values})
        # a scorecard that uses one of them keeps it, and can't be compiled any more
        for feature in known.values():
            if not self.env["insurance.scorecard.factor"].search_count(
                [("feature_id", "=", feature.id)], limit=1
            ):
                feature.unlink()
        self._all()._sync_options()

    def _sync_options(self):
        """Bring the choices in line with those of the fields."""
        fields_of = self.env["insurance.client.feature"]._fields
        for feature in self:
            if feature.kind == NUMBER or feature.code not in fields_of:
                continue
            codes = ["yes", "no"]
            if feature.kind == CHOICE:
                codes = fields_of[feature.code].get_values(self.env)
            known = set(feature.option_ids.mapped("code"))
            for number, code in enumerate(codes):
                if code not in known:
                    _create_named(
                        self.env["insurance.score.option"],
                        f"score_option_{feature.code}_{code}",
                        {"feature_id": feature.id, "code": code, "sequence": number},
                    )

    @api.model
    def _all(self):
        return self.search([("code", "!=", False)])

    def _label(self, value, client_kind="individual"):
        """Return a value of the figure as a person would read it."""
        self.ensure_one()
        if value is None:
            if client_kind != "individual" and self.code in PERSONAL:
                return self.env._("does not apply")
            return self.env._("unknown")
        if self.kind == NUMBER:
            if self.unit in SPANS:
                units = dict(self._fields["unit"]._description_selection(self.env))
                return f"{value} {units[self.unit].lower()}"
            return f"{value:,.0f}" if self.unit == "amount" else str(value)
        code = ("no", "yes")[value] if self.kind == FLAG else value
        option = self.option_ids.filtered(lambda option: option.code == code)
        return option.display_name or str(value)


class InsuranceScoreOption(models.Model):
    """A value that a figure may have, for scorecards to choose from."""

    _name = "insurance.score.option"
    _description = "Value of a figure"
    _order = "feature_id, sequence, id"
    _rec_names_search = ["code"]

    feature_id = fields.Many2one(
        "insurance.score.feature",
        string="Figure",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer()
    code = fields.Char(required=True)

    _code_unique = models.UniqueIndex(
        "(feature_id, code)", "This value exists already."
    )

    @api.depends("code", "feature_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        fields_of = self.env["insurance.client.feature"]._fields
        yes_no = {"yes": self.env._("Yes"), "no": self.env._("No")}
        for option in self:
            field = fields_of.get(option.feature_id.code)
            labels = yes_no
            if field is not None and field.type == "selection":
                labels = dict(field._description_selection(self.env))
            option.display_name = labels.get(option.code, option.code)


class InsuranceBand(models.Model):
    """New bands can be chosen in scorecards at once."""

    _inherit = "insurance.band"

    @api.model_create_multi
    def create(self, vals_list):
        bands = super().create(vals_list)
        bands._sync_score_options()
        return bands

    def write(self, vals):
        result = super().write(vals)
        if "code" in vals:
            self._sync_score_options()
        return result

    def _sync_score_options(self):
        # as superuser: whoever edits bands may not edit what is made of them
        features = self.env["insurance.score.feature"].sudo()
        features.search([("source", "=", "archive")])._sync_options()
