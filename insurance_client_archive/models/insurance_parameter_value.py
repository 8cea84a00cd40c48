from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache
from odoo.tools.translate import get_translation

from ..tools import parameter_value
from ..tools.parameter_value import ParameterValueError
from .insurance_parameter import MODULE, VALUE_FIELDS


class InsuranceParameter(models.Model):
    """Values in their type: what code asks for, and what may be entered."""

    _inherit = "insurance.parameter"

    @api.model
    @ormcache("key")
    def _get(self, key):
        """Return the value of the parameter *key* as int, float, bool or str.

        A percentage is the number of per cent: 20.0 stands for 20 %.

        :raise UserError: when there is no such parameter
        """
        # Parameters are no secrets, and every role's code needs them.
        parameter = self.sudo().search([("key", "=", key)])
        if not parameter:
            raise UserError(
                self.env._(
                    "The parameter “%s” is missing. Upgrade the application, or "
                    "create the parameter under Configuration.",
                    key,
                )
            )
        return parameter._typed("value")

    def _typed(self, field_name):
        """Return a value field in the parameter's type; None when it is empty."""
        self.ensure_one()
        if not self[field_name]:
            return None
        try:
            return parameter_value.typed(self.value_type, self[field_name])
        except ParameterValueError as error:
            expected = get_translation(
                MODULE, self.env.lang or "en_US", error.message, ()
            )
            raise ValidationError(
                self.env._(
                    "“%(name)s” can't be “%(value)s”. Enter %(expected)s.",
                    name=self.name,
                    value=self[field_name],
                    expected=expected,
                )
            ) from error

    @api.constrains("value_type", *VALUE_FIELDS)
    def _check_values(self):
        for parameter in self:
            typed = {name: parameter._typed(name) for name in VALUE_FIELDS}
            for name in ("value", "default_value"):
                parameter._check_bounds(typed[name], typed["minimum"], typed["maximum"])

    def _check_bounds(self, typed_value, minimum, maximum):
        """Refuse a value outside the bounds, naming the bound and where it is from."""
        if minimum is not None and typed_value < minimum:
            raise ValidationError(
                self.env._(
                    "“%(name)s” must be at least %(bound)s (%(origin)s).",
                    **self._bound_terms(self.minimum),
                )
            )
        if maximum is not None and typed_value > maximum:
            raise ValidationError(
                self.env._(
                    "“%(name)s” must be at most %(bound)s (%(origin)s).",
                    **self._bound_terms(self.maximum),
                )
            )

    def _bound_terms(self, bound):
        return {
            "name": self.name,
            "bound": f"{bound} {self.unit}" if self.unit else bound,
            "origin": self.source or self.key,
        }

    @api.model
    def _canonical_vals(self, vals, value_type):
        """Return *vals* with values in their canonical form; what can't be stays."""
        canonical = dict(vals)
        for name in VALUE_FIELDS:
            if canonical.get(name):
                try:
                    canonical[name] = parameter_value.canonical(value_type, vals[name])
                except ParameterValueError:
                    # The constraint refuses it and can name the parameter.
                    continue
        return canonical
