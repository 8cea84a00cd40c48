from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

MODULE = "insurance_client_archive"


@tagged("post_install", "-at_install")
class TestParameter(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["insurance.parameter"]
        cls.filing_cycle = cls.env.ref(f"{MODULE}.parameter_filing_cycle_months")
        cls.admin = cls._user("admin")

    @classmethod
    def _user(cls, role):
        return new_test_user(cls.env, f"law {role}", groups=f"{MODULE}.group_{role}")

    def _parameter(self, **values):
        return self.parameters.create(
            {"key": "test_key", "name": "Test", "default_value": "5", **values}
        )

    def test_values_come_in_their_type(self):
        for value_type, text, expected in (
            ("integer", "6", 6),
            ("float", "85.6", 85.6),
            ("percentage", "20", 20.0),
            ("boolean", "true", True),
            ("text", "D30", "D30"),
        ):
            self._parameter(
                key=f"test_{value_type}", value_type=value_type, default_value=text
            )
            value = self.parameters._get(f"test_{value_type}")
            self.assertEqual(value, expected)
            self.assertIs(type(value), type(expected))

    def test_delivered_numbers(self):
        for key, expected in (
            ("filing_cycle_months", 6),
            ("aml_years", 10),
            ("satisfaction_benchmark", 85.6),
            ("premium_annual_pct", 20),
            ("callback_in_cooling_off", True),
        ):
            self.assertEqual(self.parameters._get(key), expected, key)

    def test_unknown_key_is_named(self):
        with self.assertRaisesRegex(UserError, "no_such_key"):
            self.parameters._get("no_such_key")

    def test_every_role_may_ask(self):
        for role in ("agent", "department", "archivist", "compliance"):
            parameters = self.parameters.with_user(self._user(role))
            self.env.registry.clear_cache()
            self.assertEqual(parameters._get("aml_years"), 10)
        self.env.registry.clear_cache()
        outsider = new_test_user(self.env, "law outsider", groups="base.group_portal")
        self.assertEqual(self.parameters.with_user(outsider)._get("aml_years"), 10)

    def test_a_new_value_counts_at_once(self):
        self.assertEqual(self.parameters._get("filing_cycle_months"), 6)
        with self.assertQueryCount(0):
            self.parameters._get("filing_cycle_months")
        self.filing_cycle.value = "9"
        self.assertEqual(self.parameters._get("filing_cycle_months"), 9)

    def test_a_created_or_deleted_parameter_counts_at_once(self):
        with self.assertRaises(UserError):
            self.parameters._get("test_key")
        parameter = self._parameter()
        self.assertEqual(self.parameters._get("test_key"), 5)
        parameter.unlink()
        with self.assertRaises(UserError):
            self.parameters._get("test_key")

    def test_wrong_type_is_refused_with_a_clear_message(self):
        with self.assertRaisesRegex(
            ValidationError, "“Filing cycle” can't be “often”. Enter a whole number"
        ):
            self.filing_cycle.value = "often"

    def test_legal_floor_holds_and_names_its_source(self):
        aml = self.env.ref(f"{MODULE}.parameter_aml_years")
        with self.assertRaisesRegex(
            ValidationError, "at least 10 years .Anti-Money-Laundering Law, art. 34"
        ):
            aml.value = "9"
        aml.value = "15"
        self.assertEqual(self.parameters._get("aml_years"), 15)

    def test_legal_limit_holds(self):
        with self.assertRaisesRegex(ValidationError, "at most 15 days"):
            self.env.ref(f"{MODULE}.parameter_complaint_days").value = "16"

    def test_a_bound_must_fit_the_value_in_force(self):
        with self.assertRaises(ValidationError):
            self.filing_cycle.minimum = "7"

    def test_values_are_stored_in_one_form(self):
        for typed, stored in (("９ ", "9"), ("012", "12")):
            self.filing_cycle.value = typed
            self.assertEqual(self.filing_cycle.value, stored)
        benchmark = self.env.ref(f"{MODULE}.parameter_filing_rate_agent_pct")
        benchmark.value = "72.50 %"
        self.assertEqual(benchmark.value, "72.5")
        benchmark.value = "70.0"
        self.assertFalse(benchmark.is_changed)
        self.assertEqual(len(benchmark.change_ids), 2)

    def test_change_is_recorded_with_author(self):
        self.filing_cycle.with_user(self.admin).value = "9"
        self.assertRecordValues(
            self.filing_cycle.change_ids,
            [
                {
                    "field": "value",
                    "old_value": "6",
                    "new_value": "9",
                    "user_id": self.admin.id,
                }
            ],
        )

    def test_latest_change_is_told_to_those_who_may_see_history(self):
        parameter = self.filing_cycle.with_user(self.admin)
        self.assertFalse(parameter.last_change)
        parameter.value = "9"
        parameter.minimum = "2"
        self.assertRegex(parameter.last_change, "^6 → 9 on ")
        agent = self._user("agent")
        self.assertNotIn("last_change", self.parameters.with_user(agent).fields_get())

    def test_a_loosened_bound_leaves_a_trace(self):
        self.env.ref(f"{MODULE}.parameter_aml_years").minimum = False
        change = self.env["insurance.parameter.change"].search([], limit=1)
        self.assertRecordValues(
            change, [{"field": "minimum", "old_value": "10", "new_value": ""}]
        )

    def test_saving_the_same_value_records_nothing(self):
        self.filing_cycle.value = "6"
        self.assertFalse(self.filing_cycle.change_ids)

    def test_several_parameters_are_changed_in_one_go(self):
        both = self.filing_cycle | self.env.ref(f"{MODULE}.parameter_pia_years")
        both.write({"value": "8"})
        self.assertEqual(both.change_ids.mapped("old_value"), ["6", "3"])

    def test_history_can_not_be_altered(self):
        self.filing_cycle.value = "9"
        change = self.filing_cycle.change_ids
        with self.assertRaises(UserError):
            change.new_value = "6"
        with self.assertRaises(UserError):
            change.unlink()
        for operation in ("write", "create", "unlink"):
            self.assertFalse(change.with_user(self.admin).has_access(operation))

    def test_reset_gives_the_default_back(self):
        self.filing_cycle.value = "9"
        self.assertTrue(self.filing_cycle.is_changed)
        self.filing_cycle.with_user(self.admin).action_reset_default()
        self.assertRecordValues(
            self.filing_cycle, [{"value": "6", "is_changed": False}]
        )
        self.assertEqual(len(self.filing_cycle.change_ids), 2)

    def test_changed_parameters_can_be_found(self):
        self.filing_cycle.value = "9"
        changed = self.parameters.search([("is_changed", "=", True)])
        self.assertEqual(changed, self.filing_cycle)

    def test_only_administrators_change(self):
        for role in ("agent", "supervisor", "compliance", "archivist"):
            parameter = self.filing_cycle.with_user(self._user(role))
            self.assertEqual(parameter.value, "6")
            with self.assertRaises(AccessError):
                parameter.value = "9"
            with self.assertRaises(AccessError):
                parameter.action_reset_default()
        with self.assertRaises(AccessError):
            self.filing_cycle.with_user(self.admin).unlink()

    def test_history_is_for_administrators_and_compliance(self):
        self.filing_cycle.value = "9"
        change = self.filing_cycle.change_ids
        for role, may_read in (
            ("compliance", True),
            ("agent", False),
            ("department", False),
            ("archivist", False),
        ):
            self.assertEqual(
                change.with_user(self._user(role)).has_access("read"), may_read, role
            )
        self.assertTrue(change.with_user(self.admin).has_access("read"))

    def test_every_parameter_with_a_legal_source_names_the_regulation(self):
        legal = self.parameters.search([("origin", "=", "law")])
        self.assertTrue(legal)
        self.assertFalse(legal.filtered(lambda number: not number.regulation_ids))
        self.assertFalse(self.parameters.search([("source", "=", False)]))

    def test_numbers_from_memory_are_unverified(self):
        for key in ("incident_report_hours", "network_log_months", "officer_threshold"):
            parameter = self.env.ref(f"{MODULE}.parameter_{key}")
            self.assertEqual(parameter.status, "unverified", key)

    def test_unverified_is_shown(self):
        views = self.parameters.get_views(
            [(False, "list"), (False, "form"), (False, "search")]
        )["views"]
        self.assertIn("decoration-warning", views["list"]["arch"])
        self.assertIn("Unverified", views["form"]["arch"])
        for name in ("unverified", "changed"):
            self.assertIn(f'name="{name}"', views["search"]["arch"])

    def test_forms_open_for_each_role(self):
        for role in ("agent", "compliance"):
            Form(self.filing_cycle.with_user(self._user(role)))
        with Form(self.filing_cycle.with_user(self.admin)) as form:
            form.value = "7"
        self.assertEqual(self.filing_cycle.value, "7")
