from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestRefreshStatus(SegmentCase):
    """Is the refresh in time and right, and how do the agents stand?"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Status = cls.env["insurance.refresh.status"]
        cls.Index = cls.env["insurance.agent.index"]
        cls.second = cls._archive(name="王芳")
        cls._refresh(cls.archive, cls.second)

    def _status(self, archive=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Status.search([("archive_id", "=", (archive or self.archive).id)])

    def _index(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [("agent_id", "=", self.agent.id)]
        return self.Index.with_user(user or self.agent).search(domain)

    def _as_of(self, months, archive=None):
        row = self.Feature.search([("archive_id", "=", (archive or self.archive).id)])
        row.as_of = fields.Date.subtract(self.today, months=months, days=1)

    def _complaint(self, archive=None, **values):
        return self.env["insurance.feedback"].create(
            {
                "archive_id": (archive or self.archive).id,
                "kind": "complaint",
                "name": "Slow",
                **values,
            }
        )

    def test_ordinary_clients_are_in_time_for_a_quarter(self):
        months = self.env["insurance.parameter"]._get("refresh_ordinary_months")
        self._as_of(months - 1)
        self.assertEqual(self._status().refreshed, "in_time")
        self._as_of(months)
        self.assertRecordValues(
            self._status(), [{"refreshed": "late", "in_time_rate": 0}]
        )

    def test_key_clients_are_in_time_for_a_month(self):
        months = self.env["insurance.parameter"]._get("refresh_key_months")
        self._as_of(months)
        self.assertEqual(self._status().refreshed, "in_time")
        self.archive.key_client = True
        self.assertEqual(self._status().refreshed, "late")

    def test_the_share_in_time_is_a_mean_over_the_clients(self):
        self._as_of(12)
        self.env.flush_all()
        [(agent, rate)] = self.Status._read_group(
            [("archive_id", "in", (self.archive | self.second).ids)],
            ["agent_id"],
            ["in_time_rate:avg"],
        )
        self.assertEqual((agent, rate), (self.agent, 50))

    def test_entries_found_wrong_lower_the_accuracy(self):
        check = self.env["insurance.second.check"]
        talks = self.env["insurance.interaction"].create(
            [{"archive_id": self.archive.id}] * 4
        )
        for number, talk in enumerate(talks):
            check.create(
                {
                    "archive_id": self.archive.id,
                    "kind": "statement",
                    "res_model": talk._name,
                    "res_id": talk.id,
                    "author_id": self.agent.id,
                }
            ).with_user(self.supervisor).write(
                {"state": "wrong" if number == 0 else "right", "state_reason": "x"}
            )
        status = self._status()
        self.assertEqual((status.checked_count, status.wrong_count), (4, 1))
        self.assertEqual(status.accuracy_rate, 75)
        self.assertEqual(self._index().error_rate, 25)

    def test_complaints_are_counted_per_hundred_clients_and_policies(self):
        for _policy in range(4):
            self._issued()
        self._refresh(self.archive, self.second)
        before = self._index()
        clients = before.client_count
        self._complaint()
        self._complaint(self.second)
        self._complaint(received_on=fields.Date.subtract(self.today, months=13))
        index = self._index()
        self.assertEqual(index.complaint_count, 2)
        self.assertEqual(index.complaints_per_clients, 200 / clients)
        self.assertEqual(index.complaints_per_policies, 50)

    def test_figures_open_what_they_count(self):
        complaint = self._complaint()
        self._as_of(12)
        index = self._index()
        opened = index.action_open_complaints()
        found = self.env[opened["res_model"]].with_user(self.agent)
        self.assertEqual(found.search(opened["domain"]), complaint)
        late = index.action_open_overdue()
        found = self.env[late["res_model"]].with_user(self.agent)
        self.assertEqual(found.search(late["domain"]).archive_id, self.archive)
        self.assertEqual(index.overdue_count, 1)

    def test_agents_see_their_own_index_and_leaders_those_of_the_team(self):
        self._archive(name="赵敏", agent_id=self.agent2.id, team_id=self.team_b.id)
        self.env.flush_all()

        def agents(user):
            return self.Index.with_user(user).search([("id", ">", 0)]).agent_id

        self.assertEqual(agents(self.agent), self.agent)
        self.assertEqual(agents(self.agent2), self.agent2)
        self.assertEqual(agents(self.supervisor), self.agent)
        self.assertLessEqual(self.agent | self.agent2, agents(self.department_head))
        for user in (self.accountant, self.archivist, self.department):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                agents(user)

    def test_the_state_of_the_refresh_follows_the_rules_of_the_archive(self):
        self.env.flush_all()
        seen = self.Status.with_user(self.agent2).search([]).archive_id
        self.assertNotIn(self.archive, seen)
        with self.assertRaises(AccessError):
            self._status().with_user(self.agent2).read(["as_of"])
        self.assertTrue(self._status().with_user(self.supervisor).read(["as_of"]))
