"""What the checks share: rows of a table that break a demand, and days.

Days are those of the server (UTC): in China something is late some hours later than
on the wall, never earlier.
"""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import Found, of_company

#: archives that are worked with, or could be again
LIVING = SQL("item.state NOT IN ('restricted', 'destroyed')")


def rows(env, model, among, broken):
    """Return which rows of a table break a demand.

    :param among: condition on the row ``item``: of whom it is demanded
    :param broken: condition on the row ``item``: who does not meet it
    """
    env.flush_all()
    target = env[model]
    company = target._fields.get("company_id")
    mine = SQL("TRUE")
    if company and company.store:
        # what belongs to no company is looked at by each
        mine = SQL(
            "(%s OR item.company_id IS NULL)", of_company(env, SQL("item.company_id"))
        )
    source = SQL(
        "SELECT item.id FROM %s AS item WHERE %s AND (%s)",
        SQL.identifier(target._table),
        mine,
        among,
    )
    # the ids that are counted are left out where nobody needs them
    count = SQL("SELECT count(*) FROM (%s) AS looked_at", source)
    population = env.execute_query(count)[0][0]
    return Found(population, model, SQL("%s AND (%s)", source, broken))


def installed(env, *models):
    """Tell whether the models are there: another addon may bring them."""
    return all(model in env for model in models)


def number(env, key):
    return env["insurance.parameter"]._get(key)


def days_ago(days):
    """Return the day so many days before today."""
    return fields.Date.subtract(fields.Date.today(), days=days)


def months_ago(months):
    return fields.Date.subtract(fields.Date.today(), months=months)


def moment_ago(**ago):
    """Return a moment in the past, such as ``hours=3``."""
    return fields.Datetime.subtract(fields.Datetime.now(), **ago)
