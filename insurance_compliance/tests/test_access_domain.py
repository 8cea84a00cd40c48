from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_access import AccessCase

OWN = ("basic", "contact")


@tagged("post_install", "-at_install")
class TestAccessDomain(AccessCase):
    """What opens an archive, and what no longer does."""

    def test_responsibility_opens_the_basic_slices_alone(self):
        for user in (self.agent, self.manager, self.supervisor):
            with self.subTest(user.login):
                self.assertOpen(user, self.archive)
                self.assertSlices(user, self.archive, *OWN)
                self.assertClosed(user, self.archive2)
                self.assertSlices(user, self.archive2)

    def test_nobody_else_opens_anything_without_a_grant(self):
        for user in (self.department, self.department_head, self.compliance):
            with self.subTest(user.login):
                self.assertClosed(user, self.archive)
                self.assertSlices(user, self.archive)
        admin = self._as(self.insurance_admin).browse(self.archive.id)
        self.assertEqual(admin._open_slices()[admin], frozenset())

    def test_grant_opens_its_archive_and_its_slices_for_its_person(self):
        self._grant(self.department, ["claims"], self.archive)
        self.assertOpen(self.department, self.archive)
        self.assertSlices(self.department, self.archive, "basic", "claims")
        self.assertClosed(self.department, self.archive2)
        self.assertClosed(self.department_head, self.archive)

    def test_what_others_granted_is_read_and_not_written(self):
        self._grant(self.agent2, ["basic"], self.archive)
        self.assertTrue(self._as(self.agent2).browse(self.archive.id).accessible)
        archive = self._as(self.agent2).browse(self.archive.id)
        self.assertFalse(archive.has_access("write"))

    def test_grants_of_several_open_each_their_own(self):
        self._grant(self.department, ["health"], self.archive)
        self._grant(self.department, ["claims"], self.archive2)
        self.assertSlices(self.department, self.archive, "basic", "health")
        self.assertSlices(self.department, self.archive2, "basic", "claims")

    def test_own_expired_and_a_colleagues_valid_grant_open_nothing(self):
        now = fields.Datetime.now()
        mine = self._grant(self.department, ["basic"], self.archive)
        self._grant(self.department_head, ["basic"], self.archive)
        self._move(mine, date_to=now - timedelta(seconds=1))
        self.assertClosed(self.department, self.archive)
        self.assertOpen(self.department_head, self.archive)

    def test_two_expired_halves_make_no_grant(self):
        """One begins later and one has ended: none is in force."""
        now = fields.Datetime.now()
        past = self._grant(self.department, ["basic"], self.archive)
        coming = self._grant(self.department, ["basic"], self.archive)
        self._move(past, date_to=now - timedelta(minutes=1))
        self._move(coming, date_from=now + timedelta(minutes=1))
        self.assertClosed(self.department, self.archive)

    def test_time_zone_language_and_company_of_the_caller_move_nothing(self):
        now = fields.Datetime.now()
        grant = self._grant(self.department, ["basic"], self.archive)
        tricks = [
            {"tz": "Etc/GMT+12"},
            {"tz": "Etc/GMT-14"},
            {"lang": "zh_CN"},
            {"active_test": False},
            {"access_strict": False, "su": True, "uid": 1},
            {"allowed_company_ids": self.env.company.ids},
        ]
        for expected, date_to in (
            (False, now - timedelta(seconds=1)),
            (True, now + timedelta(seconds=59)),
        ):
            self._move(grant, date_to=date_to)
            for context in tricks:
                with self.subTest(context, expected=expected):
                    Archive = self._as(self.department).with_context(**context)
                    found = Archive.search([("id", "=", self.archive.id)])
                    self.assertEqual(bool(found), expected)
                    archive = Archive.browse(self.archive.id)
                    self.assertEqual(archive.has_access("read"), expected)

    def test_revocation_acts_at_once(self):
        grant = self._grant(self.department, ["basic"], self.archive)
        archive = self.archive.with_user(self.department)
        self.assertTrue(archive.accessible)
        grant._end("No longer needed")
        self.assertFalse(archive.accessible)
        self.assertClosed(self.department, self.archive)

    def test_standing_grant_covers_what_one_looks_after_at_present(self):
        self._grant(self.agent, ["health"], standing=True)
        self.assertSlices(self.agent, self.archive, *OWN, "health")
        self.archive.agent_id = self.agent2
        self.assertClosed(self.agent, self.archive)
        self.archive.agent_id = self.agent
        self.assertSlices(self.agent, self.archive, *OWN, "health")

    def test_standing_grant_of_an_agent_is_not_that_of_a_supervisor(self):
        """Promoted to lead a team, one does not carry the old grant to all of it."""
        grant = self._grant(self.supervisor, ["health"], standing=True)
        self.assertEqual(grant.level, "manager")
        self.assertSlices(self.supervisor, self.archive, *OWN, "health")
        self.env.cr.execute(
            "UPDATE insurance_access_grant SET level = 'agent' WHERE id = %s",
            [grant.id],
        )
        self.assertSlices(self.supervisor, self.archive, *OWN)

    def test_grant_ends_with_the_role_that_it_was_given_to(self):
        self._grant(self.department, ["basic"], self.archive)
        group = self.env.ref("insurance_client_archive.group_department")
        self.department.group_ids -= group
        self.assertFalse(
            self._as(self.department)
            .sudo()
            .search([("accessible", "=", True), ("id", "=", self.archive.id)])
        )

    def test_strict_mode_closes_even_own_clients(self):
        self._strict()
        for user in (self.agent, self.manager, self.supervisor):
            with self.subTest(user.login):
                self.assertClosed(user, self.archive)
                self.assertSlices(user, self.archive)

    def test_strict_mode_opens_by_a_standing_grant(self):
        self._strict()
        self._grant(self.agent, ["basic"], standing=True)
        self.assertOpen(self.agent, self.archive)
        self.assertSlices(self.agent, self.archive, "basic")
        archive = self._as(self.agent).browse(self.archive.id)
        self.assertTrue(archive.has_access("write"))

    def _strict(self):
        parameter = self.env["insurance.parameter"].search(
            [("key", "=", "access_strict")]
        )
        parameter.value = "True"

    def test_policy_says_what_responsibility_opens(self):
        policy = self.env["insurance.access.policy"]._of_level("agent")
        policy.own_health = True
        self.assertSlices(self.agent, self.archive, *OWN, "health")
        policy.own_contact = False
        self.assertSlices(self.agent, self.archive, "basic", "health")

    def test_restricted_archive_is_hidden_from_all_who_use_it(self):
        self._grant(self.department, self.all_slices, self.archive)
        self._grant(self.agent, self.all_slices, standing=True)
        self._restrict(self.archive)
        for user in (self.agent, self.manager, self.supervisor, self.department):
            with self.subTest(user.login):
                self.assertClosed(user, self.archive)
                self.assertSlices(user, self.archive)

    def _restrict(self, archive):
        archive.flush_recordset()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'restricted' WHERE id = %s",
            [archive.id],
        )

    def test_archivist_reads_basic_content_of_what_is_entered(self):
        self.assertClosed(self.archivist, self.archive)
        self.archive.flush_recordset()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'entered' WHERE id = %s",
            [self.archive.id],
        )
        self.assertOpen(self.archivist, self.archive)
        self.assertSlices(self.archivist, self.archive, "basic")

    def test_name_search_counts_and_groups_follow_the_grant(self):
        grant = self._grant(self.department, ["basic"], self.archive)
        for found in (1, 0):
            Archive = self._as(self.department)
            mine = [("id", "in", (self.archive | self.archive2).ids)]
            self.assertEqual(Archive.search_count(mine), found)
            self.assertEqual(len(Archive.name_search("张伟")), found)
            groups = Archive._read_group(mine, ["client_kind"], ["__count"])
            self.assertEqual(sum(count for _kind, count in groups), found)
            grant._end("No longer needed")

    def test_ended_for_an_archive_it_drops_out_of_all_grants(self):
        named = self._grant(self.department, ["health"], self.archive | self.archive2)
        only = self._grant(self.department_head, ["health"], self.archive)
        self._grant(self.agent, ["health"], standing=True)
        self.env["insurance.access.grant"]._end_for(self.archive, "Consent withdrawn")
        self.assertClosed(self.department, self.archive)
        self.assertOpen(self.department, self.archive2)
        self.assertEqual(named.state, "active")
        self.assertEqual(only.state, "revoked")
        self.assertSlices(self.agent, self.archive, *OWN)

    def test_ended_for_one_person_others_keep_theirs(self):
        self._grant(self.department, ["basic"], self.archive)
        self._grant(self.department_head, ["basic"], self.archive)
        self.env["insurance.access.grant"]._end_for(
            self.archive, "Left the house", users=self.department
        )
        self.assertClosed(self.department, self.archive)
        self.assertOpen(self.department_head, self.archive)

    def test_no_ids_of_archives_travel_to_the_database(self):
        """However many one may open, the question stays the same size."""
        self._grant(self.department, ["basic"], self.archive | self.archive2)
        query = self._as(self.department)._search([])
        params = query.select().params
        self.assertNotIn(self.archive.id, params)
        self.assertLess(len(params), 60)
