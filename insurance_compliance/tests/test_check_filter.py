from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common_check import CheckCase

ARCHIVE = "insurance.archive"
POLICY = "insurance.policy"
#: what a filter may ask: states, days, figures, and whether something is there
ALLOWED = [
    (ARCHIVE, "[('state', '=', 'filed')]"),
    (ARCHIVE, "[('next_review_date', '<', 'today -30d')]"),
    (ARCHIVE, "[('completeness', '<', 80), ('state', 'in', ['entered', 'filed'])]"),
    (ARCHIVE, "['|', ('agent_id', '=', False), ('agent_id.active', '=', False)]"),
    (ARCHIVE, "['!', ('health_grade', '=', False)]"),
    (ARCHIVE, "[('policy_ids', 'any', [('state', '=', 'in_force')])]"),
    (ARCHIVE, "[('birth_date.month_number', '=', 2)]"),
    (POLICY, "[('archive_id.state', '=', 'collecting')]"),
    (POLICY, "[('product_id.name', 'ilike', 'life')]"),
    (POLICY, "[('premium', '=', 0)]"),
    ("insurance.claim", "[('state', '=', 'reported')]"),
    ("insurance.access.grant", "[('date_to', '<', 'now')]"),
]
#: what would say something of one client
REFUSED = [
    (ARCHIVE, "[('id_number', '!=', False)]"),  # sealed
    (ARCHIVE, "[('annual_income', '>', 5)]"),
    (ARCHIVE, "[('health_grade', '=', 'poor')]"),
    (ARCHIVE, "[('income_band', 'in', ['a', False])]"),
    (ARCHIVE, "[('number', '=', '2026-1')]"),
    (ARCHIVE, "[('number', 'ilike', '2026')]"),
    (ARCHIVE, "[('id', '=', 5)]"),
    (ARCHIVE, "[('id', 'in', [5])]"),
    (ARCHIVE, "[('partner_id', '=', 5)]"),
    (ARCHIVE, "[('partner_id', 'ilike', '王')]"),
    (ARCHIVE, "[('partner_id', '=', '王芳')]"),
    (ARCHIVE, "[('partner_id.name', '=', '王芳')]"),
    (ARCHIVE, "[('partner_id', 'any', [('name', '=', '王芳')])]"),
    (ARCHIVE, "[('partner_id.bank_ids.acc_number', '!=', False)]"),
    (ARCHIVE, "[('policy_ids', 'any', [('number', '=', 'P1')])]"),
    (ARCHIVE, "['!', '!', ('policy_ids.number', '=', 'P1')]"),
    (ARCHIVE, "[('policy_ids', 'any', [('archive_id.id_number', '=', 'x')])]"),
    (ARCHIVE, "[('agent_id.password', '!=', False)]"),
    (ARCHIVE, "[('agent_id.login', '=', 'agent')]"),
    (ARCHIVE, "[('agent_id', '=', 'agent')]"),
    (ARCHIVE, "[('accessible', '=', True)]"),
    (ARCHIVE, "[('name', '=', '王芳')]"),
    (ARCHIVE, "[('no_such_field', '=', 1)]"),
    (POLICY, "[('archive_id', '=', 5)]"),
    (POLICY, "[('archive_id.partner_id.name', 'ilike', '王')]"),
    (POLICY, "[('number', '=like', 'P%')]"),
    ("insurance.interaction", "[('client_words', 'ilike', 'cancer')]"),
]
#: what is no filter, or not of these records
NONSENSE = [
    (ARCHIVE, "[('state', '=', __import__('os').name)]"),
    (ARCHIVE, "[('write_date', '<', context_today())]"),
    (ARCHIVE, "nothing"),
    (ARCHIVE, "{'a': 1}"),
    (ARCHIVE, "[('state', 'resembles', 'filed')]"),
    (ARCHIVE, "[('state', '=', 'filed'"),
]
#: no matter of a filter
ELSEWHERE = (
    "insurance.decoy",
    "insurance.use.log",
    "insurance.vault.value",
    "no.such.model",
    "res.partner",
    "res.users",
)


@tagged("post_install", "-at_install")
class TestCheckFilter(CheckCase):
    def _filter(self, model, domain, **values):
        return (
            self.env["insurance.check"]
            .with_user(self.insurance_admin)
            .create(
                {
                    "code": f"own_{next(self.numbers)}",
                    "name": "Our own demand",
                    "model": model,
                    "domain": domain,
                    **values,
                }
            )
        )

    def test_filters_ask_for_states_days_and_figures(self):
        for model, domain in ALLOWED:
            with self.subTest(model=model, domain=domain):
                self.assertTrue(self._filter(model, domain))

    def test_filters_do_not_ask_what_a_client_has_told(self):
        for model, domain in REFUSED:
            with self.subTest(model=model, domain=domain):
                with self.assertRaises(ValidationError):
                    self._filter(model, domain)
                with self.assertRaises(ValidationError):
                    self._filter(model, "[('state', '!=', False)]", scope=domain)

    def test_nonsense_is_refused_and_never_evaluated(self):
        for model, domain in NONSENSE:
            with self.subTest(model=model, domain=domain):
                with self.assertRaises(ValidationError):
                    self._filter(model, domain)

    def test_filters_look_at_archives_and_what_is_kept_about_them(self):
        for model in ELSEWHERE:
            with self.subTest(model=model):
                with self.assertRaises(ValidationError):
                    self._filter(model, "[('create_date', '!=', False)]")
                check = self.env["insurance.check"].with_user(self.insurance_admin)
                self.assertIn("error", check.count_broken(model, "[]", "[]"))

    def test_a_filter_needs_records_and_a_condition(self):
        with self.assertRaises(ValidationError):
            self._filter(ARCHIVE, "[]")
        with self.assertRaises(ValidationError):
            self._filter(False, "[('state', '=', 'filed')]")

    def test_a_filter_finds_what_breaks_it(self):
        policy = self._policy(premium=1)
        check = self._filter(
            POLICY,
            "[('premium', '=', 1)]",
            scope="[('premium', '>', 0)]",
        )
        population = self.env[POLICY].search_count([("premium", ">", 0)])
        result = self._run(check).result_ids
        self.assertEqual(result.population, population)
        self.assertIn(policy.id, result.violation_ids.mapped("res_id"))
        self.assertIn(self.archive, result.violation_ids.archive_id)

    def test_a_filter_looks_at_the_company_of_the_run(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.compliance.company_ids |= other
        check = self._filter(POLICY, "[('premium', '>=', 0)]")
        self._policy()
        result = self._run(check, company_id=other.id).result_ids
        self.assertEqual(result.state, "not_applicable")

    def test_an_administrator_is_told_how_many_and_why_not(self):
        check = self.env["insurance.check"].with_user(self.insurance_admin)
        self._policy(premium=1)
        told = check.count_broken(POLICY, "[]", "[('premium', '=', 1)]")
        self.assertGreaterEqual(told["population"], told["broken"])
        self.assertGreaterEqual(told["broken"], 1)
        self.assertIn("error", check.count_broken(ARCHIVE, "[]", REFUSED[0][1]))

    def test_who_configures_nothing_counts_nothing(self):
        for user in (self.compliance, self.agent, self.department_head):
            check = self.env["insurance.check"].with_user(user)
            with self.assertRaises(AccessError):
                check.count_broken(POLICY, "[]", "[('premium', '=', 1)]")
