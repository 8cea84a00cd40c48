"""Fields whose slice may be closed to a user who may open the record.

The cache holds what the table holds, for superuser code needs it; the value is withheld
where it leaves the field. Whatever asks for it as a user - a read, an export, a report,
a template, a related field, an onchange - comes through here. What asks in SQL comes
through ``_field_to_sql`` of the model (see ``insurance_sliced.py``).

Declare the field anew with the class of its type; its other attributes stay.
"""

from odoo import SUPERUSER_ID, fields
from odoo.fields import Domain

from . import access_map


class Masked:
    """Empty for a user to whom the slice of the record is closed."""

    def setup(self, model):
        self.slices = access_map.slices_of_field(self.model_name, self.name)
        return super().setup(model)

    def __get__(self, record, owner=None):
        value = super().__get__(record, owner)
        if record is None or not value or not is_masked_for(record.env):
            return value
        if record._slices_opened(self.slices):
            return value
        empty = self.convert_to_cache(False, record, validate=False)
        return self.convert_to_record(empty, record)

    def determine_domain(self, records, operator, value):
        domain = super().determine_domain(records, operator, value)
        if domain is NotImplemented or not is_masked_for(records.env):
            return domain
        opened = records._slices_domain(self.slices)
        found = opened & Domain(domain, internal=True)
        if finds_empty(operator, value):
            # what is closed looks like what is empty
            found |= ~opened
        return found

    def get_depends(self, model):
        depends, context = super().get_depends(model)
        if not self.store:
            # others that follow this field keep what they saw for this user alone
            context = (*context, "uid")
        return depends, context


def is_masked_for(env):
    """Tell whether values are withheld at all: never from the server's own code."""
    return not env.su and env.uid != SUPERUSER_ID


def finds_empty(operator, value):
    """Tell whether a condition, as a field's search gets it, finds empty fields."""
    if operator == "in":
        return not {False, None, ""}.isdisjoint(value)
    return operator == "=" and not value


class Char(Masked, fields.Char):
    pass


class Integer(Masked, fields.Integer):
    pass


class Json(Masked, fields.Json):
    pass


class Many2one(Masked, fields.Many2one):
    pass


class Monetary(Masked, fields.Monetary):
    pass


class Selection(Masked, fields.Selection):
    pass
