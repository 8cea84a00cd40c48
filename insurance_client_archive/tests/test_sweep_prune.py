from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sweep import SweepCase, run_sweeps
from .test_sweep import WORK_LOGGER


@tagged("post_install", "-at_install")
class TestSweepPrune(SweepCase):
    """Ended work leaves the list; errors and open work stay."""

    def ended(self, days, **scope):
        """Return work that ended so many days ago."""
        sweep = self.start(**scope)
        run_sweeps(self)
        self.env.cr.execute(
            "UPDATE insurance_sweep SET date_end = date_end - %s * interval '1 day'"
            " WHERE id = %s",
            [days, sweep.id],
        )
        self.env.invalidate_all()
        return sweep

    def test_ended_work_is_forgotten_when_its_days_have_passed(self):
        old, fresh = self.ended(91, n=1), self.ended(89, n=2)
        self.env["insurance.sweep"]._gc_sweeps()
        self.assertFalse(old.exists())
        self.assertTrue(fresh.exists())
        self.env.cr.execute(
            "SELECT count(*) FROM insurance_sweep_part WHERE sweep_id = %s", [old.id]
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_the_days_are_a_parameter(self):
        self.env["insurance.parameter"].search(
            [("key", "=", "sweep_keep_days")]
        ).value = "7"
        sweep = self.ended(8)
        self.env["insurance.sweep"]._gc_sweeps()
        self.assertFalse(sweep.exists())

    @mute_logger(WORK_LOGGER)
    def test_work_with_errors_stays(self):
        self.bad = {5: ValueError()}
        sweep = self.ended(1000)
        self.assertEqual(sweep.error_count, 1)
        self.env["insurance.sweep"]._gc_sweeps()
        self.assertTrue(sweep.exists())

    def test_open_work_stays(self):
        sweep = self.start()
        self.env.cr.execute(
            "UPDATE insurance_sweep SET date_start = %s WHERE id = %s",
            [fields.Datetime.subtract(fields.Datetime.now(), years=3), sweep.id],
        )
        self.env["insurance.sweep"]._gc_sweeps()
        self.assertEqual(sweep.state, "running")
