from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestArchiveAccess(ArchiveCase):
    """Who may open an archive, asked in every way that the ORM offers."""

    def assertOpens(self, *users):
        for user in users:
            with self.subTest(user=user.login):
                archive = self.archive.with_user(user)
                self.assertTrue(archive.has_access("read"))
                self.assertIn(archive, archive.search([]))
                self.assertEqual(archive.read(["name"])[0]["name"], "张伟")

    def assertClosed(self, *users):
        for user in users:
            with self.subTest(user=user.login):
                archive = self.archive.with_user(user)
                self.assertFalse(archive.has_access("read"))
                with self.assertRaises(AccessError):
                    archive.read(["name"])

    def test_agent_manager_and_team_supervisor_open(self):
        self.assertOpens(self.agent, self.manager, self.supervisor)

    def test_others_stay_out(self):
        self.assertClosed(
            self.agent2,
            self.department,
            self.department_head,
            self.archivist,
            self.compliance,
            self.insurance_admin,
            self.accountant,
            self.env.ref("base.user_admin"),
        )

    def test_searches_of_others_find_nothing(self):
        for user in self.agent2 | self.department | self.compliance:
            with self.subTest(user=user.login):
                Archive = self.env["insurance.archive"].with_user(user)
                self.assertFalse(Archive.search([("id", "=", self.archive.id)]))
                self.assertFalse(Archive.name_search("张伟"))
                self.assertFalse(Archive._read_group([], ["client_kind"], ["__count"]))

    def test_context_opens_nothing(self):
        archive = self.archive.with_user(self.agent2).with_context(
            active_test=False,
            show_client_name=True,
            accessible=True,
            default_agent_id=self.agent2.id,
        )
        self.assertFalse(archive.has_access("read"))
        self.assertNotIn("张伟", archive.sudo().display_name)

    def test_access_follows_a_handover_at_once(self):
        self.archive.with_user(self.supervisor).write(
            {"agent_id": self.agent2.id, "team_id": self.team_a.id}
        )
        self.assertOpens(self.agent2)
        self.assertClosed(self.agent)

    def test_agent_cannot_hand_over(self):
        with self.assertRaisesRegex(UserError, "supervisor"):
            self.archive.with_user(self.agent).agent_id = self.agent2

    def test_agent_cannot_take_a_client(self):
        with self.assertRaises(AccessError):
            self.archive.with_user(self.agent2).agent_id = self.agent2

    def test_archivist_reads_what_is_entered_and_writes_nothing(self):
        archive = self.archive.with_user(self.archivist)
        self.archive.sudo()._write_multi([{"state": "entered"}])
        self.archive.invalidate_recordset()
        self.assertTrue(archive.has_access("read"))
        with self.assertRaises(AccessError):
            archive.write({"employer": "Archivist"})

    def test_contact_shows_the_archive_to_the_agent_only(self):
        self.archive.birth_date = "1980-05-04"
        partner = self.partner.with_user(self.agent)
        self.assertEqual(partner.insurance_archive_id, self.archive)
        self.assertEqual(str(partner.insurance_birth_date), "1980-05-04")
        for user in self.outsiders | self.env.ref("base.user_admin"):
            with self.subTest(user=user.login):
                partner = self.partner.with_user(user)
                values = partner.read(
                    ["name", "insurance_archive_id", "insurance_birth_date"]
                )[0]
                self.assertFalse(values["insurance_archive_id"])
                self.assertFalse(values["insurance_birth_date"])
                # superuser mode is no key either
                self.assertFalse(partner.sudo().insurance_archive_id)

    def test_contact_shows_a_new_archive_at_once(self):
        partner = self.env["res.partner"].with_user(self.agent).create({"name": "孙丽"})
        self.assertFalse(partner.insurance_archive_id)
        archive = self.env["insurance.archive"].with_user(self.agent)
        archive = archive.create({"partner_id": partner.id})
        self.assertEqual(partner.insurance_archive_id, archive)

    def test_contact_search_is_no_oracle(self):
        self.archive.birth_date = "1980-05-04"
        questions = (
            [("insurance_archive_id", "!=", False)],
            [("insurance_archive_id", "=", self.archive.id)],
            [("insurance_archive_id", "any", [("birth_date", "<", "2000-01-01")])],
            [("insurance_archive_id.birth_date", "=", "1980-05-04")],
            [("insurance_birth_date", "=", "1980-05-04")],
            [("insurance_agent_id", "=", self.agent.id)],
            [("insurance_state", "=", "collecting")],
        )
        for question in questions:
            mine = Domain("id", "=", self.partner.id) & Domain(question)
            with self.subTest(question=question):
                self.assertTrue(self.partner.with_user(self.agent).search(mine))
                for user in self.outsiders:
                    self.assertFalse(self.partner.with_user(user).search(mine))
                    users = self.env["res.users"].with_user(user)
                    self.assertFalse(users.search(question))

    def test_contact_without_archive_is_found_by_everybody(self):
        mine = [("id", "=", self.partner.id), ("insurance_archive_id", "=", False)]
        self.assertFalse(self.partner.with_user(self.agent).search(mine))
        for user in self.outsiders:
            self.assertTrue(self.partner.with_user(user).search(mine))

    def test_opportunity_follows_the_contact(self):
        lead = self.env["crm.lead"].create(
            {"name": "Family cover", "partner_id": self.partner.id, "user_id": False}
        )
        self.assertEqual(lead.with_user(self.agent).insurance_archive_id, self.archive)
        self.assertFalse(lead.with_user(self.agent2).insurance_archive_id)
        self.assertFalse(lead.with_user(self.agent2).insurance_state)

    def test_children_open_with_the_archive(self):
        person = self.env["insurance.related.person"].create(
            {"archive_id": self.archive.id, "name": "王芳", "relation": "spouse"}
        )
        self.assertEqual(person.with_user(self.agent).name, "王芳")
        with self.assertRaises(AccessError):
            person.with_user(self.agent2).read(["name"])
        self.assertFalse(person.with_user(self.agent2).search([]))

    def test_child_cannot_be_hung_under_a_hidden_archive(self):
        values = {"archive_id": self.archive.id, "name": "X", "relation": "spouse"}
        with self.assertRaises(AccessError):
            self.env["insurance.related.person"].with_user(self.agent2).create(values)

    def test_onchange_does_not_name_the_client_of_a_hidden_archive(self):
        Person = self.env["insurance.related.person"].with_user(self.agent2)
        answer = Person.onchange(
            {"archive_id": self.archive.id},
            ["archive_id"],
            {"partner_id": {"fields": {"display_name": {}}}, "archive_id": {}},
        )
        self.assertNotIn("张伟", str(answer))

    def test_contact_fields_of_a_hidden_archive_stay_closed_to_code_too(self):
        archive = self.archive.with_user(self.agent2)
        for name in ("name", "phone", "city"):
            self.env.invalidate_all()
            with self.subTest(name=name), self.assertRaises(AccessError):
                archive[name]
