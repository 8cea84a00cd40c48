"""Storage places with inspections, a month of backups, and two restore drills."""

import json
from datetime import timedelta

from odoo import fields

from .consents import ARCHIVE
from .requests import acting

PLACES = (
    {
        "name": "主机房备份存储",
        "code": "main/repo1",
        "medium": "nas",
        "address": "上海市浦东新区，三楼机房",
        "encrypted": True,
        "fire_protection": "七氟丙烷气体灭火",
        "quake_protection": "机柜固定于地面",
        "damp_protection": "精密空调，漏水检测",
        "dust_protection": "初效过滤，防静电地板",
        "access_protection": "门禁卡与视频监控，记录保存六个月",
    },
    {
        "name": "同城灾备中心",
        "code": "main/repo2",
        "medium": "cloud",
        "offsite": True,
        "address": "上海市松江区",
        "encrypted": True,
        "fire_protection": "极早期烟雾探测",
        "quake_protection": "建筑按八度设防",
        "damp_protection": "恒温恒湿机组",
        "dust_protection": "新风过滤",
        "access_protection": "双人进入，逐次登记",
    },
    {
        "name": "七号档案库房",
        "medium": "paper",
        "tier": "archived",
        "address": "上海市浦东新区，一楼",
        "fire_protection": "细水雾灭火",
        "quake_protection": "密集架加固",
        "damp_protection": "除湿机两台",
        "dust_protection": "密闭门窗",
        "access_protection": "双锁，档案管理员与安保各持一把",
    },
)
#: days ago, temperature, humidity, what was not in order
INSPECTIONS = (
    (0, (200, 110, 20), 21.5, 51, ""),
    (1, (190, 100, 15), 22.0, 48, ""),
    (2, (210, 120, 97), 19.0, 66, "梅雨季节，库房湿度超标，已增加除湿机。"),
)
#: what a drill has to say about each step
FOUND = (
    ("manifest", 9, "backup successfully verified"),
    ("moment", 0, "sha256 d2f0a0c4"),
    ("recovery", 41, "drill-20260930"),
    ("tables", 188, "712 tables, 8123441 rows"),
    ("files", 64, "20417 files, 5.2 GB"),
    ("ledger", 5, "3 entries, 3 carried out"),
    ("log", 96, "ok"),
    ("keys", 33, "18212 values"),
)
WRONG = "filestore: 2 files missing"


def load_backups(env):
    if env["insurance.backup"].search_count([], limit=1):
        return
    places = env["insurance.storage.place"].create(
        [
            {**place, "responsible_id": env.ref(f"{ARCHIVE}.demo_user_insadmin").id}
            for place in PLACES
        ]
    )
    _inspect(env, places)
    officer = env.ref(f"{ARCHIVE}.demo_user_insadmin")
    report = json.dumps(_pgbackrest(fields.Datetime.now())).encode()
    env["insurance.backup"]._take(report, user=officer)
    for days, failing in ((118, True), (61, False)):
        env["insurance.backup"]._take(
            _drill(fields.Datetime.now() - timedelta(days=days), failing), user=officer
        )
    _decide(env)


def _inspect(env, places):
    archivist = env.ref(f"{ARCHIVE}.demo_user_archivist")
    now = fields.Datetime.now()
    inspections = env["insurance.storage.inspection"].sudo()  # days of long ago
    for number, ago, temperature, humidity, note in INSPECTIONS:
        for place_days in ago:
            inspections.create(
                {
                    "place_id": places[number].id,
                    "user_id": archivist.id,
                    "date": now - timedelta(days=place_days),
                    "temperature": temperature,
                    "humidity": humidity,
                    "fire_ok": True,
                    "quake_ok": True,
                    "damp_ok": not note,
                    "dust_ok": True,
                    "access_ok": True,
                    "note": note,
                }
            )


def _pgbackrest(now):
    """Return four weeks as ``pgbackrest info --output=json`` tells them."""
    backups = []
    for week in range(4, 0, -1):
        full = now - timedelta(days=7 * week - 5)
        label = f"{full:%Y%m%d}-010203F"
        backups.append(_backup(label, "full", full, 2600 + 40 * week, 1))
        # the copy of the last week has not left the house yet
        if week > 1:
            backups.append(_backup(label, "full", full, 2600 + 40 * week, 2))
        for day in range(1, 7):
            moment = full + timedelta(days=day)
            if moment < now:
                name = f"{label}_{moment:%Y%m%d}-010203I"
                backups.append(_backup(name, "incr", moment, 60 + 7 * day, 1))
    return [
        {
            "name": "main",
            "cipher": "aes-256-cbc",
            "repo": [{"key": key, "cipher": "aes-256-cbc"} for key in (1, 2)],
            "db": [
                {"repo-key": key, "id": 1, "system-id": 7301844490021127911}
                for key in (1, 2)
            ],
            "backup": backups,
        }
    ]


def _backup(label, kind, moment, megabytes, key):
    start = moment.replace(hour=1, minute=2, second=3).timestamp()
    return {
        "label": label,
        "type": kind,
        "database": {"id": 1, "repo-key": key},
        "timestamp": {"start": int(start), "stop": int(start) + megabytes // 3},
        "info": {
            "size": megabytes * 3_000_000,
            "repository": {"delta": megabytes * 10**6, "size": megabytes * 10**6},
        },
        "archive": {
            "start": "0000000100000021000000A0",
            "stop": "0000000100000021000000A1",
        },
        "error": False,
    }


def _drill(moment, failing):
    """Return the report of a drill; the earlier one has missed files."""
    checks = [
        {"code": code, "seconds": seconds, "found": found, "passed": True}
        for code, seconds, found in FOUND
    ]
    if failing:
        [files] = [check for check in checks if check["code"] == "files"]
        files.update(found=WRONG, passed=False)
    begun = moment.replace(hour=3, minute=0, second=0)
    ended = begun + timedelta(seconds=sum(check["seconds"] for check in checks))
    backup = {
        "label": f"pg_basebackup-{begun:%Y%m%d}",
        "kind": "full",
        "tool": "pg_basebackup",
        "started": f"{begun.isoformat()}+00:00",
        "stopped": f"{begun.isoformat()}+00:00",
        "size": 2_710_000_000,
        "repository": "main/repo1",
        "verification": "backup successfully verified",
        "encrypted": True,
        "with_filestore": True,
        "with_ledger": True,
        "with_keyring": False,
    }
    report = {
        "report": "insurance-restore-drill",
        "version": 1,
        "database": "production",
        "operator": "postgres",
        "started": f"{begun.isoformat()}+00:00",
        "ended": f"{ended.isoformat()}+00:00",
        "point": f"{begun.isoformat()}+00:00",
        "rto_seconds": (ended - begun).total_seconds(),
        "rpo_seconds": 11.4,
        "tables": 712,
        "rows": 8123441,
        "files": 20417,
        "backups": [backup],
        "checks": checks,
    }
    return json.dumps(report).encode()


def _decide(env):
    failed = env["insurance.restore.drill"].search([("result", "=", "failed")])
    passed = env["insurance.restore.drill"].search([("result", "=", "passed")])
    with acting(env, "compliance") as own:
        passed.with_env(own).action_approve()
        failed.with_env(own).write(
            {
                "state": "rejected",
                "state_reason": "附件目录未纳入备份，已修改备份脚本。",
            }
        )
