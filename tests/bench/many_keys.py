"""Many archives with a data key each, made by SQL, under a keyring of their own."""

import os
from unittest.mock import patch

import psycopg2


def own_keyring(env, folder):
    """Let this process use a new keyring; return its path."""
    from odoo.addons.insurance_client_archive import vault_ledger, vault_process
    from odoo.addons.insurance_client_archive.tools import keyring

    path = os.path.join(folder, "bench.keyring")
    keyring.create(path)
    place = vault_process.Location("file", path, False)
    patch.object(vault_process, "location", lambda: place).start()
    outside = vault_ledger.Location(os.path.join(folder, "bench.ledger"), True)
    patch.object(vault_ledger, "location", lambda held: outside).start()
    # the database is a copy that goes away: what it holds need not open again
    for table in ("index", "value", "key", "fingerprint"):
        env.cr.execute(f"DELETE FROM insurance_vault_{table}")
    env.cr.commit()
    env.cr.cache.clear()
    return path


def make(env, count):
    """Make *count* archives with a wrapped key, and commit."""
    from odoo.addons.insurance_client_archive import vault_process, vault_store

    held = vault_process.keys(env, sealing=True)
    env.cr.execute(
        """
        WITH partner AS (
            INSERT INTO res_partner (name, complete_name, active, type, company_id)
                 SELECT 'Key ' || n, 'Key ' || n, true, 'contact', %s
                   FROM generate_series(1, %s) n
              RETURNING id)
        INSERT INTO insurance_archive (partner_id, company_id, client_kind, state)
             SELECT id, %s, 'individual', 'collecting' FROM partner
          RETURNING id, uuid
        """,
        (env.company.id, count, env.company.id),
    )
    rows = []
    for archive_id, uuid in env.cr.fetchall():
        _key, version, wrapped = vault_store.new_data_key(held, uuid, 1)
        rows.append((archive_id, 1, version, psycopg2.Binary(wrapped), "live"))
    for first in range(0, count, 5000):
        batch = rows[first : first + 5000]
        values = b", ".join(
            env.cr.mogrify("(%s, %s, %s, %s, %s, now())", row) for row in batch
        )
        env.cr.execute(
            b"INSERT INTO insurance_vault_key"
            b" (archive_id, generation, kek_version, wrapped, state, create_date)"
            b" VALUES " + values
        )
    env.cr.commit()
    env.cr.execute("ANALYZE insurance_vault_key; ANALYZE insurance_archive")
    env.cr.commit()


def end(env):
    """Let go of the database while the keyring still is there."""
    from odoo.addons.insurance_client_archive import use_log_writer

    use_log_writer.stop_all()
    env.cr.close()


def wrapped_keys(env):
    """Return [(id, uuid, generation, version, wrapped)] of all keys."""
    env.cr.execute(
        "SELECT key.id, archive.uuid, generation, kek_version, wrapped"
        " FROM insurance_vault_key key"
        " JOIN insurance_archive archive ON archive.id = key.archive_id"
        " WHERE wrapped IS NOT NULL ORDER BY key.id"
    )
    return [(*row, bytes(wrapped)) for *row, wrapped in env.cr.fetchall()]
