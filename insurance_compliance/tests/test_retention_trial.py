from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common import ArchiveCase
from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps

from .retention_cases import contact, day, policy
from .retention_records import Records


@tagged("post_install", "-at_install")
class TestRetentionTrial(ArchiveCase):
    """What a change of a rule moves is known before it is saved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = Records(cls.env, cls._product())
        cls.over = cls._archive()
        cls.records.add(cls.over, [policy("expired", -20, -11)])
        cls.running = cls._archive()
        cls.records.add(cls.running, [policy("expired", -20, -9)])
        cls.silent = cls._archive()
        cls.records.add(cls.silent, [contact(-1)])
        cls.Retention = cls.env["insurance.retention"]
        cls.Retention._solve_archives(cls.env["insurance.archive"].search([]).ids)
        cls.rule = cls.env.ref(
            "insurance_compliance.insurance_retention_rule_il87_long"
        )

    def _trial(self, **values):
        trials = self.env["insurance.retention.trial"].with_user(self.compliance)
        return trials.create({"rule_id": self.rule.id, "number": 10, **values})

    def _opened(self, trial, move):
        action = trial.with_context(move=move).action_open()
        rows = self.Retention.with_user(self.compliance).search(action["domain"])
        return rows.archive_id

    def test_longer_period_keeps_what_could_be_destroyed(self):
        trial = self._trial(number=12)
        trial.action_try()
        self.assertEqual(self.rule.months, 120)
        self.assertGreaterEqual(trial.later_count, 2)
        self.assertEqual(trial.earlier_count, 0)
        self.assertIn(self.over, self._opened(trial, "kept"))
        self.assertNotIn(self.running, self._opened(trial, "kept"))
        self.assertIn(self.running, self._opened(trial, "later"))
        for move in ("later", "earlier", "over", "kept"):
            found = self._opened(trial, move)
            self.assertEqual(len(found), trial[f"{move}_count"], move)

    def test_nothing_is_saved_that_is_only_tried(self):
        names = ("term", "client_kind", "line")
        before = [self.rule[name] for name in names]
        trial = self._trial(term="short", client_kind="enterprise", line=False)
        trial.action_try()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual([self.rule[name] for name in names], before)
        trial.action_apply()
        self.assertEqual(
            [self.rule[name] for name in names[:2]], ["short", "enterprise"]
        )
        # a trial begins with what the rule says
        self.assertEqual(self._trial().term, "short")

    def test_no_other_parameter_is_changed_by_a_rule(self):
        parameter = self.env["insurance.parameter"].search(
            [("key", "=", "impact_review_months")]
        )
        rules = self.env["insurance.retention.rule"].with_user(self.compliance)
        with self.assertRaisesRegex(ValidationError, "parameter of retention"):
            rules.create({"code": "T-1", "name": "T", "parameter_id": parameter.id})

    def test_rule_switched_off_leaves_the_next_longest(self):
        rule = self.env.ref("insurance_compliance.insurance_retention_rule_contact")
        trial = self._trial(rule_id=rule.id, number=3, active=False)
        trial.action_try()
        self.assertFalse(trial.later_count)
        row = self.Retention.search([("archive_id", "=", self.silent.id)])
        self.assertEqual((row.rule_id, row.until), (rule, day(2)))

    def test_saved_change_moves_all_archives(self):
        trial = self._trial(number=12)
        trial.action_try()
        trial.action_apply()
        self.assertEqual(self.rule.months, 144)
        run_sweeps(self)
        row = self.Retention.search([("archive_id", "=", self.over.id)])
        self.assertEqual(row.until, day(1))
        self.assertFalse(row.over)

    def test_no_period_below_the_law(self):
        trial = self._trial(number=9)
        trial.action_try()
        with self.assertRaises(ValidationError):
            trial.action_apply()

    def test_only_compliance_tries_and_changes(self):
        for user in (self.agent, self.archivist, self.supervisor):
            with self.assertRaises(AccessError):
                self.env["insurance.retention.trial"].with_user(user).create(
                    {"rule_id": self.rule.id, "number": 1}
                )
            with self.assertRaises(AccessError):
                self.rule.with_user(user).forever = True

    def test_trials_of_others_find_nothing(self):
        trial = self._trial(number=12)
        trial.action_try()
        rows = self.Retention.with_user(self.archivist)
        with self.assertRaises(AccessError):
            rows.search([("trial", "=", f"{trial.id}:kept")])
