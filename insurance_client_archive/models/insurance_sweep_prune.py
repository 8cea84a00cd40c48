from odoo import api, fields, models

#: sweeps that are forgotten in one transaction, with their parts
PRUNE_BATCH = 500


class InsuranceSweep(models.Model):
    """Ended work leaves the list in time; what has errors stays for people."""

    _inherit = "insurance.sweep"

    @api.autovacuum
    def _gc_sweeps(self):
        """Forget work that ended long ago and in which nothing failed."""
        days = self.env["insurance.parameter"]._get("sweep_keep_days")
        # by the hour: a bare date would begin at midnight of whoever asks
        before = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        ended = self.search(
            [
                ("state", "in", ("done", "cancelled")),
                ("date_end", "<", before),
                ("item_ids", "=", False),
            ],
            order="id",
            limit=PRUNE_BATCH,
        )
        # another node may be at some of them
        mine = ended.try_lock_for_update()
        mine.unlink()
        return len(mine), len(mine) == PRUNE_BATCH
