from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..sealed import SealedRelated

#: what the contact holds of a client's record, and so belongs to its history
HISTORY_FIELDS = (
    "name",
    "phone",
    "email",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
)

#: what the rules of entry look at; a new contact is no client yet
ENTRY_FIELDS = frozenset({"name", "phone", "country_id"})

#: fields of the archive that can be entered on the contact
CLIENT_FIELDS = (
    "insurance_gender",
    "insurance_birth_date",
    "insurance_marital_status",
    "insurance_occupation_id",
    "insurance_credit_code",
    "insurance_id_type",
    "insurance_id_number",
    "insurance_bank_account",
    "insurance_annual_income",
    "insurance_total_assets",
    "insurance_health_notice",
    "insurance_income_band",
    "insurance_asset_band",
    "insurance_health_grade",
    "insurance_intent_level",
    "insurance_intent_category_ids",
    "insurance_intent_note",
)


def _of_archive(field_type, name, **attributes):
    """Declare a field of the archive on the contact, read and written as the user."""
    return field_type(
        related=f"insurance_archive_id.{name}", related_sudo=False, **attributes
    )


class ResPartner(models.Model):
    """The archive where agents already work.

    ``insurance_archive_id`` is empty for whoever may not open the archive, and all
    other ``insurance_`` fields are related through it: other users see an ordinary
    contact, without an error and without a trace.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "insurance.history.mixin"]

    # who comes in by import is looked up by phone among all clients
    phone_sanitized = fields.Char(index="btree_not_null")
    # clients with the same address are found a range of clients at a time
    email_normalized = fields.Char(index="btree_not_null")
    insurance_archive_id = fields.Many2one(
        "insurance.archive",
        string="Client archive",
        compute="_compute_insurance_archive_id",
        compute_sudo=False,
        search="_search_insurance_archive_id",
    )
    insurance_editable = _of_archive(fields.Boolean, "editable")
    insurance_number = _of_archive(fields.Char, "number")
    insurance_state = _of_archive(fields.Selection, "state", string="Archive state")
    insurance_client_kind = _of_archive(fields.Selection, "client_kind")
    insurance_agent_id = _of_archive(fields.Many2one, "agent_id")
    insurance_manager_id = _of_archive(fields.Many2one, "manager_id")
    insurance_key_client = _of_archive(fields.Boolean, "key_client")
    insurance_last_contact_date = _of_archive(fields.Datetime, "last_contact_date")
    insurance_interaction_count = _of_archive(fields.Integer, "interaction_count")
    insurance_completeness = _of_archive(fields.Integer, "completeness")
    insurance_freshness = _of_archive(fields.Selection, "freshness")
    insurance_next_review_date = _of_archive(fields.Date, "next_review_date")
    insurance_gender = _of_archive(fields.Selection, "gender", readonly=False)
    insurance_birth_date = _of_archive(fields.Date, "birth_date", readonly=False)
    insurance_age = _of_archive(fields.Integer, "age")
    insurance_marital_status = _of_archive(
        fields.Selection, "marital_status", readonly=False
    )
    insurance_occupation_id = _of_archive(
        fields.Many2one, "occupation_id", readonly=False
    )
    insurance_occupation_class = _of_archive(fields.Selection, "occupation_class")
    insurance_credit_code = _of_archive(fields.Char, "credit_code", readonly=False)
    insurance_id_type = _of_archive(fields.Selection, "id_type", readonly=False)
    insurance_id_number = _of_archive(SealedRelated, "id_number", readonly=False)
    insurance_bank_account = _of_archive(SealedRelated, "bank_account", readonly=False)
    insurance_annual_income = _of_archive(
        SealedRelated, "annual_income", readonly=False
    )
    insurance_total_assets = _of_archive(SealedRelated, "total_assets", readonly=False)
    insurance_health_notice = _of_archive(
        SealedRelated, "health_notice", readonly=False
    )
    insurance_income_band = _of_archive(fields.Selection, "income_band", readonly=False)
    insurance_asset_band = _of_archive(fields.Selection, "asset_band", readonly=False)
    insurance_health_grade = _of_archive(
        fields.Selection, "health_grade", readonly=False
    )
    insurance_intent_level = _of_archive(
        fields.Selection, "intent_level", readonly=False
    )
    insurance_intent_category_ids = _of_archive(
        fields.Many2many, "intent_category_ids", readonly=False
    )
    insurance_intent_note = _of_archive(fields.Text, "intent_note", readonly=False)

    @api.depends_context("uid")
    def _compute_insurance_archive_id(self):
        # as the current user even where the contact is read as superuser
        Archive = self.env["insurance.archive"].sudo(False)
        archives = Archive
        if Archive.has_access("read"):
            archives = Archive.search([("partner_id", "in", self.ids)])
        by_partner = {archive.partner_id.id: archive.id for archive in archives}
        for partner in self:
            partner.insurance_archive_id = by_partner.get(partner._origin.id)

    def _search_insurance_archive_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        Archive = self.env["insurance.archive"].sudo(False)
        if not Archive.has_access("read"):
            # nobody has an archive in this user's eyes
            without = operator == "in" and False in value
            return Domain.TRUE if without else Domain.FALSE
        if operator in ("any", "any!"):
            return self._with_archive_where(Archive, Domain(value))
        if operator != "in":
            return self._with_archive_where(
                Archive, Domain("display_name", operator, value)
            )
        ids = [archive_id for archive_id in value if archive_id]
        found = self._with_archive_where(Archive, Domain("id", "in", ids))
        if False in value:
            found |= ~self._with_archive_where(Archive, Domain.TRUE)
        return found

    @api.model
    def _with_archive_where(self, Archive, domain):
        return Domain("id", "in", Archive._search(domain).subselect("partner_id"))

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get(name) for vals in vals_list for name in CLIENT_FIELDS):
            self._refuse_client_data()
        return super().create(vals_list)

    @api.model
    def load(self, fields, data):
        sealed = {
            name
            for name, field in self._fields.items()
            if isinstance(field, SealedRelated)
        }
        if sealed & {path.split("/")[0] for path in fields}:
            # the archive says why
            archive_names = [name.removeprefix("insurance_") for name in sealed]
            self.env["insurance.archive"].load(archive_names, [])
        return super().load(fields, data)

    def write(self, vals):
        if any(vals.get(name) for name in CLIENT_FIELDS) and any(
            not partner.insurance_archive_id for partner in self.sudo(False)
        ):
            self._refuse_client_data()
        if vals.get("active") is False:
            self._refuse_while_client(self.env._("archived"))
        result = super().write(vals)
        if not ENTRY_FIELDS.isdisjoint(vals):
            # superuser: the rules of entry hold for a client whoever enters
            self.sudo()._client_archives()._check_entry()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_client(self):
        self._refuse_while_client(self.env._("deleted"))

    def action_open_insurance_archive(self):
        """Open the contact's archive, or a new one to be filled in and saved."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Client archive"),
            "res_model": "insurance.archive",
            "view_mode": "form",
        }
        if self.insurance_archive_id:
            return {**action, "res_id": self.insurance_archive_id.id}
        self.env["insurance.archive"].check_access("create")
        kind = "enterprise" if self.is_company else "individual"
        return {
            **action,
            "context": {
                "default_partner_id": self.id,
                "default_client_kind": kind,
            },
        }

    def _client_archives(self):
        """Return the archives of these contacts that the environment may see."""
        # the link alone: no more of the archive than that enters the cache
        return self.env["insurance.archive"].search_fetch(
            [("partner_id", "in", self.ids), ("state", "!=", "destroyed")],
            ["partner_id"],
        )

    def _with_client_archive(self):
        """Return the contacts that have an archive that is not destroyed."""
        return self._client_archives().partner_id & self

    def _refuse_client_data(self):
        # without an archive the values would be lost without a word
        raise UserError(
            self.env._("Open a client archive before you enter client data.")
        )

    def _refuse_while_client(self, what):
        # superuser: the archive may be out of the sight of this user; the message
        # says no more than that the contact must stay
        kept = self.sudo()._with_client_archive()
        if kept:
            raise UserError(
                self.env._(
                    "Contacts under record-keeping duty can't be %(what)s: %(names)s. "
                    "Ask the archivist.",
                    what=what,
                    names=", ".join(kept.mapped("display_name")),
                )
            )

    def _history_fields(self, vals):
        return [
            name for name in super()._history_fields(vals) if name in HISTORY_FIELDS
        ]

    def _history_snapshot(self, names):
        # one look at who is a client; other contacts cost nothing more
        clients = self.sudo()._with_client_archive()
        return super(ResPartner, clients)._history_snapshot(names)

    def _history_archives(self):
        return {
            archive.partner_id.id: archive for archive in self.sudo()._client_archives()
        }
