from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_access import AccessCase

OWN = ("basic", "contact")


@tagged("post_install", "-at_install")
class TestAccessWays(AccessCase):
    """What opens archives is looked up once, and is still asked in each statement."""

    def _search(self, user):
        return self.env["insurance.archive"].with_user(user).search([]).ids

    def test_what_has_ended_since_opens_nothing_in_a_statement(self):
        grant = self._grant(self.department, ["basic"], self.archive)
        standing = self._grant(self.agent, ["health"], standing=True)
        self.assertOpen(self.department, self.archive)
        health = [("health_open", "=", True), ("id", "=", self.archive.id)]
        mine = self._as(self.agent)
        self.assertTrue(mine.search(health))
        self.assertTrue(mine.env.user.insurance_ways.portfolio)
        # the clock goes on, and nobody says so
        self.env.cr.execute(
            "UPDATE insurance_access_grant SET date_to = %s WHERE id IN %s",
            [
                fields.Datetime.now() - timedelta(seconds=1),
                (grant.id, standing.id),
            ],
        )
        self.assertFalse(mine.search(health))
        self.assertNotIn(self.archive.id, self._search(self.department))

    def test_a_policy_that_opens_less_since_opens_less_in_a_statement(self):
        self.assertTrue(self._search(self.agent))
        self.env.cr.execute("UPDATE insurance_access_policy SET own_basic = FALSE")
        self.assertFalse(self._search(self.agent))

    def test_somebody_who_leads_the_team_no_more_finds_nothing_in_a_statement(self):
        self.assertIn(self.archive.id, self._search(self.supervisor))
        self.env.cr.execute(
            "UPDATE crm_team SET user_id = NULL WHERE id = %s", [self.team_a.id]
        )
        self.assertNotIn(self.archive.id, self._search(self.supervisor))

    def test_first_client_is_found_at_once(self):
        agent = self._user("newcomer", role="agent")
        self.assertEqual(self._search(agent), [])
        mine = self.env["insurance.archive"].with_user(agent)
        archive = mine.create({"name": "王芳", "agent_id": agent.id})
        self.assertEqual(self._search(agent), archive.ids)
        archive.sudo().agent_id = self.agent2
        self.assertEqual(self._search(agent), [])
        self.archive2.manager_id = self.manager
        self.assertIn(self.archive2.id, self._search(self.manager))

    def test_a_team_is_found_as_soon_as_one_leads_it(self):
        self.assertNotIn(self.archive2.id, self._search(self.supervisor))
        self.team_b.user_id = self.supervisor
        found = self._search(self.supervisor)
        self.assertIn(self.archive.id, found)
        self.assertIn(self.archive2.id, found)
        self.assertSlices(self.supervisor, self.archive2, *OWN)
        self.team_b.user_id = False
        self.assertNotIn(self.archive2.id, self._search(self.supervisor))

    def test_own_clients_and_those_of_the_team_and_lent_ones_add_up(self):
        archive3 = self._archive(
            name="赵敏", agent_id=self.supervisor.id, team_id=False
        )
        self._grant(self.supervisor, ["claims"], self.archive2)
        for archive in (self.archive, archive3):
            self.assertSlices(self.supervisor, archive, *OWN)
        self.assertSlices(self.supervisor, self.archive2, "basic", "claims")
        found = self._search(self.supervisor)
        self.assertLessEqual({*(self.archive | self.archive2 | archive3).ids}, {*found})

    def test_left_out_of_one_standing_grant_the_other_still_opens(self):
        one = self._grant(self.agent, ["health"], standing=True)
        self.env["insurance.access.grant"]._end_for(self.archive, "Consent withdrawn")
        self.assertTrue(one.archive_line_ids.ended_on)
        archive3 = self._archive(name="赵敏")
        self.assertSlices(self.agent, self.archive, *OWN)
        self.assertSlices(self.agent, archive3, *OWN, "health")
        self._grant(self.agent, ["health", "claims"], standing=True)
        self.assertSlices(self.agent, self.archive, *OWN, "health", "claims")
        self.assertSlices(self.agent, archive3, *OWN, "health", "claims")

    def test_nobody_reads_the_ways_of_anybody(self):
        for user in (self.agent, self.insurance_admin, self.accountant):
            self.assertNotIn(
                "insurance_ways", self.env["res.users"].with_user(user).fields_get()
            )
