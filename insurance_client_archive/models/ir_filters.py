from ast import literal_eval

from odoo import api, models
from odoo.exceptions import ValidationError

from ..sealed import sealed_names


class IrFilters(models.Model):
    _inherit = "ir.filters"

    @api.constrains("domain")
    def _check_no_sealed_value(self):
        """A favourite is kept in the open and may be shared: no sealed value in it."""
        names = sealed_names(self.env.registry)
        for favourite in self:
            if any(name in (favourite.domain or "") for name in names) and (
                _names_a_value(favourite.domain, names)
            ):
                raise ValidationError(
                    self.env._(
                        "A favourite can't hold a sealed value, as favourites are not "
                        "sealed. Search for it each time."
                    )
                )


def _names_a_value(text, names):
    """Tell whether the domain compares a sealed field with more than nothing."""
    try:
        domain = literal_eval(text)
    except (SyntaxError, ValueError):
        # it holds an expression: there is no telling what the field is compared with
        return True
    return _compares(domain, names)


def _compares(domain, names):
    for term in domain:
        if not isinstance(term, (list, tuple)) or len(term) != 3:
            continue
        path, _operator, value = term
        if isinstance(value, (list, tuple)) and _compares(value, names):
            return True
        if names & set(str(path).split(".")) and value not in (False, None, ""):
            return True
    return False
