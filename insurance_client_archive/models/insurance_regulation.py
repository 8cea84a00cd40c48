from odoo import api, fields, models
from odoo.exceptions import ValidationError

HANDBOOK_KINDS = ("handbook_citation", "handbook_contradiction")


class InsuranceRegulation(models.Model):
    """One demand of a law, rule or standard, and what the product makes of it.

    The library also keeps what the handbook cites wrongly and where it contradicts
    itself, each with what is true instead.
    """

    _name = "insurance.regulation"
    _description = "Regulation"
    _order = "sequence, code"
    _rec_names_search = ["code", "name", "article", "handbook_label"]

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=1000)
    code = fields.Char(required=True, help="Short stable name, such as PIPL-47.")
    name = fields.Char(string="Law or standard", required=True, translate=True)
    article = fields.Char()
    kind = fields.Selection(
        [
            ("law", "Law"),
            ("administrative_regulation", "Administrative regulation"),
            ("departmental_rule", "Departmental rule"),
            ("self_regulation", "Self-regulation"),
            ("national_standard", "National standard"),
            ("industry_standard", "Industry standard"),
            ("handbook_citation", "Handbook citation"),
            ("handbook_contradiction", "Handbook contradiction"),
        ],
        required=True,
        default="law",
    )
    from_handbook = fields.Boolean(
        string="From handbook", compute="_compute_from_handbook"
    )
    issuer = fields.Char(translate=True)
    document_number = fields.Char(string="Document number", translate=True)
    date_from = fields.Date(string="In force from")
    date_to = fields.Date(string="In force until")
    demand = fields.Text(translate=True)
    product_consequence = fields.Text(string="In this product", translate=True)
    status = fields.Selection(
        [("unverified", "Unverified"), ("verified", "Verified")],
        required=True,
        default="unverified",
        help="Verified: the text, or a report quoting it, was read. "
        "Unverified: written from memory; check it before you rely on it.",
    )
    source = fields.Selection(
        [
            ("L", "[L] Full statute in a public collection"),
            ("I", "[I] Full text from the regulator"),
            ("S", "[S] Full text in a public data set"),
            ("W", "[W] Web page"),
            ("C", "[C] Public source code"),
            ("H", "[H] The handbook itself"),
            ("R", "[R] Recalculated"),
        ],
        string="Copy read",
        help="The kind of copy the text was read in.",
    )
    evidence = fields.Text(string="Evidence note", translate=True)
    handbook_label = fields.Text(
        string="The handbook says",
        translate=True,
        help="The citation as the handbook prints it. Never print it as law.",
    )
    handbook_second_text = fields.Text(string="Against this", translate=True)
    fact = fields.Text(translate=True)
    corrected_by_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_regulation_correction_rel",
        "citation_id",
        "regulation_id",
        string="Use instead",
    )
    corrects_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_regulation_correction_rel",
        "regulation_id",
        "citation_id",
        string="Corrects the handbook",
    )
    parameter_ids = fields.Many2many(
        "insurance.parameter",
        "insurance_parameter_regulation_rel",
        "regulation_id",
        "parameter_id",
        string="Parameters",
        help="Numbers that this rule gives.",
    )

    _code_unique = models.UniqueIndex(
        "(code)", "Another regulation has this code. Choose a different one."
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A regulation can't end before it is in force.",
    )

    @api.depends("kind")
    def _compute_from_handbook(self):
        for regulation in self:
            regulation.from_handbook = regulation.kind in HANDBOOK_KINDS

    @api.depends("name", "article", "code")
    @api.depends_context("lang", "short_regulation_name")
    def _compute_display_name(self):
        for regulation in self:
            if self.env.context.get("short_regulation_name"):
                regulation.display_name = regulation.code
            elif regulation.article:
                regulation.display_name = self.env._(
                    "%(law)s, art. %(article)s",
                    law=regulation.name,
                    article=regulation.article,
                )
            else:
                regulation.display_name = regulation.name

    @api.constrains("corrected_by_ids")
    def _check_correction_is_law(self):
        for regulation in self:
            if any(regulation.corrected_by_ids.mapped("from_handbook")):
                raise ValidationError(
                    self.env._(
                        "“%s” can't be corrected by another sentence of the handbook. "
                        "Choose a law, rule or standard.",
                        regulation.code,
                    )
                )

    def _load_records_write(self, values):
        """Keep what somebody has verified when an upgrade brings the row again."""
        if self.status == "verified":
            values.pop("status", None)
        return super()._load_records_write(values)
