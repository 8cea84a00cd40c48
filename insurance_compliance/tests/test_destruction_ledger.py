from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive import vault_ledger, vault_shred

from .common_destruction import DestructionCase


class Killed(Exception):
    """What happens to a process is not asked for."""


@tagged("post_install", "-at_install")
class TestDestructionLedger(DestructionCase):
    """From the ledger on there is no way back: a destruction is whole or not at all."""

    def setUp(self):
        super().setUp()
        # the test's own transaction is the only one that sees these archives
        self._replace(vault_ledger, "_catch_up", self._catch_up)

    def _catch_up(self, env, held):
        found = vault_ledger.current(held)
        vault_ledger.replay(env.cr, found)
        return found

    def _crash_behind_the_ledger(self, archive):
        """Write the ledger, and lose the transaction."""
        try:
            with self.env.cr.savepoint():
                vault_shred.shred(archive)
                raise Killed
        except Killed:
            self.env.invalidate_all()
            self.env.cr.cache.clear()

    def _running(self):
        run = self._supervised()
        self._act(self.archivist, run, "action_execute")
        return run

    def test_hold_after_the_ledger_comes_too_late(self):
        run = self._running()
        line = run.line_ids.filtered(lambda one: one.archive_id == self.archive)
        self._crash_behind_the_ledger(self.archive)
        self._hold(self.archive)
        self._hold(self.other)
        self._work()
        self.env.invalidate_all()
        self.assertEqual(self.archive.state, "destroyed")
        self.assertEqual(line.state, "done")
        self.assertIn("hold", line.message)
        self.assertFalse(self.archive.policy_ids)
        self.assertEqual(len(self.entries()), 1, "no second entry")
        # nothing was lost of the other one: there the hold came in time
        kept = run.line_ids - line
        self.assertEqual((kept.state, self.other.state), ("kept", "filed"))
        self.assertEqual(self.keys_of(self.other), [])
        self.assertEqual((run.state, run.done_count), ("done", 1))
        self.assertTrue(run._verify())

    def _restored(self):
        """Let a backup from before the destruction be restored, and its ledger carried
        out: the keys are gone, the rows are back."""
        self._crash_behind_the_ledger(self.archive)
        with vault_ledger.writing(self.env, self.held):
            self.assertEqual(self.keys_of(), [(1, "destroyed", True)])
        self.env.invalidate_all()
        self.assertEqual(self.archive.state, "filed")

    def _replay(self):
        return len(list(self.env["insurance.archive"]._on_replay()))

    def test_rows_of_a_restored_backup_are_destroyed_again(self):
        self._restored()
        partner = self.archive.partner_id
        name = partner.name
        self.assertEqual(self._replay(), 1)
        self.env.invalidate_all()
        self.assertEqual(self.archive.state, "destroyed")
        self.assertFalse(self.archive.policy_ids)
        self.assertNotEqual(partner.name, name)
        self.assertFalse(partner.phone)
        self.assertEqual(self.other.state, "filed")
        self.assertEqual(self._replay(), 0)

    def test_one_that_can_not_be_emptied_does_not_keep_the_others(self):
        self._restored()
        self._crash_behind_the_ledger(self.other)
        with vault_ledger.writing(self.env, self.held):
            self.env.invalidate_all()
        archives = type(self.env["insurance.archive"])
        empty, first = archives._destroy_rows, min(self.archive.id, self.other.id)
        reason = "Something stands in the way"

        def refuse(archive):
            if archive.id == first:
                raise UserError(reason)
            return empty(archive)

        log = "odoo.addons.insurance_compliance.models.insurance_archive_destroy"
        with patch.object(archives, "_destroy_rows", refuse), mute_logger(log):
            self.assertEqual(self._replay(), 1)
        self.assertEqual(self._replay(), 1)

    def test_list_that_a_restored_backup_brought_back_ends_without_a_second_end(self):
        run = self._running()
        line = run.line_ids.filtered(lambda one: one.archive_id == self.archive)
        self._hold(self.other)
        self._restored()
        self.assertEqual(self._replay(), 1)
        self.uses.clear()
        with patch.object(vault_shred, "shred") as shred:
            self._work()
        shred.assert_not_called()
        self.env.invalidate_all()
        self.assertEqual((line.state, run.state), ("done", "done"))
        self.assertEqual(len(self.entries()), 1)
        self.assertTrue(run._verify())

    def test_list_ends_what_is_left_of_a_destroyed_archive(self):
        run = self._running()
        self._hold(self.other)
        self._restored()
        self.assertEqual(self._replay(), 1)
        # somebody brings a sealed value back, by a table restored alone
        self.env.cr.execute(
            "INSERT INTO insurance_vault_value (archive_id, slot, generation, sealed)"
            " VALUES (%s, 'health_notice', 1, 'x')",
            [self.archive.id],
        )
        self.assertFalse(vault_shred.is_done(self.archive))
        self._work()
        self.assertTrue(vault_shred.is_done(self.archive))
        self.assertEqual(run.state, "done")

    def test_hold_of_a_backup_does_not_bring_anybody_back(self):
        self._hold(self.archive)
        self.env.cr.execute("UPDATE insurance_legal_hold SET state = 'released'")
        self.env.invalidate_all()
        self._restored()
        self.env.cr.execute("UPDATE insurance_legal_hold SET state = 'active'")
        self.env.invalidate_all()
        self.assertEqual(self._replay(), 1)

    def test_archive_whose_keys_live_is_not_ended_by_anybody(self):
        self._replay()
        self.assertEqual(self.archive.state, "filed")
        self.assertEqual(self.other.state, "filed")
