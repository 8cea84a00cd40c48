import time

from odoo import SUPERUSER_ID, api, models

#: jobs that wait for a worker; the capacity of the channel says how many work at once
JOBS = 8
#: a job ends in time and queues itself again: servers stop requests that last long
JOB_SECONDS = 30
CHANNEL = "root.insurance"
QUEUE = "queue.job"


class InsuranceSweep(models.Model):
    """Work on all nodes by the addon ``queue_job``, where it is installed.

    Nothing of it is needed here: without it the scheduled action does the work.
    """

    _inherit = "insurance.sweep"

    def _wake(self):
        result = super()._wake()
        if QUEUE in self.env:
            for number in range(JOBS):
                self._queue_job(number)
        return result

    @api.model
    def _queue_job(self, number):
        """Queue a job, unless the one of this number waits already."""
        self.browse().with_delay(
            channel=CHANNEL,
            description=self.env._("Bulk work"),
            identity_key=f"insurance.sweep/{number}",
        )._work_as_job(number)

    @api.model
    def _work_as_job(self, number):
        """Work for a while on what is running, and ask for more.

        On a cursor of its own: a job that commits has given up the lock by which the
        queue knows that it is alive, so the queue forbids it.
        """
        # superuser: as the scheduled action; who may start what was checked before
        with self.env.registry.cursor() as cr:
            sweeps = api.Environment(cr, SUPERUSER_ID, {})[self._name]
            more = sweeps._work(until=time.monotonic() + JOB_SECONDS)
        if more:
            self._queue_job(number)
