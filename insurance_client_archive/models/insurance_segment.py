from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .insurance_archive_process import MARKETING
from .insurance_client_segment import DIMENSION_NAMES

#: what clients may be chosen by: no sealed value, no name or number
CHOSEN_BY = (
    *DIMENSION_NAMES,
    "client_kind",
    "key_client",
    "state",
    "agent_id",
    "manager_id",
    "team_id",
    "gender",
    "age",
    "birth_date",
    "marital_status",
    "nationality_id",
    "occupation_id",
    "industry_id",
    "established_on",
    "headcount",
    "income_band",
    "asset_band",
    "health_grade",
    "intent_level",
    "intent_category_ids",
    "silent_days",
    "last_contact_date",
    "satisfaction_score",
    "satisfaction_date",
    "completeness",
    "next_review_date",
    "create_date",
)
OPERATORS = frozenset(
    {"=", "!=", "in", "not in", "<", ">", "<=", ">=", "ilike", "not ilike"}
)


class InsuranceSegment(models.Model):
    """Clients chosen by a filter that is kept: for searching, mailing, planning.

    A segment holds no clients. Whoever uses it finds those that the user may open: a
    shared segment shows each agent the own clients.
    """

    _name = "insurance.segment"
    _description = "Saved segment"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    client_filter = fields.Char(
        string="Chosen clients",
        required=True,
        default="[]",
        help="Who belongs to the segment at any time; nobody is put in by hand.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        index=True,
    )
    group_ids = fields.Many2many(
        "res.groups",
        "insurance_segment_group_rel",
        string="Shared with",
        domain=lambda self: [("id", "in", self._sharing_groups().ids)],
        help="Their members may use the segment, each for the own clients. Empty: only "
        "the owner.",
    )
    note = fields.Text(translate=True)
    client_count = fields.Integer(
        string="Clients",
        compute="_compute_client_count",
        compute_sudo=False,
        help="Clients in the segment that you may open.",
    )
    may_mail = fields.Boolean(string="May mail", compute="_compute_may_mail")

    @api.depends("client_filter")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_count(self):
        Archive = self.env["insurance.archive"].sudo(False)
        known = Archive.has_access("read")
        for segment in self:
            # a query for each: there are a few of them, and each has its own filter
            domain = known and segment._valid_domain()
            segment.client_count = domain and Archive.search_count(domain) or 0

    def _compute_may_mail(self):
        self.may_mail = "mailing.mailing" in self.env

    @api.constrains("client_filter")
    def _check_client_filter(self):
        for segment in self:
            segment._archives_domain()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                # not left out: a default of the caller would take the place
                vals["user_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        if "user_id" in vals and not self.env.su:
            raise UserError(
                self.env._("A segment stays with its owner. Copy it to have your own.")
            )
        return super().write(vals)

    @api.model
    def allowed_fields(self):
        """Return the fields of a client that a segment may ask for."""
        fields_of = self.env["insurance.archive"]._fields
        return [name for name in CHOSEN_BY if name in fields_of]

    @api.model
    def _sharing_groups(self):
        """Override to let segments be shared with other groups."""
        names = ("agent", "manager", "supervisor", "department", "segment_editor")
        # as superuser: which groups there are is no secret
        groups = self.env["res.groups"].sudo()
        for name in names:
            groups |= self.env.ref(f"insurance_client_archive.group_{name}").sudo()
        return groups

    def _archives_domain(self):
        """Return the clients of the segment, as a domain on ``insurance.archive``.

        It names allowed fields and plain values only, whatever is stored: combine it
        with other domains and search as the user, whose rights decide who is found.
        """
        self.ensure_one()
        archives = self.env["insurance.archive"]
        try:
            domain = Domain(literal_eval(self.client_filter or "[]"))
            conditions = list(domain.iter_conditions())
        except (
            ValueError,
            SyntaxError,
            TypeError,
            MemoryError,
            RecursionError,
        ) as error:
            raise ValidationError(
                self.env._("“%s” is not a filter on clients.", self.client_filter)
            ) from error
        for condition in conditions:
            self._check_condition(condition)
        try:
            domain.validate(archives)
        except ValueError as error:
            raise ValidationError(
                self.env._("“%s” is not a filter on clients.", self.client_filter)
            ) from error
        return domain & Domain("state", "!=", "destroyed")

    def _check_condition(self, condition):
        """Refuse what is not allowed; ``iter_conditions`` does not look into values."""
        allowed = self.allowed_fields()
        if condition.field_expr not in allowed:
            labels = self.env["insurance.archive"].fields_get(allowed, ["string"])
            raise ValidationError(
                self.env._(
                    "Clients can't be chosen by “%(field)s”. "
                    "Choose among: %(allowed)s.",
                    field=condition.field_expr,
                    allowed=", ".join(
                        labels[name]["string"] for name in allowed if name in labels
                    ),
                )
            )
        if condition.operator not in OPERATORS:
            raise ValidationError(
                self.env._("“%s” can't be used in a segment.", condition.operator)
            )

    def _valid_domain(self):
        """Return the domain, or None when a field is gone since it was saved."""
        try:
            return self._archives_domain()
        except ValidationError:
            return None

    def _archives_query(self):
        """Return the clients of these segments whom the user may open and write to."""
        Archive = self.env["insurance.archive"].sudo(False)
        domains = [segment._archives_domain() for segment in self]
        reached = Archive._may_process_domain(MARKETING)
        return Archive._search(Domain.OR(domains) & reached)

    def action_open_clients(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_archive_action_segments"
            ),
            "name": self.display_name,
            "domain": list(self._archives_domain()),
        }

    def action_open_contacts(self):
        """List the contacts, of whom letters and mails can be written to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "res.partner",
            "views": [[False, "list"], [False, "kanban"], [False, "form"]],
            "domain": self._contacts_domain(),
        }

    def action_new_mailing(self):
        """Begin a mailing to the contacts, where mailings are installed."""
        self.ensure_one()
        if not self.may_mail:
            raise UserError(
                self.env._("Install Email Marketing first, or write from the contacts.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New mailing"),
            "res_model": "mailing.mailing",
            "views": [[False, "form"]],
            "context": {
                "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "default_mailing_domain": repr(self._contacts_domain()),
            },
        }

    def action_plan(self):
        """Open the dialog that plans an activity for each client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan an activity for each client"),
            "res_model": "insurance.segment.plan",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_segment_id": self.id},
        }

    def _contacts_domain(self):
        return [("insurance_segment_ids", "in", self.ids)]
