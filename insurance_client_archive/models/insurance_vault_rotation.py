import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import vault_ledger, vault_process, vault_rotation
from ..sweep_kind import Chunk, Extent, Failure, SweepStopped
from ..tools import keyring
from ..tools.keyring import KeyringError
from ..tools.ledger import LedgerError
from ..vault_process import VaultLocked

KIND = "rotate_master"
LOCK_SECONDS = 5


class InsuranceVaultKey(models.Model):
    """The life of a master key: prepared, activated, replaced, destroyed."""

    _inherit = "insurance.vault.key"

    @api.model
    def _rotate_master(self):
        """Go on with the change of the master key, and return its sweep.

        At first a new master key is made in the keyring and the sweep waits: a keyring
        without a copy must not be needed. Once the backup is confirmed, the next call
        (or the button *Start* of the sweep) activates the key and the work begins.
        """
        sweeps = self.env["insurance.sweep"]
        sweeps._check_kind(KIND)
        if known := self._open_rotation():
            if known.state == "failed":
                known._continue()
            if known.state != "draft":
                return known
        held = vault_process.keys(self.env, sealing=True)
        version = self._next_master(held)
        note = self.env._("To version %s of the master key", version)
        sweep = sweeps._plan(KIND, {"version": version}, note)
        if sweep.state == "draft" and self._has_backup():
            sweep._begin()
        return sweep

    @api.model
    def _census(self):
        """Return how many data keys there are, by master key and state.

        :return: list of dicts with version, state, count, active, held (in the keyring)
        """
        held = vault_process.keys(self.env)
        query = SQL(
            "SELECT kek_version, state, count(*) FROM insurance_vault_key"
            " GROUP BY kek_version, state"
        )
        counts = {row[:2]: row[2] for row in self.env.execute_query(query)}
        used = {version for version, _state in counts}
        for version in held.versions():
            if version not in used:
                counts[version, "live"] = 0
        return [
            {
                "version": version,
                "state": state,
                "count": count,
                "active": version == held.active_version,
                "held": version in held.versions(),
            }
            for (version, state), count in sorted(counts.items())
        ]

    @api.model
    def _retire_master(self, version, give_up_broken=False):
        """Destroy a master key that wraps nothing any more.

        No backup from the time when it wrapped keys can be opened afterwards.

        :param give_up_broken: also when unreadable keys are left that it has wrapped
        """
        self.env["insurance.sweep"]._check_kind(KIND)
        place = self._file_place()
        held = vault_process.keys(self.env)
        if version not in held.versions():
            raise UserError(
                self.env._("The keyring has no version %s of the master key.", version)
            )
        if version >= held.active_version:
            raise UserError(
                self.env._("Only a master key that was replaced can be destroyed.")
            )
        try:
            with self.env.registry.cursor() as cr:
                # a transaction of its own: this one may not see the newest keys
                self.with_env(self.env(cr=cr))._destroy_master(
                    place, held, version, give_up_broken
                )
        except psycopg2.errors.LockNotAvailable:
            raise UserError(
                self.env._("Values are being sealed just now. Try again in a minute.")
            ) from None
        except LedgerError as error:
            raise vault_process.locked(self.env, error.code, error) from None

    @api.model
    def _destroy_master(self, place, held, version, give_up_broken):
        self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", f"{LOCK_SECONDS}s"))
        # from here on nobody seals, until the master key is gone
        self.env.cr.execute("LOCK TABLE insurance_vault_key IN SHARE MODE")
        self._check_replaced(version, give_up_broken)
        self._log_key(f"destroy_master:{version}")
        with vault_ledger.writing(self.env, held) as (found, append):
            # the ledger first: a keyring that lacks what it lists is not a wrong one
            known = {
                entry.content["version"]
                for entry in found.after(0, vault_ledger.MASTER)
            }
            if version not in known:
                content = {"version": version, "date": vault_ledger.now()}
                append(vault_ledger.MASTER, content)
            self._change_file(keyring.remove_master, place.path, version)
            self.env.cr.execute(
                SQL(
                    "DELETE FROM insurance_vault_fingerprint WHERE name = %s",
                    f"master:{version}",
                )
            )

    def _check_replaced(self, version, give_up_broken):
        left = {
            row["state"]: row["count"]
            for row in self._census()
            if row["version"] == version
        }
        usable = sum(left.get(state, 0) for state in vault_rotation.USABLE)
        if usable:
            raise UserError(
                self.env._(
                    "%(count)s keys are still wrapped by version %(version)s of the "
                    "master key. Let the change of the master key end first.",
                    count=usable,
                    version=version,
                )
            )
        if left.get("broken") and not give_up_broken:
            raise UserError(
                self.env._(
                    "%(count)s unreadable keys were wrapped by version %(version)s of "
                    "the master key. Bring them back from a backup, or give them up.",
                    count=left["broken"],
                    version=version,
                )
            )

    # --- prepare

    @api.model
    def _open_rotation(self):
        domain = [("kind", "=", KIND), ("state", "in", ("draft", "running", "paused"))]
        sweeps = self.env["insurance.sweep"].sudo()  # whoever has started it
        failed = [("kind", "=", KIND), ("state", "=", "failed")]
        found = sweeps.search(domain, limit=1) or sweeps.search(failed, limit=1)
        return found.sudo(False)

    @api.model
    def _next_master(self, held):
        """Return the version that is to come; a new one unless one is waiting."""
        newest = held.versions()[-1]
        if newest > held.active_version:
            return newest
        if vault_rotation.stale_extent(self.env, held)[2]:
            # the last change has left some
            return held.active_version
        place = vault_process.location()
        if place.provider != "file":
            # a key management service changes its key itself; here keys are re-wrapped
            return held.active_version
        self._log_key(f"prepare_master:{newest + 1}")
        return self._change_file(keyring.add_master, place.path)

    @api.model
    def _has_backup(self):
        if vault_process.location().provider != "file":
            return True
        return bool(vault_process.keys(self.env).backup_confirmed)

    @api.model
    def _file_place(self):
        place = self._keyring_file()
        if place.development:
            raise UserError(
                self.env._(
                    "This keyring is for development and may belong to other databases "
                    "too. Move it to a place named in the configuration first."
                )
            )
        return place

    def _change_file(self, change, path, *args):
        try:
            return change(path, *args)
        except KeyringError as error:
            raise self._keyring_refusal(error) from None

    # --- the sweep

    @api.model
    def _sweep_rotate_master_begin(self, sweep):
        """Activate the new master key, if it works and has a backup."""
        held = vault_process.keys(self.env, sealing=True)
        version = sweep.scope["version"]
        if version == held.active_version:
            return
        if not self._has_backup():
            raise UserError(
                self.env._(
                    "Copy the keyring to a safe place and confirm the backup first: "
                    "from now on nothing opens without the new master key."
                )
            )
        before, path = held.active_version, vault_process.location().path
        self._log_key(f"activate_master:{version}")
        self._change_file(keyring.activate_master, path, version)
        # its fingerprint is kept: a server with an old copy of the keyring locks itself
        if not vault_rotation.check_master(vault_process.keys(self.env, sealing=True)):
            self._change_file(keyring.activate_master, path, before)
            raise UserError(self.env._("The new master key does not work."))

    @api.model
    def _sweep_rotate_master_extent(self, sweep):
        return Extent(*vault_rotation.stale_extent(self.env, self._held()))

    @api.model
    def _sweep_rotate_master_chunk(self, sweep, after, until, limit):
        work = vault_rotation.rewrap(self.env, self._held(), after, until, limit)
        failures = []
        for key, code in work.broken:
            archive = self.env["insurance.archive"].browse(key.archive_id)
            archive._log_use("key", content=["broken"], result="failed", wait=False)
            message = self.env._(
                "The key of archive %(archive)s, generation %(generation)s, is "
                "unreadable (%(code)s). Bring the row back from a backup.",
                archive=key.archive_id,
                generation=key.generation,
                code=code,
            )
            failures.append(Failure(key.id, message, settled=True))
        return Chunk(work.done, until if work.seen < limit else work.last, failures)

    @api.model
    def _sweep_rotate_master_retry(self, sweep, key_ids):
        vault_rotation.mend(self.env, key_ids)

    @api.model
    def _held(self):
        try:
            return vault_process.keys(self.env, sealing=True)
        except VaultLocked as error:
            raise SweepStopped(str(error)) from None
