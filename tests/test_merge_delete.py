"""A contact with a client archive can't be merged, deleted or archived away.

Refused with a reason by the ORM, for whoever asks, and by the database itself for
what goes around the ORM.
"""

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.hooks import uninstall_hook

MODULE = "insurance_client_archive"
REASON = "Ask the archivist"
GUARDS = {
    "insurance_archive_guard",
    "insurance_archive_truncate_guard",
    "insurance_partner_guard",
    "insurance_use_log_guard",
}


@tagged("post_install", "-at_install")
class TestMergeDelete(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        agent = new_test_user(cls.env, "guard agent", f"{MODULE}.group_agent")
        cls.archive = cls.env["insurance.archive"].create(
            {
                "name": "Guarda Testina",
                "email": "guarda@example.com",
                "agent_id": agent.id,
            }
        )
        cls.env["insurance.interaction"].create(
            {"name": "First contact", "archive_id": cls.archive.id}
        )
        cls.client = cls.archive.partner_id
        cls.twin = cls.client.copy({"name": "Guarda Testina"})
        cls.users = {
            "the client's agent": agent,
            "partner manager": new_test_user(
                cls.env, "guard clerk", "base.group_user,base.group_partner_manager"
            ),
            "Odoo's administrator": cls.env.ref("base.user_admin"),
            "superuser": cls.env.ref("base.user_root"),
        }
        cls.env.flush_all()

    def assertRefusedToAll(self, act):
        for role, user in self.users.items():
            with self.subTest(role), self.assertRaisesRegex(UserError, REASON):
                act(self.env(user=user))
        self.assertTrue(self.archive.exists())
        self.assertTrue(self.client.active)

    # --- by the ORM

    def test_contacts_are_not_merged_into_another(self):
        self.assertRefusedToAll(lambda env: self._merge(env, into=self.twin))

    def test_contacts_are_not_merged_into_the_client(self):
        self.assertRefusedToAll(lambda env: self._merge(env, into=self.client))

    def _merge(self, env, into):
        env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [(6, 0, (self.client | self.twin).ids)],
                "dst_partner_id": into.id,
            }
        ).action_merge()

    def test_contacts_without_an_archive_are_merged(self):
        other = self.twin.copy({"name": "Guarda Testina"})
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.twin | other).ids, self.twin
        )
        self.assertTrue(self.twin.exists())
        self.assertFalse(other.exists())

    def test_contacts_are_not_deleted(self):
        self.assertRefusedToAll(lambda env: self.client.with_env(env).unlink())

    def test_contacts_are_not_deleted_among_others(self):
        both = self.client | self.twin
        self.assertRefusedToAll(lambda env: both.with_env(env).unlink())
        self.assertTrue(self.twin.exists())

    def test_contacts_are_not_archived(self):
        self.assertRefusedToAll(lambda env: self.client.with_env(env).action_archive())
        self.assertRefusedToAll(
            lambda env: self.client.with_env(env).write({"active": False})
        )

    def test_contacts_of_opportunities_stay_with_the_archive(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Lead",
                "partner_id": self.client.id,
                "email_from": "x@example.com",
            }
        )
        other = lead.copy({"partner_id": self.twin.id})
        (lead | other).merge_opportunity()
        self.assertEqual(self.archive.partner_id, self.client)

    def test_privacy_look_up_deletes_no_client(self):
        contact = self._privacy_lines("res.partner")
        with self.assertRaisesRegex(UserError, REASON):
            contact.action_unlink()

    def test_privacy_look_up_archives_no_client(self):
        contact = self._privacy_lines("res.partner")
        with self.assertRaisesRegex(UserError, REASON):
            contact.action_archive_all()
        self.assertTrue(self.client.active)

    def test_privacy_look_up_deletes_no_archive(self):
        self._enter()
        with self.assertRaisesRegex(UserError, "retention and destruction"):
            self._privacy_lines("insurance.archive").action_unlink()

    def _privacy_lines(self, model):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("The addon privacy_lookup is not installed.")
        lookup = self.env["privacy.lookup.wizard"].with_user(
            self.users["Odoo's administrator"]
        )
        wizard = lookup.create({"name": self.client.name, "email": self.client.email})
        wizard.action_lookup()
        ids = {"res.partner": self.client.id, "insurance.archive": self.archive.id}
        line = wizard.line_ids.filtered(
            lambda found: (found.res_model, found.res_id) == (model, ids[model])
        )
        self.assertTrue(line)
        return line

    def test_entered_archives_are_not_deleted_whoever_asks(self):
        self._enter()
        with self.assertRaisesRegex(UserError, "retention and destruction"):
            self.archive.unlink()

    def _enter(self):
        # past what entering demands of the data: that is not the point here
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'entered' WHERE id = %s",
            [self.archive.id],
        )
        self.archive.invalidate_recordset(["state"])

    def test_an_archive_is_not_moved_to_another_contact(self):
        with self.assertRaisesRegex(UserError, "stays with its contact"):
            self.archive.partner_id = self.twin

    # --- by the database

    def test_database_refuses_what_goes_around_the_orm(self):
        archive, client, twin = self.archive.id, self.client.id, self.twin.id
        statements = {
            "delete the archive": (
                "DELETE FROM insurance_archive WHERE id = %s",
                [archive],
            ),
            "delete all archives": ("DELETE FROM insurance_archive", []),
            "give the archive to another contact": (
                "UPDATE insurance_archive SET partner_id = %s WHERE id = %s",
                [twin, archive],
            ),
            "take the contact away": (
                "UPDATE insurance_archive SET partner_id = NULL WHERE id = %s",
                [archive],
            ),
            "delete the contact": ("DELETE FROM res_partner WHERE id = %s", [client]),
            "archive the contact": (
                "UPDATE res_partner SET active = FALSE WHERE id = %s",
                [client],
            ),
            "empty the table": ("TRUNCATE insurance_archive CASCADE", []),
        }
        for what, (statement, parameters) in statements.items():
            with self.subTest(what), mute_logger("odoo.sql_db"):
                with self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                    self.env.cr.execute(statement, parameters)
        self.env.invalidate_all()
        self.assertTrue(self.archive.exists())
        self.assertEqual(self.archive.partner_id, self.client)

    def test_database_cascades_from_no_other_table_into_the_archive(self):
        """No row of an archive goes because a row elsewhere goes."""
        self.env.cr.execute(
            """
            SELECT conrelid::regclass::text, confrelid::regclass::text
            FROM pg_constraint
            WHERE contype = 'f' AND confdeltype = 'c'
              AND conrelid::regclass::text = 'insurance_archive'
            """
        )
        self.assertFalse(self.env.cr.fetchall())
        self.env.cr.execute(
            """
            SELECT conrelid::regclass::text
            FROM pg_constraint
            WHERE contype = 'f' AND confdeltype = 'c'
              AND confrelid = 'res_partner'::regclass
              AND conrelid::regclass::text LIKE 'insurance_%'
            """
        )
        self.assertFalse(self.env.cr.fetchall())

    # --- and when the addon goes

    def test_uninstalling_takes_the_guards_away(self):
        self.assertEqual(self._guards(), GUARDS)
        savepoint = self.env.cr.savepoint()
        uninstall_hook(self.env)
        self.assertFalse(self._guards())
        savepoint.rollback()
        self.assertEqual(self._guards(), GUARDS)

    def _guards(self):
        self.env.cr.execute(
            """
            SELECT tgname FROM pg_trigger
            WHERE NOT tgisinternal AND tgname LIKE 'insurance_%_guard'
            """
        )
        return {name for (name,) in self.env.cr.fetchall()}
