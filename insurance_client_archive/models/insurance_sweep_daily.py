from odoo import api, fields, models

#: a sweep that ended so shortly ago is the one that was asked for
JUST_ENDED_MINUTES = 10


class InsuranceSweep(models.Model):
    """Work that a scheduled action starts each day, and takes part in."""

    _inherit = "insurance.sweep"

    @api.model
    def _work_daily(self, kind):
        """Work on the sweep of a kind as long as the scheduled action may.

        Whoever else works on sweeps helps, and goes on where it stops. Commits.

        :return: False when there is more to do; the action is called again then
        """
        commit = self.env["ir.cron"]._commit_progress
        sweep = self._of_today(kind)
        seconds_left = commit(remaining=1)
        while seconds_left and sweep.state == "running":
            step = sweep._step()
            if not step:
                sweep._wait_for_others()
            seconds_left = commit(step, remaining=int(sweep.state == "running"))
        commit(remaining=int(sweep.state == "running"))
        return sweep.state != "running"

    @api.model
    def _of_today(self, kind):
        """Return the sweep at work or just ended, or start one; paused ones wait."""
        last = self.search([("kind", "=", kind)], order="id desc", limit=1)
        recent = fields.Datetime.subtract(self.env.cr.now(), minutes=JUST_ENDED_MINUTES)
        ended = last.state == "done" and last.date_end and last.date_end > recent
        return last if ended else self._start(kind)
