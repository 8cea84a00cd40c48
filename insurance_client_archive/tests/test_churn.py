from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import MODULE
from .common_churn import ChurnCase, ago
from .common_sweep import forget_sweeps


@tagged("post_install", "-at_install")
class TestChurnMonitoring(ChurnCase):
    """Who shows signs is warned of, once, with the reasons."""

    def test_signs_add_up_to_a_warning_with_reasons(self):
        self._endanger()
        self._monitor()
        self.assertRecordValues(
            self._alerts(),
            [
                {
                    "score": 60,
                    "state": "new",
                    "user_id": self.agent.id,
                    "partner_id": self.partner.id,
                    "company_id": self.archive.company_id.id,
                }
            ],
        )
        reasons = self._alerts().reason_ids
        self.assertEqual(reasons.indicator_id, self.complaint_sign | self.silence_sign)
        silence = reasons.filtered(lambda one: one.indicator_id == self.silence_sign)
        self.assertEqual((silence.value, silence.points), (200, 30))

    def test_one_sign_is_not_enough(self):
        self.archive.last_contact_date = ago(200)
        self._monitor()
        self.assertFalse(self._alerts())

    def test_threshold_itself_counts_and_a_day_less_does_not(self):
        self.env.ref(f"{MODULE}.parameter_churn_alert_points").value = 30
        self.archive.last_contact_date = ago(99)
        self._monitor()
        self.assertFalse(self._alerts())
        self.archive.last_contact_date = ago(100)
        self._monitor()
        self.assertTrue(self._alerts())

    def test_little_satisfaction_is_a_sign_and_none_asked_is_not(self):
        self.silence_sign.active = self.complaint_sign.active = False
        self.env["insurance.churn.indicator"].create(
            {
                "name": "L",
                "measure": "low_satisfaction",
                "threshold": 60,
                "points": 50,
            }
        )
        self._monitor()
        self.assertFalse(self._alerts())
        self.archive.sudo().write(
            {"satisfaction_score": 0, "satisfaction_date": date.today()}
        )
        self._monitor()
        self.assertTrue(self._alerts())

    def test_every_measure_can_be_worked_out(self):
        Sign = self.env["insurance.churn.indicator"]
        Sign.search([]).active = False
        Sign.flush_model()
        for measure, _label in Sign._fields["measure"].selection:
            Sign.create(
                {"name": measure, "measure": measure, "threshold": 0, "points": 50}
            )
        self._policy(state="active", start_date=ago(900), end_date=ago(-10))
        self._monitor()
        found = self._alerts().reason_ids.indicator_id.mapped("measure")
        self.assertIn("no_purchase_months", found)

    def test_complaint_that_was_taken_back_is_no_sign(self):
        self._endanger()
        complaint = self.archive.feedback_ids
        complaint.sudo()._write_multi([{"state": "withdrawn"}])
        self.env.invalidate_all()
        self._monitor()
        self.assertFalse(self._alerts())

    def test_period_ends_today_and_not_on_the_day_of_the_figures(self):
        """Figures may be three months old: what is counted is counted anew."""
        self._endanger()
        self.archive.feedback_ids.sudo().received_on = ago(370)
        self.env["insurance.client.class"]._refresh(self.archive.ids, ago(60))
        self.assertEqual(self.archive._figures()["complaints_12m"], 1)
        signs = self.complaint_sign | self.silence_sign
        self.env.flush_all()
        self.env["insurance.churn.alert"]._monitor_range(signs, 0, 10**9)
        self.env.invalidate_all()
        self.assertFalse(self._alerts())

    def test_policies_given_up_and_renewals_are_counted(self):
        self.silence_sign.active = self.complaint_sign.active = False
        Sign = self.env["insurance.churn.indicator"]
        for measure in ("lost_policies", "renewal_open"):
            Sign.create(
                {"name": measure, "measure": measure, "threshold": 2, "points": 60}
            )
        for _number in range(2):
            policy = self._policy(state="active", start_date=ago(900))
            policy.write({"state": "lapsed", "state_reason": "Not paid"})
        self._policy(state="active", start_date=ago(350), term_years=1)
        self._monitor()
        self.assertEqual(self._alerts().reason_ids.value, 2)
        self.assertEqual(self._alerts().reason_ids.indicator_id.name, "lost_policies")

    def test_second_run_raises_nothing_and_renews_the_signs(self):
        self._endanger()
        self._monitor()
        self.complaint_sign.points = 40
        self._monitor()
        self.assertEqual(self._alerts().score, 70)
        self.assertEqual(sum(self._alerts().reason_ids.mapped("points")), 70)

    def test_client_rests_after_a_warning_was_closed(self):
        self._endanger()
        self._monitor()
        first = self._alerts()
        first.write({"state": "dismissed", "state_reason": "A mistake"})
        self._monitor()
        self.assertEqual(self._alerts(), first)
        days = self.env["insurance.parameter"]._get("churn_rest_days")
        first.sudo().closed_on = ago(days)
        self._monitor()
        self.assertEqual(len(self._alerts()), 2)

    def test_archive_that_is_not_worked_on_is_left_out(self):
        self._endanger()
        self.archive.sudo()._write_multi([{"state": "restricted"}])
        self.env.invalidate_all()
        self._monitor()
        self.assertFalse(self._alerts())

    def test_number_of_statements_does_not_grow_with_the_clients(self):
        clients = self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(40)]
        )
        clients.sudo()._write_multi([{"state": "entered"}] * len(clients))
        self.env.invalidate_all()
        clients.last_contact_date = ago(200)
        self.silence_sign.points = 60
        self.env.flush_all()
        signs = self.env["insurance.churn.indicator"].search([])
        signs.mapped("measure")
        for key in ("churn_alert_points", "churn_rest_days"):
            self.env["insurance.parameter"]._get(key)
        before = self.cr.sql_log_count
        raised = self.env["insurance.churn.alert"]._monitor_range(signs, 0, 10**9)
        self.assertGreaterEqual(raised, 40)
        self.assertLessEqual(self.cr.sql_log_count - before, 8)

    def test_time_that_is_up_leaves_nobody_out(self):
        self._endanger()
        later = self._archive(name="王芳")
        later.sudo()._write_multi([{"state": "entered"}])
        self.env.invalidate_all()
        self._endanger(later)
        forget_sweeps(self.env)
        self.env.flush_all()
        Alert, left = self.env["insurance.churn.alert"], iter([1, 0, 0])
        with patch.object(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda cron, *args, **kwargs: next(left, 1),
        ):
            Alert._cron_monitor()
            Alert._cron_monitor()
        self.env.invalidate_all()
        self.assertEqual(len(self._alerts()), 1)
        self.assertEqual(len(later.churn_alert_ids), 1)

    def test_agent_is_reminded_neutrally_and_once(self):
        self._endanger()
        self.env["insurance.churn.alert"].search([]).reminded_on = date.today()
        for _run in range(2):
            forget_sweeps(self.env)
            with self.enter_registry_test_mode():
                cron = self.env.ref(f"{MODULE}.ir_cron_monitor_churn")
                cron.method_direct_trigger()
        self.env.invalidate_all()
        kind = self.env.ref(f"{MODULE}.mail_activity_type_client_attention")
        activity = self.env["mail.activity"].search(
            [("res_id", "=", self.partner.id), ("activity_type_id", "=", kind.id)]
        )
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(activity.summary, "Client follow-up")
        self.assertFalse(activity.note)


@tagged("post_install", "-at_install")
class TestWinningBack(ChurnCase):
    """From the warning over cause and plan to the result."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alert = (
            cls.env["insurance.churn.alert"]
            .with_user(cls.agent)
            .create({"archive_id": cls.archive.id})
        )

    def _act(self):
        self.alert.write(
            {"cause": "price", "plan": "Half-yearly payment", "action_date": ago(-7)}
        )
        self.alert.state = "planned"
        self.alert.state = "acting"

    def test_cause_offers_its_way_and_the_plan(self):
        with Form(self.alert) as form:
            form.cause = "price"
            self.assertEqual(form.strategy_id.cause, "price")
            self.assertTrue(form.plan)

    def test_plan_needs_cause_steps_and_a_day(self):
        with self.assertRaisesRegex(UserError, "cause, the plan"):
            self.alert.state = "planned"

    def test_result_is_told_before_the_end(self):
        self._act()
        with self.assertRaisesRegex(UserError, "what came of it"):
            self.alert.state = "won"
        self.alert.result = "Pays half-yearly now."
        self.alert.state = "won"
        self.assertEqual(self.alert.closed_on, date.today())

    def test_lost_client_is_called_later(self):
        self._act()
        self.alert.result = "Went to another insurer."
        self.alert.state = "lost"
        months = self.env["insurance.parameter"]._get("churn_contact_months")
        item = self.archive.service_item_ids
        self.assertEqual(item.kind, "call")
        self.assertGreaterEqual((item.due_date - date.today()).days, 27 * months)

    def test_no_danger_needs_a_reason(self):
        with self.assertRaisesRegex(UserError, "why"):
            self.alert.state = "dismissed"

    def test_client_has_one_open_warning(self):
        self._endanger()
        self._monitor()
        self.assertEqual(self._alerts(), self.alert)

    def test_effect_compares_with_clients_not_acted_on(self):
        self._act()
        other = self._archive(name="王芳")
        left = self.env["insurance.churn.alert"].create({"archive_id": other.id})
        lost = self._policy(archive_id=other.id, state="active", start_date=ago(700))
        lost.write({"state": "lapsed", "state_reason": "Not paid"})
        self.env.flush_all()
        Effect = self.env["insurance.churn.effect"].with_user(self.agent)
        self.assertRecordValues(
            Effect.browse((self.alert | left).ids),
            [{"acted": "yes", "loss_rate": 0}, {"acted": "no", "loss_rate": 100}],
        )

    def test_warnings_open_with_the_archive(self):
        self._endanger()
        self._monitor()
        self.env.flush_all()
        effect = self.env["insurance.churn.effect"].browse(self.alert.id)
        for record in self.alert, self.alert.reason_ids, effect:
            self.assertTrue(record.with_user(self.agent).has_access("read"))
            for user in (
                self.agent2,
                self.department,
                self.archivist,
                self.compliance,
                self.insurance_admin,
                self.accountant,
            ):
                with self.subTest(model=record._name, user=user.login):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["partner_id"])
        with self.assertRaises(AccessError):
            self.alert.reason_ids.write({"points": 0})

    def test_agents_change_no_signs(self):
        with self.assertRaises(AccessError):
            self.silence_sign.with_user(self.agent).points = 1
        self.silence_sign.with_user(self.insurance_admin).points = 1

    def test_count_on_the_client_opens_what_it_counts(self):
        archive = self.archive.with_user(self.agent)
        self.assertEqual(archive.churn_open_count, 1)
        domain = archive.action_open_churn()["domain"]
        self.assertEqual(self.alert.search(domain), self.alert)
