from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.client_scope import Scope

from .. import person
from .test_client_request import RequestCase


@tagged("post_install", "-at_install")
class TestRestriction(RequestCase):
    """Deletion while the law demands storage: storage and protection alone."""

    def test_second_person_decides_and_did_not_handle_it(self):
        asked = self._identified("deletion").with_user(self.compliance)
        asked.answer = "Restricted."
        with self.assertRaisesRegex(UserError, "second person"):
            asked.action_answer()
        asked.action_propose()
        with self.assertRaises(AccessError):
            asked.action_second()
        with self.assertRaises(AccessError):
            asked.with_user(self.agent).action_second()
        with (
            patch.object(person, "is_person", lambda env: False),
            self.assertRaisesRegex(AccessError, "not by programs"),
        ):
            asked.with_user(self.officer2).action_second()
        self.assertEqual(self.archive.state, "collecting")
        asked.with_user(self.officer2).action_second()
        self.assertEqual(self.archive.state, "restricted")
        self.assertEqual(asked.approved_by_id, self.officer2)

    def test_restricted_client_is_hidden_from_all_who_looked_after(self):
        self._policy()
        self._restricted()
        for user in (self.agent, self.manager, self.supervisor, self.department):
            mine = self.env["insurance.archive"].with_user(user)
            self.assertFalse(mine.search([("id", "=", self.archive.id)]))
            with self.assertRaises(AccessError):
                mine.browse(self.archive.id).read(["name"])
            self.assertFalse(
                self.env["insurance.policy"]
                .with_user(user)
                .search([("archive_id", "=", self.archive.id)])
            )
            self.assertFalse(self.partner.with_user(user).insurance_archive_id)

    def test_grants_end_with_the_restriction(self):
        now = fields.Datetime.now()
        grant = self.env["insurance.access.grant"]._issue(
            self.department,
            ["basic"],
            self.env.ref("insurance_client_archive.purpose_claim"),
            now - timedelta(hours=1),
            now + timedelta(days=1),
            archives=self.archive,
        )
        self._restricted()
        self.assertNotEqual(grant.state, "active")

    def test_nothing_processes_a_restricted_client(self):
        self._give("profiling", "satisfaction", "marketing")
        self.archive.write({"state": "entered"})
        self.archive.last_contact_date = fields.Datetime.now() - timedelta(days=900)
        self.partner.email = "zhang.wei@example.com"
        today = fields.Date.today()
        self._restricted()
        self.assertFalse(self.archive._processable("profiling"))
        figures = self.env["insurance.client.feature"].search(
            [("archive_id", "=", self.archive.id)]
        )
        before = (figures.as_of, self.archive.value_tier)
        Feature = self.env["insurance.client.feature"]
        scope = Scope(archive_ids=(self.archive.id,))
        self.assertFalse(Feature._refresh(scope, fields.Date.add(today, days=1)))
        self.env["insurance.client.class"]._classify(scope, today)
        self.env.invalidate_all()
        self.assertEqual((figures.as_of, self.archive.value_tier), before)
        self.assertNotIn(
            self.archive.id,
            self.env["insurance.client.class"]._due_ids(
                today, self.archive.id - 1, self.archive.id, 9
            ),
        )
        sum(self.env["insurance.churn.alert"]._monitor_chunks())
        self.assertFalse(
            self.env["insurance.churn.alert"].search(
                [("archive_id", "=", self.archive.id)]
            )
        )
        askable = self.env["insurance.satisfaction.rule"]._askable_domain()
        self.assertNotIn(self.archive, self.archive.search(askable))
        plans = self.env["insurance.service.plan"].search([])
        sum(plans._assign_chunks())
        self.assertFalse(
            self.env["insurance.service.item"].search(
                [("archive_id", "=", self.archive.id)]
            )
        )
        self.assertFalse(
            self.env["insurance.consent.status"].search(
                [("archive_id", "=", self.archive.id)]
            )
        )

    def test_nobody_restricts_or_frees_an_archive_by_hand(self):
        with self.assertRaisesRegex(UserError, "answered request"):
            self.archive.write({"state": "restricted", "state_reason": "x"})
        self._restricted()
        with self.assertRaisesRegex(UserError, "still stands"):
            self.archive.write({"state": "collecting", "state_reason": "x"})
        for user in (self.agent, self.supervisor, self.compliance):
            with self.assertRaises(AccessError):
                self.archive.with_user(user).write({"key_client": True})

    def test_way_back_needs_two_persons_and_leads_to_where_it_was(self):
        self._give("service")
        self.archive.write({"state": "entered"})
        asked = self._restricted("restriction")
        with self.assertRaisesRegex(UserError, "Nobody has asked"):
            asked.with_user(self.department_head).action_lift()
        lift = self.env["insurance.client.request.lift"].with_user(self.compliance)
        lift.create({"request_id": asked.id, "reason": "Dispute over"}).action_confirm()
        with self.assertRaises(AccessError):
            asked.with_user(self.compliance).action_lift()
        asked.with_user(self.department_head).action_lift()
        self.assertEqual(self.archive.state, "entered")
        self.assertEqual(self.archive.state_reason, "Dispute over")
        self.env.invalidate_all()
        self.assertTrue(self.archive.with_user(self.agent).has_access("write"))
        with self.assertRaisesRegex(UserError, "restricts nothing"):
            asked.with_user(self.compliance).action_ask_lift()

    def test_second_request_keeps_the_archive_restricted(self):
        first = self._identified("deletion")
        second = self._identified("restriction")
        for asked in (first, second):
            asked.with_user(self.compliance).answer = "Yes"
            asked.with_user(self.compliance).action_propose()
            asked.with_user(self.officer2).action_second()
        first.with_user(self.compliance)._ask_lift("x")
        first.with_user(self.officer2).action_lift()
        self.assertEqual(self.archive.state, "restricted")

    def test_copy_of_a_restricted_archive_still_reaches_the_client(self):
        self._restricted()
        asked = (
            self.env["insurance.client.request"]
            .with_user(self.compliance)
            .create(
                {
                    "partner_id": self.partner.id,
                    "kind": "copy",
                    "identity_method": "card",
                    "delivery": "person",
                }
            )
        )
        asked.action_identify()
        asked.answer = "Here"
        asked.action_answer()
        self.assertIn(self.archive.name.encode(), asked._hand_over("json"))
