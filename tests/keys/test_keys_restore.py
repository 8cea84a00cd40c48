"""A backup from before a destruction is restored: nothing in it opens."""

import json

import pytest

SHRED = """
from odoo.addons.insurance_client_archive import vault_shred
archive = env["insurance.archive"].browse({archive_id})
vault_shred.shred(archive)
env.cr.commit()
"""
OPEN = """
import json
from odoo.service.model import retrying
from odoo.addons.insurance_client_archive import vault_store
from odoo.addons.insurance_client_archive.vault_store import Cell, UnsealError
def attempt():
    try:
        return len(vault_store.get(env, [Cell({archive_id}, "id_number")]))
    except UnsealError as error:
        return error.code
print("answer", json.dumps(retrying(attempt, env)))
"""

SEALED_MEANWHILE = """
from odoo import api
from odoo.addons.insurance_client_archive import vault_shred
from odoo.service.model import retrying
archive = env["insurance.archive"].browse({archive_id})
# the transaction sees the database as it is now
env.cr.execute("SELECT")
with env.registry.cursor() as cr:
    other = api.Environment(cr, env.uid, {{}})
    archive.with_env(other).bank_account = "6222021001112233445"
# as a request does: a transaction that is too old begins anew
retrying(lambda: vault_shred.shred(archive), env)
"""


@pytest.fixture(scope="module")
def client(server, database):
    query = "SELECT archive_id FROM insurance_vault_value WHERE slot = 'id_number'"
    return server.ask(database, query)[0][0]


@pytest.fixture(scope="module")
def backups(server, database, client):
    """Copies from before the destruction; it is destroyed in the first database."""
    copies = [server.copy(database, f"{database}_old{n}") for n in range(3)]
    assert opened(server, database, client) == 1
    server.shell(database, SHRED.format(archive_id=client))
    return copies


def opened(server, database, client):
    printed = server.shell(database, OPEN.format(archive_id=client))
    [line] = [line for line in printed.splitlines() if "answer" in line]
    return json.loads(line.partition("answer ")[2])


def key_of(server, database, client):
    return server.ask(
        database,
        "SELECT state, wrapped IS NULL,"
        " (SELECT count(*) FROM insurance_vault_index WHERE archive_id = %s)"
        " FROM insurance_vault_key WHERE archive_id = %s",
        client,
        client,
    )


def test_restored_key_is_destroyed_again_before_it_opens(
    server, database, backups, client
):
    old = backups[0]
    assert key_of(server, database, client) == [("destroyed", True, 0)]
    assert key_of(server, old, client)[0][:2] == ("live", False)
    assert opened(server, old, client) == 0
    assert key_of(server, old, client) == [("destroyed", True, 0)]


def test_replay_on_the_command_line(server, backups, client):
    old = backups[1]
    replayed = server.keys("shred-ledger", "replay", "-d", old)
    assert (replayed.code, replayed.said["carried_out"]) == (0, 1)
    assert key_of(server, old, client) == [("destroyed", True, 0)]
    status = server.keys("shred-ledger", "status", "-d", old)
    assert status.said["replayed"]
    entries = server.ledger.read_text().splitlines()
    assert status.said["carried_out"] == len(entries)
    [(recorded,)] = server.ask(
        old, "SELECT count(*) FROM insurance_use_log WHERE action = 'destroy'"
    )
    assert recorded == 1


def test_what_is_sealed_while_an_archive_is_destroyed_goes_too(server, database):
    [(archive_id,)] = server.ask(
        database,
        "SELECT max(archive_id) FROM insurance_vault_key WHERE state = 'live'",
    )
    forget = (
        "DELETE FROM insurance_vault_value WHERE archive_id = %s"
        " AND slot LIKE 'bank_account%%' RETURNING id",
        "DELETE FROM insurance_vault_index WHERE archive_id = %s RETURNING id",
    )
    for query in forget:
        server.ask(database, query, archive_id)
    server.shell(database, SEALED_MEANWHILE.format(archive_id=archive_id))
    for table in ("value", "index"):
        query = f"SELECT count(*) FROM insurance_vault_{table} WHERE archive_id = %s"
        assert server.ask(database, query, archive_id) == [(0,)]


def test_files_of_the_database_are_cleaned(server, database, backups):
    purged = server.keys("shred-ledger", "purge", "-d", database)
    assert (purged.code, purged.said["held_back"]) == (0, False)
    last = server.ledger.read_text().splitlines()[-1]
    assert json.loads(last)["kind"] == "purge"


def test_changed_ledger_opens_nothing(server, database, backups):
    text = server.ledger.read_text()
    lines = text.splitlines(keepends=True)
    destroyed = [n for n, line in enumerate(lines) if '"archive"' in line]
    shorter = "".join(lines[: destroyed[-1]])
    assert server.keys("shred-ledger", "verify", "-d", database).code == 0
    for changed, code in (
        (text.replace("archive", "artwork", 1), "ledger_damaged"),
        ("", "ledger_missing"),
        (shorter, "ledger_short" if shorter else "ledger_missing"),
    ):
        server.ledger.write_text(changed)
        answer = server.keys("shred-ledger", "verify", "-d", database)
        assert answer.said.get("code") == code
        assert answer.code == 1
    server.ledger.write_text(text)
