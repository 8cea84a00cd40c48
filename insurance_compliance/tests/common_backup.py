import json
from datetime import timedelta

from odoo import fields

from odoo.addons.insurance_client_archive.tests.common_keys import KeysCase

from .. import person


class BackupCase(KeysCase):
    """A storage place, reports for it, and the persons who hand them in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # tests act for several persons in one transaction
        cls.classPatch(person, "is_person", lambda env: not env.su)
        places = cls.env["insurance.storage.place"]
        cls.place = places.create({"name": "North", "code": "test/repo1"})
        cls.away = places.create(
            {"name": "South", "code": "test/repo2", "offsite": True, "medium": "cloud"}
        )
        cls.Backup = cls.env["insurance.backup"]
        cls.officer2 = cls._user("officer2", role="compliance")

    def _report(self, *backups, repositories=(1, 2)):
        """Return what pgbackrest says: (label, type, hours ago, repository)."""
        return json.dumps(
            [
                {
                    "name": "test",
                    "db": [
                        {"repo-key": key, "id": 1, "system-id": 5}
                        for key in repositories
                    ],
                    "repo": [{"key": key, "cipher": "none"} for key in repositories],
                    "backup": [self._row(*backup) for backup in backups],
                }
            ]
        ).encode()

    def _row(self, label, kind, hours, key, **values):
        stop = (fields.Datetime.now() - timedelta(hours=hours)).timestamp()
        return {
            "label": label,
            "type": kind,
            "database": {"id": 1, "repo-key": key},
            "timestamp": {"start": int(stop) - 60, "stop": int(stop)},
            "info": {"size": 100, "repository": {"size": 90, "delta": 50}},
            "archive": {"start": "A", "stop": "B"},
            "error": False,
            **values,
        }

    def _drill_report(self, failing=(), hours=1, **values):
        ended = fields.Datetime.now() - timedelta(hours=hours)
        moment = f"{ended.isoformat()}+00:00"
        return json.dumps(
            {
                "report": "insurance-restore-drill",
                "database": "test",
                "operator": "postgres",
                "started": moment,
                "ended": moment,
                "point": moment,
                "rto_seconds": 60,
                "rpo_seconds": 5,
                "tables": 3,
                "rows": 10,
                "files": 2,
                "backups": [],
                "checks": [
                    {"code": code, "passed": code not in failing, "found": "…"}
                    for code in ("manifest", "tables", "log")
                ],
                **values,
            }
        ).encode()

    def _take(self, content, user=None, **values):
        # as from a browser: no superuser
        Backup = self.Backup.with_user(user or self.insurance_admin)
        return Backup._take(content, **values)

    def _act(self, user, record, method):
        """Call a method as the user who is logged in."""
        return getattr(record.with_user(user), method)()
