from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_access import AccessCase


@tagged("post_install", "-at_install")
class TestComplianceOverview(AccessCase):
    def _card(self, key):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env["insurance.compliance.card"]
            .with_user(self.compliance)
            .search([("key", "=", key)])
        )

    def _found(self, key):
        card = self._card(key)
        action = card.action_open()
        model = self.env[action["res_model"]].with_user(self.compliance)
        return model.search(action["domain"])

    def test_every_card_opens_what_it_counts(self):
        cards = self.env["insurance.compliance.card"].with_user(self.compliance)
        for card in cards.search([]):
            action = card.action_open()
            self.assertEqual(action["res_model"], card.model, card.key)
            model = self.env[card.model].with_user(self.compliance)
            found = model.search_count(action["domain"])
            if card.unit == "number":
                self.assertEqual(found, card.count, card.key)

    def test_grants_in_force_and_expiring_ones(self):
        before = self._card("grants_live").count
        now = fields.Datetime.now()
        soon = self._grant(
            self.department, ["claims"], self.archive, date_to=now + timedelta(days=2)
        )
        late = self._grant(
            self.department, ["claims"], self.archive, date_to=now + timedelta(days=60)
        )
        self.assertEqual(self._card("grants_live").count, before + 2)
        expiring = self._found("grants_expiring")
        self.assertIn(soon, expiring)
        self.assertNotIn(late, expiring)
        soon._end("done")
        self.assertNotIn(soon, self._found("grants_live"))

    def test_grants_that_nobody_uses(self):
        now = fields.Datetime.now()
        idle = self._grant(
            self.department,
            ["claims"],
            self.archive,
            date_from=now - timedelta(days=100),
        )
        fresh = self._grant(self.department, ["claims"], self.archive)
        unused = self._found("grants_unused")
        self.assertIn(idle, unused)
        self.assertNotIn(fresh, unused)
        self.assertTrue(idle.unused)
        self.assertFalse(fresh.unused)

    def test_health_data_are_counted_apart(self):
        grant = self._grant(self.department, ["health"], self.archive)
        self.assertIn(grant, self._found("grants_health"))

    def test_cards_are_for_compliance(self):
        Card = self.env["insurance.compliance.card"]
        for user in (self.agent, self.supervisor, self.accountant):
            with self.assertRaises(AccessError):
                Card.with_user(user).search_read([], ["count"])
        with self.assertRaises(AccessError):
            Card.with_user(self.compliance).search([], limit=1).name = "Other"

    def test_compliance_is_that_of_the_last_results(self):
        results = self.env["insurance.check.result"]
        results.search([]).latest = False
        self.assertEqual(self._card("checks_rate").count, 0)
        self.assertFalse(self._card("checks_rate").alarming)
        run = self.env["insurance.check.run"].create({"kind": "automatic"})
        check = self.env["insurance.check"].search([], limit=1)
        values = {"run_id": run.id, "check_id": check.id, "latest": True}
        results.create(
            [
                {**values, "state": "passed", "rate": 100, "severity": "low"},
                {**values, "state": "failed", "rate": 34, "severity": "critical"},
                {**values, "state": "error", "severity": "high"},
            ]
        )
        # weights 1 and 10
        self.assertEqual(self._card("checks_rate").count, 40)
        self.assertTrue(self._card("checks_rate").alarming)
        self.assertEqual(self._card("checks_critical").count, 1)
        self.assertEqual(self._card("checks_error").count, 1)
