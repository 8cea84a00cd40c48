"""Change of the master key: keys a second, beside what can't be avoided.

A sweep is compared with unwrapping and wrapping the same keys in memory, and with one
plain UPDATE of the same rows. ``BENCH_KEYS`` sets how many keys there are (20,000).
"""

import os
import tempfile

import harness
import many_keys

KEYS = int(os.environ.get("BENCH_KEYS", "20000"))


def rotate(env, path):
    """Change to a new master key, from the preparation to the end."""
    from odoo.addons.insurance_client_archive.tools import keyring

    keys = env["insurance.vault.key"]
    keys._rotate_master()
    keyring.confirm_backup(path)
    sweep = keys._rotate_master()
    env["insurance.sweep"]._run_to_end(sweep)
    assert (sweep.state, sweep.done_count) == ("done", KEYS)


def in_memory(env, rows):
    from odoo.addons.insurance_client_archive import vault_process, vault_store

    held = vault_process.keys(env)
    for _id, uuid, generation, version, wrapped in rows:
        context = vault_store.key_context(uuid, generation)
        held.wrap(held.unwrap(version, wrapped, context), context)


def update(env):
    env.cr.execute(
        "UPDATE insurance_vault_key SET wrapped = wrapped, kek_version = kek_version"
    )
    env.cr.commit()


def rotate_data_keys(env):
    sweep = env["insurance.archive"]._rotate_all_data_keys()
    env["insurance.sweep"]._run_to_end(sweep)
    assert sweep.state == "done", sweep.message


def main():
    env = harness.environment()
    with tempfile.TemporaryDirectory() as folder:
        path = many_keys.own_keyring(env, folder)
        many_keys.make(env, KEYS)
        rows = many_keys.wrapped_keys(env)
        results = [
            harness.compare(
                "change of the master key; baseline in memory",
                baseline=lambda: in_memory(env, rows),
                subject=lambda: rotate(env, path),
                rounds=5,
                warmup=1,
            ),
            harness.compare(
                "change of the master key; baseline one UPDATE",
                baseline=lambda: update(env),
                subject=lambda: rotate(env, path),
                rounds=5,
                warmup=1,
            ),
            harness.compare(
                "new data keys for all; baseline one UPDATE",
                baseline=lambda: update(env),
                subject=lambda: rotate_data_keys(env),
                rounds=3,
                warmup=0,
            ),
        ]
        for result in results:
            subject, baseline = (
                KEYS / milliseconds * 1000
                for milliseconds in (result.subject_ms, result.baseline_ms)
            )
            result.note = f"{subject:,.0f} keys/s against {baseline:,.0f}"
        many_keys.end(env)
        harness.report(__file__, results)


if __name__ == "__main__":
    main()
