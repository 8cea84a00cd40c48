from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive import vault_shred
from odoo.addons.insurance_client_archive.tests.common import ArchiveCase

from .retention_cases import policy
from .retention_records import Records


@tagged("post_install", "-at_install")
class TestLegalHold(ArchiveCase):
    """What is held stays, whoever wants it gone and by whatever way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = Records(cls.env, cls._product())
        cls.records.add(cls.archive, [policy("expired", -40, -30)])
        cls.other = cls._archive(name="王芳")
        cls.records.add(cls.other, [policy("expired", -40, -30)])
        cls.env["insurance.retention"]._solve_archives((cls.archive | cls.other).ids)

    def _hold(self, **values):
        hold = (
            self.env["insurance.legal.hold"]
            .with_user(self.compliance)
            .create(
                {
                    "name": "Case 47",
                    "reason": "The heirs go to court.",
                    "scope": "clients",
                    "partner_ids": self.archive.partner_id.ids,
                    **values,
                }
            )
        )
        hold.action_place()
        return hold

    def _row(self, archive):
        return self.env["insurance.retention"].search([("archive_id", "=", archive.id)])

    def _release(self, hold):
        hold.write({"state": "released", "state_reason": "Judgment is final."})

    def test_hold_takes_what_is_over_off_the_list(self):
        self.assertTrue(self._row(self.archive).over)
        hold = self._hold()
        self.assertTrue(self._row(self.archive).held)
        self.assertFalse(self._row(self.archive).over)
        self.assertTrue(self._row(self.other).over)
        self.assertEqual(hold.archive_count, 1)
        self.assertEqual(hold.placed_by_id, self.compliance)
        self._release(hold)
        self.assertTrue(self._row(self.archive).over)

    def test_second_hold_keeps_when_the_first_is_released(self):
        first, second = self._hold(), self._hold(name="Case 48")
        self._release(first)
        self.assertTrue(self._row(self.archive).held)
        self._release(second)
        self.assertFalse(self._row(self.archive).held)

    def test_calculation_leaves_the_hold(self):
        self._hold()
        self.env["insurance.retention"]._solve_archives(self.archive.ids)
        self.assertTrue(self._row(self.archive).held)

    def test_scope_by_policy_number(self):
        hold = self._hold(
            scope="policies", policy_numbers=self.other.policy_ids.number + "\nX"
        )
        self.assertEqual(hold.archive_line_ids.archive_id, self.other)

    def test_number_with_spaces_is_found_and_an_unknown_one_is_named(self):
        policy = self.other.policy_ids[:1]
        policy.number = "PA 2020 77"
        hold = self._hold(scope="policies", policy_numbers=f" {policy.number} \nNo 9")
        self.assertEqual(hold.archive_line_ids.archive_id, self.other)
        self.assertEqual(hold._unknown_numbers(), ["No 9"])

    def test_nobody_finds_out_by_searching_who_is_held(self):
        self._hold()
        for user in (self.agent, self.supervisor):
            with self.assertRaises(AccessError):
                self.env["insurance.archive"].with_user(user).search(
                    [("legal_hold", "=", True)]
                )
        found = self.env["insurance.archive"].with_user(self.archivist)
        found.search_count([("legal_hold", "=", True)])

    def test_paper_of_a_held_archive_is_not_lost_sight_of(self):
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'filed', number = 'H-' || id"
            " WHERE id IN %s",
            [tuple((self.archive | self.other).ids)],
        )
        self.env.invalidate_all()
        files = self.env["insurance.paper.file"].with_user(self.archivist)
        held = files.create({"archive_id": self.archive.id})
        free = files.create({"archive_id": self.other.id, "volume": 2})
        self._hold()
        with self.assertRaisesRegex(UserError, "legal hold"):
            held.unlink()
        with self.assertRaisesRegex(UserError, "legal hold"):
            held.archive_id = self.other
        held.room = "Cellar"
        free.unlink()

    def test_nothing_is_moved_out_of_a_held_archive(self):
        talk = self.env["insurance.interaction"].create(
            {"archive_id": self.archive.id, "client_words": "Hello"}
        )
        self._hold()
        with self.assertRaisesRegex(UserError, "legal hold"):
            talk.archive_id = self.other
        # what stays where it is, and what comes, is no matter of the hold
        talk.archive_id = self.archive
        came = self.env["insurance.interaction"].create(
            {"archive_id": self.other.id, "client_words": "Hello"}
        )
        came.archive_id = self.archive

    def test_scope_by_period_takes_contracts_in_force_then(self):
        year = fields.Date.today().year - 35
        hold = self._hold(
            scope="period", date_from=f"{year}-01-01", date_to=f"{year}-02-01"
        )
        held = hold.archive_line_ids.archive_id
        self.assertLessEqual(self.archive | self.other, held)
        young = self._archive(name="赵敏")
        self.assertNotIn(young, held)

    def test_scope_by_segment_grows_and_does_not_shrink(self):
        segment = self.env["insurance.segment"].create(
            {"name": "Key", "client_filter": "[('key_client', '=', True)]"}
        )
        self.archive.key_client = True
        hold = self._hold(scope="segment", segment_id=segment.id)
        self.assertIn(self.archive, hold.archive_line_ids.archive_id)
        self.other.key_client = True
        # at once where something is to be destroyed, in the list from the night on
        self.assertEqual(self.other._held(), self.other)
        self.env["insurance.legal.hold"]._refresh_scopes()
        self.archive.key_client = False
        self.env["insurance.legal.hold"]._refresh_scopes()
        held = hold.archive_line_ids.archive_id
        self.assertLessEqual(self.archive | self.other, held)

    def test_hold_that_can_not_be_widened_does_not_keep_the_others(self):
        segment = self.env["insurance.segment"].create(
            {"name": "Key", "client_filter": "[('key_client', '=', True)]"}
        )
        self.archive.key_client = True
        hold = self._hold(scope="segment", segment_id=segment.id)
        broken = self._hold()
        self.other.key_client = True
        holds = type(hold)
        widen = holds._extend

        def refuse(hold):
            if hold.id == broken.id:
                raise ValueError("No such field")
            return widen(hold)

        log = "odoo.addons.insurance_compliance.models.insurance_legal_hold_scope"
        with patch.object(holds, "_extend", refuse), mute_logger(log):
            self.env["insurance.legal.hold"]._refresh_each()
        self.assertIn(self.other, hold.archive_line_ids.archive_id)

    def test_empty_scope_is_refused(self):
        for values in (
            {"partner_ids": False},
            {"scope": "policies", "policy_numbers": " "},
            {"scope": "policies", "policy_numbers": "none"},
            {"scope": "period", "date_from": "2020-01-01"},
            {"scope": "segment"},
        ):
            with self.assertRaises(UserError):
                self._hold(**values)

    def test_held_archive_can_not_be_shredded(self):
        self._hold()
        with self.assertRaisesRegex(UserError, "legal hold"):
            vault_shred.shred(self.archive)

    def test_held_archive_and_what_hangs_under_it_can_not_be_deleted(self):
        document = self.env["insurance.document"].create(
            {
                "archive_id": self.archive.id,
                "type_id": self.env["insurance.document.type"].search([], limit=1).id,
            }
        )
        self._hold()
        for records in (self.archive, document):
            with self.assertRaisesRegex(UserError, "legal hold"):
                records.unlink()
        self.assertTrue(document.exists())

    @mute_logger("odoo.sql_db")
    def test_raw_sql_neither_ends_a_held_archive_nor_takes_the_hold_apart(self):
        self._hold()
        self.env.flush_all()
        for query in (
            "UPDATE insurance_archive SET state = 'destroyed' WHERE id = %s",
            "SELECT set_config('insurance_archive.deletion', 'allowed', true);"
            "DELETE FROM insurance_archive WHERE id = %s",
            "DELETE FROM insurance_legal_hold_archive WHERE archive_id = %s",
            "UPDATE insurance_legal_hold_archive SET archive_id = archive_id + 1"
            " WHERE archive_id = %s",
        ):
            with (
                self.subTest(query=query),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [self.archive.id])

    def test_contact_of_a_held_archive_can_not_be_merged_or_deleted(self):
        self._hold()
        partner = self.archive.partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.assertRaisesRegex(UserError, "can't be merged"):
            wizard._merge([partner.id, self.env.user.partner_id.id], partner)
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            partner.unlink()

    def test_use_records_of_a_held_archive_are_not_pruned(self):
        condition = self.env["insurance.use.prune"]._prune_hold_condition
        self.env.cr.execute(
            "CREATE TEMP TABLE log_probe ON COMMIT DROP AS SELECT %s AS archive_id",
            [self.archive.id],
        )
        query = f"SELECT {condition().code} FROM log_probe log"
        self.env.cr.execute(query, condition().params)
        self.assertFalse(self.env.cr.fetchone()[0])
        self._hold()
        self.env.cr.execute(query, condition().params)
        self.assertTrue(self.env.cr.fetchone()[0])

    def test_placed_hold_is_neither_changed_nor_deleted(self):
        hold = self._hold()
        for values in (
            {"scope": "segment"},
            {"partner_ids": [(5,)]},
            {"placed_by_id": self.agent.id},
            {"released_on": fields.Datetime.now()},
            {"state": "draft"},
            {"state": "released"},
        ):
            with self.assertRaises(UserError):
                hold.write(values)
        with self.assertRaises(UserError):
            hold.unlink()

    def test_only_compliance_places_and_releases_and_others_do_not_see_holds(self):
        hold = self._hold()
        with self.assertRaises(AccessError):
            hold.with_user(self.archivist).write(
                {"state": "released", "state_reason": "x"}
            )
        for user in (self.agent, self.manager, self.supervisor, self.department):
            with self.assertRaises(AccessError):
                hold.with_user(user).read(["name"])
            archive = self.archive.with_user(user)
            self.assertNotIn("legal_hold", archive.fields_get())
        lines = self.env["insurance.legal.hold.archive"]
        for user in (self.compliance, self.archivist):
            with self.assertRaises(AccessError):
                lines.with_user(user).create(
                    {"hold_id": hold.id, "archive_id": self.other.id}
                )

    def test_responsible_person_is_reminded_of_the_review_once(self):
        hold = self._hold(owner_id=self.compliance.id)
        hold.review_date = fields.Date.today() - timedelta(days=1)
        kind = self.env.ref("insurance_compliance.mail_activity_type_legal_hold")
        for _night in range(2):
            self.env["insurance.legal.hold"]._cron_remind()
        found = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", kind.id),
                ("user_id", "=", self.compliance.id),
            ]
        )
        self.assertEqual(len(found), 1)
        self.assertFalse(found.res_id)
        hold.action_review()
        self.assertFalse(hold.review_overdue)
