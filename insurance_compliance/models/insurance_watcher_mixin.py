from odoo import api, models


class InsuranceWatcherMixin(models.AbstractModel):
    """What watches others is changed in the open: each change is in the use log."""

    _name = "insurance.watcher.mixin"
    _description = "Rows that watch others"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._record_change("create")
        return records

    def write(self, vals):
        result = super().write(vals)
        if vals:
            self._record_change("edit", sorted(vals))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_in_the_open(self):
        self._record_change("edit", ["unlink"])

    def _record_change(self, action, names=()):
        """Keep who has changed which fields; superuser: modules and the server do."""
        if self.env.su or not self:
            return
        ids = ",".join(map(str, self.ids))
        self.env["insurance.use.log"].sudo()._record(  # nobody else writes the log
            action,
            content=[f"{self._name} {ids}", *names],
            wait=self.env.registry.ready,
        )
