import hashlib
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import backup_report
from ..tools.backup_report import ReportError
from .insurance_retention_rule import MODULE

IMPORTERS = f"{MODULE}.group_admin,{MODULE}.group_compliance"
#: facts about a backup that its tool may leave unsaid
FACTS = ("filestore", "ledger", "keyring")


class Taken(NamedTuple):
    """What a report has brought; ``unread``: repositories that its tool can't read."""

    backups: Any
    known: Any
    gone: Any
    drills: Any
    unread: dict


class InsuranceBackup(models.Model):
    """How reports of tools get into the ledger."""

    _inherit = "insurance.backup"

    @api.model
    def _take(self, content, place=None, verification="", facts=frozenset(), user=None):
        """Read a report, and keep what is new in it.

        :param bytes content: the file
        :param place: where the backup lies, if the report does not say so
        :param verification: what ``pg_verifybackup`` has said about it
        :param facts: what is true of the backup and a manifest can't say
        :param user: who hands it in
        :return: `Taken`
        """
        user = user or self.env.user
        if not (self.env.su or user.has_groups(IMPORTERS)):
            raise AccessError(
                self.env._("Administrators and compliance import reports of backups.")
            )
        report = self._parse(content)
        self._check_past(report)
        digest = hashlib.sha256(content).hexdigest()
        own = self.sudo()  # rows come out of reports alone; who may import was asked
        new, known = own.browse(), own.browse()
        for backup in report.backups:
            if verification:
                backup = backup._replace(verification=verification.strip())
            at = own._place_of(backup, place)
            row = own.search([("place_id", "=", at.id), ("label", "=", backup.label)])
            if row:
                row._complete(backup)
                known |= row
            else:
                new |= own.create(
                    own._values(backup, at, facts)
                    | {"user_id": user.id, "report_hash": digest}
                )
        gone = own._mark_gone(report)
        drills = own.env["insurance.restore.drill"].browse()
        if report.drill:
            try:
                drills = drills._take(report.drill, content, new | known, user)
            except (AttributeError, KeyError, TypeError, ValueError):
                raise self._no_report() from None
        return Taken(
            new.sudo(False),
            known.sudo(False),
            gone.sudo(False),
            drills.sudo(False),
            report.unread,
        )

    @api.model
    def _parse(self, content):
        try:
            return backup_report.parse(content)
        except ReportError as error:
            if error.code == "changed":
                raise UserError(
                    self.env._(
                        "This manifest was changed: its checksum does not fit. "
                        "Don't rely on the backup; take another one."
                    )
                ) from None
            if error.code == "empty":
                raise UserError(
                    self.env._(
                        "pgbackrest knows no stanza: run it as its own user, with the "
                        "configuration that makes the backups."
                    )
                ) from None
            raise self._no_report() from None
        except (OverflowError, RecursionError, OSError):
            raise self._no_report() from None

    @api.model
    def _no_report(self):
        return UserError(
            self.env._(
                "This is no report of a backup. Choose “backup_manifest” of "
                "pg_basebackup, the output of “pgbackrest info --output=json”, or "
                "the report of a restore drill."
            )
        )

    @api.model
    def _check_past(self, report):
        """Refuse what has not happened yet: it would count as done for years."""
        # clocks of other servers are not quite the same
        limit = fields.Datetime.add(fields.Datetime.now(), hours=1)
        moments = [
            moment
            for backup in report.backups
            for moment in (backup.started, backup.stopped)
        ]
        if any(moment > limit for moment in moments):
            raise UserError(
                self.env._("The report speaks of a time that has not come yet.")
            )

    @api.model
    def _place_of(self, backup, place):
        """Return the place that the report names, else the one that was given."""
        if backup.repository:
            named = self.env["insurance.storage.place"].search(
                [("code", "=", backup.repository)]
            )
            if named:
                return named
        if place:
            return place
        raise UserError(
            self.env._(
                "Say where the backup lies: choose a storage place, or give one the "
                "code “%s”.",
                backup.repository or self.env._("of the repository"),
            )
        )

    @api.model
    def _values(self, backup, place, facts):
        moment = backup.stopped if backup.verification else None
        values = {
            "label": backup.label,
            "kind": backup.kind,
            "tool": backup.tool,
            "place_id": place.id,
            "started": backup.started,
            "stopped": backup.stopped,
            "size": backup.size,
            "lsn_start": backup.lsn_start,
            "lsn_stop": backup.lsn_stop,
            "wal_start": backup.wal_start,
            "wal_stop": backup.wal_stop,
            "system_id": backup.system_id,
            "checksum": backup.checksum,
            "failed": backup.failed or bool(moment and not backup.verified),
            "verification": backup.verification or False,
            "verified_on": backup.verified and fields.Datetime.now(),
            "encrypted": self._stated(
                backup.encrypted, "encrypted" in facts or place.encrypted
            ),
        }
        for fact in FACTS:
            stated = getattr(backup, f"with_{fact}")
            values[f"with_{fact}"] = self._stated(stated, fact in facts)
        return values

    @api.model
    def _stated(self, stated, given):
        if given or stated:
            return "yes"
        return "unknown" if stated is None else "no"

    def _complete(self, backup):
        """Note that a known backup has been verified since."""
        if backup.verified and not self.verified_on:
            self.write(
                {
                    "verified_on": fields.Datetime.now(),
                    "verification": backup.verification,
                }
            )
        elif backup.verification and not backup.verified:
            self.failed = True
            if not self.verified_on:
                self.verification = backup.verification

    @api.model
    def _mark_gone(self, report):
        """Note which backups a repository, listed as a whole, has no more."""
        places = self.env["insurance.storage.place"].search(
            [("code", "in", list(report.listed))]
        )
        labels = {
            place.id: [b.label for b in report.backups if b.repository == place.code]
            for place in places
        }
        gone = self.browse()
        for place in places:
            gone |= self.search(
                Domain("place_id", "=", place.id)
                & Domain("tool", "=", "pgbackrest")
                & Domain("gone_on", "=", False)
                & Domain("label", "not in", labels[place.id])
            )
        gone.write({"gone_on": fields.Datetime.now()})
        return gone
