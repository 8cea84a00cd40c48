from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

MODULE = "insurance_client_archive"
BASES = [
    ("consent", "Consent of the person (13.1)"),
    ("contract", "Contract with the person (13.2)"),
    ("legal_duty", "Legal duty (13.3)"),
    ("emergency", "Public health or emergency (13.4)"),
    ("public_interest", "News and supervision in the public interest (13.5)"),
    ("published", "Data the person has published (13.6)"),
    ("other_law", "Other case set by law (13.7)"),
]
KINDS = [
    ("notice", "Notice only"),
    ("general", "General consent"),
    ("separate", "Separate consent"),
    ("written", "Written consent"),
    ("guardian", "Consent of the guardian"),
]


class InsuranceProcessing(models.Model):
    """What client data are processed for: legal basis, consent it needs, what data.

    The rules that collecting, profiling and sharing ask are these rows.
    """

    _name = "insurance.processing"
    _description = "Purpose of processing"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="The name by which the product asks for it.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(
        default=True, help="What is archived is not processed for anybody."
    )
    question = fields.Text(
        string="What the client agrees to",
        translate=True,
        help="The sentence beside the tick, in the client's words.",
    )
    basis = fields.Selection(
        BASES, string="Legal basis", required=True, default="consent"
    )
    kind = fields.Selection(
        KINDS, string="Kind of consent", required=True, default="general"
    )
    category_ids = fields.Many2many(
        "insurance.data.category",
        "insurance_processing_category_rel",
        "processing_id",
        "category_id",
        string="Kinds of data",
    )
    sensitive = fields.Boolean(compute="_compute_sensitive")
    necessary = fields.Boolean(
        string="Necessary for the service",
        help="Without it the service itself is impossible. For everything else no "
        "service may be refused (PIPL 16).",
    )
    minors = fields.Boolean(
        string="Children only", help="Asked for clients below the age of consent."
    )
    per_recipient = fields.Boolean(
        string="For each recipient",
        help="The consent names who receives the data (PIPL 23).",
    )
    at_entry = fields.Boolean(
        string="Before the data are entered",
        help="An archive becomes “entered” only when the client has agreed or, where "
        "no consent is needed, has been shown the notice.",
    )
    field_ids = fields.Many2many(
        "ir.model.fields",
        "insurance_processing_field_rel",
        "processing_id",
        "field_id",
        string="Before these fields are filled",
        ondelete="cascade",
        domain="[('model', '=', 'insurance.archive')]",
    )
    valid_months = fields.Integer(
        string="Valid for (months)", help="0: until it is withdrawn."
    )
    applies_from = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        help="Archives that were there before are given time: see the parameter "
        "“Time to ask clients who were there before”.",
    )
    regulation_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_processing_regulation_rel",
        "processing_id",
        "regulation_id",
        string="Regulations",
    )

    _code_unique = models.UniqueIndex("(code)", "Another purpose has this code.")
    _code_technical = models.Constraint(
        "CHECK(code ~ '^[a-z][a-z0-9_]*$')",
        "A code has small letters, figures and underscores, and begins with a letter.",
    )
    _months_positive = models.Constraint(
        "CHECK(valid_months >= 0)", "The months can't be negative."
    )
    _kind_by_basis = models.Constraint(
        "CHECK((basis = 'consent') = (kind <> 'notice'))",
        "Consent is asked for where consent is the legal basis, and only there. "
        "Choose “Notice only” for every other basis.",
    )

    @api.depends("category_ids.sensitive")
    def _compute_sensitive(self):
        for processing in self:
            processing.sensitive = any(processing.category_ids.mapped("sensitive"))

    @api.constrains("category_ids", "kind", "basis")
    def _check_sensitive(self):
        for processing in self:
            if processing.sensitive and processing.kind == "general":
                raise ValidationError(
                    self.env._(
                        "“%s” uses sensitive data: choose a separate or written "
                        "consent (PIPL 29).",
                        processing.name,
                    )
                )

    @api.constrains("category_ids", "per_recipient")
    def _check_apart(self):
        """Sensitive data are given away by a consent to nothing else."""
        for processing in self:
            bundled = processing.sensitive and len(processing.category_ids) > 1
            if processing.per_recipient and bundled:
                raise ValidationError(
                    self.env._(
                        "“%s” gives sensitive data to somebody: make a purpose of its "
                        "own for each kind of data (PIPL 23, 29).",
                        processing.name,
                    )
                )

    @api.constrains("field_ids")
    def _check_fields(self):
        # superuser: only the names of the fields are looked at
        for field in self.field_ids.sudo():
            if field.model != "insurance.archive":
                raise ValidationError(self.env._("Choose fields of the archive."))

    @api.model_create_multi
    def create(self, vals_list):
        result = super().create(vals_list)
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        if "code" in vals and any(one.code != vals["code"] for one in self):
            raise UserError(
                self.env._(
                    "The product asks for a purpose by its code, so it stays. Archive "
                    "the purpose and create another."
                )
            )
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        raise UserError(
            self.env._("Consents refer to purposes. Archive it instead of deleting.")
        )

    @api.model
    def _of_code(self, code):
        """Return the purpose in force with this code, as superuser, or nothing."""
        # superuser: which purposes there are is no secret
        declared = self.sudo().with_context(active_test=True)
        return declared.search([("code", "=", code)], limit=1)

    def _allowed_sql(self, alias):
        """Return the condition on the row *alias* of an archive.

        With consent as the basis: it lives, or the client was here before and has not
        been asked yet. Otherwise: unless the client objects to what can be objected.
        """
        self.ensure_one()
        organisation = SQL("%s <> 'individual'", SQL.identifier(alias, "client_kind"))
        live = self._consent_sql(alias, self.env["insurance.consent"]._live_sql())
        objects = self._consent_sql(alias, SQL("said.state IN ('refused','withdrawn')"))
        if self.basis != "consent":
            if self.necessary:
                return SQL("TRUE")
            return SQL("(%s OR %s OR NOT %s)", organisation, live, objects)
        return SQL(
            "(%s OR %s OR (%s AND NOT %s))",
            organisation,
            live,
            self._grace_sql(alias),
            objects,
        )

    def _consent_sql(self, alias, condition):
        return SQL(
            "EXISTS (SELECT FROM insurance_consent AS said WHERE said.archive_id = %s"
            " AND said.processing_id = %s AND %s)",
            SQL.identifier(alias, "id"),
            self.id,
            condition,
        )

    def _grace_sql(self, alias):
        """Return whether the archive was there before, and may still wait."""
        if fields.Datetime.now() >= self._grace_until():
            return SQL("FALSE")
        return SQL("%s < %s", SQL.identifier(alias, "create_date"), self.applies_from)

    def _grace_until(self):
        days = self.env["insurance.parameter"]._get("consent_grace_days")
        return fields.Datetime.add(self.applies_from, days=days)

    def _lacking_sql(self, alias):
        """Return whether the client of row *alias* must be asked, or asked anew."""
        self.ensure_one()
        living = SQL(
            "%s AND said.renew_by IS NULL",
            self.env["insurance.consent"]._live_sql(),
        )
        conditions = [
            SQL("%s = 'individual'", SQL.identifier(alias, "client_kind")),
            SQL("NOT %s", self._consent_sql(alias, living)),
            SQL("NOT %s", self._grace_sql(alias)),
        ]
        if self.minors:
            age = self.env["insurance.parameter"]._get("minor_age")
            born_after = fields.Date.subtract(
                fields.Date.context_today(self), years=age
            )
            born = SQL.identifier(alias, "birth_date")
            conditions.append(SQL("%s > %s", born, born_after))
        return SQL("(%s)", SQL(" AND ").join(conditions))

    def _unanswered(self, archive):
        """Return what stands where a client has not said anything yet."""
        self.ensure_one()
        now = fields.Datetime.now()
        waits = now < self._grace_until() and archive.create_date < self.applies_from
        return "waiting" if waits else "missing"
