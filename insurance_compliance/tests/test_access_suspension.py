from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.tests.common_vault import VaultCase

GROUP = "insurance_client_archive.group_"


class TestAccessSuspension(VaultCase):
    """A suspended user has no role in the archive until somebody lifts it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._user("officer2", role="compliance")

    def suspend(self, user, by=None):
        return self.as_person(by or self.compliance)._suspend(user, "Mass reveal")

    def as_person(self, user):
        env = self.env(user=user.id, su=False)
        before = self.env.transaction.default_env
        self.env.transaction.default_env = env
        self.addCleanup(setattr, self.env.transaction, "default_env", before)
        return env["insurance.access.suspension"]

    def reads(self, user, model="insurance.archive"):
        try:
            return self.env[model].with_user(user).search_count([])
        except AccessError:
            return None

    def test_suspended_agent_reads_nothing(self):
        self.assertTrue(self.reads(self.agent))
        self.suspend(self.agent)
        for model in ("insurance.archive", "insurance.policy", "insurance.use.log"):
            self.assertIsNone(self.reads(self.agent, model), model)
        archive = self.archive.with_user(self.agent)
        self.assertFalse(archive.accessible)
        with self.assertRaises(AccessError):
            archive.read(["state"])
        with self.assertRaises(AccessError):
            archive.write({"city": "x"})

    def test_suspended_agent_opens_no_sealed_value(self):
        self.suspend(self.agent)
        with self.assertRaises(AccessError):
            self.reveal(self.agent, "id_number")

    def test_suspended_agent_sees_no_client_fields_on_the_contact(self):
        self.suspend(self.agent)
        contact = self.partner.with_user(self.agent)
        self.assertFalse(contact.insurance_archive_id)

    def test_suspended_archivist_and_supervisor_read_nothing(self):
        for user in (self.archivist, self.supervisor, self.manager, self.department):
            self.suspend(user)
            self.assertIsNone(self.reads(user))

    def test_suspended_officer_leads_nothing(self):
        self.suspend(self.compliance, by=self.officer)
        self.assertFalse(self.compliance.has_group(f"{GROUP}compliance"))
        with self.assertRaises(AccessError):
            self.suspend(self.agent)
        suspension = self.env["insurance.access.suspension"].search(
            [("user_id", "=", self.compliance.id)]
        )
        with self.assertRaises(AccessError):
            self.as_person(self.compliance).browse(suspension.id)._lift("I am innocent")

    def test_sessions_and_keys_of_a_suspended_user_end(self):
        before = self.agent.session_number
        self.suspend(self.agent)
        self.assertGreater(self.agent.session_number, before)

    def test_groups_stay_and_are_back_when_it_is_lifted(self):
        groups = self.agent.group_ids
        suspension = self.suspend(self.agent)
        self.assertEqual(self.agent.group_ids, groups)
        self.as_person(self.officer).browse(suspension.id)._lift(
            "It was an order of the court"
        )
        self.assertTrue(self.reads(self.agent))
        self.assertEqual(suspension.sudo().lifted_by_id, self.officer)

    def test_other_work_goes_on(self):
        self.suspend(self.agent)
        self.assertTrue(self.agent.has_group("base.group_user"))
        self.assertTrue(self.reads(self.agent, "res.partner"))

    def test_last_officer_and_last_administrator_stay(self):
        others = self.env.ref(f"{GROUP}compliance").all_user_ids - self.officer
        others.filtered("active").active = False
        self.compliance.active = True
        self.suspend(self.officer)
        with self.assertRaises(UserError):
            self.suspend(self.compliance)
        admins = self.env.ref(f"{GROUP}admin").all_user_ids - self.insurance_admin
        Suspension = self.as_person(self.compliance)
        for admin in admins.filtered(lambda user: user.active and user.id != 1):
            if Suspension._is_last(admin):
                break
            Suspension._suspend(admin, "x")
        with self.assertRaises(UserError):
            Suspension._suspend(self.insurance_admin, "x")

    def test_nobody_suspends_themselves_or_the_server(self):
        with self.assertRaises(UserError):
            self.suspend(self.compliance)
        with self.assertRaises(UserError):
            self.suspend(self.env.ref("base.user_root"))

    def test_only_compliance_suspends(self):
        for user in (
            self.agent,
            self.supervisor,
            self.insurance_admin,
            self.manager,
        ):
            with self.assertRaises(AccessError):
                self.suspend(self.agent2, by=user)

    def test_program_in_an_officers_name_suspends_nobody(self):
        self.as_person(self.insurance_admin)
        program = self.env["insurance.access.suspension"].with_user(self.compliance)
        with self.assertRaises(AccessError):
            program._suspend(self.agent, "x")

    def test_reason_is_demanded(self):
        with self.assertRaises(UserError):
            self.env["insurance.access.suspension"].with_user(self.compliance)._suspend(
                self.agent, "  "
            )

    def test_nobody_writes_suspensions_by_hand(self):
        suspension = self.suspend(self.agent)
        for user in (self.agent, self.compliance, self.insurance_admin):
            mine = suspension.with_user(user)
            with self.assertRaises(AccessError):
                mine.write({"lifted_on": "2026-01-01 00:00:00"})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({"user_id": self.agent2.id, "reason": "x"})

    def test_suspension_is_in_the_use_log(self):
        suspension = self.suspend(self.agent)
        self.as_person(self.officer).browse(suspension.id)._lift("Over")
        self.assertEqual(
            [use["content"] for use in self.uses if use["action"] == "suspend"],
            [
                [f"res.users {self.agent.id} suspended"],
                [f"res.users {self.agent.id} lifted"],
            ],
        )
