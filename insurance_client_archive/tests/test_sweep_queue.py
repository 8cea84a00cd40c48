import time
from unittest.mock import patch

from odoo.tests import tagged

from ..models import insurance_sweep_queue
from .common_sweep import SweepCase

CRON = "insurance_client_archive.ir_cron_sweep"


@tagged("post_install", "-at_install")
class TestSweepQueue(SweepCase):
    """Who gets to work: the scheduled actions, and jobs where there is a queue."""

    def wakes(self, name=CRON):
        cron = self.env.ref(name)
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def run_job(self):
        """Work as a job does, which may not commit what it stands in."""
        self.env.flush_all()

        def forbidden():
            raise AssertionError("A job has committed.")

        with (
            self.enter_registry_test_mode(),
            patch.object(self.env.cr, "commit", forbidden),
        ):
            self.env["insurance.sweep"]._work_as_job(0)
        self.env.invalidate_all()

    def test_start_wakes_the_scheduled_action_and_needs_no_queue(self):
        before = self.wakes(), self.wakes(f"{CRON}_second")
        self.start()
        self.assertEqual(
            (self.wakes(), self.wakes(f"{CRON}_second")), (before[0] + 1, before[1])
        )

    def test_second_scheduled_action_is_woken_once_it_is_active(self):
        self.env.ref(f"{CRON}_second").active = True
        before = self.wakes(f"{CRON}_second")
        self.start()
        self.assertEqual(self.wakes(f"{CRON}_second"), before + 1)

    def test_work_goes_on_without_the_scheduled_action(self):
        self.env.ref(CRON).unlink()
        self.start()
        self.run_job()
        self.assertEqual(self.worked(), {1: 1000})

    def test_job_works_on_a_cursor_of_its_own(self):
        sweep = self.start()
        self.run_job()
        self.assertEqual((sweep.state, self.worked()), ("done", {1: 1000}))

    def test_job_ends_in_time_and_asks_for_another(self):
        asked = []
        with (
            patch.object(insurance_sweep_queue, "JOB_SECONDS", 0),
            patch.object(
                insurance_sweep_queue.InsuranceSweep,
                "_queue_job",
                lambda sweeps, number: asked.append(number),
            ),
        ):
            sweep = self.start()
            self.run_job()
        self.assertEqual((sweep.state, asked), ("running", [0]))
        self.assertEqual(len(self.calls), 1)

    def test_time_that_is_up_stops_the_work_between_two_chunks(self):
        sweep = self.start()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            sweeps = self.env(cr=cr)["insurance.sweep"]
            self.assertTrue(sweeps._work(until=time.monotonic()))
        self.env.invalidate_all()
        self.assertEqual((sweep.state, len(self.calls)), ("running", 1))
