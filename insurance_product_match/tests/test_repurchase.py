from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.client_scope import Scope

from .common_needs import NeedsCase


@tagged("post_install", "-at_install")
class TestRepurchase(NeedsCase):
    """Clients who have bought before and lack cover become opportunities."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # who may be offered anything has tests of its own
        cls.startClassPatcher(
            patch.object(
                cls.registry["insurance.archive"],
                "_may_process_sql",
                lambda self, purpose, alias: SQL("TRUE"),
            )
        )
        cls.Chance = cls.env["insurance.repurchase"]
        product = cls._product()
        cls.policy = cls._in_force(product, 10_000)
        cls._refresh()

    @classmethod
    def _refresh(cls):
        cls.env["insurance.client.class"]._refresh(cls.archive.ids)
        cls.env.invalidate_all()

    def _find(self):
        self.Chance._find(Scope(archive_ids=(self.archive.id,)))
        return self.Chance.search([("archive_id", "=", self.archive.id)])

    def test_client_who_lacks_cover_is_found_once(self):
        chance = self._find()
        self.assertRecordValues(
            chance, [{"state": "open", "agent_id": self.agent.id, "lead_id": False}]
        )
        self.assertTrue(chance.cover_kind_id)
        self.assertEqual(self._find(), chance)

    def test_who_never_bought_is_no_repurchase(self):
        self.policy.write({"state": "terminated", "state_reason": "x"})
        self._refresh()
        self.assertFalse(self._find())

    def test_who_bought_lately_is_left_alone(self):
        self.policy.start_date = fields.Date.today()
        self._refresh()
        self.assertFalse(self._find())

    def test_dissatisfied_or_complaining_clients_are_left_alone(self):
        # superuser: as a scorecard would set it
        self.archive.sudo().behaviour = "dissatisfied"
        self.assertFalse(self._find())
        self.archive.sudo().behaviour = "steady"
        self.env["insurance.feedback"].create(
            {"archive_id": self.archive.id, "name": "x", "kind": "complaint"}
        )
        self.assertFalse(self._find())

    def test_client_with_an_open_opportunity_is_left_alone(self):
        lead = self.env["crm.lead"].create(
            {"name": "x", "partner_id": self.partner.id, "type": "opportunity"}
        )
        self.assertFalse(self._find())
        lead.active = False
        self.assertTrue(self._find())

    def test_who_said_no_is_left_alone_for_the_rest(self):
        chance = self._find()
        mine = chance.with_user(self.agent)
        with self.assertRaises(UserError):
            mine.write({"state": "dropped"})
        mine.write({"state": "dropped", "state_reason": "Not now"})
        self.assertEqual(self._find(), chance)

    def test_opportunity_tells_nothing_and_goes_to_the_agent(self):
        chance = self._find().with_user(self.agent)
        chance.action_offer()
        lead = chance.lead_id
        self.assertEqual(chance.state, "offered")
        self.assertEqual(lead.user_id, self.agent)
        self.assertEqual(lead.partner_id, self.partner)
        self.assertNotIn(chance.cover_kind_id.name, lead.name)
        with self.assertRaises(UserError):
            chance.action_offer()

    def test_new_policy_wins_the_chance(self):
        chance = self._find()
        policy = self._policy(
            state="active", start_date=fields.Date.today(), sum_insured=100_000
        )
        self.assertRecordValues(
            chance, [{"state": "won", "policy_id": policy.id, "won_rate": 100}]
        )

    def test_nobody_writes_what_the_system_notes(self):
        chance = self._find().with_user(self.agent)
        for values in (
            {"state": "won"},
            {"state": "offered"},
            {"policy_id": self.policy.id},
            {"found_on": "2020-01-01"},
            {"archive_id": self._archive(name="王芳").id},
        ):
            with self.assertRaises(UserError):
                chance.write(values)
        with self.assertRaises(UserError):
            chance.unlink()

    def test_chance_opens_with_the_client(self):
        chance = self._find()
        self.assertTrue(chance.with_user(self.agent).has_access("read"))
        self.assertFalse(chance.with_user(self.agent2).has_access("read"))
        with self.assertRaises(AccessError):
            self.Chance.with_user(self.department).create(
                {"archive_id": self.archive.id}
            )

    def test_supervisor_starts_the_search_and_agents_do_not(self):
        with self.assertRaises(UserError):
            self.Chance.with_user(self.agent).action_find()
        self.Chance.with_user(self.supervisor).action_find()
        sweep = self.env["insurance.sweep"].search(
            [("kind", "=", "repurchase")], order="id desc", limit=1
        )
        self.assertEqual(sweep.state, "running")
