from unittest.mock import patch

from odoo.tests import tagged

from .common_sweep import SweepCase


@tagged("post_install", "-at_install")
class TestSweepDaily(SweepCase):
    """A scheduled action starts its sweep once a day and goes on where it stopped."""

    def work(self, chunks=None):
        """Run as the scheduled action, whose time is up after so many commits."""
        self.env.flush_all()
        left = iter([1] * (chunks or 10**6) + [0] * 10**3)
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(
                type(self.env["ir.cron"]),
                "_commit_progress",
                lambda cron, *args, **kwargs: next(left),
            ),
        ):
            ended = self.env(cr=cr)["insurance.sweep"]._work_daily("test")
        self.env.invalidate_all()
        return ended

    def sweeps(self):
        return self.env["insurance.sweep"].search([("kind", "=", "test")])

    def test_all_rows_are_worked_on_in_one_go(self):
        self.assertTrue(self.work())
        self.assertEqual(self.worked(), {1: 1000})
        self.assertEqual(self.sweeps().state, "done")

    def test_the_next_call_goes_on_where_time_was_up(self):
        self.assertFalse(self.work(chunks=1))
        begun = len(self.calls)
        self.assertEqual(begun, 1)
        self.assertTrue(self.work())
        self.assertGreater(len(self.calls), begun)
        self.assertEqual(self.worked(), {1: 1000})
        self.assertEqual(len(self.sweeps()), 1)

    def test_what_has_just_ended_is_not_begun_again(self):
        self.work()
        self.assertTrue(self.work())
        self.assertEqual(self.worked(), {1: 1000})

    def test_the_next_day_begins_anew(self):
        self.work()
        self.env.cr.execute(
            "UPDATE insurance_sweep SET date_end = date_end - interval '1 day'"
        )
        self.env.invalidate_all()
        self.assertTrue(self.work())
        self.assertEqual(self.worked(), {2: 1000})

    def test_paused_work_waits_for_people(self):
        self.work(chunks=1)
        self.as_user(self.sweeps(), self.insurance_admin).action_pause()
        begun = len(self.calls)
        self.assertTrue(self.work())
        self.assertEqual(len(self.calls), begun)
        self.assertEqual(len(self.sweeps()), 1)
