"""Who is in a group: explicitly, or by another group that implies it."""

from odoo.tools import SQL


def members_sql(groups):
    """Return ``SELECT DISTINCT group_id, user_id`` of active internal users.

    *groups*: SQL that selects the ids of the groups in question. One statement,
    however many users and groups there are.
    """
    return SQL(
        """
        WITH RECURSIVE wider(target, group_id) AS (
            SELECT asked.id, asked.id FROM (%s) AS asked(id)
            UNION
            SELECT wider.target, rel.gid
              FROM wider JOIN res_groups_implied_rel rel ON rel.hid = wider.group_id
        )
        SELECT DISTINCT wider.target AS group_id, rel.uid AS user_id
          FROM wider
          JOIN res_groups_users_rel rel ON rel.gid = wider.group_id
          JOIN res_users member ON member.id = rel.uid
         WHERE member.active AND NOT member.share AND member.id <> 1
        """,
        groups,
    )
