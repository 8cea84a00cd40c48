import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest

from odoo.addons.insurance_compliance.tools import backup_report
from odoo.addons.insurance_compliance.tools.backup_report import ReportError


def manifest(size=22):
    """Return a manifest as PostgreSQL 15 writes it."""
    body = (
        '{ "PostgreSQL-Backup-Manifest-Version": 1,\n"Files": [\n'
        '{ "Path": "backup_label", "Size": 200, "Last-Modified": '
        '"2026-11-20 01:00:05 GMT", "Checksum-Algorithm": "CRC32C", '
        '"Checksum": "0a" },\n'
        f'{{ "Path": "base/1/112", "Size": {size}, "Last-Modified": '
        '"2026-11-20 01:02:00 GMT", "Checksum-Algorithm": "CRC32C", '
        '"Checksum": "0b" }\n'
        "],\n"
        '"WAL-Ranges": [\n{ "Timeline": 1, "Start-LSN": "0/2000028",'
        ' "End-LSN": "0/2000100" }\n],\n'
    )
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f'{body}"Manifest-Checksum": "{digest}"}}\n'.encode()


def pgbackrest(**values):
    backup = {
        "archive": {"start": "000000010000000000000003", "stop": None},
        "database": {"id": 1, "repo-key": 1},
        "error": False,
        "info": {"delta": 9, "repository": {"delta": 4, "size": 40}, "size": 90},
        "label": "20261120-010000F",
        "lsn": {"start": "0/3000028", "stop": "0/3000100"},
        "timestamp": {"start": 1795136400, "stop": 1795136460},
        "type": "full",
        **values,
    }
    stanza = {
        "name": "main",
        "backup": [backup],
        "cipher": "none",
        "db": [{"id": 1, "repo-key": 1, "system-id": 73, "version": "15"}],
        "repo": [{"cipher": "aes-256-cbc", "key": 1}, {"cipher": "none", "key": 2}],
    }
    return json.dumps([stanza]).encode()


def real(name):
    """Return what pgBackRest 2.45 has said of two repositories, one of them encrypted.

    Trimmed of the ranges of its archive. The last backup met a damaged page.
    """
    reports = json.loads(Path(__file__).with_name("pgbackrest_info.json").read_text())
    return json.dumps(reports[name]).encode()


def only(content):
    [backup] = backup_report.parse(content).backups
    return backup


def test_manifest_of_pg_basebackup():
    backup = only(manifest())
    assert (backup.kind, backup.tool, backup.size) == ("full", "pg_basebackup", 222)
    assert backup.started == datetime(2026, 11, 20, 1, 0, 5)
    assert backup.stopped == datetime(2026, 11, 20, 1, 2)
    assert (backup.lsn_start, backup.lsn_stop) == ("0/2000028", "0/2000100")
    assert not backup.verified


def test_changed_manifest_is_refused():
    changed = manifest().replace(b'"Size": 22', b'"Size": 23')
    with pytest.raises(ReportError) as refused:
        backup_report.parse(changed)
    assert refused.value.code == "changed"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("full", "full"), ("diff", "incremental"), ("incr", "incremental")],
)
def test_kinds_of_pgbackrest(kind, expected):
    assert only(pgbackrest(type=kind)).kind == expected


def test_backup_of_pgbackrest_with_its_repository():
    backup = only(pgbackrest())
    # what it has added: the set that it belongs to has 40
    assert (backup.repository, backup.encrypted, backup.size) == ("main/repo1", True, 4)
    assert (backup.system_id, backup.wal_stop) == ("73", "")
    # a repository without backups is listed all the same
    assert backup_report.parse(pgbackrest()).listed == {"main/repo1", "main/repo2"}


def test_real_report_of_pgbackrest():
    report = backup_report.parse(real("all"))
    assert [
        (b.repository, b.label, b.kind, b.size, b.encrypted, b.failed)
        for b in report.backups
    ] == [
        ("main/repo1", "20261123-044621F", "full", 12278087, False, False),
        ("main/repo2", "20261123-044720F", "full", 12425280, True, False),
        (
            *("main/repo1", "20261123-044621F_20261123-044758D"),
            *("incremental", 1097938, False, False),
        ),
        (
            *("main/repo1", "20261123-044621F_20261123-044802I"),
            *("incremental", 68742, False, False),
        ),
        (
            *("main/repo2", "20261123-044720F_20261123-044806I"),
            *("incremental", 140432, True, False),
        ),
        ("main/repo1", "20261123-045133F", "full", 12310313, False, True),
    ]
    first = report.backups[0]
    assert first.started == datetime(2026, 11, 23, 4, 46, 21)
    assert (first.lsn_start, first.lsn_stop) == ("0/6000028", "0/61A3528")
    assert first.system_id == "7711223334108039028"
    assert report.listed == {"main/repo1", "main/repo2"}


def test_repository_that_pgbackrest_can_not_read_is_not_listed():
    report = backup_report.parse(real("one repository is unreadable"))
    assert report.listed == {"main/repo1"}
    [(name, why)] = report.unread.items()
    assert (name, "Permission denied" in why) == ("main/repo2", True)


@pytest.mark.parametrize("content", [b"[]", b'[{"name": "x", "db": [], "backup": []}]'])
def test_report_without_any_repository_is_refused(content):
    with pytest.raises(ReportError) as refused:
        backup_report.parse(content)
    assert refused.value.code == "empty"


def test_error_of_pgbackrest():
    assert only(pgbackrest(error=True)).failed


def test_own_report_in_another_zone():
    row = {
        "label": "x",
        "kind": "incremental",
        "tool": "pg_receivewal",
        "started": "2026-11-20T09:00:00+08:00",
        "stopped": "2026-11-20T09:30:00+08:00",
        "unknown": "is left out",
    }
    report = {"report": "insurance-backup", "backups": [row]}
    assert only(json.dumps(report).encode()).stopped == datetime(2026, 11, 20, 1, 30)
    report["backups"][0]["kind"] = "other"
    with pytest.raises(ReportError):
        backup_report.parse(json.dumps(report).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{}",
        b"null",
        b"3",
        b'"text"',
        b"[1]",
        b'[{"name": "main"}]',
        b'{"report": "insurance-backup"}',
        b'{"PostgreSQL-Backup-Manifest-Version": 1}',
    ],
)
def test_what_is_no_report_is_refused(content):
    with pytest.raises(ReportError):
        backup_report.parse(content)


@pytest.mark.parametrize(
    ("said", "verified"),
    [
        ("backup successfully verified\n", True),
        ("pg_verifybackup: error: checksum mismatch for file", False),
        ("", False),
    ],
)
def test_what_pg_verifybackup_says(said, verified):
    assert only(manifest())._replace(verification=said).verified is verified
