from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common_use_log import UseLogCase

from .common_access import MODULE, AccessCase


@tagged("post_install", "-at_install")
class TestExportGrantPurpose(AccessCase, UseLogCase):
    """What is open for one purpose is not exported or printed for another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        export = cls.env.ref("base.group_allow_export")
        (cls.department | cls.agent).group_ids |= export
        cls._grant(cls.department, ["basic", "claims"], cls.archive | cls.archive2)

    def setUp(self):
        super().setUp()
        self.uses()

    def _export(self, user, records, *paths, purpose="claim"):
        exported = self.env[records._name].with_user(user).browse(records.ids)
        exported = exported.with_context(insurance_purpose=purpose)
        return exported.export_data(list(paths))["datas"]

    def assertRefused(self, *arguments, **options):
        with self.assertRaisesRegex(AccessError, "granted for another purpose: Claim"):
            self._export(*arguments, **options)
        [use] = [use for use in self.uses() if use["action"] == "export"]
        self.assertEqual(use["result"], "denied")

    def test_the_purpose_of_the_grant_serves(self):
        rows = self._export(self.department, self.archive, "name")
        self.assertEqual(rows[0][0], "张伟")

    def test_another_purpose_is_refused_and_logged(self):
        self.assertRefused(
            self.department, self.archive, "name", purpose="policy_service"
        )

    def test_one_client_without_a_fitting_grant_stops_the_whole(self):
        self._grant(
            self.department,
            ["basic"],
            self.archive,
            purpose=self.env.ref(f"{MODULE}.purpose_needs"),
        )
        self._export(self.department, self.archive, "name", purpose="needs")
        self.uses()
        self.assertRefused(
            self.department, self.archive | self.archive2, "name", purpose="needs"
        )

    def test_own_clients_serve_each_purpose_but_not_what_a_grant_opened(self):
        self._grant(self.agent, ["claims"], self.archive)
        claim = self.env["insurance.claim"].create(
            {
                "archive_id": self.archive.id,
                "policy_id": self._policy(state="active").id,
                "user_id": self.agent.id,
            }
        )
        self._export(self.agent, self.archive, "name", "phone", purpose="needs")
        self._export(self.agent, claim, "number")
        self.uses()
        self.assertRefused(self.agent, claim, "number", purpose="needs")

    def test_the_way_through_the_list_of_clients_is_no_way_around(self):
        self._grant(self.agent, ["claims"], self.archive)
        self.assertRefused(
            self.agent, self.archive, "name", "claim_ids/number", purpose="needs"
        )

    def test_standing_grant_serves_each_purpose_of_daily_work(self):
        self._grant(self.agent, ["financial"], standing=True)
        rows = self._export(
            self.agent, self.archive, "name", "income_band", purpose="needs"
        )
        self.assertTrue(rows)

    def test_table_needs_some_grant_for_its_purpose(self):
        claims = self.env["insurance.claim"]
        archives = self.env["insurance.archive"].with_user(self.department)
        archives._check_purpose("export", {"purpose": "claim"}, claims)
        with self.assertRaises(AccessError):
            archives._check_purpose("export", {"purpose": "needs"}, claims)

    def test_print_for_another_purpose_is_refused(self):
        archive = self.archive.with_user(self.department)
        archive._check_purpose("print", {"purpose": "claim"}, archive.browse())
        with self.assertRaises(AccessError):
            archive._check_purpose("print", {"purpose": "needs"}, archive.browse())
