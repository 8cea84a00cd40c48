from odoo import api, models

from ..sweep_kind import Chunk, Kind
from .insurance_learned_proposal import ANALYST


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "segment_learn": Kind(
                self.env._("Learning from classes set by people"),
                "insurance.learned.proposal",
                ANALYST,
                by_state=True,
                seconds=60,
                limit=1,
            )
        }


class InsuranceLearnedProposal(models.Model):
    """Learning from much data: one proposal a chunk."""

    _inherit = "insurance.learned.proposal"

    @api.model
    def _sweep_segment_learn_extent(self, sweep):
        # as superuser: learning is work on all clients, whoever starts it
        return sweep.sudo()._extent_of(self._name, [("state", "=", "waiting")])

    @api.model
    def _sweep_segment_learn_chunk(self, sweep, after, until, limit):
        waiting = [("state", "=", "waiting"), ("id", ">", after), ("id", "<=", until)]
        # as superuser: what was learned is written by nobody else
        proposal = self.sudo().search(waiting, order="id", limit=1)
        if not proposal:
            return Chunk(0, until)
        locked = proposal.try_lock_for_update()
        if locked:
            locked._learn()
        return Chunk(len(locked), proposal.id)
