from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.client_scope import Scope
from odoo.addons.insurance_client_archive.models.insurance_archive_process import (
    MARKETING,
)
from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Kind

from .insurance_repurchase import PENDING

SUPERVISOR = "insurance_client_archive.group_supervisor"


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "repurchase": Kind(
                self.env._("Chances of a repurchase"),
                "insurance.repurchase",
                SUPERVISOR,
                seconds=2,
                limit=500,
            ),
        }


class InsuranceRepurchase(models.Model):
    """Finding the chances: one statement for each range of clients."""

    _inherit = "insurance.repurchase"

    def action_find(self):
        """Look through all clients, as bulk work."""
        self.env["insurance.sweep"]._start("repurchase")
        return self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_client_archive.insurance_sweep_action"
        )

    @api.model
    def _cron_find(self):
        self.env["insurance.sweep"]._work_daily("repurchase")

    @api.model
    def _sweep_repurchase_extent(self, sweep):
        # superuser: the work is about all clients, whoever starts it
        return sweep.sudo()._extent_of(
            "insurance.archive", [("state", "not in", ("restricted", "destroyed"))]
        )

    @api.model
    def _sweep_repurchase_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        return Chunk(self._find(Scope(after + 1, until)), until)

    @api.model
    def _find(self, scope):
        """Note the clients of the scope who bought before and lack cover.

        Left out are clients who may not be offered anything, who are dissatisfied or
        have an open complaint, who have bought, or said no, a short time ago, and those
        somebody is talking with already.
        """
        get = self.env["insurance.parameter"]._get
        today = fields.Date.context_today(self)
        rest = fields.Date.subtract(today, months=get("repurchase_rest_months"))
        Archive = self.env["insurance.archive"]
        for name in ("insurance.client.feature", "insurance.feedback", "crm.lead"):
            self.env[name].flush_model()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO insurance_repurchase
                    (archive_id, partner_id, company_id, agent_id, cover_kind_id,
                     found_on, state, state_date, won_rate, create_uid, create_date,
                     write_uid, write_date)
                SELECT DISTINCT ON (archive.id)
                       archive.id, archive.partner_id, archive.company_id,
                       archive.agent_id, gap.cover_kind_id, %(today)s::date, 'open',
                       %(now)s::timestamp, 0, %(uid)s, %(now)s::timestamp, %(uid)s,
                       %(now)s::timestamp
                FROM (%(gaps)s) AS gap
                JOIN insurance_archive AS archive ON archive.id = gap.archive_id
                JOIN insurance_client_feature AS feature
                    ON feature.archive_id = archive.id
                WHERE gap.need > 0 AND gap.have < gap.need * %(part)s / 100
                  AND feature.policies_in_force > 0
                  AND feature.last_purchase_days >= %(days)s
                  AND archive.agent_id IS NOT NULL
                  AND archive.behaviour IS DISTINCT FROM 'dissatisfied'
                  AND %(may)s
                  AND NOT EXISTS (
                      SELECT FROM insurance_feedback AS complaint
                      WHERE complaint.archive_id = archive.id
                        AND complaint.kind = 'complaint'
                        AND complaint.state NOT IN ('closed', 'withdrawn')
                  )
                  AND NOT EXISTS (
                      SELECT FROM insurance_repurchase AS known
                      WHERE known.archive_id = archive.id
                        AND (known.state IN %(pending)s
                             OR known.state_date >= %(rest)s::date)
                  )
                  AND NOT EXISTS (
                      SELECT FROM crm_lead AS lead
                      JOIN crm_stage AS stage ON stage.id = lead.stage_id
                      WHERE lead.partner_id = archive.partner_id
                        AND lead.active AND NOT COALESCE(stage.is_won, FALSE)
                  )
                ORDER BY archive.id, gap.have / gap.need, gap.cover_kind_id
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                today=today,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                gaps=Archive._cover_gap_sql(scope),
                part=get("repurchase_covered_pct"),
                days=(today - rest).days,
                may=Archive._may_process_sql(MARKETING, "archive"),
                pending=PENDING,
                rest=rest,
            )
        )
        self.invalidate_model(flush=False)
        return len(rows)
