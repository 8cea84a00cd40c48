"""Checks of who is responsible for a client."""

from odoo.tools import SQL

from ..check_catalogue import Found, check, of_company


@check("archive_agent_left")
def archive_agent_left(env, since):
    """Archives in use whose agent is missing or has left."""
    mine = of_company(env, SQL("archive.company_id"))
    in_use = SQL("archive.state NOT IN ('restricted', 'destroyed') AND %s", mine)
    count = env.execute_query(
        SQL("SELECT count(*) FROM insurance_archive archive WHERE %s", in_use)
    )
    ids = SQL(
        """
        SELECT archive.id
          FROM insurance_archive archive
          LEFT JOIN res_users agent ON agent.id = archive.agent_id AND agent.active
         WHERE agent.id IS NULL AND %s
        """,
        in_use,
    )
    return Found(count[0][0], "insurance.archive", ids)
