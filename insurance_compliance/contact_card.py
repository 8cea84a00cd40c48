"""Fields of a contact card that can be hidden from who may not open the client.

A field of this class is an ordinary column. While the protection is switched on it
reads as empty for users from whom the card of the contact is hidden, whatever way they
ask: reading, export, search, order, groups and totals all go through here. Odoo itself
(superuser) reads the column, so that addresses on documents, mails and taxes are right.
"""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

SETTING = "contact_card_protection"
#: in the context: an object that no caller from outside can name
UNMASKED = object()
UNMASKED_KEY = "insurance_unmasked_card"


def protected(env):
    """Tell whether what this environment reads is hidden where it has to be."""
    return not env.su and env["insurance.parameter"]._get(SETTING)


class Card(fields.Char):
    """A text of the contact card."""

    def get_depends(self, model):
        depends, context = super().get_depends(model)
        if self.related and not self.store:
            # taken from the contact as the user: one user's answer is not another's
            context = (*context, "uid")
        return depends, context

    def __get__(self, record, owner=None):
        value = super().__get__(record, owner)
        if (
            record is not None
            and value
            and protected(record.env)
            and record._card_partner().insurance_card_hidden
        ):
            return False
        return value

    def to_sql(self, model, alias):
        sql = super().to_sql(model, alias)
        if not _masked(model):
            return sql
        return SQL(
            "(CASE WHEN %s THEN NULL ELSE %s END)", model._card_hidden_sql(alias), sql
        )

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if not _masked(model) or not _finds_values(operator, value):
            return super().condition_to_sql(
                field_expr, operator, value, model, alias, query
            )
        # the bare column, so that its index is used
        open_model = model.with_context(**{UNMASKED_KEY: UNMASKED})
        found = super().condition_to_sql(
            field_expr, operator, value, open_model, alias, query
        )
        return SQL("(%s AND NOT %s)", found, model._card_hidden_sql(alias))


def _masked(model):
    return (
        hasattr(model, "_card_hidden_sql")
        and model.env.context.get(UNMASKED_KEY) is not UNMASKED
        and protected(model.env)
    )


def _finds_values(operator, value):
    """Tell whether a condition holds for records that have a value, and no others."""
    if operator in Domain.NEGATIVE_OPERATORS:
        return False
    if operator == "in":
        return all(value)
    return bool(value)
