"""Search by a boolean that a domain stands for."""

from odoo.fields import Domain


def flag_domain(operator, value, domain):
    """Return what a ``_search_…`` method of such a boolean returns.

    :param operator: as the ORM asks; it tries again with ``in`` when that is refused
    :param value: the booleans that are asked for
    :param domain: which records have the flag
    """
    if operator != "in":
        return NotImplemented
    return Domain.OR(domain if wanted else ~domain for wanted in value)
