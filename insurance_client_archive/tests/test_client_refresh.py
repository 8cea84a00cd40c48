from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestClientRefresh(SegmentCase):
    """Figures and classes follow events at once and the calendar in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Event = cls.env["insurance.client.event"]
        cls.Class._refresh(cls.env["insurance.archive"].search([]).ids)
        cls._forget()

    @classmethod
    def _forget(cls):
        cls.env.flush_all()
        cls.env.cr.precommit.data.pop("insurance.client.event", None)
        cls.env.cr.precommit.run()
        cls.Event.search([]).unlink()

    def _noted(self):
        self.env.cr.flush()
        return self.Event.search([]).mapped("archive_id")

    def _days(self, days):
        return fields.Date.add(self.today, days=days)

    def test_each_event_is_noted_once_in_a_transaction(self):
        policy = self._issued()
        policy.sum_insured = 5
        self.archive.birth_date = "1990-01-01"
        self.assertEqual(self._noted(), self.archive)
        self.assertEqual(self.Event.search_count([]), 1)

    def test_all_that_figures_are_made_of_are_events(self):
        policy = self._issued()
        events = {
            "claim": lambda: self.env["insurance.claim"].create(
                {"policy_id": policy.id}
            ),
            "interaction": lambda: self.env["insurance.interaction"].create(
                {"archive_id": self.archive.id}
            ),
            "person": lambda: self.env["insurance.related.person"].create(
                {"archive_id": self.archive.id, "name": "王", "relation": "child"}
            ),
            "archive": lambda: self.archive.write({"asset_band": "5"}),
            "policy": lambda: policy.write({"state": "lapsed", "state_reason": "x"}),
        }
        for name, event in events.items():
            self._forget()
            event()
            with self.subTest(event=name):
                self.assertEqual(self._noted(), self.archive)

    def test_what_is_no_figure_is_no_event(self):
        self.archive.employer = "Elsewhere"
        self.archive.phone = "13700137000"
        self.assertFalse(self._noted())

    def test_a_deleted_record_is_an_event(self):
        person = self.env["insurance.related.person"].create(
            {"archive_id": self.archive.id, "name": "王", "relation": "child"}
        )
        self._forget()
        person.unlink()
        self.assertEqual(self._noted(), self.archive)

    def test_events_are_worked_off_and_gone(self):
        self._issued()
        self._noted()
        cron = self.env.ref("insurance_client_archive.ir_cron_client_events")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(self.Event.search([]))
        self.assertClass("lifecycle_stage", "new")

    def test_events_wake_the_scheduled_action(self):
        cron = self.env.ref("insurance_client_archive.ir_cron_client_events")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self._issued()
        self._noted()
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers + 1,
        )

    def _due(self, day):
        return self.Class._due_ids(day, 0, 2**31 - 1, 10_000)

    def test_ordinary_clients_are_due_each_quarter(self):
        months = self.env["insurance.parameter"]._get("refresh_ordinary_months")
        due = fields.Date.add(self.today, months=months)
        self.assertNotIn(self.archive.id, self._due(fields.Date.subtract(due, days=1)))
        self.assertIn(self.archive.id, self._due(due))

    def test_interval_from_the_last_of_a_month_ends_in_a_shorter_one(self):
        row = self.Feature.search([("archive_id", "=", self.archive.id)])
        row.as_of = "2026-11-30"
        row.flush_recordset()
        parameter = self.env["insurance.parameter"]
        parameter.search([("key", "=", "refresh_ordinary_months")]).value = "3"
        self.assertNotIn(self.archive.id, self._due(date(2027, 2, 27)))
        self.assertIn(self.archive.id, self._due(date(2027, 2, 28)))

    def test_key_clients_and_those_of_high_value_are_due_each_month(self):
        months = self.env["insurance.parameter"]._get("refresh_key_months")
        due = fields.Date.add(self.today, months=months)
        self.assertNotIn(self.archive.id, self._due(due))
        self.archive.key_client = True
        self.assertIn(self.archive.id, self._due(due))
        self.archive.key_client = False
        self.archive.value_tier = "high"
        self.assertIn(self.archive.id, self._due(due))

    def test_new_clients_and_those_of_an_old_version_are_due(self):
        archive = self._archive()
        self.assertEqual(self._due(self.today), [archive.id])
        self._refresh(archive)
        score = self.Class.search([("archive_id", "=", self.archive.id)])
        score.value_tier_card_id = False
        self.assertEqual(self._due(self.today), [self.archive.id])

    def _run(self, sweep):
        for _step in range(200):
            if not sweep._step():
                break
            sweep.invalidate_recordset()
        return sweep

    def test_a_run_over_all_clients_refreshes_each_one_once(self):
        self.archive.birth_date = "1990-01-01"
        self._issued()
        self.env.flush_all()
        later = self._days(5)
        sweep = self.env["insurance.sweep"]._start(
            "segment_refresh", {"day": fields.Date.to_string(later)}
        )
        self._run(sweep)
        self.assertEqual(sweep.state, "done")
        self.assertEqual(sweep.error_count, 0)
        row = self.Feature.search([("archive_id", "=", self.archive.id)])
        self.assertEqual(row.as_of, later)
        self.assertClass("lifecycle_stage", "new")

    def test_a_run_leaves_the_same_as_one_statement(self):
        self._issued()
        sweep = self.Class._start_sweep("segment_refresh")
        self._run(sweep)
        columns = "archive_id, value_tier_points, behaviour_points, closest_gap"
        query = f"SELECT {columns} FROM insurance_client_class ORDER BY archive_id"
        self.env.cr.execute(query)
        chunked = self.env.cr.fetchall()
        self.Class.search([]).unlink()
        self._refresh(*self.env["insurance.archive"].search([]))
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchall(), chunked)

    def test_the_daily_action_starts_a_run_when_somebody_is_due(self):
        Sweep = self.env["insurance.sweep"]
        self.Class._cron_due()
        self.assertFalse(Sweep.search([("kind", "=", "segment_due")]))
        archive = self._archive()
        self.env.flush_all()
        self.Class._cron_due()
        sweep = Sweep.search([("kind", "=", "segment_due")])
        self.assertEqual(sweep.total_count, 1)
        self._run(sweep)
        self.assertEqual(sweep.state, "done")
        self.assertClass("client_type", "potential", archive)

    def test_a_quarter_later_everybody_is_refreshed(self):
        months = self.env["insurance.parameter"]._get("refresh_ordinary_months")
        later = fields.Date.add(self.today, months=months)
        with freeze_time(later):
            self.Class._cron_due()
            sweep = self.env["insurance.sweep"].search([("kind", "=", "segment_due")])
            self._run(sweep)
        row = self.Feature.search([("archive_id", "=", self.archive.id)])
        self.assertEqual(row.as_of, later)

    def test_agents_classify_their_own_clients_now(self):
        self._issued()
        self.archive.with_user(self.agent).action_refresh_classes()
        self.assertClass("lifecycle_stage", "new")
        with self.assertRaises(AccessError):
            self.archive.with_user(self.agent2).action_refresh_classes()

    def test_classifying_many_clients_takes_no_more_queries_than_one(self):
        archives = self.env["insurance.archive"].create(
            [
                {"name": f"张{letter}", "phone": f"138001300{number:02}"}
                for number, letter in enumerate(
                    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
                )
            ]
        )
        self._refresh(*archives)
        self.env.flush_all()
        self.Class._refresh(archives.ids)
        with self.assertQueryCount(4):
            self.Class._refresh(archives[:1].ids)
        with self.assertQueryCount(4):
            self.Class._refresh(archives.ids)
