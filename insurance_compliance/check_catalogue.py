"""The catalogue of automatic checks: one function for each code.

A function looks at the whole database, or at one company, by set-based SQL, and says
which rows break a demand. The engine counts them, keeps the first ones and reckons the
compliance. See ``docs/checks.md``.
"""

from typing import NamedTuple

from odoo.tools import SQL


class Found(NamedTuple):
    """What a check has found.

    :param population: how many rows, or things, the demand is made of
    :param model: whose rows break the demand
    :param ids: ``SELECT id …`` of these rows
    :param archives: ``SELECT id, archive_id …``: the archives of these rows, needed
        where the model has no column ``archive_id`` of its own
    :param facts: sentences, one for each thing that breaks the demand, for checks that
        look at the server instead of at rows
    """

    population: int
    model: str = ""
    ids: SQL | None = None
    archives: SQL | None = None
    facts: tuple = ()


#: {code: function}; `insurance.check` names the code
CHECKS = {}


def check(code):
    """Register ``function(env, since) -> Found | None`` under a code.

    It runs as superuser. *since* is the moment from which it looks at events. None
    means: not applicable, as for a model that is not installed. Nothing in the texts
    may name a client.
    """

    def register(function):
        if code in CHECKS:
            raise ValueError(f"There are two checks with the code {code}.")
        CHECKS[code] = function
        return function

    return register


def of_company(env, column):
    """Return the condition that a column is the company of the run, if it has one."""
    company_id = env.context.get("check_company_id")
    return SQL("%s = %s", column, company_id) if company_id else SQL("TRUE")
