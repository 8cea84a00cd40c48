from odoo import api, fields, models
from odoo.exceptions import UserError

CLIENT_KINDS = [
    ("individual", "Individual"),
    ("enterprise", "Enterprise"),
    ("group", "Group"),
]

RESPONSIBILITY = frozenset({"agent_id", "manager_id", "team_id", "company_id"})


def _of_contact(field_type, name, **attributes):
    """Declare a field that the contact holds, read and written as the user.

    As superuser it would answer for archives that the user may not open.
    """
    attributes.setdefault("readonly", False)
    return field_type(related=f"partner_id.{name}", related_sudo=False, **attributes)


class InsuranceArchive(models.Model):
    """What an insurer keeps about one client: one row per client.

    Everything else about the client hangs under it by ``archive_id``, and every
    decision on access is about it (see ``_access_domain``).
    """

    _name = "insurance.archive"
    _inherit = [
        "insurance.server.value.mixin",
        "insurance.state.mixin",
        "insurance.history.mixin",
    ]
    _description = "Client archive"
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "name", "phone", "email"]
    _check_company_auto = True
    _history_ignored = frozenset({"state_date", "last_contact_date"})
    # talks and answers tell; retention, figures and warnings rest on them
    _server_values = frozenset(
        {
            "last_contact_date",
            "satisfaction_score",
            "satisfaction_date",
            "satisfaction_trend",
            "satisfaction_asked_on",
        }
    )

    # --- identity
    number = fields.Char(
        string="Archive number",
        readonly=True,
        copy=False,
        help="Given when the archive is filed.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="restrict",
        copy=False,
    )
    client_kind = fields.Selection(
        CLIENT_KINDS,
        string="Kind of client",
        required=True,
        default="individual",
        index=True,
    )
    name = _of_contact(fields.Char, "name")
    phone = _of_contact(fields.Char, "phone")
    email = _of_contact(fields.Char, "email")
    street = _of_contact(fields.Char, "street")
    street2 = _of_contact(fields.Char, "street2")
    zip = _of_contact(fields.Char, "zip")
    city = _of_contact(fields.Char, "city")
    state_id = _of_contact(
        fields.Many2one,
        "state_id",
        string="Province",
        domain="[('country_id', '=?', country_id)]",
    )
    country_id = _of_contact(fields.Many2one, "country_id")
    avatar_128 = _of_contact(fields.Image, "avatar_128", readonly=True)

    gender = fields.Selection([("male", "Male"), ("female", "Female")])
    birth_date = fields.Date(string="Birth date")
    age = fields.Integer(compute="_compute_age", help="In completed years.")
    marital_status = fields.Selection(
        [
            ("single", "Single"),
            ("married", "Married"),
            ("divorced", "Divorced"),
            ("widowed", "Widowed"),
        ],
        string="Marital status",
    )
    nationality_id = fields.Many2one("res.country")
    occupation_id = fields.Many2one("insurance.occupation", index="btree_not_null")
    occupation_class = fields.Selection(related="occupation_id.risk_class")
    employer = fields.Char()

    # --- organisations
    credit_code = fields.Char(
        string="Unified social credit code",
        help="18 characters; checked as GB 32100 says.",
    )
    industry_id = fields.Many2one("res.partner.industry")
    established_on = fields.Date(string="Established")
    headcount = fields.Integer(
        string="Persons", help="Employees of the enterprise, members of the group."
    )

    # --- intent to insure
    intent_level = fields.Selection(
        [
            ("none", "Not now"),
            ("low", "Low"),
            ("medium", "Medium"),
            ("high", "High"),
        ],
        string="Intent to insure",
    )
    intent_category_ids = fields.Many2many(
        "insurance.product.category", string="Interested in"
    )
    intent_budget = fields.Monetary(
        string="Yearly budget", help="Premium the client wants to spend in a year."
    )
    intent_note = fields.Text(string="Needs in the client's words")

    # --- responsibility
    agent_id = fields.Many2one(
        "res.users",
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    manager_id = fields.Many2one(
        "res.users",
        string="Account manager",
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    team_id = fields.Many2one(
        "crm.team",
        index=True,
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
    key_client = fields.Boolean(
        string="Key client",
        help="Key clients are reviewed more often; the intervals are parameters.",
    )

    related_person_ids = fields.One2many(
        "insurance.related.person", "archive_id", string="Household and related persons"
    )
    interaction_ids = fields.One2many("insurance.interaction", "archive_id")
    change_ids = fields.One2many("insurance.change", "archive_id")
    last_contact_date = fields.Datetime(
        string="Last contact", readonly=True, copy=False, index=True
    )

    _partner_unique = models.Constraint(
        "UNIQUE(partner_id)",
        "This contact is already looked after. Ask your supervisor.",
    )
    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This archive number is already in use.",
    )
    _headcount_positive = models.Constraint(
        "CHECK(headcount >= 0)",
        "The number of persons can't be negative.",
    )

    @api.depends("birth_date")
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for archive in self:
            archive.age = self._age_on(archive.birth_date, today)

    @api.depends("agent_id")
    def _compute_team_id(self):
        for archive in self:
            if archive.agent_id:
                # superuser: only the agent's team is taken, which the creator may
                # not see
                teams = archive.agent_id.sudo().crm_team_ids
                archive.team_id = teams[:1] or archive.team_id

    @api.depends("number", "partner_id.name")
    @api.depends_context("show_client_name", "uid")
    def _compute_display_name(self):
        named = self.env.context.get("show_client_name")
        for archive in self:
            number = archive.number or self.env._("New archive %s", archive.id or "")
            # a link that a user makes up (onchange, default) names any archive:
            # the number and the client's name are for those who may open it
            if not archive.accessible:
                archive.display_name = self.env._("Client archive")
            elif named and archive.name:
                known = (archive.name, archive.number)
                archive.display_name = " · ".join(filter(None, known))
            else:
                archive.display_name = number

    @api.model_create_multi
    def create(self, vals_list):
        # copies: an import that fails tries the same values once more
        vals_list = [dict(vals) for vals in vals_list]
        self._create_missing_partners(vals_list)
        archives = super().create(vals_list)
        archives._forget_on_contacts()
        return archives

    def write(self, vals):
        if "partner_id" in vals and any(
            archive.partner_id.id != vals["partner_id"] for archive in self
        ):
            raise UserError(
                self.env._(
                    "An archive stays with its contact. Correct the contact instead."
                )
            )
        self._check_responsibility(vals)
        result = super().write(vals)
        if not RESPONSIBILITY.isdisjoint(vals):
            self._forget_on_contacts()
        return result

    def unlink(self):
        with self._deletion_allowed():
            return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_entered(self):
        if any(archive.state != "collecting" for archive in self):
            raise UserError(
                self.env._(
                    "Only an archive that is still being collected can be deleted. "
                    "Later it ends by retention and destruction."
                )
            )

    def copy_data(self, default=None):
        raise UserError(
            self.env._("An archive can't be duplicated: it belongs to one client.")
        )

    def action_open_partner(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }

    def _create_missing_partners(self, vals_list):
        """Give each new archive without a contact a contact of its own.

        So one sheet with names imports both. All contacts come from one ``create``.
        """
        fields_of_partner = self._partner_fields()
        lacking = [vals for vals in vals_list if not vals.get("partner_id")]
        partners = self.env["res.partner"].create(
            [
                {
                    # not company_type: its inverse writes each contact by itself
                    "is_company": vals.get("client_kind", "individual") != "individual",
                    **{
                        name: vals.pop(name)
                        for name in fields_of_partner
                        if name in vals
                    },
                }
                for vals in lacking
            ]
        )
        for vals, partner in zip(lacking, partners, strict=True):
            vals["partner_id"] = partner.id

    @api.model
    def _partner_fields(self):
        """Return the editable fields that the contact itself holds."""
        return [
            name
            for name, field in self._fields.items()
            if field.related
            and not field.readonly
            and field.related.startswith("partner_id.")
        ]

    def _forget_on_contacts(self):
        """Let the contacts ask anew who may see an archive on them."""
        # superuser: a cache is emptied, nothing is read
        self.sudo().partner_id.invalidate_recordset(
            ["insurance_archive_id"], flush=False
        )

    def _history_archives(self):
        return {archive.id: archive for archive in self}

    def _check_responsibility(self, vals):
        """Only a supervisor hands clients from one person to another."""
        names = RESPONSIBILITY & vals.keys()
        if not names or self.env.su:
            return
        if self.env.user.has_group("insurance_client_archive.group_supervisor"):
            return
        for archive in self:
            if any(archive[name].id != vals[name] for name in names):
                raise UserError(
                    self.env._("Ask your supervisor to hand this client over.")
                )
