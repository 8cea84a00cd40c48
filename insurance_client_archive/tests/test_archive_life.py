from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestArchiveLife(ArchiveCase):
    """Collect, then enter, then file; and an archive that can't just vanish."""

    def test_a_name_alone_makes_the_contact(self):
        Archive = self.env["insurance.archive"].with_user(self.agent)
        archive = Archive.create({"name": "陈建国", "phone": "010-65881234"})
        self.assertEqual(archive.partner_id.name, "陈建国")
        self.assertEqual(archive.partner_id.company_type, "person")
        self.assertEqual(archive.agent_id, self.agent)
        self.assertEqual(archive.team_id, self.team_a)

    def test_many_archives_make_their_contacts_together(self):
        values = [{"name": f"Client Number {letter}"} for letter in "ABCDEFGHIJ"]
        Archive = self.env["insurance.archive"].with_user(self.agent)
        Archive.create([dict(value) for value in values[:1]])
        with self.assertQueryCount(90):
            archives = Archive.create([dict(value) for value in values])
        self.assertEqual(len(archives.partner_id), 10)

    def test_a_contact_has_one_archive(self):
        values = {"partner_id": self.partner.id}
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["insurance.archive"].create(values)

    def test_archive_starts_as_collecting(self):
        with self.assertRaisesRegex(UserError, "can't start as Filed"):
            self._archive(state="filed")

    def test_defaults_of_the_caller_set_no_first_state(self):
        Archive = self.env["insurance.archive"].with_user(self.agent)
        with self.assertRaisesRegex(UserError, "can't start as Filed"):
            Archive.with_context(default_state="filed").create({"name": "李娜"})
        self.env["ir.default"].set(
            "insurance.archive", "state", "filed", user_id=self.agent.id
        )
        with self.assertRaisesRegex(UserError, "can't start as Filed"):
            Archive.create({"name": "李娜"})

    def test_order_is_enforced_for_whoever_writes(self):
        for user in self.agent | self.supervisor:
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.archive.with_user(user).write({"state": "filed"})

    def test_agent_does_not_file(self):
        self.archive._write_multi([{"state": "entered"}])
        self.archive.invalidate_recordset()
        with self.assertRaises(AccessError):
            self.archive.with_user(self.agent).write({"state": "filed"})

    def test_going_back_needs_a_reason(self):
        self.archive._write_multi([{"state": "entered"}])
        self.archive.invalidate_recordset()
        archive = self.archive.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "Say why"):
            archive.write({"state": "collecting", "state_reason": "  "})
        back = archive.with_context(target_state="collecting")
        context = back.action_change_state()["context"]
        Wizard = self.env["insurance.state.change"].with_user(self.agent)
        wizard = Wizard.with_context(**context).create({"reason": "Address is wrong"})
        wizard.action_confirm()
        self.assertEqual(archive.state, "collecting")
        self.assertEqual(archive.state_reason, "Address is wrong")

    def test_wizard_moves_no_archive_of_others(self):
        self.archive._write_multi([{"state": "entered"}])
        self.archive.invalidate_recordset()
        wizard = (
            self.env["insurance.state.change"]
            .with_user(self.agent2)
            .create(
                {
                    "res_model": "insurance.archive",
                    "res_ids": str(self.archive.id),
                    "target_state": "collecting",
                    "reason": "Curious",
                }
            )
        )
        with self.assertRaises(AccessError):
            wizard.action_confirm()

    def test_wizard_refuses_other_models(self):
        wizard = self.env["insurance.state.change"].create(
            {
                "res_model": "res.partner",
                "res_ids": str(self.partner.id),
                "target_state": "active",
                "reason": "Curious",
            }
        )
        with self.assertRaisesRegex(UserError, "no states"):
            wizard.action_confirm()

    def test_archive_stays_with_its_contact(self):
        other = self.env["res.partner"].create({"name": "李明"})
        with self.assertRaisesRegex(UserError, "stays with its contact"):
            self.archive.with_user(self.agent).partner_id = other

    def test_archive_is_not_duplicated(self):
        with self.assertRaisesRegex(UserError, "can't be duplicated"):
            self.archive.with_user(self.agent).copy()

    def test_archive_that_is_collected_can_be_deleted(self):
        archive = self._archive(name="赵敏")
        archive.with_user(self.agent).unlink()
        self.assertFalse(archive.exists())

    def test_archive_that_was_entered_stays(self):
        self.archive._write_multi([{"state": "entered"}])
        self.archive.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "still being collected"):
            self.archive.with_user(self.agent).unlink()

    @mute_logger("odoo.sql_db")
    def test_database_keeps_archive_and_contact(self):
        for query in (
            "DELETE FROM insurance_archive WHERE id = %(archive)s",
            "UPDATE insurance_archive SET partner_id = 1 WHERE id = %(archive)s",
            "UPDATE res_partner SET active = false WHERE id = %(partner)s",
        ):
            ids = {"archive": self.archive.id, "partner": self.partner.id}
            with (
                self.subTest(query=query),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, ids)

    def test_contact_of_a_client_is_neither_deleted_nor_archived(self):
        partner = self.partner.with_user(self.accountant)
        for method in ("unlink", "action_archive"):
            with self.subTest(method=method):
                with self.assertRaisesRegex(UserError, "record-keeping duty"):
                    getattr(partner, method)()
        with self.assertRaisesRegex(UserError, "record-keeping duty"):
            partner.active = False

    def test_contacts_of_clients_are_not_merged(self):
        twin = self.env["res.partner"].create({"name": "张伟"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.assertRaisesRegex(UserError, "record-keeping duty"):
            wizard._merge((self.partner | twin).ids, twin)
        self.assertTrue(self.archive.exists())
