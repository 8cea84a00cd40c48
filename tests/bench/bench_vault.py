"""What sealing costs: writing, opening, searching and listing beside plain columns.

``BENCH_VALUES`` sets how many numbers are sealed and searched (default 100,000; the
figures in the documentation are for 1,000,000). Everything is rolled back.
"""

import itertools
import os
import random
from unittest.mock import patch

import harness
from psycopg2.extras import execute_values

VALUES = int(os.environ.get("BENCH_VALUES", "100000"))
CHUNK = min(20_000, VALUES)
SEALED = ["id_number", "annual_income", "total_assets", "health_notice", "bank_account"]
PLAIN = ["name", "number", "client_kind", "phone", "agent_id", "state", "birth_date"]
FIELD = "insurance.archive.bench"


def prepare_archives(env):
    archives = env["insurance.archive"].create(
        [
            {
                "name": "王芳",
                "bank_account": f"62229999{number:011}",
                "annual_income": str(100000 + number),
                "total_assets": "1000000",
                "health_notice": "Nothing to report",
            }
            for number in range(80)
        ]
    )
    env.flush_all()
    return archives


def compare_list(env, archives):
    def read(names):
        env.invalidate_all()
        archives.read(names)

    return harness.compare(
        "list of 80 rows, 5 sealed columns more",
        baseline=lambda: read(PLAIN),
        subject=lambda: read(PLAIN + SEALED),
        rounds=21,
        note="last characters are opened for two columns",
    )


def compare_write(env, archives):
    def write(name, value):
        archives[name] = value
        env.flush_all()

    turn = iter(range(10**6))
    return harness.compare(
        "write one value to 80 archives",
        baseline=lambda: write("employer", f"Employer {next(turn)}"),
        subject=lambda: write("health_notice", f"Notice {next(turn)}"),
        rounds=15,
        note="the plain field keeps a history",
    )


def compare_sealing(env, archives):
    """Fill the vault with the numbers that the others look through."""
    from odoo.addons.insurance_client_archive import vault_process, vault_store
    from odoo.addons.insurance_client_archive.tools import blind_index, cipher

    env.cr.execute("CREATE TEMPORARY TABLE bench_plain (id integer, value varchar)")
    env.cr.execute("CREATE UNIQUE INDEX ON bench_plain (id)")
    env.cr.execute("CREATE INDEX ON bench_plain (value)")
    held = vault_process.keys(env, sealing=True)
    keys = list(vault_store._sealing_keys(env, held, archives.ids).items())
    company = env.company.id
    plain_from, sealed_from = itertools.count(0, CHUNK), itertools.count(0, CHUNK)

    def insert(query, rows):
        execute_values(env.cr._obj, query, rows, page_size=1000)

    def plain():
        first = next(plain_from)
        numbers = range(first, first + CHUNK)
        insert(
            "INSERT INTO bench_plain (id, value) VALUES %s",
            [(number, account(number)) for number in numbers],
        )

    def sealed():
        first = next(sealed_from)
        values, entries = [], []
        for number in range(first, first + CHUNK):
            archive_id, key = keys[number % len(keys)]
            name, text = slot(number), account(number)
            context = vault_store.value_context(key.uuid, name, key.generation)
            padded = cipher.pad(text.encode())
            blob = cipher.seal(
                key.key, key.generation, padded, context, held.cipher_name
            )
            values.append((archive_id, name, key.generation, blob))
            digest = blind_index.digest(held.index_mac, company, FIELD, text)
            entries.append((archive_id, number, FIELD, digest, blind_index.VERSION))
        insert(
            "INSERT INTO insurance_vault_value"
            " (archive_id, slot, generation, sealed) VALUES %s",
            values,
        )
        insert(
            "INSERT INTO insurance_vault_index"
            " (archive_id, res_id, field, digest, version) VALUES %s",
            entries,
        )

    result = harness.compare(
        f"write {CHUNK:,} numbers at once",
        baseline=plain,
        subject=sealed,
        rounds=VALUES // CHUNK,
        warmup=0,
        note=f"sealed and indexed, {VALUES:,} in all; plain: one indexed column",
    )
    env.cr.execute("ANALYZE bench_plain")
    env.cr.execute("ANALYZE insurance_vault_index")
    env.cr.execute("ANALYZE insurance_vault_value")
    return result


def account(number):
    return f"6222{number:015}"


def slot(number):
    return f"bench:{number}:account"


def compare_reveal(env, archives):
    from odoo.addons.insurance_client_archive import vault_store
    from odoo.addons.insurance_client_archive.vault_store import Cell

    ids = archives.ids
    chance = random.Random(7)

    def plain(number):
        env.cr.execute("SELECT value FROM bench_plain WHERE id = %s", [number])
        assert env.cr.fetchone()[0] == account(number)

    def sealed(number):
        cell = Cell(ids[number % len(ids)], slot(number))
        assert vault_store.get(env, [cell])[cell].decode() == account(number)

    def some(read):
        for _time in range(100):
            read(chance.randrange(VALUES))

    return harness.compare(
        "100 values opened one by one",
        baseline=lambda: some(plain),
        subject=lambda: some(sealed),
        rounds=31,
        note=f"of {VALUES:,}; decryption, without the log; plain: one SQL read each",
    )


def compare_search(env):
    from odoo.addons.insurance_client_archive import vault_store

    company = env.company.id
    chance = random.Random(7)

    def plain(number):
        query = "SELECT id FROM bench_plain WHERE value = %s"
        env.cr.execute(query, [account(number)])
        assert env.cr.fetchall() == [(number,)]

    def sealed(number):
        found = vault_store.find(env, FIELD, [company], account(number))
        assert found == [number]

    def some(search):
        for _time in range(100):
            search(chance.randrange(VALUES))

    return harness.compare(
        "100 exact searches",
        baseline=lambda: some(plain),
        subject=lambda: some(sealed),
        rounds=31,
        note=f"in {VALUES:,} numbers",
    )


def main():
    env = harness.environment()  # finds the addons, too
    from odoo.addons.insurance_client_archive.models import insurance_use_record

    Log = insurance_use_record.InsuranceUseLog
    # the log has a benchmark of its own
    with patch.object(Log, "_record", lambda log, *args, **event: 1):
        archives = prepare_archives(env)
        # the many numbers are under the keys of others, as in daily life
        others = prepare_archives(env)
        results = [
            compare_sealing(env, others),
            compare_write(env, archives),
            compare_reveal(env, others),
            compare_search(env),
            compare_list(env, archives),
        ]
    env.cr.close()  # nothing is kept
    harness.report(__file__, results)


if __name__ == "__main__":
    main()
