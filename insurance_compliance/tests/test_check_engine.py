from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps

from .common_check import CheckCase, Found

ENGINE = "odoo.addons.insurance_compliance.models.insurance_check_engine"


@tagged("post_install", "-at_install")
class TestCheckEngine(CheckCase):
    def test_what_meets_the_demand_passes(self):
        result = self._result(10)
        self.assertEqual((result.state, result.rate), ("passed", 100))
        self.assertFalse(result.violation_ids)
        self.assertEqual(result.run_id.state, "done")

    def test_rows_that_break_the_demand_are_counted_and_listed(self):
        both = self.archive | self.archive2
        result = self._result(8, "insurance.archive", self._ids(both))
        self.assertEqual((result.state, result.violations), ("failed", 2))
        self.assertEqual(result.rate, 75)
        self.assertEqual(result.violation_ids.archive_id, both)
        self.assertEqual(set(result.violation_ids.mapped("res_id")), set(both.ids))

    def test_a_row_found_twice_counts_once(self):
        twice = SQL("%s UNION ALL %s", *[self._ids(self.archive)] * 2)
        result = self._result(8, "insurance.archive", twice)
        self.assertEqual(result.violations, 1)

    def test_rows_under_an_archive_name_it(self):
        policy = self._policy()
        result = self._result(1, "insurance.policy", self._ids(policy))
        self.assertEqual(result.violation_ids.archive_id, self.archive)
        self.assertEqual(result.violation_ids.company_id, self.archive.company_id)

    def test_rows_elsewhere_may_say_their_archive(self):
        partner = self.partner
        archives = SQL("SELECT partner_id, id FROM insurance_archive")
        result = self._result(1, "res.partner", self._ids(partner), archives)
        self.assertEqual(result.violation_ids.archive_id, self.archive)
        result = self._result(1, "res.partner", self._ids(partner))
        self.assertFalse(result.violation_ids.archive_id)

    def test_facts_are_kept_as_sentences(self):
        result = self._result(3, "", None, None, ("The clock is wrong.",))
        self.assertEqual((result.violations, result.population), (1, 3))
        self.assertEqual(result.violation_ids.text, "The clock is wrong.")
        self.assertEqual(result.violation_ids.display_name, "The clock is wrong.")

    def test_the_list_is_capped_and_the_count_is_exact(self):
        self._limit("check_violation_limit", 2)
        users = self.env["res.users"].search([], limit=5)
        result = self._result(9, "res.users", self._ids(users), None, ("a", "b", "c"))
        self.assertEqual(result.violations, 8)
        rows = result.violation_ids
        self.assertEqual(len(rows.filtered("res_id")), 2)
        self.assertEqual(len(rows.filtered("text")), 2)
        self.assertEqual(result.kept_count, 4)

    def test_nothing_to_look_at_is_not_applicable(self):
        self.assertEqual(self._result(0).state, "not_applicable")
        check = self._check("test_none", lambda env, since: None)
        self.assertEqual(self._run(check).result_ids.state, "not_applicable")

    def test_a_rate_is_never_hundred_while_something_is_broken(self):
        result = self._result(10**9, "insurance.archive", self._ids(self.archive))
        self.assertEqual((result.state, result.rate), ("failed", 99.99))

    def test_a_check_that_raises_stops_no_other(self):
        def broken(env, since):
            env.cr.execute("SELECT 1 FROM no_such_table_at_all")

        def wrong(env, since):
            raise ValueError("张伟 13800138000")

        told_text = "Install the clock first."

        def told(env, since):
            raise UserError(told_text)

        checks = self.env["insurance.check"].union(
            self._check("test_a", broken),
            self._check("test_b", wrong),
            self._check("test_c", told),
            self._check("test_d"),
        )
        with mute_logger(ENGINE, "odoo.sql_db"):
            run = self._run(checks)
        by_code = {one.check_id.code: one for one in run.result_ids}
        self.assertEqual(run.state, "done")
        self.assertEqual(
            [by_code[code].state for code in ("test_a", "test_b", "test_c", "test_d")],
            ["error", "error", "error", "passed"],
        )
        # other errors could repeat what a client has told
        self.assertEqual(by_code["test_b"].message, "ValueError")
        self.assertEqual(by_code["test_c"].message, told_text)
        self.assertEqual((run.error_count, run.rate), (3, 100))

    def test_what_a_failing_check_has_written_is_undone(self):
        def writes(env, since):
            env["res.partner"].create({"name": "test of a check"})
            env.flush_all()
            raise ValueError

        with mute_logger(ENGINE):
            self._run(self._check("test_writes", writes))
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", "test of a check")])
        )

    def test_a_check_that_takes_too_long_is_broken_off(self):
        self._limit("check_timeout_seconds", 1)

        def sleeps(env, since):
            # a slow statement, which the limit of one second breaks off: nobody waits
            env.cr.execute("SELECT pg_sleep(5)")

        checks = self._check("test_slow", sleeps) | self._check("test_fast")
        with mute_logger(ENGINE, "odoo.sql_db"):
            run = self._run(checks)
        slow = run.result_ids.filtered(lambda one: one.check_id.code == "test_slow")
        self.assertEqual(slow.state, "error")
        self.assertIn("longer", slow.message)
        self.assertEqual((run.result_ids - slow).state, "passed")
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone()[0], "0")

    def test_meeting_others_is_no_outcome(self):
        tries = []

        def meets(env, since):
            tries.append(1)
            if len(tries) < 3:
                raise SerializationFailure
            return Found(1)

        result = self._run(self._check("test_meets", meets)).result_ids
        self.assertEqual((result.state, len(tries)), ("passed", 3))

    def test_checks_look_back_one_period(self):
        seen = []
        check = self._check(
            "test_since", lambda env, since: seen.append(since), frequency="weekly"
        )
        self._run(check)
        days = (fields.Datetime.now() - seen[0]) / timedelta(days=1)
        self.assertAlmostEqual(days, 7, delta=0.1)

    def test_nothing_falls_between_two_runs(self):
        seen = []

        def looks(env, since):
            seen.append(since)
            return Found(1)

        check = self._check("test_since", looks, frequency="daily")
        before = self._run(check).result_ids
        before.date = fields.Datetime.now() - timedelta(days=30)
        self._run(check)
        self.assertEqual(seen[1], before.date)

    def test_checks_work_as_superuser_in_the_language_of_who_asked(self):
        seen = []
        self.env["res.lang"]._activate_lang("zh_CN")
        self.compliance.lang = "zh_CN"
        self._run(
            self._check("test_env", lambda env, since: seen.append((env.su, env.lang)))
        )
        self.assertEqual(seen, [(True, "zh_CN")])

    def test_a_run_of_one_company_says_so(self):
        seen = []

        def looks(env, since):
            seen.append(env.context["check_company_id"])
            return Found(1)

        company = self.env.company
        check = self._check("test_company", looks)
        result = self._run(check, company_id=company.id).result_ids
        self.assertEqual((seen, result.company_id), ([company.id], company))
        self._run(check)
        self.assertFalse(seen[1])

    def test_a_killed_server_makes_no_check_twice(self):
        made = []
        checks = self.env["insurance.check"]
        for number in range(4):
            code = f"test_kill_{number}"
            checks |= self._check(
                code, lambda env, since, code=code: made.append(code) or Found(1)
            )
        run = self._begin(checks)
        sweep = run.sweep_id.sudo()
        with patch.object(self.env.cr, "rollback"):
            sweep._step()
            with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
                sweep._step()
                raise KeyboardInterrupt  # the process dies before it commits
        states = run.result_ids.mapped("state")
        self.assertEqual(sorted(states), ["open", "open", "open", "passed"])
        run_sweeps(self)
        self.assertEqual(set(run.result_ids.mapped("state")), {"passed"})
        self.assertEqual(len(made), 5, "the one that died with the server is repeated")

    def test_a_run_can_be_paused_resumed_and_cancelled(self):
        checks = self._check("test_a") | self._check("test_b")
        run = self._begin(checks).with_user(self.compliance)
        run.action_pause()
        run_sweeps(self)
        self.assertEqual(set(run.result_ids.mapped("state")), {"open"})
        run.action_resume()
        run.sweep_id.sudo()._step()
        run.action_stop()
        run_sweeps(self)
        self.assertEqual(run.state, "cancelled")
        self.assertEqual(run.result_ids.mapped("state"), ["passed"])

    def test_work_cancelled_among_bulk_work_cancels_the_run(self):
        run = self._begin(self._check("test_a"))
        run.sweep_id.with_user(self.insurance_admin).action_cancel()
        self.assertEqual(run.state, "cancelled")
