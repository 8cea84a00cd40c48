"""``odoo insurance keys …`` as it is typed, in processes of its own."""

import json
import os
import stat

import pytest


@pytest.fixture
def own(server, tmp_path):
    """Let the configuration name a place where there is no keyring yet."""
    server.configure(keyring=tmp_path / "own.keyring")
    yield tmp_path / "own.keyring"
    server.configure()


def test_keyring_is_made_once_and_its_backup_confirmed(server, own):
    assert server.keys("status").code == 3
    made = server.keys("create")
    assert made.code == 0
    assert stat.S_IMODE(os.stat(own).st_mode) == 0o600
    again = server.keys("create")
    assert (again.code, again.said["code"]) == (3, "exists")
    assert server.keys("status").said["backup_confirmed"] is None
    assert server.keys("confirm-backup").code == 0
    status = server.keys("status")
    assert status.said["backup_confirmed"]
    assert status.said["fingerprints"] == made.said["fingerprints"]


def test_place_that_can_not_be_written_is_told(server, tmp_path):
    refused = server.keys("create", "--path", tmp_path / "no" / "keyring")
    assert (refused.code, refused.said["code"]) == (3, "unwritable")


def test_answer_for_people_holds_no_key(server, database):
    with open(server.keyring) as file:
        content = json.load(file)
    shown = server.odoo("insurance", "keys", "status", "-d", database)
    assert shown.returncode == 0
    assert "active" in shown.stdout
    assert content["masters"]["1"] not in shown.stdout
    assert content["audit"]["key"] not in shown.stdout


def test_status_counts_keys_by_version(server, database):
    status = server.keys("status", "-d", database)
    [(live,)] = server.ask(database, "SELECT count(*) FROM insurance_vault_key")
    assert status.code == 0
    assert status.said["state"] == "open"
    assert status.said["masters"][0]["keys"]["live"] == live > 0


@pytest.mark.parametrize("fault", ["missing", "permissions", "fingerprint"])
def test_locked_vault_is_told_with_what_to_do(server, database, own, fault):
    if fault == "permissions":
        own.write_bytes(server.keyring.read_bytes())
        own.chmod(0o644)
    elif fault == "fingerprint":
        server.keys("create")
    status = server.keys("status", "-d", database)
    assert status.code == 1
    assert (status.said["state"], status.said["code"]) == ("locked", fault)
    assert status.said["advice"]


def test_check_names_what_does_not_open(server, database):
    assert server.keys("check", "-d", database).code == 0
    [(archive_id,)] = server.ask(
        database,
        "UPDATE insurance_vault_value SET sealed = set_byte(sealed, 20,"
        " get_byte(sealed, 20) # 1) WHERE id = (SELECT min(id) FROM"
        " insurance_vault_value WHERE slot = 'id_number') RETURNING archive_id",
    )
    checked = server.keys("check", "-d", database)
    assert checked.code == 1
    [damaged] = checked.said["damaged"]
    assert damaged["problems"] == ["id_number: damaged"]
    server.ask(
        database,
        "DELETE FROM insurance_vault_value WHERE archive_id = %s RETURNING id",
        archive_id,
    )


def test_neutralised_copy_says_that_it_is_one(server, database):
    copy = server.copy(database, f"{database}_staging")
    assert server.odoo("neutralize", "-d", copy).returncode == 0
    status = server.keys("status", "-d", copy)
    assert (status.code, status.said["code"]) == (1, "neutralized")
    assert status.said["keys"].keys() == {"neutralized"}
    [(held,)] = server.ask(
        copy, "SELECT count(*) FROM insurance_vault_key WHERE wrapped IS NOT NULL"
    )
    assert held == 0


def test_unknown_command_is_no_traceback(server):
    done = server.odoo("insurance", "keys", "explode")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
