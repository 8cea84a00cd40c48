from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import MODULE
from .common_feedback import FeedbackCase

TODAY = "2026-06-15"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFeedback(FeedbackCase):
    """From what the client says to the lessons of it."""

    def test_feedback_gets_a_number_and_a_handler(self):
        feedback = self._feedback(self.agent)
        self.assertTrue(feedback.number)
        self.assertEqual(feedback.user_id, self.agent)
        self.assertEqual(feedback.handler_id, self.manager)

    def test_suggestion_is_handled_by_the_agent(self):
        self.assertEqual(self._feedback(kind="suggestion").handler_id, self.agent)

    def test_straight_way_from_receipt_to_closing(self):
        feedback = self._answer(self._handled())
        today = date(2026, 6, 15)
        self.assertRecordValues(
            feedback,
            [{"receipt_on": today, "answered_on": today, "next_deadline": False}],
        )
        feedback.write({"cause": "speed", "cause_analysis": "No deputy."})
        feedback.measure_ids = [(0, 0, {"name": "Deputies", "due_date": "2026-07-01"})]
        feedback.state = "closed"
        self.assertEqual(feedback.state, "closed")

    def test_answer_needs_findings_reasons_and_remedies(self):
        for missing, words in (
            ({"answer": " "}, "what the client was answered"),
            ({"finding": False}, "right to the reasons"),
            ({"outcome": False}, "right to the reasons"),
            ({"remedies_told": False}, "further remedies"),
        ):
            with (
                self.subTest(missing=missing),
                self.assertRaisesRegex(UserError, words),
            ):
                self._answer(self._handled(), **missing)

    def test_complaint_closes_with_cause_and_measure_only(self):
        feedback = self._answer(self._handled())
        with self.assertRaisesRegex(UserError, "cause and its analysis"):
            feedback.state = "closed"
        feedback.write({"cause": "speed", "cause_analysis": "No deputy."})
        with self.assertRaisesRegex(UserError, "at least one measure"):
            feedback.state = "closed"

    def test_unjustified_complaint_needs_no_measure(self):
        feedback = self._answer(self._handled(), outcome="unjustified")
        feedback.write({"cause": "other", "cause_analysis": "Mixed up with another."})
        feedback.state = "closed"
        self.assertFalse(feedback.measure_ids)

    def test_praise_is_closed_at_once_and_a_complaint_is_not(self):
        praise = self._feedback(kind="praise")
        self.assertFalse(praise.next_deadline)
        praise.state = "closed"
        with self.assertRaisesRegex(UserError, "Answer the client first"):
            self._feedback().with_user(self.manager).state = "closed"

    def test_new_feedback_starts_as_received(self):
        with self.assertRaisesRegex(UserError, "can't start as"):
            self._feedback(state="closed")

    def test_complaint_stays_on_the_register(self):
        with self.assertRaisesRegex(UserError, "stays on the register"):
            self._feedback().unlink()
        self._feedback(kind="praise").unlink()

    def test_days_of_steps_are_not_entered_by_hand(self):
        feedback = self._feedback().with_user(self.manager)
        for name in ("answered_on", "receipt_on", "extension_told_on"):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "Days and"):
                feedback.write({name: "2026-06-01"})
        with self.assertRaisesRegex(UserError, "Days and names"):
            self._feedback(answered_on="2026-06-01")

    def test_day_of_receipt_stays_once_work_has_begun(self):
        feedback = self._handled()
        with self.assertRaisesRegex(UserError, "stay once"):
            feedback.received_on = "2026-06-14"
        with self.assertRaisesRegex(UserError, "stay once"):
            feedback.kind = "suggestion"

    def test_nothing_is_received_in_the_future(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self._feedback(received_on="2026-06-16")

    def test_links_are_of_the_same_client(self):
        other = self._archive(name="王芳")
        policy = self._policy(archive_id=other.id)
        with self.assertRaisesRegex(ValidationError, "of this client"):
            self._feedback(policy_id=policy.id)

    def test_changes_are_kept_in_the_history(self):
        feedback = self._handled()
        feedback.write({"finding": "Two calls were missed."})
        changes = self.archive.change_ids.filtered(
            lambda change: change.model == feedback._name
        )
        self.assertIn("finding", changes.mapped("field_name"))

    def test_form_of_an_agent(self):
        Feedback = self.env["insurance.feedback"].with_user(self.agent)
        context = {"default_archive_id": self.archive.id}
        with Form(Feedback.with_context(**context)) as form:
            form.name = "Bill is wrong"
            form.description = "Charged twice."
        self.assertEqual(form.record.archive_id, self.archive)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestComplaintClock(FeedbackCase):
    """15 days, 30 for complex ones, 30 more with approval and notice (art. 18)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        get = cls.env["insurance.parameter"]._get
        cls.plain = timedelta(get("complaint_days"))
        cls.complex = timedelta(get("complaint_complex_days"))
        cls.extension = timedelta(get("complaint_extension_days"))

    def _make_complex(self, feedback):
        feedback.write({"complexity": "complex", "complexity_reason": "Two insurers."})

    def test_law_gives_fifteen_thirty_and_thirty_more_days(self):
        self.assertEqual(
            (self.plain.days, self.complex.days, self.extension.days), (15, 30, 30)
        )
        for key in ("days", "complex_days", "extension_days"):
            parameter = self.env.ref(f"{MODULE}.parameter_complaint_{key}")
            self.assertEqual(
                parameter.regulation_ids, self.env.ref(f"{MODULE}.regulation_cm_17")
            )

    def test_plain_complaint_is_answered_in_the_short_time(self):
        feedback = self._feedback(received_on="2026-06-10")
        due = date(2026, 6, 10) + self.plain
        self.assertEqual(feedback.answer_deadline, due)
        self.assertEqual(feedback.next_deadline, feedback.receipt_deadline)
        feedback.with_user(self.manager).state = "acknowledged"
        self.assertEqual(feedback.next_deadline, due)

    def test_complex_complaint_needs_a_reason(self):
        feedback = self._handled()
        with self.assertRaisesRegex(ValidationError, "why it is complex"):
            feedback.complexity = "complex"
        self._make_complex(feedback)
        self.assertEqual(feedback.answer_deadline, feedback.received_on + self.complex)

    def test_changed_parameter_holds_for_what_comes_after(self):
        before = self._feedback()
        self.env.flush_all()
        self.env.ref(f"{MODULE}.parameter_complaint_days").value = 10
        after = self._feedback()
        self.assertEqual(before.answer_deadline - before.received_on, self.plain)
        self.assertEqual((after.answer_deadline - after.received_on).days, 10)

    def test_extension_counts_once_it_is_approved_and_told(self):
        feedback = self._handled()
        self._make_complex(feedback)
        with self.assertRaisesRegex(UserError, "why more time"):
            feedback.action_ask_extension()
        feedback.extension_reason = "An expert is asked."
        feedback.action_ask_extension()
        with self.assertRaisesRegex(UserError, "has to be approved"):
            feedback.action_extension_told()
        feedback.with_user(self.supervisor).action_approve_extension()
        self.assertEqual(feedback.answer_deadline, feedback.received_on + self.complex)
        feedback.action_extension_told()
        self.assertEqual(
            feedback.answer_deadline,
            feedback.received_on + self.complex + self.extension,
        )
        with self.assertRaisesRegex(UserError, "only once"):
            feedback.action_ask_extension()

    def test_plain_complaint_is_not_extended(self):
        feedback = self._handled()
        feedback.extension_reason = "Holidays"
        with self.assertRaisesRegex(UserError, "Only a complex"):
            feedback.action_ask_extension()

    def test_nobody_approves_the_own_request_for_time(self):
        feedback = self._handled()
        self._make_complex(feedback)
        feedback.extension_reason = "An expert is asked."
        feedback.action_ask_extension()
        with self.assertRaisesRegex(UserError, "neither asked"):
            feedback.action_approve_extension()
        feedback.with_user(self.supervisor).handler_id = self.supervisor
        with self.assertRaisesRegex(UserError, "nor handles"):
            feedback.with_user(self.supervisor).action_approve_extension()

    def test_overdue_complaints_are_found(self):
        feedback = self._handled()
        Feedback = feedback.browse()
        with freeze_time(feedback.answer_deadline):
            feedback.invalidate_recordset()
            self.assertFalse(feedback.overdue)
        with freeze_time(feedback.answer_deadline + timedelta(days=1)):
            feedback.invalidate_recordset()
            self.assertTrue(feedback.overdue)
            self.assertIn(feedback, Feedback.search([("overdue", "=", True)]))
            self.assertNotIn(feedback, Feedback.search([("overdue", "=", False)]))

    def test_late_answer_is_counted_as_late(self):
        feedback = self._handled(received_on="2026-05-01")
        self._answer(feedback)
        self.assertTrue(feedback.answered_late)
        self.assertEqual(feedback.days_to_answer, 45)

    def test_review_is_decided_by_somebody_else_in_its_own_time(self):
        feedback = self._answer(self._handled())
        with self.assertRaisesRegex(UserError, "why"):
            feedback.state = "review"
        feedback.write({"state": "review", "state_reason": "Not content"})
        days = self.env["insurance.parameter"]._get("review_decision_days")
        self.assertEqual(
            feedback.next_deadline, date(2026, 6, 15) + timedelta(days=days)
        )
        self.assertEqual(feedback.first_handler_id, self.manager)
        feedback = feedback.with_user(self.supervisor)
        with self.assertRaisesRegex(ValidationError, "interest"):
            feedback.handler_id = self.manager
        feedback.handler_id = self.supervisor
        feedback.state = "answered"
        self.assertEqual(feedback.review_decided_on, date(2026, 6, 15))
        self.assertEqual(feedback.answered_on, date(2026, 6, 15))

    def test_review_is_refused_when_the_time_for_it_has_passed(self):
        feedback = self._answer(self._handled())
        with freeze_time(feedback.review_request_limit + timedelta(days=1)):
            with self.assertRaisesRegex(UserError, "art. 20"):
                feedback.write({"state": "review", "state_reason": "Late"})


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestImpartialHandler(FeedbackCase):
    """Nobody with an interest handles a complaint (art. 17)."""

    def test_agent_of_the_client_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "has an interest.*art. 17"):
            self._feedback(handler_id=self.agent.id)

    def test_person_complained_about_is_refused(self):
        feedback = self._feedback(complained_user_id=self.manager.id)
        self.assertEqual(feedback.handler_id, self.supervisor)
        with self.assertRaisesRegex(ValidationError, "has an interest"):
            feedback.handler_id = self.manager

    def test_seller_of_the_policy_is_refused(self):
        policy = self._policy(agent_id=self.manager.id)
        with self.assertRaisesRegex(ValidationError, "has an interest"):
            self._feedback(policy_id=policy.id, handler_id=self.manager.id)

    def test_handler_must_be_able_to_open_the_client(self):
        with self.assertRaisesRegex(ValidationError, "may not work on"):
            self._feedback(handler_id=self.agent2.id)

    def test_without_an_impartial_person_there_is_no_handler(self):
        self.archive.manager_id = False
        feedback = self._feedback(self.agent, complained_user_id=self.supervisor.id)
        self.assertFalse(feedback.handler_id)
        with self.assertRaisesRegex(UserError, "an interest"):
            feedback.state = "acknowledged"

    def test_agent_adds_a_statement_and_nothing_else(self):
        feedback = self._handled().with_user(self.agent)
        feedback.statement = "I was on holiday."
        for vals in (
            {"description": "Client is happy"},
            {"complained_user_id": self.manager.id},
            {"state": "answered"},
            {"statement": "x", "kind": "praise"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(UserError, "only add your statement"),
            ):
                feedback.write(vals)

    def test_agent_corrects_the_own_note_until_work_begins(self):
        feedback = self._feedback(self.agent)
        feedback.description = "Four calls."
        with self.assertRaisesRegex(UserError, "only add your statement"):
            feedback.state = "acknowledged"
        feedback.with_user(self.manager).state = "acknowledged"
        with self.assertRaisesRegex(UserError, "only add your statement"):
            feedback.description = "No calls."

    def test_handler_who_becomes_the_agent_stops(self):
        feedback = self._handled()
        self.archive.with_user(self.supervisor).write(
            {"agent_id": self.manager.id, "team_id": self.team_a.id}
        )
        self.assertTrue(feedback.handler_conflict)
        with self.assertRaisesRegex(UserError, "interest"):
            self._answer(feedback)

    def test_suggestions_have_no_interested_persons(self):
        feedback = self._feedback(self.agent, kind="suggestion")
        feedback.state = "acknowledged"
        feedback.answer = "Thank you, we will."
        feedback.state = "answered"
        self.assertEqual(feedback.state, "answered")

    def test_onchange_is_no_oracle_of_who_sells_a_hidden_policy(self):
        policy = self._policy(agent_id=self.agent.id)
        Feedback = self.env["insurance.feedback"].with_user(self.agent2)
        answer = Feedback.onchange(
            {
                "archive_id": self.archive.id,
                "policy_id": policy.id,
                "handler_id": self.agent.id,
                "kind": "complaint",
            },
            ["policy_id"],
            {"handler_conflict": {}, "partner_id": {"fields": {"display_name": {}}}},
        )
        self.assertFalse(answer["value"].get("handler_conflict"))
        self.assertNotIn("张伟", str(answer))


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFeedbackAccess(FeedbackCase):
    """Feedback opens with the client's archive, and with nothing else."""

    def test_agent_manager_and_supervisor_read(self):
        feedback = self._feedback()
        for user in self.agent | self.manager | self.supervisor:
            with self.subTest(user=user.login):
                self.assertEqual(feedback.with_user(user).name, "Nobody calls back")

    def test_others_read_nothing(self):
        feedback = self._handled()
        feedback.measure_ids = [(0, 0, {"name": "x", "due_date": TODAY})]
        for user in (
            self.agent2,
            self.department,
            self.department_head,
            self.archivist,
            self.compliance,
            self.insurance_admin,
            self.accountant,
        ):
            with self.subTest(user=user.login):
                for record in feedback, feedback.measure_ids:
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["name"])

    def test_searches_of_other_teams_find_nothing(self):
        feedback = self._feedback()
        for user in self.agent2 | self.department:
            Feedback = self.env["insurance.feedback"].with_user(user)
            mine = [("id", "=", feedback.id)]
            self.assertFalse(Feedback.search(mine))
            self.assertFalse(Feedback._read_group(mine, ["topic_id"], ["__count"]))

    def test_feedback_is_not_hung_under_a_hidden_client(self):
        with self.assertRaises(AccessError):
            self._feedback(self.agent2)

    def test_topic_counts_only_clients_that_open(self):
        topic = self.env.ref(f"{MODULE}.feedback_topic_response")
        self.env["insurance.feedback"].search([]).topic_id = False
        self._feedback(topic_id=topic.id)
        self._feedback(topic_id=topic.id, kind="suggestion")
        self.assertRecordValues(
            topic.with_user(self.agent),
            [
                {
                    "feedback_count": 2,
                    "complaint_count": 1,
                    "share": 100,
                    "benchmark": 28,
                }
            ],
        )
        for user in self.agent2 | self.accountant:
            self.assertFalse(topic.with_user(user).feedback_count)
        action = topic.with_user(self.agent).action_open_feedback()
        found = self.env["insurance.feedback"].search_count(action["domain"])
        self.assertEqual(found, 2)

    def test_count_on_the_client_opens_what_it_counts(self):
        self._feedback()
        archive = self.archive.with_user(self.agent)
        self.assertEqual(archive.feedback_count, 1)
        action = archive.action_open_feedback()
        found = self.env["insurance.feedback"].search_count(action["domain"])
        self.assertEqual(found, 1)
        self.assertFalse(self.archive.with_user(self.compliance).feedback_count)


@tagged("post_install", "-at_install")
class TestFeedbackReminders(FeedbackCase):
    """Neutral reminders on the contact, and escalation of what is late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.feedback"].sudo().search([]).write({"next_deadline": False})
        with freeze_time(TODAY):
            cls.feedback = cls._feedback()
            cls.feedback.with_user(cls.manager).state = "acknowledged"

    def _run_cron(self, day):
        with freeze_time(f"{day} 08:00:00"), self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_remind_feedback").method_direct_trigger()
        self.env.invalidate_all()

    def _activities(self, name):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", self.partner.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref(f"{MODULE}.mail_activity_type_{name}").id,
                ),
            ]
        )

    def test_handler_is_reminded_before_the_deadline_and_only_once(self):
        lead = self.env["insurance.parameter"]._get("feedback_reminder_days")
        due = self.feedback.answer_deadline
        self._run_cron(due - timedelta(days=lead + 1))
        self.assertFalse(self._activities("client_request"))
        for _run in range(2):
            self._run_cron(due - timedelta(days=lead))
        self.assertRecordValues(
            self._activities("client_request"),
            [{"user_id": self.manager.id, "date_deadline": due, "note": False}],
        )

    def test_reminder_says_nothing_about_a_complaint(self):
        self._run_cron(self.feedback.answer_deadline)
        activity = self._activities("client_request").with_user(self.accountant)
        names = ["display_name", "summary", "note", "res_name", "feedback"]
        seen = str(activity.read(names)).lower()
        for secret in ("complain", "insurance", "archive", self.feedback.number):
            self.assertNotIn(secret.lower(), seen)

    def test_leader_is_told_once_when_it_is_late(self):
        late = self.feedback.answer_deadline + timedelta(days=1)
        self._run_cron(late)
        told = self._activities("client_request_late")
        self.assertEqual(told.user_id, self.supervisor)
        self.assertEqual(self.feedback.escalated_on, late)
        told.action_done()
        self._run_cron(late + timedelta(days=1))
        self.assertFalse(self._activities("client_request_late"))

    def test_leader_with_an_interest_is_not_told(self):
        self.feedback.with_user(self.manager).complained_user_id = self.supervisor
        self._run_cron(self.feedback.answer_deadline + timedelta(days=1))
        self.assertFalse(self._activities("client_request_late"))
        self.assertTrue(self.feedback.escalated_on)

    @freeze_time(TODAY)
    def test_escalation_by_hand_tells_the_leader_at_once(self):
        self.feedback.with_user(self.agent).action_escalate()
        self.assertEqual(
            self._activities("client_request_late").user_id, self.supervisor
        )
        self.assertEqual(self.feedback.escalated_by_id, self.agent)
        with self.assertRaisesRegex(UserError, "only once"):
            self.feedback.with_user(self.manager).action_escalate()

    @freeze_time(TODAY)
    def test_answer_closes_the_reminders(self):
        self._run_cron(self.feedback.answer_deadline + timedelta(days=1))
        self._answer(self.feedback.with_user(self.manager))
        self.assertFalse(self._activities("client_request"))
        self.assertFalse(self._activities("client_request_late"))

    def test_reminders_are_set_in_batches_without_a_query_for_each(self):
        clients = self.env["insurance.archive"].create(
            [
                {
                    "name": "李秀英",
                    "agent_id": self.agent.id,
                    "manager_id": self.manager.id,
                    "team_id": self.team_a.id,
                }
                for _number in range(60)
            ]
        )
        with freeze_time(TODAY):
            self.env["insurance.feedback"].create(
                [
                    {"archive_id": client.id, "name": "x", "kind": "complaint"}
                    for client in clients
                ]
            )
        self.env.flush_all()
        self.env.invalidate_all()
        Feedback = self.env["insurance.feedback"]
        with freeze_time("2026-06-18"):
            waiting = Feedback.search(Feedback._reminders_due())
            self.assertGreaterEqual(len(waiting), 60)
            waiting.mapped("partner_id.name")
            before = self.cr.sql_log_count
            waiting._remind_handlers()
            self.env.flush_all()
        self.assertLess(self.cr.sql_log_count - before, 200)
