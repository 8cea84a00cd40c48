from odoo import api, models

from ..sweep_kind import Chunk, Kind
from .insurance_sweep import MODULE

MONITOR = "churn_monitor"


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        monitor = Kind(
            self.env._("Signs that clients may leave"),
            "insurance.churn.alert",
            f"{MODULE}.group_admin",
            limit=5000,
        )
        return super()._kinds() | {MONITOR: monitor}


class InsuranceChurnAlert(models.Model):
    """The nightly monitoring: a range of clients after the other."""

    _inherit = "insurance.churn.alert"

    @api.model
    def _sweep_churn_monitor_extent(self, sweep):
        # as superuser: the work is about all clients, whoever starts it
        return sweep.sudo()._extent_of("insurance.archive", [])

    @api.model
    def _sweep_churn_monitor_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        signs = self.env["insurance.churn.indicator"].search([("active", "=", True)])
        if signs:
            self._monitor_range(signs, after, until)
        # as superuser: how many clients there are is no content
        clients = self.env["insurance.archive"].sudo()
        return Chunk(
            clients.search_count([("id", ">", after), ("id", "<=", until)]), until
        )
