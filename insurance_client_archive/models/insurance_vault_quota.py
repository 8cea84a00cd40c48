from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: kind of use: parameter with the number allowed to one user in one hour
LIMITS = {
    "reveal": "vault_reveals_per_hour",
    "search": "vault_searches_per_hour",
}


class QuotaExceeded(UserError):
    """The user has used sealed data more often than one hour allows."""


class InsuranceVaultQuota(models.Model):
    """How often a user has opened or searched sealed data in an hour.

    Counted in a transaction of its own: what is counted stays counted when the request
    is rolled back. So there is no foreign key to rows that may not be committed yet.
    """

    _name = "insurance.vault.quota"
    _description = "Use of sealed data in an hour"
    _log_access = False
    _rec_name = "kind"

    user_id = fields.Integer(required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    hour = fields.Datetime(required=True, readonly=True, index=True)
    used = fields.Integer(required=True, readonly=True)

    _hour_unique = models.UniqueIndex(
        "(user_id, kind, hour)", "There is one count for a user and an hour."
    )

    @api.model
    def _spend(self, kind, count=1):
        """Count *count* uses by the current user, or raise `QuotaExceeded`."""
        limit = self.env["insurance.parameter"]._get(LIMITS[kind])
        with self.env.registry.cursor() as cr:
            used = self._count(cr, kind, count)
        if used > limit:
            raise QuotaExceeded(
                self.env._(
                    "You have used sealed data %(used)s times in this hour; %(limit)s "
                    "are allowed. Wait, or ask compliance for a higher limit.",
                    used=used,
                    limit=limit,
                )
            )

    @api.model
    def _count(self, cr, kind, count):
        cr.execute(
            SQL(
                """
                INSERT INTO insurance_vault_quota AS quota (user_id, kind, hour, used)
                VALUES (
                    %(user_id)s, %(kind)s,
                    date_trunc('hour', now() AT TIME ZONE 'UTC'), %(count)s
                )
                ON CONFLICT (user_id, kind, hour)
                DO UPDATE SET used = quota.used + EXCLUDED.used
                RETURNING used
                """,
                user_id=self.env.uid,
                kind=kind,
                count=count,
            )
        )
        return cr.fetchone()[0]

    @api.autovacuum
    def _gc_quota(self):
        """Forget counts of hours long past; what was done is in the use log."""
        self.search([("hour", "<", "now -1d")]).unlink()
