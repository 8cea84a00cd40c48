from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .common_incident import NOON, IncidentCase

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class TestIncidentRule(IncidentCase):
    """Each rule finds what it is made for, and leaves ordinary work alone."""

    def test_mass_reveal_within_the_window(self):
        rule = self.rule("mass_reveal", threshold=3, minutes=60)
        for minute in (0, 20, 40):
            self.use("reveal", at=NOON + minute * MINUTE)
        # the same number over a longer time is ordinary
        for hour in (0, 2, 4):
            self.use("reveal", user=self.agent2, at=NOON + hour * HOUR)
        self.assertEqual(self.cases(rule), [(self.agent.id, 3)])

    def test_window_moves_with_the_clock(self):
        rule = self.rule("mass_reveal", threshold=3, minutes=60)
        for minute in (0, 59, 60, 118, 119):
            self.use("reveal", at=NOON + minute * MINUTE)
        # 59, 60 and 118 are within an hour; 0, 59 and 60 are not
        self.assertEqual(self.cases(rule), [(self.agent.id, 3)])

    def test_values_of_one_use_are_counted(self):
        rule = self.rule("mass_reveal", measure="values", threshold=5)
        self.use("reveal", content="id_number,annual_income,health_notice")
        self.assertEqual(self.cases(rule), [])
        self.use("reveal", content="id_number,bank_account")
        self.assertEqual(self.cases(rule), [(self.agent.id, 5)])

    def test_the_same_archive_counts_once(self):
        rule = self.rule("mass_view", measure="archives", threshold=3)
        for minute in range(10):
            self.use("view", at=NOON + minute * MINUTE)
        self.use("view", archives=self.other, at=NOON + 5 * MINUTE)
        self.assertEqual(self.cases(rule), [])
        self.use("view", archives=self.third, at=NOON + 30 * MINUTE)
        self.assertEqual(self.cases(rule), [(self.agent.id, 3)])

    def test_mass_export_counts_all_archives_taken(self):
        rule = self.rule("mass_export", measure="archives", threshold=3)
        self.use("export", archives=self.archive | self.other)
        self.assertEqual(self.cases(rule), [])
        self.use("print", archives=self.third)
        self.assertEqual(self.cases(rule), [(self.agent.id, 3)])

    def test_bursts_that_are_apart_are_cases_of_their_own(self):
        rule = self.rule("mass_reveal", threshold=2, minutes=10)
        for hour in (0, 5):
            for minute in (0, 1):
                self.use("reveal", at=NOON + hour * HOUR + minute * MINUTE)
        self.assertEqual(len(self.cases(rule)), 2)

    def test_off_hours_in_the_time_zone_of_the_company(self):
        rule = self.rule(
            "off_hours", threshold=2, hour_from=8, hour_to=20, tz="Asia/Shanghai"
        )
        for minute in (0, 1):
            # noon, and 02:00 at night in Shanghai
            self.use("view", at=NOON + minute * MINUTE)
            self.use("view", user=self.agent2, at=NOON - 10 * HOUR + minute * MINUTE)
        self.assertEqual(self.cases(rule), [(self.agent2.id, 2)])

    def test_weekend_is_off_hours_where_the_rule_says_so(self):
        saturday = NOON + 3 * DAY
        self.use("view", at=saturday)
        rule = self.rule("off_hours", threshold=1, tz="Asia/Shanghai")
        self.assertEqual(self.cases(rule, saturday), [])
        rule.weekdays_only = True
        self.assertEqual(self.cases(rule, saturday), [(self.agent.id, 1)])

    def test_calendar_with_its_holidays_decides(self):
        calendar = self.env["resource.calendar"].create({"name": "Office"})
        rule = self.rule(
            "off_hours", threshold=1, calendar_id=calendar.id, tz="Asia/Shanghai"
        )
        self.use("view", at=NOON)
        self.assertEqual(self.cases(rule), [])
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": NOON - HOUR,
                "date_to": NOON + HOUR,
            }
        )
        self.assertEqual(self.cases(rule), [(self.agent.id, 1)])

    def _device(self, user, address):
        self.env.cr.execute(
            SQL(
                "INSERT INTO res_device_log (session_identifier, user_id, ip_address,"
                " first_activity, last_activity) VALUES ('x', %s, %s, %s, %s)",
                user.id,
                address,
                NOON - HOUR,
                NOON,
            )
        )

    def test_foreign_network_where_archives_were_used(self):
        rule = self.rule(
            "foreign_network", threshold=1, networks="10.0.0.0/8\n2001:db8::/32"
        )
        self.use("view", user=self.agent)
        self.use("view", user=self.agent2)
        self.use("view", user=self.manager)
        self._device(self.agent, "203.0.113.9")
        self._device(self.agent2, "10.1.2.3")
        self._device(self.manager, "2001:db8::7")
        # from elsewhere, but without any use of an archive
        self._device(self.supervisor, "203.0.113.9")
        self.assertEqual(self.cases(rule), [(self.agent.id, 1)])

    def test_network_that_makes_no_sense_is_refused(self):
        for networks in ("10.0.0.0/99", "the office", ""):
            with self.assertRaises(ValidationError):
                self.rule("foreign_network", networks=networks)

    def test_decoy_touched_by_somebody_else(self):
        rule = self.rule("honey", threshold=1)
        decoy = self.env["insurance.decoy"].create(
            {"name": "陈诱饵", "agent_id": self.agent.id}
        )
        self.use("view", user=self.agent, archives=decoy.archive_id)
        self.use("view", user=self.agent2, archives=self.archive)
        self.assertEqual(self.cases(rule), [])
        self.use("view", user=self.agent2, archives=decoy.archive_id)
        self.use("reveal", user=self.agent, archives=decoy.archive_id)
        self.assertEqual(
            sorted(self.cases(rule)), sorted([(self.agent.id, 1), (self.agent2.id, 1)])
        )

    def test_repeated_refusals(self):
        rule = self.rule("denials", threshold=3)
        for _turn in range(2):
            self.use("denied", result="denied")
        self.use("reveal")
        self.assertEqual(self.cases(rule), [])
        self.use("reveal", result="denied")
        self.assertEqual(self.cases(rule), [(self.agent.id, 3)])

    def test_repeated_searches_without_a_hit(self):
        rule = self.rule("misses", threshold=3)
        for _turn in range(3):
            self.use("search_miss")
            self.use("search_hit", user=self.agent2)
        self.assertEqual(self.cases(rule), [(self.agent.id, 3)])

    def test_damaged_value_found_by_the_server(self):
        rule = self.rule("key_error", threshold=1)
        root = self.env.ref("base.user_root")
        self.use("key", user=root)
        self.assertEqual(self.cases(rule), [])
        self.use("alarm", user=root, result="failed")
        self.assertEqual(self.cases(rule), [(root.id, 1)])

    def test_verification_that_does_not_fit(self):
        rule = self.rule("log_misfit", threshold=1)
        values = {"date_end": NOON, "whole": True}
        self.env["insurance.use.check"].create({"state": "ok", **values})
        self.assertEqual(self.cases(rule), [])
        self.env["insurance.use.check"].create({"state": "misfit", **values})
        self.assertEqual(self.cases(rule), [(None, 1)])

    def test_lost_records_and_a_silent_log(self):
        rule = self.rule("log_silent", threshold=1, minutes=30)
        self._device(self.agent, "10.0.0.1")
        self.use("view", at=NOON - 10 * MINUTE)
        self.assertEqual(self.cases(rule), [])
        self.use("writer_gap", at=NOON + HOUR)
        self.assertEqual(self.cases(rule), [(None, 1)])

    def test_log_that_says_nothing_while_somebody_works(self):
        rule = self.rule("log_silent", threshold=1, minutes=30)
        self._device(self.accountant, "10.0.0.1")
        self.assertEqual(self.cases(rule), [])
        self._device(self.agent, "10.0.0.1")
        self.assertEqual(self.cases(rule), [(None, 1)])

    def test_excluded_users_are_left_alone(self):
        rule = self.rule("mass_reveal", threshold=1)
        self.use("reveal")
        rule.excluded_user_ids = self.agent
        self.assertEqual(self.cases(rule), [])

    def test_statement_uses_the_indexes_of_the_log(self):
        rule = self.rule("mass_reveal", threshold=3)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        used = rule._used(NOON - HOUR, NOON)
        self.env.cr.execute(SQL("EXPLAIN %s", used))
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertRegex(plan, "Index|Bitmap")
        self.assertIn("date >", plan)

    def test_a_rule_is_one_statement(self):
        rule = self.rule("mass_reveal", threshold=3)
        rule._cases(NOON - HOUR, NOON)
        with self.assertQueryCount(1):
            rule._cases(NOON - HOUR, NOON)

    def test_trial_counts_and_opens_nothing(self):
        rule = self.rule("mass_reveal", threshold=10**6)
        before = self.env["insurance.incident"].search_count([])
        rule.with_user(self.compliance).action_try_out()
        self.assertEqual(rule.trial_count, 0)
        self.assertTrue(rule.trial_on)
        self.assertEqual(self.env["insurance.incident"].search_count([]), before)
