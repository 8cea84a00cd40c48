"""What a filter that an administrator writes may ask.

A filter may ask about states, days, figures and whether something is there. It may not
ask what a client's content is: whoever writes filters could find it out by counting.
Nothing sealed, no names, no free text, no single record, no contact.
"""

from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.sealed import Sealed, SealedRelated

from .access_map import FIELDS

TEXT = frozenset({"char", "text", "html", "json", "binary", "many2one_reference"})
#: models without client content that a filter may pass through
PASSED = frozenset(
    {
        "crm.team",
        "insurance.document.type",
        "insurance.occupation",
        "insurance.product.category",
        "insurance.purpose",
        "product.template",
        "res.company",
        "res.users",
    }
)
#: of people and things that are no clients
OPEN_TEXT = {"product.template": {"name", "default_code"}, "crm.team": {"name"}}
CONTACT = "res.partner"
EQUAL = frozenset({"=", "!=", "in", "not in"})
INSIDE = frozenset({"any", "not any"})


def check_filter(records, domain, allowed):
    """Raise unless the domain asks nothing but what a filter may ask.

    :param allowed: names of the models that have filters
    """
    for condition in domain.iter_conditions():
        _check_condition(records, condition, allowed)


def _check_condition(records, condition, allowed):
    *path, last = condition.field_expr.split(".")
    for number, name in enumerate(path):
        field = _field(records, name)
        if field.type in ("date", "datetime") and number == len(path) - 1:
            return  # the month of a date and the like
        if not field.relational or field.comodel_name not in allowed | PASSED:
            raise ValidationError(
                records.env._("A filter can't look at what “%s” names.", field.string)
            )
        records = records.env[field.comodel_name]
    field = _field(records, last)
    if condition.operator in INSIDE:
        if field.comodel_name not in allowed | PASSED:
            raise ValidationError(
                records.env._("A filter can't look at what “%s” names.", field.string)
            )
        inside = Domain(condition.value)
        check_filter(records.env[field.comodel_name], inside, allowed)
    elif not _asks_presence(condition) and _is_content(records, field, condition):
        raise ValidationError(
            records.env._(
                "A filter may ask whether “%s” is set, but not what it is.",
                field.string,
            )
        )


def _field(records, name):
    field = records._fields.get(name)
    if field is None:
        raise ValidationError(
            records.env._("There is no field “%s” to be filtered by.", name)
        )
    stored = field.store and (field.relational or field.column_type)
    closed = field.groups and not field.relational
    if isinstance(field, (Sealed, SealedRelated)) or not stored or closed:
        raise ValidationError(records.env._("“%s” can't be in a filter.", field.string))
    return field


def _is_content(records, field, condition):
    """Tell whether a value of the field says something about one client."""
    if field.name == "id" or records._name == CONTACT:
        return True
    if field.relational:
        # a text would be looked for in names
        values = condition.value
        values = [values] if isinstance(values, (str, int)) else values
        by_name = condition.operator not in EQUAL or any(
            isinstance(value, str) for value in values
        )
        return by_name or field.comodel_name not in PASSED
    if field.type in TEXT:
        return field.name not in OPEN_TEXT.get(records._name, ())
    return bool(FIELDS.get(records._name, {}).get(field.name))


def _asks_presence(condition):
    values = condition.value
    if isinstance(values, (str, int, float)) and values is not False:
        return False
    values = [values] if values is False or values is None else list(values)
    return condition.operator in EQUAL and all(
        value is False or value is None for value in values
    )
