from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..contact_card import SETTING, UNMASKED, UNMASKED_KEY, Card, protected

#: what the card of a contact shows; province and country stay, taxes depend on them
CARD_FIELDS = frozenset(
    {
        "phone",
        "phone_sanitized",
        "email",
        "email_normalized",
        "street",
        "street2",
        "zip",
        "city",
    }
)


class ResPartner(models.Model):
    """Phone, mail and address of clients, hidden from who may not open the client.

    A setting, off by default: it touches all applications that use contacts. See
    ``contact_card.py`` and ``docs/access.md``.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "insurance.card.mixin"]

    phone = Card()
    phone_sanitized = Card()
    email = Card()
    email_normalized = Card()
    street = Card()
    street2 = Card()
    zip = Card()
    city = Card()
    insurance_card_hidden = fields.Boolean(
        compute="_compute_insurance_card_hidden",
        compute_sudo=False,
        help="Phone, e-mail and address are shown to whoever looks after the client.",
    )

    @api.depends_context("uid")
    def _compute_insurance_card_hidden(self):
        hidden = self._hidden_ids()
        for partner in self:
            partner.insurance_card_hidden = partner._origin.id in hidden

    def _hidden_ids(self):
        """Return the ids of those whose card is hidden from the user, su or not."""
        # superuser mode doesn't count: a label is made as superuser for any user
        model = self.sudo(False)
        ids = self._origin.ids
        if not ids or not protected(model.env):
            return frozenset()
        self.env["res.partner"].flush_model(["parent_id", "commercial_partner_id"])
        query = SQL(
            "SELECT card.id FROM res_partner card WHERE card.id = ANY(%s) AND %s",
            list(ids),
            model._hidden_partner_sql("card", "id"),
        )
        return frozenset(row_id for (row_id,) in self.env.execute_query(query))

    @api.model
    def _hidden_partner_sql(self, alias, column):
        """Return the condition that the card of a contact is hidden from the user.

        That is: the contact, or the company or person above it, is a client whose
        contact data the user may not open. Colleagues and the own card stay visible.
        """
        user = self.env.user
        # superuser: the domain itself says what the user may open
        Archive = self.env["insurance.archive"].sudo().with_context(active_test=False)
        opened = Archive._search(Archive.sudo(False)._slice_domain("contact"))
        own = user.partner_id
        if user.share:
            # in the portal: the cards of the own company
            own = Domain("commercial_partner_id", "=", own.commercial_partner_id.id)
            own = self.sudo()._search(own).subselect()
        else:
            own = SQL("(%s)", own.id)
        return SQL(
            """(EXISTS (
                SELECT FROM res_partner hidden
                JOIN insurance_archive client ON client.partner_id
                     IN (hidden.id, hidden.commercial_partner_id)
                WHERE hidden.id = %(partner)s AND client.state <> 'destroyed'
                  AND client.id NOT IN %(opened)s
            ) AND %(partner)s NOT IN %(own)s AND NOT EXISTS (
                SELECT FROM res_users colleague
                WHERE colleague.partner_id = %(partner)s AND NOT colleague.share
            ))""",
            partner=SQL.identifier(alias, column),
            opened=opened.subselect(),
            own=own,
            to_flush=self.env["insurance.archive"]._fields["state"],
        )

    # --- what is made of these fields is no longer the same for everybody

    @api.depends_context("uid")
    def _compute_contact_address(self):
        return super()._compute_contact_address()

    @api.depends_context("uid")
    def _compute_email_formatted(self):
        return super()._compute_email_formatted()

    @api.depends_context("uid", UNMASKED_KEY)
    def _compute_display_name(self):
        result = super()._compute_display_name()
        context = self.env.context
        if (
            not (context.get("show_address") or context.get("show_email"))
            or context.get(UNMASKED_KEY) is UNMASKED
        ):
            return result
        # the label of a link is made as superuser, for whoever looks at it
        hidden = self._hidden_ids()
        for partner in self.filtered(lambda one: one._origin.id in hidden):
            bare = partner.with_context(show_address=False, show_email=False)
            partner.display_name = bare.display_name
        return result

    def _search_phone_mobile_search(self, operator, value):
        found = super()._search_phone_mobile_search(operator, value)
        return self._only_with_card(found)

    def _track_filter_for_display(self, tracking_values):
        values = super()._track_filter_for_display(tracking_values)
        if not self.sudo(False).insurance_card_hidden:
            return values
        return values.filtered(lambda one: one.field_id.name not in CARD_FIELDS)

    # --- nobody overwrites what they don't see

    def write(self, vals):
        if not CARD_FIELDS.isdisjoint(vals) and protected(self.env):
            hidden = self.filtered("insurance_card_hidden")
            if hidden:
                raise UserError(
                    self.env._(
                        "The contact data of %s are protected. Ask whoever looks "
                        "after this client to change them.",
                        ", ".join(hidden.mapped("name")),
                    )
                )
        return super().write(vals)

    def _convert_fields_to_values(self, field_names):
        if not protected(self.env) or CARD_FIELDS.isdisjoint(field_names):
            return super()._convert_fields_to_values(field_names)
        # superuser: addresses are kept in step within the family of contacts, whose
        # cards are all hidden or all shown
        return super(ResPartner, self.sudo())._convert_fields_to_values(field_names)

    def _forget_cards(self):
        self.env["res.partner"].invalidate_model(["insurance_card_hidden"], flush=False)


class InsuranceArchive(models.Model):
    _inherit = "insurance.archive"

    def _forget_on_contacts(self):
        result = super()._forget_on_contacts()
        self.env["res.partner"]._forget_cards()
        return result

    @api.model
    def _forget_access(self):
        result = super()._forget_access()
        self.env["res.partner"]._forget_cards()
        return result


class InsuranceParameter(models.Model):
    _inherit = "insurance.parameter"

    def write(self, vals):
        result = super().write(vals)
        if any(parameter.key == SETTING for parameter in self):
            self.env["res.partner"]._forget_cards()
        return result
