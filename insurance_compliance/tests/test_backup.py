import base64
import json

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_backup import BackupCase


@tagged("post_install", "-at_install")
class TestBackup(BackupCase):
    """The ledger of backups holds what tools have reported, and tells what is late."""

    def _duty(self, key):
        self.env.invalidate_all()
        return self.env.ref(f"insurance_compliance.insurance_backup_duty_{key}")

    def _forget(self):
        """Leave what the demo data have reported out of it."""
        self.env.cr.execute("ALTER TABLE insurance_backup DISABLE TRIGGER USER")
        self.env.cr.execute("UPDATE insurance_backup SET gone_on = now()")
        self.env.cr.execute("ALTER TABLE insurance_backup ENABLE TRIGGER USER")
        self.env.cr.execute("UPDATE insurance_restore_drill SET result = 'failed'")
        self.env.invalidate_all()

    def test_report_becomes_rows_at_the_places_it_names(self):
        content = self._report(("F1", "full", 9, 1), ("F1", "full", 9, 2))
        taken = self._take(content)
        self.assertRecordValues(
            taken.backups.sorted("place_id"),
            [
                {"label": "F1", "kind": "full", "place_id": self.place.id, "size": 50},
                {"label": "F1", "kind": "full", "place_id": self.away.id, "size": 50},
            ],
        )
        self.assertEqual(taken.backups.mapped("encrypted"), ["no", "no"])
        self.assertEqual(taken.backups.mapped("with_keyring"), ["unknown", "unknown"])

    def test_same_report_twice_adds_nothing(self):
        content = self._report(("F1", "full", 9, 1))
        self._take(content)
        again = self._take(content)
        self.assertEqual((len(again.backups), len(again.known)), (0, 1))

    def test_what_a_repository_has_no_more_is_marked_as_gone(self):
        self._take(self._report(("F1", "full", 99, 1), ("F2", "full", 9, 1)))
        taken = self._take(self._report(("F2", "full", 9, 1), repositories=(1,)))
        self.assertEqual(taken.gone.mapped("label"), ["F1"])
        self.assertTrue(taken.gone.gone_on)

    def test_what_the_tool_can_not_read_is_not_gone(self):
        self._take(self._report(("F1", "full", 9, 1), ("F1", "full", 9, 2)))
        report = json.loads(self._report(("F1", "full", 9, 1)))
        away = {"code": 99, "message": "Permission denied"}
        report[0]["repo"][1]["status"] = away
        taken = self._take(json.dumps(report).encode())
        self.assertFalse(taken.gone)
        self.assertEqual(taken.unread, {"test/repo2": "Permission denied"})

    def test_report_of_no_repository_is_refused(self):
        with self.assertRaisesRegex(UserError, "stanza"):
            self._take(b"[]")

    def test_place_must_be_known(self):
        self.place.code = "elsewhere"
        with self.assertRaisesRegex(UserError, "test/repo1"):
            self._take(self._report(("F1", "full", 9, 1)))
        taken = self._take(self._report(("F1", "full", 9, 1)), place=self.away)
        self.assertEqual(taken.backups.place_id, self.away)

    def test_words_that_are_no_report_are_refused(self):
        with self.assertRaisesRegex(UserError, "no report"):
            self._take(b"All is well.")

    def test_verification_comes_later_and_only_once(self):
        content = self._report(("F1", "full", 9, 1))
        backup = self._take(content).backups
        self.assertFalse(backup.verified_on)
        self._take(content, verification="backup successfully verified\n")
        self.assertTrue(backup.verified_on)
        self._take(content, verification="checksum mismatch")
        self.assertEqual(backup.verification, "backup successfully verified")
        self.assertTrue(backup.failed, "nobody relies on it any more")

    def test_backup_that_does_not_verify_is_not_relied_on(self):
        self._forget()
        content = self._report(("F1", "full", 9, 1))
        self._take(content, verification="pg_verifybackup: error: checksum mismatch")
        self.assertTrue(self._duty("full").overdue)

    def test_nobody_writes_or_deletes_rows(self):
        backup = self._take(self._report(("F1", "full", 9, 1))).backups
        for user in (self.insurance_admin, self.compliance):
            own = backup.with_user(user)
            with self.assertRaises(UserError):
                own.write({"label": "Other"})
            with self.assertRaises(UserError):
                own.unlink()
            with self.assertRaises(UserError):
                own.create({"label": "Mine", "kind": "full"})
        with self.assertRaises(UserError):
            backup.sudo().unlink()

    def test_database_itself_refuses_a_change(self):
        backup = self._take(self._report(("F1", "full", 9, 1))).backups
        for query in (
            "UPDATE insurance_backup SET stopped = now() WHERE id = %s",
            "UPDATE insurance_backup SET size = 1 WHERE id = %s",
            "DELETE FROM insurance_backup WHERE id = %s",
        ):
            with (
                self.assertRaises(psycopg2.errors.RestrictViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [backup.id])

    def test_agents_see_and_import_nothing(self):
        for user in (self.agent, self.archivist, self.department):
            with self.assertRaises(AccessError):
                self._take(self._report(("F1", "full", 9, 1)), user=user)
        with self.assertRaises(AccessError):
            self.Backup.with_user(self.agent).search([]).read(["label"])

    def test_each_kind_is_overdue_by_its_parameter(self):
        self._forget()
        self.assertTrue(all(s["overdue"] for s in self.Backup._overdue().values()))
        self._take(self._report(("F1", "full", 6 * 24, 1), ("I1", "incr", 25, 1)))
        self.env.invalidate_all()
        late = {key for key, s in self.Backup._overdue().items() if s["overdue"]}
        self.assertEqual(late, {"incremental", "offsite", "drill"})
        self.assertEqual(self._duty("incremental").count, 2)
        parameter = self.env["insurance.parameter"].search(
            [("key", "=", "backup_incremental_days")]
        )
        parameter.value = "2"
        self.assertFalse(self._duty("incremental").overdue)

    def test_full_backup_counts_as_incremental_and_a_copy_as_off_site(self):
        self._forget()
        self._take(self._report(("F1", "full", 2, 1), ("F1", "full", 2, 2)))
        self.env.invalidate_all()
        late = {key for key, s in self.Backup._overdue().items() if s["overdue"]}
        self.assertEqual(late, {"drill"})

    def test_card_counts_what_the_screen_shows(self):
        self._forget()
        card = self.env.ref(
            "insurance_compliance.insurance_compliance_card_backups_overdue"
        ).with_user(self.compliance)
        self.assertEqual((card.count, card.alarming), (4, True))
        action = card.action_open()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), 4)

    def test_reminder_goes_to_administrators(self):
        self._forget()
        kind = self.env.ref("insurance_compliance.mail_activity_type_backup")
        waiting = [
            ("activity_type_id", "=", kind.id),
            ("user_id", "=", self.insurance_admin.id),
        ]
        Activity = self.env["mail.activity"]
        Activity.search(waiting).unlink()
        self.env["insurance.backup.duty"]._cron_remind()
        self.env["insurance.backup.duty"]._cron_remind()
        self.assertEqual(Activity.search_count(waiting), 1)

    def test_wizard_takes_the_same_file(self):
        wizard = (
            self.env["insurance.backup.import"]
            .with_user(self.compliance)
            .create(
                {
                    "file": base64.b64encode(self._report(("F1", "full", 9, 1))),
                    "with_ledger": True,
                }
            )
        )
        action = wizard.action_import()
        shown = self.Backup.search(action["domain"])
        self.assertEqual(shown.mapped("label"), ["F1"])
        self.assertEqual(shown.with_ledger, "yes")
        self.assertEqual(shown.user_id, self.compliance)
