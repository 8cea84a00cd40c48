from odoo import api, fields, models

#: the five ways in which clients are classified, and their classes
DIMENSIONS = [
    ("client_type", "Client type"),
    ("lifecycle_stage", "Life-cycle stage"),
    ("protection_need", "Protection need"),
    ("behaviour", "Behaviour"),
    ("value_tier", "Client value"),
]
DIMENSION_NAMES = tuple(name for name, _label in DIMENSIONS)


class InsuranceClientSegment(models.Model):
    """A class of a dimension, and who is in it.

    Made of the fields of the archive; nobody enters them by hand.
    """

    _name = "insurance.client.segment"
    _description = "Class of clients"
    _order = "dimension_sequence, sequence, id"
    _rec_names_search = ["code"]

    dimension = fields.Selection(
        DIMENSIONS, required=True, readonly=True, group_expand=True
    )
    dimension_sequence = fields.Integer(string="Dimension sequence", readonly=True)
    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    client_count = fields.Integer(
        string="Clients",
        compute="_compute_counts",
        compute_sudo=False,
        help="Clients in this class that you may open.",
    )
    share = fields.Float(
        string="Share (%)", compute="_compute_counts", compute_sudo=False
    )
    override_count = fields.Integer(
        string="Set by hand",
        compute="_compute_counts",
        compute_sudo=False,
        help="How many of these clients a person has put into the class.",
    )

    _code_unique = models.UniqueIndex("(dimension, code)", "This class exists already.")

    @api.depends("code", "dimension")
    @api.depends_context("lang", "show_dimension")
    def _compute_display_name(self):
        fields_of = self.env["insurance.archive"]._fields
        dimensions = dict(self._fields["dimension"]._description_selection(self.env))
        for segment in self:
            field = fields_of[segment.dimension]
            labels = dict(field._description_selection(self.env))
            name = labels.get(segment.code, segment.code)
            if self.env.context.get("show_dimension"):
                name = f"{dimensions[segment.dimension]}: {name}"
            segment.display_name = name

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        counts, overrides = {}, {}
        Archive = self.env["insurance.archive"]
        Override = self.env["insurance.client.class.override"]
        if Archive.has_access("read"):
            for dimension in set(self.mapped("dimension")):
                for code, number in Archive._read_group(
                    [(dimension, "!=", False)], [dimension], ["__count"]
                ):
                    counts[dimension, code] = number
        if Override.has_access("read"):
            for segment, number in Override._read_group(
                [("state", "=", "active")], ["segment_id"], ["__count"]
            ):
                overrides[segment] = number
        for segment in self:
            number = counts.get((segment.dimension, segment.code), 0)
            total = sum(
                count
                for (name, _code), count in counts.items()
                if name == segment.dimension
            )
            segment.client_count = number
            segment.share = 100 * number / total if total else 0
            segment.override_count = overrides.get(segment, 0)

    def action_open_clients(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_archive_action_segments"
            ),
            "name": self.with_context(show_dimension=True).display_name,
            "domain": [(self.dimension, "=", self.code)],
        }

    def action_open_overrides(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_client_class_override_action"
            ),
            "domain": [("segment_id", "=", self.id), ("state", "=", "active")],
            "context": {},
        }

    @api.model
    def _sync(self):
        """Bring the rows in line with the classes of the code."""
        known = {(row.dimension, row.code): row for row in self.search([])}
        fields_of = self.env["insurance.archive"]._fields
        for place, dimension in enumerate(DIMENSION_NAMES):
            codes = fields_of[dimension].get_values(self.env)
            for number, code in enumerate(codes):
                values = {"dimension_sequence": place, "sequence": number}
                if (dimension, code) in known:
                    known[dimension, code].write(values)
                else:
                    self._load_records(
                        [
                            {
                                "xml_id": "insurance_client_archive."
                                f"client_segment_{dimension}_{code}",
                                "values": {
                                    "dimension": dimension,
                                    "code": code,
                                    **values,
                                },
                                "noupdate": True,
                            }
                        ]
                    )

    @api.model
    def _codes(self, dimension):
        """Return the classes of a dimension, in their order."""
        return self.env["insurance.archive"]._fields[dimension].get_values(self.env)

    @api.model
    def _of(self, dimension, code):
        return self.search([("dimension", "=", dimension), ("code", "=", code)])
