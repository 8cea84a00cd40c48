from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: a spending that others got ahead of is tried anew; each time one of them has spent
ATTEMPTS = 60


class InsuranceAccessGrant(models.Model):
    """Uses of a grant, each counted once, however many ask at the same moment."""

    _inherit = "insurance.access.grant"

    @api.model
    def _spend(self, grant_id):
        """Count a use of a grant in force; tell whether there was one left.

        In a transaction of its own: a use stays spent when the request is rolled back.
        """
        spend = SQL(
            """
            UPDATE insurance_access_grant access
               SET uses_done = uses_done + 1
             WHERE id = %(grant_id)s
               AND user_id = %(user_id)s
               AND %(live)s
               AND (uses_max = 0 OR uses_done < uses_max)
            RETURNING id
            """,
            grant_id=grant_id,
            user_id=self.env.uid,
            live=self._live_sql("access"),
        )
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.registry.cursor() as cr:
                    cr.execute(spend, log_exceptions=False)
                    return bool(cr.fetchall())
            except SerializationFailure:
                # somebody else has spent a use of it in between
                continue
        return False


class InsuranceAccessPolicy(models.Model):
    _inherit = "insurance.access.policy"

    @api.model
    def _check_uses_per_day(self):
        """Refuse whoever has opened more in 24 hours than the own level allows."""
        level = self.env["insurance.access.grant"]._level_of(self.env.user)
        limit = self._of_level(level).uses_per_day
        if not limit:
            return
        # as superuser: the counts of the user; the vault counts each use beforehand
        quota = self.env["insurance.vault.quota"].sudo()
        since = fields.Datetime.now() - timedelta(hours=24)
        with self.env.registry.cursor() as cr:
            used = quota._used(cr, "reveal", self.env.uid, since)
        if used > limit:
            raise UserError(
                self.env._(
                    "You have opened sealed values %(used)s times in 24 hours; "
                    "%(limit)s are allowed to your level. Ask compliance for more.",
                    used=used,
                    limit=limit,
                )
            )


class InsuranceVaultQuota(models.Model):
    _inherit = "insurance.vault.quota"

    @api.model
    def _used(self, cr, kind, user_id, since):
        """Return how often a user has used sealed data since then."""
        cr.execute(
            SQL(
                "SELECT COALESCE(SUM(used), 0) FROM insurance_vault_quota"
                " WHERE user_id = %s AND kind = %s AND hour > %s",
                user_id,
                kind,
                since,
            )
        )
        return cr.fetchone()[0]
