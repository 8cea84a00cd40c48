from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_service import TODAY, ServiceCase


@tagged("post_install", "-at_install")
class TestPlannedServices(ServiceCase):
    """What the plan asks for, when, of whom; and who did it in time."""

    def test_first_call_follows_the_last_contact(self):
        self._line(kind="call", every_months=3)
        self._run_cron()
        self.assertRecordValues(
            self._items(),
            [
                {
                    "due_date": date(2026, 7, 1),
                    "user_id": self.agent.id,
                    "partner_id": self.partner.id,
                    "company_id": self.archive.company_id.id,
                    "state": "planned",
                }
            ],
        )

    def test_nothing_is_planned_beyond_the_horizon(self):
        self._line(kind="call", every_months=12)
        self.archive.last_contact_date = "2026-06-01 08:00:00"
        self._run_cron()
        self.assertFalse(self._items())

    def test_long_forgotten_client_is_due_today(self):
        self._line(kind="call", every_months=3)
        self.archive.last_contact_date = "2020-01-01 08:00:00"
        self._run_cron()
        self.assertEqual(self._items().due_date, date(2026, 6, 15))

    def test_second_run_plans_nothing_twice(self):
        self._line(kind="call", every_months=1)
        self._line(kind="birthday")
        self.archive.birth_date = "1980-06-20"
        for day in (TODAY, TODAY, "2026-06-16"):
            self._run_cron(day)
        self.assertEqual(len(self._items()), 2)

    def test_next_one_is_counted_from_when_it_was_done(self):
        line = self._line(kind="call", every_months=1)
        self._run_cron()
        first = self._items()
        with freeze_time("2026-06-20"):
            first.action_done()
        self._run_cron("2026-07-01")
        second = self._items() - first
        self.assertEqual(second.due_date, date(2026, 7, 20))
        self.assertEqual(second.line_id, line)

    def test_birthday_care_comes_each_year(self):
        self._line(kind="birthday", days_before=3)
        self.archive.birth_date = "1980-06-20"
        self._run_cron()
        self.assertRecordValues(
            self._items(),
            [{"occasion_date": date(2026, 6, 20), "due_date": date(2026, 6, 17)}],
        )
        self._run_cron("2027-06-01")
        self.assertEqual(
            sorted(self._items().mapped("occasion_date")),
            [date(2026, 6, 20), date(2027, 6, 20)],
        )

    def test_birthday_on_a_leap_day_and_today(self):
        self._line(kind="birthday")
        self.archive.birth_date = "1980-02-29"
        self._run_cron("2027-02-10")
        self.assertEqual(self._items().occasion_date, date(2027, 2, 28))
        self._items().line_id = False
        self.archive.birth_date = "1980-06-15"
        self._run_cron()
        self.assertIn(date(2026, 6, 15), self._items().mapped("occasion_date"))

    def test_renewal_care_is_for_each_policy(self):
        self._line(kind="renewal", days_before=30)
        with freeze_time(TODAY):
            policies = self._policy(
                state="active",
                renewable=True,
                start_date="2025-07-20",
                end_date="2026-07-19",
                term_years=1,
            )
        self._run_cron()
        self.assertEqual(self._items().policy_id, policies)
        self.assertEqual(self._items().due_date, date(2026, 6, 20))

    def test_care_that_should_have_begun_is_due_today_and_not_late(self):
        self._line(kind="birthday", days_before=30)
        self.archive.birth_date = "1980-06-20"
        self._run_cron()
        self.assertEqual(self._items().due_date, date(2026, 6, 15))

    def test_manager_is_responsible_and_the_agent_stands_in(self):
        self._line(kind="call", every_months=1, responsible="manager")
        self._run_cron()
        self.assertEqual(self._items().user_id, self.manager)
        self._items().line_id = False
        self.archive.manager_id = False
        self._run_cron()
        self.assertIn(self.agent, self._items().user_id)

    def test_reminder_is_neutral_and_comes_once(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        self._run_cron()
        activity = self._reminders()
        self.assertEqual(activity.user_id, self.agent)
        seen = activity.with_user(self.accountant).read(
            ["display_name", "summary", "note", "res_name"]
        )
        self.assertNotIn("insurance", str(seen).lower())
        self.assertEqual(activity.summary, "Client care")

    def test_talk_does_what_is_due_and_closes_the_reminder(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        with freeze_time("2026-06-18 08:00:00"):
            talk = self._talk(date="2026-06-18 07:00:00", channel="message")
        self.assertRecordValues(
            self._items(),
            [
                {
                    "state": "done",
                    "done_on": date(2026, 6, 18),
                    "interaction_id": talk.id,
                    "days_late": 3,
                }
            ],
        )
        self.assertFalse(self._reminders())

    def test_visit_is_not_done_by_a_call_nor_anything_by_no_answer(self):
        self._line(kind="visit", every_months=1, channel="face_to_face")
        self._run_cron()
        with freeze_time("2026-06-18 08:00:00"):
            self._talk(channel="phone")
            self._talk(channel="face_to_face", outcome="not_reached")
            self.assertEqual(self._items().state, "planned")
            self._talk(channel="face_to_face")
        self.assertEqual(self._items().state, "done")

    def test_service_far_ahead_is_not_done_by_a_talk_today(self):
        days = self.env["insurance.parameter"]._get("service_early_days")
        item = self.env["insurance.service.item"].create(
            {
                "archive_id": self.archive.id,
                "due_date": date.today() + timedelta(days=days + 2),
            }
        )
        self._talk()
        self.assertEqual(item.state, "planned")

    def test_handover_takes_services_and_reminders_along(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        self.archive.with_user(self.supervisor).write(
            {"agent_id": self.agent2.id, "team_id": self.team_a.id}
        )
        self.assertEqual(self._items().user_id, self.agent2)
        self.assertEqual(self._reminders().user_id, self.agent2)

    def test_leaving_out_needs_a_reason_and_what_a_plan_asks_for_stays(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        item = self._items().with_user(self.agent)
        with self.assertRaisesRegex(UserError, "why"):
            item.state = "skipped"
        item.write({"state": "skipped", "state_reason": "On holiday"})
        with self.assertRaisesRegex(UserError, "Leave it out"):
            item.unlink()

    def test_late_services_are_found(self):
        self._line(kind="call", every_months=1)
        self._run_cron()
        Item = self.env["insurance.service.item"]
        with freeze_time("2026-06-16"):
            self.env.invalidate_all()
            self.assertTrue(self._items().late)
            self.assertIn(self._items(), Item.search([("late", "=", True)]))
            self.assertEqual(self.archive.with_user(self.agent).service_late_count, 1)

    def test_one_statement_a_line_whatever_the_number_of_clients(self):
        line = self._line(kind="call", every_months=1)
        clients = self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(40)]
        )
        clients.sudo()._write_multi([{"state": "entered"}] * len(clients))
        clients.write({"service_plan_id": self.plan.id})
        self.env.flush_all()
        (
            line.plan_id.id,
            line.kind,
            self.env["insurance.parameter"]._get("service_horizon_days"),
        )
        self.cr.execute("UPDATE insurance_archive SET last_contact_date = NULL")
        before = self.cr.sql_log_count
        with freeze_time("2030-01-01"):
            self.assertGreaterEqual(line._plan_services(), 40)
        self.assertLessEqual(self.cr.sql_log_count - before, 3)
