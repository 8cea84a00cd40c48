import random

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.tests.common import ArchiveCase

from ..tools import retention
from .retention_cases import CASES, TODAY, claim, complaint, contact, policy, request
from .retention_records import Records, events, exact, plain_rules

PART = 150


@tagged("post_install", "-at_install")
class TestRetentionSolver(ArchiveCase):
    """The latest day of all rules that apply, by SQL and by the slow evaluator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = Records(cls.env, cls._product())
        cls.rules = cls.env["insurance.retention.rule"]._schedule()
        cls.plain = plain_rules(cls.rules)
        cls.Retention = cls.env["insurance.retention"]

    def _solved(self, archives):
        self.Retention._solve_archives(archives.ids)
        rows = self.Retention.search([("archive_id", "in", archives.ids)])
        return {row.archive_id: row for row in rows}

    def _random_facts(self, chance):
        """Return facts as they come: any states, days on both sides of today."""

        def years():
            return chance.randint(-30, 12) + chance.choice((0, 0.25, 0.5))

        facts = []
        for _number in range(chance.randint(0, 3)):
            start = years()
            end = chance.choice((None, start + chance.choice((0.5, 1, 3, 20))))
            states = ("active", "lapsed", "expired", "surrendered", "terminated")
            state = chance.choice((*states, "declined", "application", "matured"))
            facts.append(policy(state, start, end, moved=years()))
        if facts:
            for _number in range(chance.randint(0, 2)):
                state = chance.choice(("paid", "closed", "assessing", "refused"))
                paid = chance.choice((None, years()))
                facts.append(claim(state, years(), paid))
        more = (
            lambda: complaint(chance.choice(("closed", "review")), years()),
            lambda: request(chance.choice(("answered", "new", "refused")), years()),
            lambda: ("share", years(), chance.choice((None, years()))),
            lambda: ("mark", chance.choice(("Y", "D30", "D10")), years()),
            lambda: ("appraisal", years()),
            lambda: contact(years()),
        )
        facts += [make() for make in more if chance.random() < 0.3]
        return facts

    def test_each_case_made_by_hand_has_the_expected_rule_and_day(self):
        self.assertGreaterEqual(len(CASES), 60)
        archives = {}
        for name, (facts, _rule, _until) in CASES.items():
            archives[name] = self._archive()
            self.records.add(archives[name], facts)
        solved = self._solved(self.env["insurance.archive"].union(*archives.values()))
        for name, (facts, code, until) in CASES.items():
            with self.subTest(case=name):
                row = solved[archives[name]]
                found = "open" if row.status == "open" else row.until
                expected = until if until == "open" else exact(until)
                self.assertEqual((row.rule_id.code, found), (code, expected))
                happened, mark = events(facts)
                slow = retention.solve(
                    self.plain, retention.Client(happened, "individual", mark)
                )
                slow_found = "open" if slow.is_open else slow.until
                self.assertEqual((slow.rule, slow_found), (code, expected))

    def test_sql_and_slow_evaluator_agree_on_anything(self):
        chance = random.Random(47)
        cases = [self._random_facts(chance) for _number in range(PART)]
        archives = self.env["insurance.archive"].union(
            *(self._archive() for _facts in cases)
        )
        for archive, facts in zip(archives.sorted("id"), cases, strict=True):
            self.records.add(archive, facts)
        solved = self._solved(archives)
        for archive, facts in zip(archives.sorted("id"), cases, strict=True):
            happened, mark = events(facts)
            client = retention.Client(happened, "individual", mark)
            slow = retention.solve(self.plain, client)
            row = solved[archive]
            with self.subTest(facts=facts):
                status = "open" if slow.is_open else "dated" if slow.until else "none"
                self.assertEqual(row.status, status)
                self.assertEqual(row.rule_id.code or None, slow.rule)
                self.assertEqual(
                    row.until or None, None if slow.is_open else slow.until
                )

    def test_explanation_names_all_rules_that_apply_and_the_latest_first(self):
        archive = self._archive()
        facts = [policy("expired", -20, -6), claim("paid", -9, paid=-9), contact(-1)]
        self.records.add(archive, facts)
        self._solved(archive)
        lines = self.Retention._explain(archive)
        happened, mark = events(facts)
        slow = retention.results(
            self.plain, retention.Client(happened, "individual", mark)
        )
        self.assertEqual({line["rule"].code: line["until"] for line in lines}, slow)
        self.assertEqual(lines[0]["rule"].code, "IL87-LONG")
        days = [line["until"] for line in lines]
        self.assertEqual(days, sorted(days, reverse=True))

    def test_a_rule_for_a_line_or_a_kind_of_client_takes_no_others(self):
        archive = self._archive()
        firm = self._archive(client_kind="enterprise", name="上海长风机械有限公司")
        for one in archive, firm:
            self.records.add(one, [policy("expired", -20, -6)])
        rule = self.env.ref("insurance_compliance.insurance_retention_rule_sm17")
        rule.parameter_id.value = "40"
        solved = self._solved(archive | firm)
        self.assertEqual({row.rule_id for row in solved.values()}, {rule})
        rule.client_kind = "enterprise"
        solved = self._solved(archive | firm)
        self.assertEqual(solved[firm].rule_id, rule)
        self.assertEqual(solved[archive].rule_id.code, "IL87-LONG")
        rule.line = "property"
        self.assertEqual(self._solved(firm)[firm].rule_id.code, "IL87-LONG")
        rule.line = "life"
        self.assertEqual(self._solved(firm)[firm].rule_id, rule)

    def test_without_a_rule_an_archive_has_no_end(self):
        archive = self._archive()
        self.records.add(archive, [policy("expired", -40, -30)])
        self.rules.filtered(
            lambda rule: rule.event not in ("appraisal", "filing")
        ).active = False
        row = self._solved(archive)[archive]
        self.assertEqual((row.status, row.until), ("none", False))
        self.assertFalse(row.over)

    def test_what_has_not_moved_is_not_written(self):
        archive = self._archive()
        self.records.add(archive, [policy("expired", *(-20, -6))])
        self.Retention._solve_archives(archive.ids)
        query = SQL(
            "SELECT xmin FROM insurance_retention WHERE archive_id = %s", archive.id
        )
        self.assertEqual(self.Retention._solve_archives(archive.ids), 0)
        self.assertTrue(self.env.execute_query(query))

    def test_two_statements_for_any_number_of_archives(self):
        archives = self.env["insurance.archive"].union(
            *(self._archive() for _number in range(12))
        )
        self.Retention._solve_archives(archives.ids)
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            self.Retention._solve_archives(archives.ids)

    def test_events_of_a_transaction_move_the_end_at_its_end(self):
        archive = self._archive()
        self.env.cr.flush()
        row = self.Retention.search([("archive_id", "=", archive.id)])
        self.assertEqual(row.rule_id.code, "CONTACT")
        contract = self._policy(archive_id=archive.id, start_date=TODAY)
        self.env.cr.flush()
        self.assertEqual((row.status, row.rule_id.code), ("open", "APPLICATION"))
        contract.write({"state": "withdrawn", "state_reason": "Too dear."})
        self.env.cr.flush()
        self.assertEqual((row.status, row.rule_id.code), ("dated", "APPLICATION"))
        contract.write({"state": "application", "state_reason": "Wants it after all."})
        contract.unlink()
        self.env.cr.flush()
        self.assertEqual(row.rule_id.code, "CONTACT")
