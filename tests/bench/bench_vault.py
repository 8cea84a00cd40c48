"""What sealing costs: writing, opening, searching and listing beside plain columns.

``BENCH_VALUES`` sets how many numbers the exact search looks through (default 100,000).
Everything is rolled back.
"""

import os
from unittest.mock import patch

import harness

VALUES = int(os.environ.get("BENCH_VALUES", "100000"))
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


def compare_reveal(env, archives):
    from odoo.addons.insurance_client_archive import vault_store
    from odoo.addons.insurance_client_archive.vault_store import Cell

    cells = [Cell(archive.id, "annual_income") for archive in archives]
    turn = iter(range(10**9))

    def read():
        env.cr.execute(
            "SELECT employer FROM insurance_archive WHERE id = %s",
            [archives[next(turn) % 80].id],
        )
        env.cr.fetchone()

    return harness.compare(
        "100 values opened one by one",
        baseline=lambda: [read() for _time in range(100)],
        subject=lambda: [
            vault_store.get(env, [cells[next(turn) % 80]]) for _time in range(100)
        ],
        rounds=15,
        note="decryption alone, without the log; plain: one SQL read each",
    )


def compare_search(env, archive):
    from odoo.addons.insurance_client_archive import vault_process, vault_store

    vault_process.keys(env)
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE bench_plain (res_id integer, value varchar);
        INSERT INTO bench_plain
             SELECT number, '6222' || lpad(number::varchar, 15, '0')
               FROM generate_series(1, %(values)s) number;
        CREATE INDEX ON bench_plain (value);
        ANALYZE bench_plain;
        INSERT INTO insurance_vault_index (archive_id, res_id, field, digest, version)
             SELECT %(archive)s, number, %(field)s,
                    decode(md5(number::varchar), 'hex'), 1
               FROM generate_series(1, %(values)s) number;
        ANALYZE insurance_vault_index;
        """,
        {"values": VALUES, "archive": archive.id, "field": FIELD},
    )
    known = f"6222{VALUES // 2:015}"
    company = env.company.id
    vault_store.index(env, FIELD, {(archive.id, VALUES + 1): (company, known)})

    def plain():
        env.cr.execute("SELECT res_id FROM bench_plain WHERE value = %s", [known])
        assert env.cr.fetchall()

    def sealed():
        assert vault_store.find(env, FIELD, [company], known)

    return harness.compare(
        "100 exact searches",
        baseline=lambda: [plain() for _time in range(100)],
        subject=lambda: [sealed() for _time in range(100)],
        rounds=15,
        note=f"{VALUES:,} values",
    )


def main():
    env = harness.environment()  # finds the addons, too
    from odoo.addons.insurance_client_archive.models import insurance_use_log

    Log = insurance_use_log.InsuranceUseLog
    # the log has a benchmark of its own
    with patch.object(Log, "_record", lambda log, *args, **event: 1):
        archives = prepare_archives(env)
        results = [
            compare_list(env, archives),
            compare_write(env, archives),
            compare_reveal(env, archives),
            compare_search(env, archives[0]),
        ]
    env.cr.close()  # nothing is kept
    harness.report(__file__, results)


if __name__ == "__main__":
    main()
