from collections import Counter
from unittest import SkipTest

from odoo.tests import TransactionCase, tagged

from ..tools import credit_code

MODULE = "insurance_client_archive"
LOGINS = {
    "agent": "group_agent",
    "agent2": "group_agent",
    "agent3": "group_agent",
    "agent4": "group_agent",
    "manager": "group_manager",
    "supervisor": "group_supervisor",
    "supervisor2": "group_supervisor",
    "department": "group_department",
    "head": "group_department_head",
    "archivist": "group_archivist",
    "compliance": "group_compliance",
    "insadmin": "group_admin",
    "accountant": None,
}


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo data are there: when they break, Odoo itself only logs a warning."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        addon = cls.env["ir.module.module"]._get(MODULE)
        broken = cls.env["ir.demo_failure"].search([("module_id", "=", addon.id)])
        if not addon.demo and not broken:
            raise SkipTest("This database was made without demo data.")
        cls.clients = cls._demo("insurance.archive")

    @classmethod
    def _demo(cls, model):
        """Return the records of a model that the demo data made."""
        ids = cls.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", model), ("name", "like", "demo_")]
        )
        return cls.env[model].browse(ids.mapped("res_id")).exists()

    def test_each_login_works_with_its_own_name_as_password(self):
        for login, group in LOGINS.items():
            with self.subTest(login=login):
                credential = {"type": "password", "login": login, "password": login}
                user = self._log_in(credential)
                groups = user.group_ids
                of_insurance = groups.filtered(
                    lambda found: (
                        found.privilege_id.category_id
                        == self.env.ref(f"{MODULE}.module_category_insurance")
                    )
                )
                expected = self.env.ref(f"{MODULE}.{group}") if group else groups[:0]
                self.assertEqual(of_insurance, expected)

    def _log_in(self, credential):
        users = self.env["res.users"]
        return users.browse(
            users.authenticate(credential, {"interactive": True})["uid"]
        )

    def test_agents_work_in_three_teams_with_supervisors(self):
        self.assertEqual(len(self.clients.team_id), 3)
        self.assertEqual(len(self.clients.team_id.user_id), 2)
        for client in self.clients:
            self.assertIn(client.agent_id, client.team_id.member_ids)

    def test_more_than_two_hundred_clients_of_all_kinds(self):
        kinds = Counter(self.clients.mapped("client_kind"))
        self.assertGreaterEqual(len(self.clients), 200)
        self.assertGreaterEqual(kinds["individual"], 160)
        self.assertGreaterEqual(kinds["enterprise"], 30)
        self.assertGreaterEqual(kinds["group"], 10)

    def test_clients_keep_the_rules_of_entry(self):
        problems = {client: client._entry_problems() for client in self.clients}
        self.assertFalse({key: found for key, found in problems.items() if found})

    def test_no_client_is_entered_twice(self):
        seen = Counter((client.name, client.phone) for client in self.clients)
        self.assertEqual(set(seen.values()), {1})

    def test_enterprises_have_credit_codes_of_their_own(self):
        enterprises = self.clients.filtered(lambda one: one.client_kind == "enterprise")
        codes = enterprises.mapped("credit_code")
        self.assertEqual(len(set(codes)), len(enterprises))
        self.assertTrue(all(map(credit_code.is_valid, codes)))

    def test_children_have_a_guardian(self):
        children = self.clients.filtered(lambda one: one.birth_date and one.age < 14)
        children = children.filtered(lambda one: one.state != "collecting")
        self.assertTrue(children)
        for child in children:
            self.assertIn("guardian", child.related_person_ids.mapped("relation"))

    def test_owners_of_an_enterprise_hold_all_of_it(self):
        persons = self._demo("insurance.related.person")
        owners = persons.filtered(lambda one: one.relation == "beneficial_owner")
        shares = owners.grouped("archive_id")
        self.assertTrue(shares)
        for found in shares.values():
            self.assertEqual(sum(found.mapped("ownership")), 100)

    def test_clients_have_been_spoken_to(self):
        for client in self.clients:
            self.assertTrue(3 <= len(client.interaction_ids) <= 10)

    def test_archives_are_in_all_states_of_daily_work(self):
        states = Counter(self.clients.mapped("state"))
        self.assertGreaterEqual(states["collecting"], 20)
        self.assertGreaterEqual(states["entered"], 40)
        self.assertGreaterEqual(states["filed"], 80)

    def test_filed_archives_are_numbered_without_gaps(self):
        filed = self.clients.filtered(lambda one: one.state == "filed")
        self.assertEqual(len(set(filed.mapped("number"))), len(filed))
        issues = self.env["insurance.number.issue"].search_count([])
        self.assertFalse(issues)

    def test_clients_hold_policies_of_many_products_in_all_states(self):
        policies = self._demo("insurance.policy")
        products = self._demo("product.template")
        self.assertGreaterEqual(len(policies), 300)
        self.assertGreaterEqual(len(policies.product_id & products), 15)
        states = Counter(policies.mapped("state"))
        for state in ("application", "underwriting", "active", "lapsed", "surrendered"):
            self.assertTrue(states[state], state)

    def test_renewals_come_up_in_the_next_two_months(self):
        domain = [("renewal_date", ">=", "today"), ("renewal_date", "<=", "today +60d")]
        coming = self._demo("insurance.policy").filtered_domain(domain)
        self.assertGreaterEqual(len(coming), 20)

    def test_claims_are_in_all_states_and_some_are_overdue(self):
        claims = self._demo("insurance.claim")
        states = Counter(claims.mapped("state"))
        self.assertGreaterEqual(len(claims), 50)
        for state in ("papers_requested", "assessing", "decided", "paid", "refused"):
            self.assertTrue(states[state], state)
        self.assertTrue(claims.filtered("overdue"))
        paid = claims.filtered(lambda one: one.state in ("paid", "closed"))
        self.assertTrue(all(claim.paid_amount and claim.paid_on for claim in paid))

    def test_clients_have_spoken_and_some_complaints_are_late(self):
        feedbacks = self._demo("insurance.feedback")
        kinds = Counter(feedbacks.mapped("kind"))
        for kind in ("complaint", "suggestion", "praise"):
            self.assertTrue(kinds[kind], kind)
        self.assertTrue(feedbacks.filtered("overdue"))
        self.assertTrue(feedbacks.measure_ids)
        for feedback in feedbacks:
            self.assertNotIn(feedback.handler_id, feedback._interested_users())

    def test_clients_were_asked_how_satisfied_they_are(self):
        states = Counter(self._demo("insurance.satisfaction").mapped("state"))
        self.assertGreaterEqual(states["answered"], 40)
        self.assertTrue(states["expired"])

    def test_services_are_planned_done_and_late(self):
        items = self.clients.service_item_ids
        states = Counter(items.mapped("state"))
        for state in ("planned", "done", "skipped"):
            self.assertTrue(states[state], state)
        self.assertTrue(items.filtered("late"))

    def test_forbidden_benefits_were_refused(self):
        benefits = self._demo("insurance.incentive")
        refused = benefits.filtered(lambda one: one.state == "refused")
        self.assertGreaterEqual(len(refused), 3)
        self.assertTrue(all(refused.mapped("regulation_id")))

    def test_clients_who_may_leave_are_in_several_states(self):
        states = Counter(self.clients.churn_alert_ids.mapped("state"))
        self.assertGreaterEqual(sum(states.values()), 5)
        self.assertTrue(states["new"])

    def test_opportunities_of_clients_are_in_several_stages(self):
        opportunities = self._demo("crm.lead").with_context(active_test=False)
        clients = opportunities.partner_id & self.clients.partner_id
        self.assertGreaterEqual(len(clients), 30)
        self.assertGreaterEqual(len(opportunities.stage_id), 3)

    def test_loading_again_changes_nothing(self):
        before = self.env["insurance.archive"].search_count([])
        self.env["insurance.archive"]._load_demo()
        self.assertEqual(self.env["insurance.archive"].search_count([]), before)
