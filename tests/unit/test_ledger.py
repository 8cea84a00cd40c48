import json
import os
import stat

import pytest

from odoo.addons.insurance_client_archive.tools import keyring, ledger
from odoo.addons.insurance_client_archive.tools.ledger import LedgerError


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return keyring.create(str(tmp_path_factory.mktemp("keys") / "keyring.json"))


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "anchors" / "destruction.ledger")


def add(path, keys, *uuids):
    for uuid in uuids:
        with ledger.writing(path, keys) as (_found, append):
            append("archive", {"uuid": uuid, "generations": [1]})


def uuids(path, keys):
    return [entry.content["uuid"] for entry in ledger.read(path, keys.verify).entries]


def refusal(path, keys):
    with pytest.raises(LedgerError) as refused:
        ledger.read(path, keys.verify)
    return refused.value.code


def lines(path):
    with open(path) as file:
        return file.read().splitlines()


def rewrite(path, rows):
    with open(path, "w") as file:
        file.writelines(row + "\n" for row in rows)


def test_no_file_is_an_empty_ledger(path, keys):
    assert ledger.read(path, keys.verify).head == (0, ledger.START)


def test_entries_come_back_in_order(path, keys):
    add(path, keys, "a", "b", "c")
    assert uuids(path, keys) == ["a", "b", "c"]
    assert [e.number for e in ledger.read(path, keys.verify).after(1)] == [2, 3]


def test_file_is_for_the_owner_alone(path, keys):
    add(path, keys, "a")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_half_a_line_of_a_crash_is_no_entry_and_stops_no_other(path, keys):
    add(path, keys, "a")
    with open(path, "a") as file:
        file.write('{"number": 2, "kind": "arch')
    assert uuids(path, keys) == ["a"]
    add(path, keys, "b")
    assert uuids(path, keys) == ["a", "b"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_changed_entry_is_found(path, keys, place):
    add(path, keys, "a", "b", "c")
    rows = lines(path)
    row = json.loads(rows[place])
    row["content"]["uuid"] = "x"
    rows[place] = json.dumps(row)
    rewrite(path, rows)
    assert refusal(path, keys) == "ledger_damaged"


def test_missing_and_swapped_entries_are_found(path, keys):
    add(path, keys, "a", "b", "c")
    first, second, third = lines(path)
    for rows in ([second, third], [first, third], [first, third, second]):
        rewrite(path, rows)
        assert refusal(path, keys) == "ledger_damaged"


def test_ledger_of_another_keyring_is_refused(path, keys, tmp_path):
    add(path, keyring.create(str(tmp_path / "other.json")), "a")
    assert refusal(path, keys) == "ledger_damaged"


def test_damaged_ledger_is_not_continued(path, keys):
    add(path, keys, "a", "b")
    rewrite(path, lines(path)[1:])
    with pytest.raises(LedgerError):
        add(path, keys, "c")
    assert len(lines(path)) == 1


def test_place_that_can_not_be_written_is_told(keys, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError) as refused:
        add(str(tmp_path / "file" / "ledger"), keys, "a")
    assert refused.value.code == "ledger_unwritable"


def test_entry_that_does_not_reach_the_disk_is_none(path, keys, monkeypatch):
    add(path, keys, "a")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with ledger.writing(path, keys) as (found, append):
        with pytest.raises(LedgerError) as refused:
            append("archive", {"uuid": "b"})
        assert refused.value.code == "ledger_unwritable"
        assert len(found.entries) == 1
    monkeypatch.undo()
    assert uuids(path, keys) == ["a"]
