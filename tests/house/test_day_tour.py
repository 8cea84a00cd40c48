"""A day in the life of compliance: one story, by five people in their browsers.

In the morning a check finds an ID number in the notes of a talk. The officer hands it
to the agent, who mends it and shows so; the next check is clean, and a second officer
verifies. In the afternoon another agent opens client after client; the rule finds it,
and the two officers lead the incident to its end.
"""

import json
import time

from dateutil.relativedelta import relativedelta

from odoo.http import root
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.insurance_client_archive import use_log_epoch
from odoo.addons.insurance_client_archive.tests.common import ArchiveCase
from odoo.addons.insurance_client_archive.tests.common_sweep import (
    forget_sweeps,
    run_sweeps,
)
from odoo.addons.insurance_client_archive.tools.resident_id import make_resident_id

COMPLIANCE = "insurance_compliance"
CHECKS = ("id_number_in_notes", "id_number_in_clear")
GIVEN_NAMES = "秀芳娜敏静丽强磊"
CLIENTS = len(GIVEN_NAMES)
ID_NUMBER = "11010519491231002X"
#: columns of the log that number and seal a record
PLACES = ("id", "writer", "n", "mac")
REFUSED = ("AccessError", "SessionExpiredException")


@tagged("post_install", "-at_install")
class TestDayTour(ArchiveCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        forget_sweeps(cls.env)
        cls.officer = cls._user("officer2", role="compliance")
        # people read the demo data as well as their own
        cls.talk = cls.env["insurance.interaction"].create(
            {
                "archive_id": cls.archive.id,
                "user_id": cls.agent.id,
                "name": "Talk of the day",
                "client_words": f"My number is {ID_NUMBER}",
            }
        )
        # of all plans, this one alone is due
        cls.env["insurance.check.plan"].search([]).active = False
        checks = cls.env["insurance.check"].search([("code", "in", CHECKS)])
        cls.plan = cls.env["insurance.check.plan"].create(
            {
                "name": "Look of the day",
                "check_ids": [(6, 0, checks.ids)],
                "responsible_id": cls.compliance.id,
            }
        )
        cls.check = checks.filtered(lambda check: check.code == CHECKS[0])
        # no replace(): 1970 had no leap day
        birth_date = cls.env.cr.now().date() + relativedelta(year=1970)
        cls.clients = cls.env["insurance.archive"].create(
            [
                {
                    "name": f"王{given}",
                    "agent_id": cls.agent2.id,
                    "team_id": cls.team_b.id,
                    "id_number": make_resident_id("110105", birth_date, number),
                }
                for number, given in enumerate(GIVEN_NAMES)
            ]
        )
        cls.rule = cls.env.ref(f"{COMPLIANCE}.insurance_incident_rule_mass_reveal")
        cls.rule.threshold = CLIENTS

    def setUp(self):
        super().setUp()
        # the test is one long transaction, for which the time of day stands still
        clock = SQL(
            "SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')"
            " + interval '1 second'"
        )
        self.patch(
            self.registry["insurance.incident.rule"],
            "_clock",
            lambda rules: rules.env.execute_query(clock)[0][0],
        )

    def test_a_day_in_english(self):
        self._day_in("en_US")

    def test_a_day_in_chinese(self):
        self._day_in("zh_CN")

    def _day_in(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        people = self.agent | self.agent2 | self.compliance | self.officer
        people.lang = lang
        self._morning()
        incident = self._mass_reveal()
        self._afternoon(incident)

    def _walk(self, user, url, tour):
        self.env.flush_all()
        self.start_tour(f"/odoo/{url}", f"insurance_day_{tour}", login=user.login)
        self.env.invalidate_all()

    def _scheduled(self, action):
        with self.enter_registry_test_mode():
            done = self.env.ref(f"{COMPLIANCE}.{action}").method_direct_trigger()
        self.assertIs(done, True, done)
        self.env.invalidate_all()

    # --- a finding, mended and verified

    def _morning(self):
        self._walk(self.compliance, "check-plans", "check")
        run = self._finished_run()
        self.assertRecordValues(run, [{"user_id": self.compliance.id}])
        result = run.result_ids.filtered(lambda one: one.check_id == self.check)
        self.assertEqual(result.violation_ids.mapped("res_id"), self.talk.ids)
        self._walk(self.compliance, "check-results", "assign")
        finding = result.with_user(self.compliance).rectification_id
        self.assertEqual(finding.responsible_id, self.agent)
        self._walk(self.agent, "my-rectifications", "mend")
        self.assertNotIn(ID_NUMBER, self.talk.client_words)
        self.assertEqual(finding.done_by_id, self.agent)
        # the next run is the server's own
        self._scheduled("ir_cron_check_plan")
        again = self._finished_run()
        self.assertEqual(again.previous_id, run)
        self.assertEqual((again.rate, again.failed_count), (100, 0))
        self.assertGreater(again.rate, run.rate)
        self._walk(self.officer, "check-runs", "verify")
        self.assertRecordValues(
            finding.sudo(False),
            [
                {
                    "state": "verified",
                    "measure": "The number is in the sealed field now",
                    "verified_by_id": self.officer.id,
                    "verify_note": "The check found nothing any more",
                }
            ],
        )

    def _finished_run(self):
        run_sweeps(self)
        runs = self.env["insurance.check.run"]
        run = runs.search([("plan_id", "=", self.plan.id)], limit=1)
        self.assertEqual(run.state, "done")
        return run

    # --- many sealed values, opened one after the other through the door

    def _call(self, model, method, *args, **kwargs):
        """Call as the web client does; return (name of the error, result)."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with mute_logger("odoo.http"):
            response = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        error = response.get("error", {}).get("data", {}).get("name", "")
        return error.rpartition(".")[2], response.get("result")

    def _reveal(self, archive):
        return self._call(
            "insurance.archive", "reveal", archive.ids, ["id_number"], "claim"
        )

    def _mass_reveal(self):
        self._log_in(self.agent2)
        begun = self._log("SELECT coalesce(max(id), 0) AS id FROM insurance_use_log")
        for archive in self.clients:
            error, opened = self._reveal(archive)
            self.assertEqual((error, list(opened)), ("", ["id_number"]))
        self._see_log(self.agent2, begun[0]["id"])
        self._scheduled("ir_cron_incident_watch")
        # the log keeps what other tests have done to it
        incident = self.env["insurance.incident"].search(
            [("rule_id", "=", self.rule.id), ("suspect_id", "=", self.agent2.id)]
        )
        self.assertRecordValues(
            incident,
            [{"origin": "detected", "state": "new", "suspect_id": self.agent2.id}],
        )
        self.assertEqual(incident.detection_ids.counted, CLIENTS)
        return incident

    def _log_in(self, user):
        """Log in as somebody who has just given the password."""
        self.authenticate(user.login, user.login)
        self.session["identity-check-last"] = time.time()
        root.session_store.save(self.session)

    def _log(self, query, *values):
        """Ask about the log as it is now: its writer has a connection of its own."""
        with use_log_epoch.open_cursor(self.env.cr.dbname) as cr:
            cr.execute(query, values)
            return cr.dictfetchall()

    def _see_log(self, user, after):
        """Let the transaction of the test see what was written since."""
        records = self._log(
            "SELECT * FROM insurance_use_log WHERE user_id = %s AND id > %s",
            user.id,
            after,
        )
        for number, record in enumerate(records):
            values = {
                name: value for name, value in record.items() if name not in PLACES
            }
            values |= {"writer": -user.id, "n": number, "mac": b"-"}
            self.env.cr.execute(
                SQL(
                    "INSERT INTO insurance_use_log (%s) VALUES %s",
                    SQL(", ").join(map(SQL.identifier, values)),
                    tuple(values.values()),
                )
            )

    # --- the incident

    def _afternoon(self, incident):
        opener = self.opener
        self._walk(self.compliance, "incidents", "lead")
        self.assertTrue(incident.is_suspended)
        self.assertEqual(incident.affected_count, CLIENTS)
        self.opener = opener  # the agent's own browser, still open
        error, _opened = self._reveal(self.clients[:1])
        self.assertIn(error, REFUSED)
        run_sweeps(self)
        self._walk(self.officer, "incidents", "approve")
        self._print_letters(incident)
        last = self._tell_all_but_one(incident)
        self._walk(self.compliance, "incidents", "review")
        self.assertEqual(last.reference, "No. 7")
        [measure] = self.env["insurance.rectification"].search(
            [("source_model", "=", incident._name), ("source_id", "=", incident.id)]
        )
        self.assertEqual(measure.name, "Lower the limit")
        self._walk(self.officer, "incidents", "close")
        self.assertRecordValues(
            incident,
            [
                {
                    "state": "closed",
                    "closed_by_id": self.officer.id,
                    "approved_by_id": self.officer.id,
                    "letters_by_id": self.compliance.id,
                    "told_count": CLIENTS,
                }
            ],
        )

    def _print_letters(self, incident):
        """Print them without a browser: those of the tests keep no files."""
        self._log_in(self.compliance)
        letters = incident.letter_ids.ids
        error, _paper = self._call("insurance.incident.letter", "action_print", letters)
        self.assertEqual(error, "")

    def _tell_all_but_one(self, incident):
        """Note the reports to authorities; return the deadline that is left."""
        *others, last = incident.clock_ids
        for clock in others:
            error, dialog = self._call(clock._name, "action_tell", clock.ids)
            self.assertEqual(error, "")
            model, context = dialog["res_model"], dialog["context"]
            answer = {"reference": "No. 1"}
            _error, ask = self._call(model, "create", answer, context=context)
            error, _done = self._call(model, "action_confirm", [ask])
            self.assertEqual(error, "")
        return last
