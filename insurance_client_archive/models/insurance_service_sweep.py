from odoo import api, models

from ..client_scope import Scope
from ..sweep_kind import Chunk, Kind
from .insurance_sweep import MODULE

PLAN = "service_plan"


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        plan = Kind(
            self.env._("Service plans and what clients are due"),
            "insurance.service.plan",
            f"{MODULE}.group_admin",
            limit=5000,
        )
        return super()._kinds() | {PLAN: plan}


class InsuranceServicePlan(models.Model):
    """The nightly work on service plans: a range of clients after the other."""

    _inherit = "insurance.service.plan"

    @api.model
    def _sweep_service_plan_extent(self, sweep):
        # as superuser: the work is about all clients, whoever starts it
        return sweep.sudo()._extent_of("insurance.archive", [])

    @api.model
    def _sweep_service_plan_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        self.search([("active", "=", True)])._assign_range(after, until)
        lines = self.env["insurance.service.plan.line"].search(
            [("plan_id.active", "=", True)]
        )
        for line in lines:
            line._plan_services(Scope(after + 1, until))
        # as superuser: how many clients there are is no content
        clients = self.env["insurance.archive"].sudo()
        return Chunk(
            clients.search_count([("id", ">", after), ("id", "<=", until)]), until
        )
