import datetime

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: a job that is more than two of its intervals late does not run; a short interval
#: gets some minutes, since the server looks for jobs once a minute
GRACE = datetime.timedelta(minutes=15)
FAILURES = 3


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _insurance_stopped(self):
        """Return (switched off, late or failing) jobs of the insurance addons.

        Odoo switches a job off that has failed for a week, and tells nobody.
        """
        # the jobs are the administrator's; whoever watches learns their names only
        data = self.env["ir.model.data"].sudo()
        ids = data.search_fetch(
            [("module", "=like", "insurance_%"), ("model", "=", "ir.cron")], ["res_id"]
        ).mapped("res_id")
        jobs = self.sudo().with_context(active_test=False).browse(ids).exists()
        running = jobs.filtered("active")
        # a second worker may stay off while the first one works
        done = {(job.model_id, job.code) for job in running}
        off = (jobs - running).filtered(
            lambda job: (job.model_id, job.code) not in done
        )
        return off, running.filtered(lambda job: job._insurance_is_late())

    def _insurance_is_late(self):
        interval = relativedelta(**{self.interval_type: self.interval_number})
        due = max(self.nextcall + 2 * interval, self.nextcall + GRACE)
        return due < fields.Datetime.now() or self.failure_count >= FAILURES
