from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.flag_domain import flag_domain


class InsuranceAccessGrant(models.Model):
    """Grants that were given and that nobody uses."""

    _inherit = "insurance.access.grant"

    unused = fields.Boolean(
        compute="_compute_unused",
        search="_search_unused",
        compute_sudo=True,
        help="In force for longer than the parameter says, without any use.",
    )

    def _compute_unused(self):
        unused = self.filtered_domain([("id", "in", self._unused_ids(self.ids))])
        for grant in self:
            grant.unused = grant in unused

    def _search_unused(self, operator, value):
        days = self.env["insurance.parameter"]._get("access_unused_days")

        def to_sql(model, alias, query):
            return self._unused_sql(alias, days)

        idle = Domain("stage", "=", "live") & Domain.custom(to_sql=to_sql)
        return flag_domain(operator, value, idle)

    @api.model
    def _unused_ids(self, ids):
        days = self.env["insurance.parameter"]._get("access_unused_days")
        self.flush_model(["state", "date_from", "date_to", "user_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT access.id FROM insurance_access_grant access"
                " WHERE access.id = ANY(%s) AND %s AND %s",
                list(ids),
                self._live_sql("access"),
                self._unused_sql("access", days),
            )
        )
        return [row_id for (row_id,) in rows]

    @api.model
    def _unused_sql(self, alias, days):
        """Return the condition that a grant has begun long ago and is not used."""
        return SQL(
            """(
                %(grant)s.date_from < now() AT TIME ZONE 'UTC'
                    - make_interval(days => %(days)s)
                AND NOT EXISTS (
                    SELECT FROM insurance_use_log log
                    WHERE log.user_id = %(grant)s.user_id
                      AND log.date >= now() AT TIME ZONE 'UTC'
                          - make_interval(days => %(days)s)
                      AND log.action NOT IN ('approve', 'revoke', 'denied', 'login')
                      AND (log.grant_id = %(grant)s.id OR %(grant)s.standing)
                )
            )""",
            grant=SQL.identifier(alias),
            days=days,
        )


class InsuranceUseLog(models.Model):
    """Uses of a grant before it began or after it had ended: there should be none."""

    _inherit = "insurance.use.log"

    outside_grant = fields.Boolean(
        string="Outside the period of the grant",
        compute="_compute_outside_grant",
        search="_search_outside_grant",
        compute_sudo=True,
    )

    def _compute_outside_grant(self):
        found = self.search([("id", "in", self.ids), ("outside_grant", "=", True)])
        for use in self:
            use.outside_grant = use in found

    def _search_outside_grant(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented

        def to_sql(model, alias, query):
            return SQL(
                """EXISTS (
                    SELECT FROM insurance_access_grant access
                    WHERE access.id = %(log)s.grant_id
                      AND (%(log)s.date < access.date_from
                           OR %(log)s.date >= LEAST(
                              access.date_to,
                              COALESCE(access.ended_on, access.date_to)
                              + interval '1 minute'))
                )""",
                log=SQL.identifier(alias),
            )

        used = Domain("grant_id", ">", 0) & Domain(
            "action", "not in", ("approve", "revoke", "denied")
        )
        return used & Domain.custom(to_sql=to_sql)
