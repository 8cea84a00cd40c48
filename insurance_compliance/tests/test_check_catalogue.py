from odoo.tests import tagged

from ..check_catalogue import CHECKS
from . import (
    check_cases_access,
    check_cases_advice,
    check_cases_duties,
    check_cases_entry,
    check_cases_governance,
    check_cases_incidents,
    check_cases_server,
)
from .check_cases import CASES, FACT, READY
from .check_records import CheckCase

assert check_cases_access and check_cases_advice and check_cases_duties
assert check_cases_entry and check_cases_governance and check_cases_server
assert check_cases_incidents


@tagged("post_install", "-at_install")
class TestCheckCatalogue(CheckCase):
    """Each check finds exactly what breaks its demand, and nothing when mended."""

    def test_every_check_has_a_case_and_a_row(self):
        self.assertEqual(set(CHECKS) - set(CASES), set())
        self.assertEqual(set(CASES) - set(CHECKS), set())
        rows = self.env["insurance.check"].search([("method", "!=", False)])
        self.assertEqual(set(rows.mapped("method")), set(CHECKS))

    def test_every_check_says_what_it_means_and_by_which_law(self):
        for one in self.env["insurance.check"].search([("method", "in", [*CHECKS])]):
            with self.subTest(one.code):
                self.assertEqual(one.method, one.code)
                self.assertTrue(one.description and one.advice)
                self.assertTrue(one.regulation_ids)

    def test_every_check_finds_what_was_seeded_and_nothing_when_mended(self):
        for code in sorted(CHECKS):
            savepoint = self.env.cr.savepoint()
            since = self.since
            try:
                with self.subTest(code):
                    self._prove(code)
            finally:
                savepoint.close(rollback=True)
                self.since = since
                self.env.invalidate_all()
                self.env.registry.clear_all_caches()

    def test_a_run_of_one_company_leaves_out_the_clients_of_others(self):
        self.entered(state="filed", completeness=1)
        other = self.env["res.company"].create({"name": "Another insurer"})
        of_other = self.env(context={**self.env.context, "check_company_id": other.id})
        for code, function in sorted(CHECKS.items()):
            with self.subTest(code):
                found = function(of_other, self.since)
                if found and found.model == "insurance.archive":
                    self.assertEqual(found.population, 0)

    def _prove(self, code):
        population, clean = self.ask(code)
        steps = CASES[code](self)
        step = next(steps, None)
        if step is None:
            self.assertEqual((population, clean), (0, set()), "not applicable")
            return
        if step == READY:
            clean = self.ask(code)[1]
            step = next(steps)
        population, found = self.ask(code)
        self.assertGreaterEqual(population, 1)
        new = found - clean
        if step == FACT:
            self.assertEqual(len(new), 1, new)
        else:
            self.assertEqual(new, step if isinstance(step, set) else {step})
        next(steps, None)
        self.assertEqual(self.ask(code)[1] - clean, set(), "mended")
        steps.close()
