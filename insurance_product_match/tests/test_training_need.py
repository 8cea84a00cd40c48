from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_effect import EffectCase


@tagged("post_install", "-at_install")
class TestTrainingNeed(EffectCase):
    """Agents whose results differ from those of the others, and what is taught."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.needs = cls.env["insurance.training.need"]
        cls.team_a.user_id = cls.supervisor
        cls.team_a.member_ids |= cls.agent
        cls.env["insurance.agent.profile"].create({"user_id": cls.agent2.id})

    def _found(self, cause):
        self.needs._evaluate()
        return self.needs.search(
            [
                ("cause", "=", cause),
                ("user_id", "in", (self.agent | self.agent2).ids),
                ("state", "=", "open"),
            ]
        )

    def _complained(self, agent, number, **more):
        self._outcomes(
            self.life, number, 0, agent=agent, days=100, client={"agent_id": agent.id}
        )
        return self._outcomes(
            self.life,
            number,
            0,
            agent=agent,
            days=100,
            client={"agent_id": agent.id},
            **more,
        )

    def _need(self):
        self._complained(self.agent, 15, complaint=True)
        self._complained(self.agent2, 15)
        [need] = self._found("complaints")
        return need

    def test_agent_with_many_more_complaints_needs_a_training(self):
        need = self._need()
        self.assertEqual(
            (need.user_id, need.hits, need.cases, need.topic),
            (self.agent, 15, 30, "product"),
        )
        self.assertGreater(need.gap_low, 0)

    def test_company_without_any_advice_has_no_needs(self):
        company = self.env["res.company"].create({"name": "New branch"})
        self.assertFalse(self.needs.with_company(company)._evaluate())

    def test_agent_with_few_cases_is_not_compared(self):
        self._complained(self.agent, 4, complaint=True)
        self._complained(self.agent2, 15)
        self.assertFalse(self._found("complaints"))

    def test_difference_by_chance_is_no_need(self):
        for agent in (self.agent, self.agent2):
            self._complained(agent, 15, complaint=True)
        self.assertFalse(self._found("complaints"))

    def test_products_against_the_findings_count(self):
        self._complained(self.agent, 15, severity="stop")
        self._complained(self.agent2, 15)
        self.assertEqual(self._found("against").user_id, self.agent)

    def test_unfinished_advice_counts_when_it_has_lain_long(self):
        for agent, state, days in (
            (self.agent, "match", 60),
            (self.agent2, "match", 3),
            (self.agent2, "sold", 60),
        ):
            self._outcomes(
                self.life,
                0,
                20,
                state=state,
                days=days,
                agent=agent,
                client={"agent_id": agent.id},
            )
        need = self._found("unfinished")
        self.assertEqual((need.user_id, need.hits, need.cases), (self.agent, 20, 20))

    def test_recordings_with_faults_count(self):
        for agent, fault in ((self.agent, "No sound"), (self.agent2, None)):
            clients = self._outcomes(self.life, 15, 0, agent=agent)
            for advice in self.env["insurance.recommendation"].search(
                [("archive_id", "in", clients.ids)]
            ):
                self._row(
                    "insurance_recording",
                    archive_id=advice.archive_id.id,
                    company_id=advice.company_id.id,
                    recommendation_id=advice.id,
                    agent_id=agent.id,
                    way="phone",
                    state="passed",
                    checked_on=fields.Datetime.now(),
                    fault=fault,
                )
        self.assertEqual(self._found("recordings").user_id, self.agent)

    def test_leader_plans_and_the_training_that_is_passed_closes_the_need(self):
        need = self._need().with_user(self.supervisor)
        with self.assertRaises(UserError):
            need.write({"state": "planned"})
        today = fields.Date.today()
        need.write({"planned_on": today})
        need.write({"state": "planned"})
        self.assertEqual(need.planned_by_id, self.supervisor)
        profile = self.env["insurance.agent.profile"].search(
            [("user_id", "=", self.agent.id)]
        )
        training = (
            self.env["insurance.agent.training"]
            .with_user(self.supervisor)
            .create(
                {"profile_id": profile.id, "name": "Exclusions", "topic": "product"}
            )
        )
        self.assertEqual((need.state, need.training_id), ("done", training))
        # it is not found anew while the training works
        self.assertFalse(self._found("complaints"))

    def test_agent_sees_the_own_need_and_decides_nothing(self):
        need = self._need()
        self.assertTrue(need.with_user(self.agent).finding)
        for values in (
            {"state": "dismissed", "state_reason": "Not true"},
            {"planned_on": "2030-01-01"},
        ):
            with self.subTest(str(values)), self.assertRaises(AccessError):
                need.with_user(self.agent).write(values)
        with self.assertRaises(AccessError):
            need.with_user(self.agent2).read(["finding"])
        with self.assertRaises(AccessError):
            self.needs.with_user(self.agent).action_evaluate()

    def test_leader_decides_nothing_about_oneself(self):
        need = self._need()
        # superuser: as if the leader were the agent who was found
        need.sudo().user_id = self.supervisor
        with self.assertRaises(AccessError):
            need.with_user(self.supervisor).write(
                {"state": "dismissed", "state_reason": "I am good"}
            )

    def test_need_is_dismissed_with_a_reason_only_and_rests(self):
        need = self._need().with_user(self.supervisor)
        with self.assertRaises(UserError):
            need.write({"state": "dismissed"})
        need.write({"state": "dismissed", "state_reason": "Clients of a bad product"})
        self.assertFalse(self._found("complaints"))

    def test_figures_are_nobodys_to_write(self):
        need = self._need().with_user(self.supervisor)
        for name, value in (("rate", 0), ("user_id", self.agent2.id), ("hits", 0)):
            with self.subTest(name), self.assertRaises(UserError):
                need.write({name: value})
