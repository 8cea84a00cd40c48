from datetime import timedelta

from odoo import fields

from odoo.addons.insurance_client_archive import vault_process

from .common_incident import IncidentCase


class TestIncidentContain(IncidentCase):
    """One click each: it happens, it is recorded, and in a drill it does not happen."""

    def _grant(self, user):
        now = fields.Datetime.now()
        return self.env["insurance.access.grant"]._issue(
            user,
            ["basic", "claims"],
            self.env.ref("insurance_client_archive.purpose_claim"),
            now - timedelta(hours=1),
            now + timedelta(days=5),
            archives=self.other,
        )

    def kinds(self, incident):
        return incident.event_ids.mapped("kind")

    def test_grants_of_the_person_end(self):
        grant, other = self._grant(self.agent), self._grant(self.agent2)
        incident = self.incident()
        self.assertEqual(self.own(incident, self.compliance).suspect_grants, 1)
        self.own(incident, self.compliance).action_revoke()
        self.assertEqual(grant.state, "revoked")
        self.assertEqual(other.state, "active")
        self.assertIn("revoked", self.kinds(incident))

    def test_shares_of_the_person_are_recalled(self):
        self._grant(self.agent)
        incident = self.incident()
        self.own(incident, self.compliance).action_recall_shares()
        self.assertIn("recalled", self.kinds(incident))

    def test_vault_is_locked_and_unlocked_by_two(self):
        incident = self.incident()
        self.own(incident, self.compliance).action_lock_vault()
        self.env.cr.cache.pop("insurance_vault", None)
        self.assertTrue(incident.is_vault_locked)
        self.assertEqual(vault_process.status(self.env).get("code"), "incident")
        self.own(incident, self.compliance).action_ask_unlock()
        self.own(incident, self.officer).action_unlock()
        self.env.cr.cache.pop("insurance_vault", None)
        self.assertNotEqual(vault_process.status(self.env).get("code"), "incident")
        self.assertLessEqual(
            {"locked", "unlock_asked", "vault_unlocked"}, set(self.kinds(incident))
        )

    def test_drill_does_nothing_to_anybody(self):
        grant = self._grant(self.agent)
        drill = self.as_person(self.compliance)["insurance.incident.drill"].create(
            {"name": "Rehearsal", "scenario": "A list has leaked."}
        )
        drill.action_start()
        incident = drill.incident_id
        self.assertTrue(incident.is_drill)
        self.assertTrue(incident.clock_ids)
        incident.suspect_id = self.agent
        for step in ("suspend", "revoke", "recall_shares", "lock_vault"):
            getattr(incident, f"action_{step}")()
        self.assertEqual(grant.state, "active")
        self.assertFalse(incident.is_suspended)
        self.assertFalse(incident.is_vault_locked)
        self.assertLessEqual(
            {"suspended", "revoked", "recalled", "locked"}, set(self.kinds(incident))
        )
