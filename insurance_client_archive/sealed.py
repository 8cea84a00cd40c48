"""Declare a sealed field: masked everywhere, readable through ``reveal`` alone.

In three lines for a model of another addon that hangs under the archive::

    class InsuranceClaim(models.Model):
        _inherit = ["insurance.claim", "insurance.sealed.mixin"]
        diagnosis = Sealed(step_up=True)

See ``docs/sealed-fields.md``.
"""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain

MASK = "••••••"
MASK_CHARACTER = "•"
_FORBIDDEN = (
    "company_dependent",
    "compute",
    "default",
    "inverse",
    "related",
    "required",
    "search",
    "tracking",
    "translate",
)


class Sealed(fields.Char):
    """A value that is kept encrypted and shown as a mask.

    :param kind: ``text``, ``code`` (an account or card number), ``identity`` (number of
        an identity document) or ``amount`` (of money)
    :param tail: how many last characters the mask shows to those who may open the
        archive; they are sealed on their own
    :param exact: the field can be searched for one exact value. Only for numbers of
        high entropy
    :param unique: no two clients of a company may have the same value
    :param step_up: the user confirms the password before the value is shown
    """

    kind = "text"
    tail = 0
    exact = False
    unique = False
    step_up = False

    def _get_attrs(self, model_class, name):
        attrs = super()._get_attrs(model_class, name)
        if attrs.get("inherited"):
            return attrs
        for parameter in _FORBIDDEN:
            if attrs.get(parameter):
                raise TypeError(
                    f"{model_class._name}.{name}: a sealed field has no “{parameter}”."
                )
        attrs.update(
            store=False,
            copy=False,
            exportable=False,
            compute="_compute_sealed",
            compute_sudo=False,
            inverse=f"_inverse_sealed_{name}",
            search=f"_search_sealed_{name}",
            readonly=attrs.get("readonly", False),
        )
        return attrs

    def get_description(self, env, attributes=None):
        return _without_search(super().get_description(env, attributes))

    def determine_inverse(self, records):
        if self.inherited:
            result = super().determine_inverse(records)
        else:
            result = records._inverse_sealed(self)
        # what was typed stays nowhere, also not until the end of the transaction
        self._invalidate_cache(records.env, records._ids)
        return result

    def determine_domain(self, records, operator, value):
        if self.inherited:
            return super().determine_domain(records, operator, value)
        if operator in ("=", "!="):
            operator, value = ("in" if operator == "=" else "not in"), [value]
        values = set(value) if operator in ("in", "not in") else None
        if values is None or (operator == "not in" and values - {False, None}):
            raise UserError(
                records.env._(
                    "“%s” is sealed: search for one exact value, or for whether there "
                    "is one.",
                    self.get_description(records.env, ["string"])["string"],
                )
            )
        domain = Domain.FALSE
        if not values.isdisjoint({False, None, ""}):
            domain = records._sealed_absent_domain(self)
        if operator == "not in":
            return ~domain
        if sought := values - {False, None, ""}:
            domain |= records._sealed_exact_domain(self, sought)
        return domain


class SealedRelated(fields.Char):
    """A sealed field shown on another model, followed as the current user."""

    def _get_attrs(self, model_class, name):
        attrs = super()._get_attrs(model_class, name)
        if attrs.get("compute_sudo") or attrs.get("store"):
            raise TypeError(
                f"{model_class._name}.{name}: a sealed field is followed as the user "
                "(related_sudo=False) and not stored."
            )
        attrs["exportable"] = False
        return attrs

    def get_description(self, env, attributes=None):
        return _without_search(super().get_description(env, attributes))

    def determine_inverse(self, records):
        result = super().determine_inverse(records)
        self._invalidate_cache(records.env, records._ids)
        return result


def _without_search(description):
    """Not offered where people build domains: only exact search makes sense."""
    if "searchable" in description:
        description["searchable"] = False
    return description


def sealed_target(registry, field):
    """Return the sealed field that *field* is or leads to by relations, or None."""
    seen = field
    while seen.related and not isinstance(seen, Sealed):
        model_name = seen.model_name
        for name in seen.related.split("."):
            seen = registry[model_name]._fields[name]
            model_name = seen.comodel_name
    if isinstance(seen, Sealed):
        return seen.base_field
    return None


def sealed_names(registry):
    """Return the names of all fields that are sealed or show a sealed one."""
    return {
        field.name
        for model in registry.models.values()
        for field in model._fields.values()
        if isinstance(field, SealedRelated | Sealed)
    }
