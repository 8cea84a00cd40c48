import io
import json
import os
import shutil
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


def test_part_of_a_line_on_the_disk_is_no_entry(path, keys, monkeypatch):
    add(path, keys, "a")
    write = io.FileIO.write

    class Short(io.FileIO):
        def write(self, data):
            return write(self, data[:10])

    def opened(handle, mode, buffering):
        return Short(handle, mode)

    monkeypatch.setattr(os, "fdopen", opened)
    with pytest.raises(LedgerError) as refused:
        add(path, keys, "b")
    assert refused.value.code == "ledger_unwritable"
    monkeypatch.undo()
    assert len(lines(path)) == 1


@pytest.fixture
def looked_at(monkeypatch):
    """Count the lines that are looked at."""
    seen = []
    look = ledger._row
    monkeypatch.setattr(ledger, "_row", lambda line: seen.append(line) or look(line))
    return seen


def test_reader_reads_on_where_the_ledger_has_ended(path, keys, looked_at):
    add(path, keys, *"abcdefgh")
    known = ledger.read(path, keys.verify)
    looked_at.clear()
    assert ledger.read(path, keys.verify, known) is known
    assert not looked_at
    add(path, keys, "i", "j")
    looked_at.clear()
    found = ledger.read(path, keys.verify, known)
    assert len(looked_at) == 2
    assert "".join(entry.content["uuid"] for entry in found.entries) == "abcdefghij"
    assert found.head == ledger.read(path, keys.verify).head


def test_writer_who_knows_the_ledger_reads_nothing_again(path, keys, looked_at):
    found = None
    for uuid in "abcdefgh":
        with ledger.writing(path, keys, found) as (found, append):
            append("archive", {"uuid": uuid})
    assert not looked_at
    assert uuids(path, keys) == list("abcdefgh")


def test_what_somebody_has_read_stays_as_it_was(path, keys):
    add(path, keys, "a")
    known = ledger.read(path, keys.verify)
    with ledger.writing(path, keys, known) as (_found, append):
        append("archive", {"uuid": "b"})
    assert [entry.content["uuid"] for entry in known.entries] == ["a"]
    assert known.after(0, "archive") == known.entries
    assert known.about("a") == known.entries[0]
    assert known.about("b") is None
    assert known.head[0] == 1


def test_two_who_know_the_same_do_not_mix_what_they_read(path, keys, tmp_path):
    add(path, keys, "a")
    known = ledger.read(path, keys.verify)
    other = shutil.copy(path, tmp_path / "other.ledger")
    found = {}
    for place, uuid in ((path, "b"), (other, "c"), (path, "d")):
        known_here = found.get(place, known)
        with ledger.writing(place, keys, known_here) as (found[place], append):
            append("archive", {"uuid": uuid})
    for place, expected in ((path, "abd"), (other, "ac")):
        entries = found[place].entries
        assert "".join(entry.content["uuid"] for entry in entries) == expected
        assert found[place].head == ledger.read(place, keys.verify).head


def test_half_a_line_is_no_entry_for_who_reads_on(path, keys):
    add(path, keys, *"abcdefgh")
    known = ledger.read(path, keys.verify)
    with open(path, "a") as file:
        file.write('{"number": 9, "kind": "arch')
    half = ledger.read(path, keys.verify, known)
    assert half.head == known.head
    with ledger.writing(path, keys, half) as (_found, append):
        append("archive", {"uuid": "i"})
    for before in (known, half):
        found = ledger.read(path, keys.verify, before)
        assert found.about("i").number == 9
    assert uuids(path, keys) == list("abcdefghi")


def spoil(path, place, value, *more):
    rows = lines(path)
    row = json.loads(rows[place])
    row["content"]["uuid"] = value
    rows[place] = json.dumps(row, sort_keys=True)
    rewrite(path, [*rows, *more])
    # also where the clock of the disk is coarse
    status = os.stat(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))


def test_who_knows_the_ledger_finds_a_changed_entry(path, keys):
    add(path, keys, *"abcdefgh")
    known = ledger.read(path, keys.verify)
    for place, value in ((2, "x"), (2, "longer"), (7, "x")):
        intact = lines(path)
        spoil(path, place, value)
        with pytest.raises(LedgerError):
            ledger.read(path, keys.verify, known)
        rewrite(path, intact)


def test_who_knows_the_ledger_finds_a_spoilt_new_entry(path, keys):
    add(path, keys, *"abcdefgh")
    known = ledger.read(path, keys.verify)
    add(path, keys, "i")
    spoil(path, 8, "x")
    with pytest.raises(LedgerError):
        ledger.read(path, keys.verify, known)


def test_another_file_is_read_as_a_whole(path, keys):
    add(path, keys, *"abcdefgh")
    known = ledger.read(path, keys.verify)
    add(path, keys, "i")
    spoil(path, 2, "x")
    os.rename(path, path + ".put-aside")
    shutil.copy(path + ".put-aside", path)
    with pytest.raises(LedgerError):
        ledger.read(path, keys.verify, known)


def test_ledger_that_has_doubled_is_read_as_a_whole(path, keys):
    add(path, keys, *"abcd")
    known = ledger.read(path, keys.verify)
    add(path, keys, *"efgh")
    spoil(path, 2, "x")
    with pytest.raises(LedgerError):
        ledger.read(path, keys.verify, known)
