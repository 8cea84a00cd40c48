from odoo import api, fields, models
from odoo.tools import SQL

from ..client_scope import Scope
from ..sweep_kind import Chunk, Kind
from .insurance_archive_freshness import CLOSED_STATES

GROUP = "insurance_client_archive.group_archive_user"
WATCHERS = (
    "insurance_client_archive.group_supervisor",
    "insurance_client_archive.group_admin",
)
#: a user's own clients are looked through at once, up to so many
AT_ONCE = 2000


class InsuranceDataFinding(models.Model):
    """Looking through the data: one statement for as many clients as there are."""

    _inherit = "insurance.data.finding"

    @api.model
    def _find(self, scope):
        """Bring the findings of these clients in line with their data.

        What is gone is closed, what is new is opened; what people have left as it is
        stays so while the value stays. Returns how many are new or open again.
        """
        self.env.flush_all()
        checks = SQL(" UNION ALL ").join(self._checks(scope))
        self.env.cr.execute(
            SQL(
                """
                WITH found AS MATERIALIZED (
                    SELECT DISTINCT ON (archive_id, kind, res_model, res_id) *
                    FROM (%(checks)s) AS every
                    ORDER BY archive_id, kind, res_model, res_id, twin
                ),
                gone AS (
                    UPDATE insurance_data_finding AS old
                    SET state = 'gone', state_date = %(now)s
                    WHERE %(scope)s AND old.state IN ('open', 'ignored')
                      AND NOT EXISTS (
                          SELECT FROM found
                          WHERE found.archive_id = old.archive_id
                            AND found.kind = old.kind
                            AND found.res_model = old.res_model
                            AND found.res_id = old.res_id)
                )
                INSERT INTO insurance_data_finding AS old
                    (archive_id, partner_id, company_id, problem, kind, res_model,
                     res_id, field_name, current, proposed, twin_res_id, state,
                     found_on, state_date, create_uid, create_date, write_uid,
                     write_date)
                SELECT found.archive_id, archive.partner_id, archive.company_id,
                       found.problem, found.kind, found.res_model, found.res_id,
                       found.field_name, found.current, found.proposed, found.twin,
                       'open', %(today)s, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                FROM found
                JOIN insurance_archive AS archive ON archive.id = found.archive_id
                ON CONFLICT (archive_id, kind, res_model, res_id) DO UPDATE
                SET current = EXCLUDED.current, proposed = EXCLUDED.proposed,
                    twin_res_id = EXCLUDED.twin_res_id, state = 'open',
                    found_on = EXCLUDED.found_on, state_date = EXCLUDED.state_date,
                    state_reason = NULL
                WHERE old.state IN ('gone', 'fixed')
                   OR (old.current, old.proposed, old.twin_res_id) IS DISTINCT FROM
                      (EXCLUDED.current, EXCLUDED.proposed, EXCLUDED.twin_res_id)
                """,
                checks=checks,
                scope=scope.on(SQL("old.archive_id")),
                today=fields.Date.context_today(self),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        opened = self.env.cr.rowcount
        self.invalidate_model(flush=False)
        return opened

    @api.model
    def _checks(self, scope):
        """Override to look for more: a list of SELECTs (see `insurance_data_check`)."""
        return []

    # --- when the data are looked through

    def action_look_again(self):
        """Look through the user's own clients now, or through all of them."""
        user = self.env.user
        if any(user.has_group(group) for group in WATCHERS):
            return self.env["insurance.sweep"]._start("data_cleaning").action_open()
        archives = self.env["insurance.archive"].search(
            [("editable", "=", True)], limit=AT_ONCE
        )
        # as superuser: findings are written by nobody else; only own clients are seen
        self.sudo()._find(Scope(archive_ids=tuple(archives.ids)))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _sweep_data_cleaning_extent(self, sweep):
        domain = [("state", "not in", CLOSED_STATES)]
        # as superuser: the work is about all clients, whoever starts it
        return sweep.sudo()._extent_of("insurance.archive", domain)

    @api.model
    def _sweep_data_cleaning_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        scope = Scope(after + 1, until)
        # as superuser: findings are written by nobody else
        self.sudo()._find(scope)
        return Chunk(self.env["insurance.client.class"]._open_archives(scope), until)


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "data_cleaning": Kind(
                self.env._("Looking through the data of all clients"),
                "insurance.data.finding",
                GROUP,
                seconds=2,
                limit=2000,
            )
        }


class InsuranceClientClass(models.Model):
    _inherit = "insurance.client.class"

    @api.model
    def _before_due(self, archive_ids):
        """Look through the data before figures are made of them."""
        # as superuser: findings are written by nobody else
        findings = self.env["insurance.data.finding"].sudo()
        findings._find(Scope(archive_ids=tuple(archive_ids)))
