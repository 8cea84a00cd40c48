from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestServicePlan(ServiceCase):
    """Each client gets the first plan that fits."""

    def test_first_plan_that_fits_wins(self):
        self._run_cron()
        self.assertEqual(self.archive.service_plan_id, self.plan)
        self.archive.key_client = True
        self._run_cron()
        self.assertEqual(self.archive.service_plan_id, self.key_plan)

    def test_client_without_a_fitting_plan_has_none(self):
        self._run_cron()
        self.plan.active = False
        self._run_cron()
        self.assertFalse(self.archive.service_plan_id)

    def test_plan_chosen_by_hand_stays(self):
        self.archive.write({"gender": "male", "birth_date": "1980-05-04"})
        with Form(self.archive.with_user(self.agent)) as form:
            form.service_plan_id = self.key_plan
        self.assertTrue(self.archive.service_plan_fixed)
        self._run_cron()
        self.assertEqual(self.archive.service_plan_id, self.key_plan)

    def test_archive_that_is_being_collected_gets_no_plan(self):
        self.archive.sudo()._write_multi([{"state": "collecting"}])
        self.env.invalidate_all()
        self._run_cron()
        self.assertFalse(self.archive.service_plan_id)

    def test_second_run_writes_no_row(self):
        plans = self.env["insurance.service.plan"].search([])
        self.assertEqual(plans._assign_range(0, self.archive.id), 1)
        self.assertEqual(plans._assign_range(0, self.archive.id), 0)

    def test_number_of_statements_does_not_grow_with_the_clients(self):
        self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(50)]
        )
        self.env.flush_all()
        plans = self.env["insurance.service.plan"].search([])
        plans.mapped("client_filter")
        with self.assertQueryCount(1):
            plans._assign_range(0, 10**9)

    def test_filter_must_be_one_on_clients(self):
        for text in ("[", "[('nothing', '=', 1)]", "__import__('os')", "5"):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                self.plan.client_filter = text

    def test_sealed_and_personal_fields_sort_nobody_into_plans(self):
        for name in ("id_number", "accessible", "editable"):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(ValidationError, "same for everybody"),
            ):
                self.plan.client_filter = repr([(name, "=", True)])

    def test_counts_are_of_the_clients_that_open(self):
        self.plan.dedicated_manager = True
        self.archive.manager_id = False
        self._run_cron()
        mine = self.plan.with_user(self.agent)
        self.assertEqual((mine.client_count, mine.without_manager_count), (1, 1))
        for action in (mine.action_open_clients, mine.action_open_without_manager):
            found = self.env["insurance.archive"].search(action()["domain"])
            self.assertEqual(found, self.archive)
        for user in self.agent2 | self.insurance_admin | self.compliance:
            self.assertFalse(self.plan.with_user(user).client_count)

    def test_administrator_sorts_at_once_and_an_agent_does_not(self):
        with self.assertRaisesRegex(UserError, "administrator"):
            self.plan.with_user(self.agent).action_assign_now()
        self.plan.with_user(self.insurance_admin).action_assign_now()
        self.assertEqual(self.archive.service_plan_id, self.plan)

    def test_agents_read_plans_and_change_none(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.agent).name = "x"
        self.assertEqual(self.plan.with_user(self.agent).name, "All")
