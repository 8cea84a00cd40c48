"""Kill workers with SIGKILL while the master key of many archives changes.

No benchmark but an experiment: scripts/bench tests/bench/kill_rotation.py
``KILL_KEYS`` keys (100,000), ``KILL_TIMES`` kills (10). Each key must be wrapped anew
exactly once, and open to the same data key as before.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import harness
import many_keys
import psycopg2

KEYS = int(os.environ.get("KILL_KEYS", "100000"))
KILLS = int(os.environ.get("KILL_TIMES", "10"))


def opened(env, path):
    from odoo.addons.insurance_client_archive import vault_store
    from odoo.addons.insurance_client_archive.tools import keyring

    held = keyring.load(path)
    return {
        key_id: held.unwrap(version, wrapped, vault_store.key_context(uuid, generation))
        for key_id, uuid, generation, version, wrapped in many_keys.wrapped_keys(env)
    }


def run(env, folder):
    import sweep_workers

    from odoo import sql_db

    from odoo.addons.insurance_client_archive.tools import keyring

    path = many_keys.own_keyring(env, folder)
    many_keys.make(env, KEYS)
    before = opened(env, path)
    env.cr.execute(sweep_workers.counter("insurance_vault_key", "id", "kek_version"))
    env.cr.commit()
    _name, parameters = sql_db.connection_info_for(env.cr.dbname)
    watcher = sweep_workers.Watcher(psycopg2.connect(**parameters))
    workers = sweep_workers.Workers(folder, path, max_chunk=1_000_000)
    env["insurance.vault.key"]._rotate_master()
    keyring.confirm_backup(path)
    sweep = env["insurance.vault.key"]._rotate_master()
    env.cr.commit()
    begun = time.monotonic()
    killed = sweep_workers.kill_again_and_again(workers, watcher, KEYS, KILLS)
    seconds = time.monotonic() - begun
    workers.close()
    env.invalidate_all()
    times, versions = watcher.writes()
    same = opened(env, path) == before
    print(
        f"{KEYS:,} keys, {killed} workers killed, {seconds:.1f} s"
        f" ({KEYS / seconds:,.0f} keys/s with the restarts)\n"
        f"written so often: {times}; to versions {versions};"
        f" opens to the same key: {same}\n"
        f"sweep: {sweep.state}, {sweep.done_count:,} done, {sweep.error_count} errors"
    )
    env.cr.commit()
    return (times, same, sweep.state) == ({1: KEYS}, True, "done")


def main():
    sys.path.insert(0, str(Path(__file__).parents[1]))
    env = harness.environment()
    with tempfile.TemporaryDirectory() as folder:
        passed = run(env, folder)
        many_keys.end(env)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
