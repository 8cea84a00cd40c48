from odoo import api, fields, models

MODULE = "insurance_client_archive"
VALUE_FIELDS = ("value", "default_value", "minimum", "maximum")


class InsuranceParameter(models.Model):
    """A number or switch out of law, handbook or habit that code asks for by key."""

    _name = "insurance.parameter"
    _description = "Parameter"
    _order = "sequence, key"
    _rec_names_search = ["name", "key"]

    sequence = fields.Integer(default=1000)
    key = fields.Char(required=True, help="The name by which the product asks for it.")
    name = fields.Char(required=True, translate=True)
    topic = fields.Selection(
        [
            ("refresh", "Updates and reviews"),
            ("analysis", "Product analyses"),
            ("filing", "Filing, use and destruction"),
            ("retention", "Retention"),
            ("suitability", "Suitability"),
            ("person", "Ages"),
            ("service", "Service and complaints"),
            ("protection", "Data protection"),
            ("digitisation", "Digitisation"),
        ],
        required=True,
        default="service",
    )
    value_type = fields.Selection(
        [
            ("integer", "Whole number"),
            ("float", "Decimal number"),
            ("percentage", "Percentage"),
            ("boolean", "Yes or no"),
            ("text", "Text"),
        ],
        string="Type",
        required=True,
        default="integer",
    )
    value = fields.Char(required=True)
    default_value = fields.Char(string="Default", required=True)
    minimum = fields.Char(
        string="Lowest allowed", help="Where a law sets a floor, the law's number."
    )
    maximum = fields.Char(
        string="Highest allowed", help="Where a law sets a limit, the law's number."
    )
    unit = fields.Char(translate=True)
    description = fields.Text(translate=True)
    origin = fields.Selection(
        [("law", "Law"), ("handbook", "Handbook"), ("house", "This product")],
        required=True,
        default="house",
        help="Who gives the number. What the product proposes itself needs no proof.",
    )
    source = fields.Char(
        translate=True, help="The place that gives the number, in words."
    )
    regulation_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_parameter_regulation_rel",
        "parameter_id",
        "regulation_id",
        string="Regulations",
    )
    status = fields.Selection(
        [("unverified", "Unverified"), ("verified", "Verified")],
        help="Unverified: the number was written from memory; check it before you "
        "rely on it. Empty for the product's own proposals.",
    )
    is_changed = fields.Boolean(
        string="Changed from default", compute="_compute_is_changed", store=True
    )
    change_ids = fields.One2many(
        "insurance.parameter.change", "parameter_id", string="History"
    )
    last_change = fields.Char(
        string="Last change",
        compute="_compute_last_change",
        groups=f"{MODULE}.group_admin,{MODULE}.group_compliance",
        help="The latest change of the value.",
    )

    _key_unique = models.UniqueIndex(
        "(key)", "Another parameter has this key. Choose a different one."
    )
    _key_technical = models.Constraint(
        "CHECK(key ~ '^[a-z][a-z0-9_]*$')",
        "A key has small letters, figures and underscores, and begins with a letter.",
    )
    _status_by_origin = models.Constraint(
        "CHECK(origin = 'house' OR status IS NOT NULL)",
        "Say whether the source of the parameter was verified.",
    )

    @api.depends("value", "default_value")
    def _compute_is_changed(self):
        for parameter in self:
            parameter.is_changed = parameter.value != parameter.default_value

    @api.depends("change_ids")
    @api.depends_context("lang", "tz")
    def _compute_last_change(self):
        for parameter in self:
            changes = parameter.change_ids.filtered_domain([("field", "=", "value")])
            parameter.last_change = changes[:1]._sentence()

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(
            [
                self._canonical_vals(
                    self._with_default(vals), vals.get("value_type", "integer")
                )
                for vals in vals_list
            ]
        )
        self.env.registry.clear_cache()
        return parameters

    def write(self, vals):
        before = {parameter: parameter._tracked_values() for parameter in self}
        by_type = self.grouped(
            lambda parameter: vals.get("value_type") or parameter.value_type
        )
        for value_type, parameters in by_type.items():
            canonical = self._canonical_vals(vals, value_type)
            super(InsuranceParameter, parameters).write(canonical)
        self._record_changes(before)
        self.env.registry.clear_cache()
        return True

    def unlink(self):
        super().unlink()
        self.env.registry.clear_cache()
        return True

    def action_reset_default(self):
        """Give each parameter the value that the product was delivered with."""
        for parameter in self:
            parameter.value = parameter.default_value

    @api.model
    def _with_default(self, vals):
        """Return *vals* in which value and default stand in for each other."""
        value, default_value = vals.get("value"), vals.get("default_value")
        return {
            **vals,
            "value": value or default_value,
            "default_value": default_value or value,
        }

    def _tracked_values(self):
        return {name: self[name] or "" for name in VALUE_FIELDS}

    def _record_changes(self, before):
        """Append what differs from *before* ({parameter: values}) to the history."""
        changes = [
            {
                "parameter_id": parameter.id,
                "field": name,
                "old_value": old_value,
                "new_value": parameter[name] or "",
            }
            for parameter, values in before.items()
            for name, old_value in values.items()
            if old_value != (parameter[name] or "")
        ]
        # Nobody may write history by hand, and the user stays the caller.
        self.env["insurance.parameter.change"].sudo().create(changes)
