from odoo import api, models
from odoo.exceptions import UserError

from .. import use_log_writer, vault_caller
from ..tools import canonical
from .insurance_use_log import MODULE, TIERS

MAX_INTEGER = 2**31 - 1
MAX_NAMES = 2000
MAX_NOTE = 1000
#: key of what a transaction has read and changed so far
BUFFER = f"{MODULE}.use_log"


class UseLogUnavailable(UserError):
    """The use can't be recorded now, so it is refused."""


class InsuranceUseLog(models.Model):
    """How a use is recorded: at once and for certain, or gathered until the end."""

    _inherit = "insurance.use.log"

    @api.model
    def _record(
        self,
        action,
        archives=None,
        content=(),
        purpose="",
        purpose_text="",
        result="done",
        grant_id=0,
        count=None,
        wait=True,
    ):
        """Record a use; with *wait* return its id once it is committed, or refuse.

        Without *wait* the uses of a transaction are gathered, one record for each
        kind of use, and handed to the writer at its end.

        :param archives: the archives whose data are used
        :param content: names of fields and models, never values
        :param purpose: code of an ``insurance.purpose``
        :param purpose_text: the purpose in the user's words; may be erased later
        :param grant_id: grant that allowed the use
        :param count: how many archives, where they are not named
        :raise UseLogUnavailable: not recorded in time; the use must not happen
        """
        ids = archives.ids if archives else []
        key = (action, result, _text(purpose, 64), int(grant_id or 0))
        if not wait and (not purpose_text or not self.env.registry.ready):
            self._gather(key, ids, content, count)
            return None
        event = self._event(key, ids, content, count)
        return self._submit(event, _text(purpose_text, MAX_NOTE), wait)

    @api.model
    def _submit(self, event, note, wait):
        try:
            return use_log_writer.writer(self.env.cr.dbname).submit(
                event, note=note, wait=wait
            )
        except use_log_writer.LogUnavailable as error:
            reasons = {
                "timeout": self.env._("The log can't be reached."),
                "refused": self.env._("The log did not take the record."),
                "neutralized": self.env._(
                    "This database is a neutralised copy without keys."
                ),
            }
            reason = reasons.get(
                error.code, self.env._("The keys of the log are missing or wrong.")
            )
            raise UseLogUnavailable(
                self.env._(
                    "This can't be done now, because it can't be recorded. %(reason)s "
                    "Try again in a minute; if it stays so, tell the administrator "
                    "of the server.",
                    reason=reason,
                )
            ) from None

    def _event(self, key, ids, content, count):
        """Return the values of an event, each fit for its column."""
        action, result, purpose, grant_id = key
        ids = [archive_id for archive_id in ids if 0 < archive_id <= MAX_INTEGER]
        many = len(ids) > 1
        names = ",".join(sorted({_text(name, 128) for name in content}))
        user = self.env.user
        caller = self.env.transaction.default_env
        return {
            "user_id": self.env.uid,
            "caller_id": caller.uid if caller else None,
            # the user's own, which the caller's context can't change
            "company_id": user.sudo().company_id.id or None,
            "tier": self._tier(user),
            "channel": self._channel(),
            "action": _text(action, 32),
            "result": _text(result, 16),
            "archive_id": ids[0] if len(ids) == 1 else None,
            "archive_ids": sorted(ids) if many and action != "list" else None,
            "ids_hash": canonical.ids_hash(ids) if many else None,
            "count": min(len(ids) if count is None else count, MAX_INTEGER),
            "content": names[:MAX_NAMES] or None,
            "purpose": purpose or None,
            "grant_id": grant_id if 0 < grant_id <= MAX_INTEGER else None,
        }

    @api.model
    def _tier(self, user):
        for tier, _label in TIERS[:-1]:
            if user.has_group(f"{MODULE}.group_{tier}"):
                return tier
        return "none"

    @api.model
    def _channel(self):
        caller = vault_caller.current_caller(self.env)
        if caller is None:
            return "server"
        return "web" if caller.has_session else "api"

    @api.model
    def _gather(self, key, ids, content, count):
        """Note a use for the end of the transaction."""
        if not self.env.registry.ready:
            # an installation is no use by a person
            return
        cr = self.env.cr
        gathered = cr.postcommit.data.get(BUFFER)
        if gathered is None:
            gathered = cr.postcommit.data[BUFFER] = {}
            log = self.sudo(False)
            cr.postcommit.add(lambda: log._hand_over(gathered, committed=True))
            # what was read was read, also when the transaction fails
            cr.postrollback.add(lambda: log._hand_over(gathered, committed=False))
        # the user is part of the key: a transaction may act for several
        use = gathered.get((self.env.uid, *key))
        if use is None:
            event = self._event(key, [], (), 0)
            use = gathered[(self.env.uid, *key)] = (event, set(), set(), [0])
        _event, all_ids, names, others = use
        all_ids.update(ids)
        names.update(content)
        others[0] += 0 if count is None else max(0, count - len(ids))

    @api.model
    def _hand_over(self, gathered, committed):
        """Give the uses of a transaction to the writer."""
        uses, writer = list(gathered.items()), None
        gathered.clear()
        for (_uid, action, *_rest), (event, ids, names, others) in uses:
            if action in ("create", "edit") and not committed:
                continue
            ids = [archive_id for archive_id in ids if 0 < archive_id <= MAX_INTEGER]
            many = len(ids) > 1
            content = ",".join(sorted(_text(name, 128) for name in names))
            event |= {
                "archive_id": ids[0] if len(ids) == 1 else None,
                "archive_ids": sorted(ids) if many and action != "list" else None,
                "ids_hash": canonical.ids_hash(ids) if many else None,
                "count": len(ids) + others[0],
                "content": content[:MAX_NAMES] or None,
            }
            writer = writer or use_log_writer.writer(self.env.cr.dbname)
            writer.submit(event, wait=False)


def _text(value, limit):
    """Return what a column can hold of a text that a caller may have chosen."""
    text = str(value or "").replace("\0", "")
    return text.encode("utf-8", "replace").decode()[:limit]
