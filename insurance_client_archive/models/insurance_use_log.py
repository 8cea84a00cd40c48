from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import use_log_schema, use_log_writer, vault_caller
from ..tools import canonical

MODULE = "insurance_client_archive"
ACTIONS = [
    ("view", "View"),
    ("list", "List"),
    ("search", "Search"),
    ("search_hit", "Exact search: found"),
    ("search_miss", "Exact search: not found"),
    ("reveal", "Sealed value shown"),
    ("copy", "Copying"),
    ("export", "Export"),
    ("print", "Print"),
    ("share", "Share"),
    ("download", "Download"),
    ("create", "Creation"),
    ("edit", "Change"),
    ("approve", "Approval"),
    ("key", "Keys"),
    ("destroy", "Destruction"),
    ("denied", "Denied"),
    ("login", "Login"),
    ("alarm", "Alarm"),
    ("verify", "Verification of the log"),
    ("prune", "Old records of the log deleted"),
    ("writer_start", "Log begun"),
    ("writer_stop", "Log ended"),
    ("writer_gap", "Records lost"),
]
RESULTS = [("done", "Done"), ("denied", "Denied"), ("failed", "Went wrong")]
#: the strongest role comes first
TIERS = [
    ("compliance", "Compliance officer"),
    ("department_head", "Department head"),
    ("department", "Department"),
    ("supervisor", "Supervisor"),
    ("manager", "Account manager"),
    ("agent", "Agent"),
    ("archivist", "Archivist"),
    ("admin", "Administrator"),
    ("none", "No insurance role"),
]
CHANNELS = [
    ("web", "Browser"),
    ("api", "Programming interface"),
    ("server", "Server"),
]
MAX_INTEGER = 2**31 - 1
MAX_NAMES = 2000
MAX_NOTE = 1000
#: the ORM does not know partitioned tables. The log outlives what it names: a user or
#: an archive that is gone is empty here, and the joins cost nothing where a query
#: does not look at them
TABLE_QUERY = """
    SELECT log.id, log.date, log.n, log.tier, log.channel, log.action, log.result,
           log.archive_ids, log.count, log.content, log.purpose, log.grant_id,
           log.user_id AS user_number, res_users.id AS user_id,
           caller.id AS caller_id, company.id AS company_id,
           log.archive_id AS archive_row, archive.id AS archive_id
    FROM insurance_use_log log
    LEFT JOIN res_users ON res_users.id = log.user_id
    LEFT JOIN res_users caller ON caller.id = log.caller_id
    LEFT JOIN res_company company ON company.id = log.company_id
    LEFT JOIN insurance_archive archive ON archive.id = log.archive_id
"""
#: key of what a transaction has read and changed so far
BUFFER = f"{MODULE}.use_log"


class UseLogUnavailable(UserError):
    """The use can't be recorded now, so it is refused."""


class InsuranceUseLog(models.Model):
    """Who has used whose data, when and what for. Written by the log's writer alone."""

    _name = "insurance.use.log"
    _description = "Use of client data"
    _auto = False
    _log_access = False
    _table_query = TABLE_QUERY
    _order = "date desc, id desc"
    _rec_name = "action"

    date = fields.Datetime(string="When", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    user_number = fields.Integer(
        string="User number",
        readonly=True,
        help="Remains when the user is deleted.",
        aggregator=None,
    )
    caller_id = fields.Many2one(
        "res.users",
        string="Logged in as",
        readonly=True,
        help="Whose session it was, where a program acted in another user's name.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    tier = fields.Selection(TIERS, string="Role", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    action = fields.Selection(ACTIONS, readonly=True)
    result = fields.Selection(RESULTS, readonly=True)
    archive_id = fields.Many2one(
        "insurance.archive",
        readonly=True,
        context={"show_client_name": True},
    )
    count = fields.Integer(
        string="Archives", readonly=True, help="How many archives were used at once."
    )
    content = fields.Char(
        readonly=True, help="Names of the fields or records, never their values."
    )
    content_text = fields.Char(
        string="Content in words", compute="_compute_content_text"
    )
    purpose = fields.Char(string="Code of the purpose", readonly=True)
    purpose_id = fields.Many2one(
        "insurance.purpose",
        compute="_compute_purpose_id",
        search="_search_purpose_id",
        compute_sudo=True,
    )
    note = fields.Char(
        string="In the user's words",
        compute="_compute_note",
        compute_sudo=True,
        groups=f"{MODULE}.group_compliance,{MODULE}.group_supervisor",
    )
    grant_id = fields.Integer(readonly=True, aggregator=None)
    n = fields.Integer(string="Number in its chain", readonly=True, aggregator=None)
    place = fields.Char(
        compute="_compute_place",
        compute_sudo=True,
        help="Chain and number of the record, and the epoch in which it is sealed.",
    )
    concerned_id = fields.Many2one(
        "insurance.archive",
        string="Concerned archive",
        compute="_compute_concerned_id",
        search="_search_concerned_id",
        help="Also finds exports and prints of many archives at once.",
    )
    visible = fields.Boolean(compute="_compute_visible", search="_search_visible")

    def init(self):
        use_log_schema.install(self.env.cr)

    @api.depends("action")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["action"]._description_selection(self.env))
        for use in self:
            use.display_name = labels.get(use.action)

    @api.depends("purpose")
    def _compute_purpose_id(self):
        purposes = self.env["insurance.purpose"].with_context(active_test=False)
        by_code = {
            purpose.code: purpose
            for purpose in purposes.search(
                [("code", "in", [code for code in self.mapped("purpose") if code])]
            )
        }
        for event in self:
            event.purpose_id = by_code.get(event.purpose, purposes)

    @api.depends("content")
    @api.depends_context("lang")
    def _compute_content_text(self):
        labels = {}
        for event in self:
            names = (event.content or "").split(",")
            for name in names:
                if name not in labels:
                    labels[name] = self._content_label(name)
            event.content_text = ", ".join(labels[name] for name in names)

    def _content_label(self, name):
        """Return what people call a model or a field of the archive."""
        model = self.env.get(name)
        if model is not None:
            # how a model is called is no secret
            return self.env["ir.model"].sudo()._get(name).name
        field = self.env["insurance.archive"]._fields.get(name)
        return field._description_string(self.env) if field else name

    def _search_purpose_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        # purposes are no secret
        purposes = self.env["insurance.purpose"].sudo().browse(filter(None, value))
        found = Domain("purpose", "in", purposes.mapped("code"))
        return found | Domain("purpose", "=", False) if False in value else found

    def _compute_note(self):
        query = SQL(
            "SELECT log.id, note.note FROM insurance_use_log log"
            " JOIN insurance_use_note note USING (writer, n) WHERE log.id = ANY(%s)",
            list(self.ids),
        )
        notes = dict(self.env.execute_query(query))
        for event in self:
            event.note = notes.get(event.id, False)

    def _compute_place(self):
        query = SQL(
            "SELECT log.id, log.writer, log.n, leaf.epoch_id, leaf.position"
            " FROM insurance_use_log log"
            " LEFT JOIN insurance_use_leaf leaf ON leaf.log_id = log.id"
            " WHERE log.id = ANY(%s)",
            list(self.ids),
        )
        places = {row[0]: row[1:] for row in self.env.execute_query(query)}
        for event in self:
            writer, n, epoch, position = places.get(event.id, (0, 0, None, None))
            event.place = f"{writer:x}/{n}" + (
                f" · {epoch}/{position}" if epoch else ""
            )

    def _compute_concerned_id(self):
        for event in self:
            event.concerned_id = event.archive_id

    def _search_concerned_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        # False is an int, too
        ids = [archive_id for archive_id in value if type(archive_id) is int]

        def to_sql(model, alias, query):
            return SQL(
                "(%s = ANY(%s::integer[]) OR %s && %s::integer[])",
                SQL.identifier(alias, "archive_id"),
                ids,
                SQL.identifier(alias, "archive_ids"),
                ids,
            )

        return Domain.custom(to_sql=to_sql)

    @api.depends_context("uid")
    def _compute_visible(self):
        # as superuser: the record rule is made of this very field
        domain = Domain("id", "in", self.ids) & Domain("visible", "=", True)
        seen = set(self.sudo().search(domain)._ids)
        for event in self:
            event.visible = event.id in seen

    def _search_visible(self, operator, value):
        """Find uses of archives that the user may open.

        An alarm is for compliance: the client's own agent must not learn that the
        archive is a decoy.
        """
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        if self.env.user.has_group(f"{MODULE}.group_compliance"):
            return Domain.TRUE
        # as superuser: the domain itself says what the user may open
        archives = self.env["insurance.archive"].sudo().with_context(active_test=False)
        allowed = archives._search(archives._access_domain("read"))

        def to_sql(model, alias, query):
            return SQL(
                "(%s IN %s OR %s && ARRAY%s)",
                SQL.identifier(alias, "archive_id"),
                allowed.subselect(),
                SQL.identifier(alias, "archive_ids"),
                allowed.subselect(),
            )

        return Domain.custom(to_sql=to_sql) & Domain("action", "!=", "alarm")

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            raise UserError(self.env._("The use log writes itself."))
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("The use log can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_records(self):
        raise UserError(self.env._("The use log can't be deleted."))

    def action_proof(self):
        """Show what proves that the record stands in a signed epoch."""
        self.ensure_one()
        self.check_access("read")
        proof = self.env["insurance.use.proof"]._of(self)
        if not proof:
            raise UserError(
                self.env._("The record is not sealed yet. Look again in a minute.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Proof of the record"),
            "res_model": proof._name,
            "res_id": proof.id,
            "view_mode": "form",
            "target": "new",
        }

    # --- record a use

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
