"""The life of a master key on the command line, up to its end."""

import json

import pytest

OPEN = """
import json
from odoo.addons.insurance_client_archive import vault_store
env.cr.execute("SELECT array_agg(DISTINCT archive_id) FROM insurance_vault_key")
count, problems = vault_store.examine(env, env.cr.fetchone()[0])
codes = {text.split(": ")[1] for texts in problems.values() for text in texts}
print("answer", json.dumps([count, len(problems), sorted(codes)]))
"""


@pytest.fixture(scope="module")
def backup(server, database):
    return server.copy(database, f"{database}_old")


def examined(server, database):
    printed = server.shell(database, OPEN)
    [line] = [line for line in printed.splitlines() if "answer" in line]
    return json.loads(line.partition("answer ")[2])


def versions(server, database):
    return dict(
        server.ask(
            database,
            "SELECT kek_version, count(*)::integer FROM insurance_vault_key"
            " WHERE wrapped IS NOT NULL GROUP BY kek_version",
        )
    )


def test_master_key_is_changed_and_the_old_one_destroyed(server, database, backup):
    [count] = versions(server, database).values()
    waiting = server.keys("rotate", "-d", database)
    assert (waiting.code, waiting.said["state"]) == (0, "waiting")
    assert versions(server, database) == {1: count}

    assert server.keys("confirm-backup", "-d", database).code == 0
    changed = server.keys("rotate", "-d", database)
    assert (changed.code, changed.said["state"]) == (0, "done"), changed
    assert changed.said["done"] == count
    assert versions(server, database) == {2: count}

    early = server.keys("retire", "2", "--yes", "-d", database)
    assert early.code == 3
    destroyed = server.keys("retire", "1", "--yes", "-d", database)
    assert (destroyed.code, destroyed.said["versions"]) == (0, [2])
    last = server.ledger.read_text().splitlines()[-1]
    assert json.loads(last)["kind"] == "master"

    # the running database opens everything, the backup nothing, for good
    values, damaged, _codes = examined(server, database)
    assert (values > count, damaged) == (True, 0)
    values, damaged, codes = examined(server, backup)
    assert (damaged, codes) == (count, ["version"])
    status = server.keys("status", "-d", backup)
    assert (status.code, status.said["state"]) == (0, "open")


def test_one_archive_gets_a_new_data_key(server, database):
    [(number,)] = server.ask(
        database,
        "SELECT number FROM insurance_archive JOIN insurance_vault_key key"
        " ON key.archive_id = insurance_archive.id WHERE number IS NOT NULL LIMIT 1",
    )
    renewed = server.keys("rotate-data-key", number, "-d", database)
    assert (renewed.code, renewed.said["state"]) == (0, "done")
    rows = server.ask(
        database,
        "SELECT generation, state, wrapped IS NULL FROM insurance_vault_key"
        " WHERE archive_id = (SELECT id FROM insurance_archive WHERE number = %s)"
        " ORDER BY generation",
        number,
    )
    assert rows == [(1, "retired", True), (2, "live", False)]
    unknown = server.keys("rotate-data-key", "no such number", "-d", database)
    assert unknown.code == 3
