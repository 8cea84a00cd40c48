import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import use_log_anchor, use_log_epoch, use_log_verify, vault_process
from .insurance_use_log import MODULE

MISFITS = [
    ("mac", "A record was changed"),
    ("gap", "A record is missing before this one"),
    ("missing", "A sealed record is missing"),
    ("leaf", "A record is not at its place in the epoch"),
    ("root", "The records of an epoch are not those that were sealed"),
    ("epoch", "The chain of epochs is broken"),
    ("epoch_missing", "An epoch is missing"),
    ("signature", "The signature of an epoch does not fit"),
    ("pruned", "A record of pruning does not fit"),
    ("anchor", "An epoch is not the one that was carried outside"),
    ("anchor_missing", "The end is missing, or an older database was restored"),
    ("keys", "The keys are missing or wrong"),
]
LEVELS = [
    ("a", "A: the database refuses changes"),
    ("b", "B: the tables belong to somebody else"),
    ("c", "C: B, and the hashes are kept outside"),
    ("d", "D: C, and the keys are in a key management service"),
]
#: more records than this are recounted in the background
BACKGROUND = 100_000


class InsuranceUseCheck(models.Model):
    """A verification of the use log, and what it found."""

    _name = "insurance.use.check"
    _description = "Verification of the use log"
    _order = "id desc"
    _rec_name = "date"

    date = fields.Datetime(
        string="Begun", required=True, readonly=True, default=fields.Datetime.now
    )
    date_end = fields.Datetime(string="Finished", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("ok", "Everything fits"),
            ("misfit", "Something does not fit"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    whole = fields.Boolean(
        string="Whole log", readonly=True, help="Otherwise the last days."
    )
    user_id = fields.Many2one(
        "res.users", string="Asked by", readonly=True, default=lambda self: self.env.uid
    )
    first_epoch = fields.Integer(string="First epoch", readonly=True)
    last_epoch = fields.Integer(string="Last epoch", readonly=True)
    done_count = fields.Integer(string="Records", readonly=True)
    total_count = fields.Integer(string="Records in all", readonly=True)
    unsealed_count = fields.Integer(string="Not sealed yet", readonly=True)
    pruned_count = fields.Integer(string="Pruned after retention", readonly=True)
    anchored_count = fields.Integer(string="Epochs found outside", readonly=True)
    level = fields.Selection(LEVELS, string="Protection", readonly=True)
    misfit = fields.Selection(MISFITS, readonly=True)
    misfit_place = fields.Char(string="Where", readonly=True)
    log_id = fields.Many2one("insurance.use.log", string="Record", readonly=True)
    progress = fields.Float(compute="_compute_progress")

    @api.depends("done_count", "total_count", "state")
    def _compute_progress(self):
        for check in self:
            finished = check.state in ("ok", "misfit")
            done = 100 * check.done_count / (check.total_count or 1)
            check.progress = 100 if finished else min(99, done)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_server(self):
        raise UserError(self.env._("Verifications are evidence and stay."))

    @api.model
    def action_verify(self):
        """Recount the whole log now; a long log is recounted in the background."""
        self.check_access("read")
        if not self.env.user.has_group(f"{MODULE}.group_compliance"):
            raise UserError(self.env._("Compliance verifies the use log."))
        # compliance asks; the result is nobody's to write
        check = self.sudo().create({"whole": True, "user_id": self.env.uid})
        if self._size() > BACKGROUND:
            self.env.ref(f"{MODULE}.cron_use_log_verify").sudo()._trigger()
        else:
            check._run()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": check.id,
            "view_mode": "form",
        }

    @api.model
    def _cron_verify(self):
        """Recount what was asked for; every night the last days, on Sundays all."""
        waiting = self.search([("state", "in", ("waiting", "running"))])
        if not waiting:
            whole = fields.Date.today().weekday() == 6
            waiting = self.create({"whole": whole})
        # the progress is written in transactions of its own
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for check in waiting:
            check._run(store=check._store)
        self.env["ir.cron"]._commit_progress(len(waiting), remaining=0)

    def _run(self, store=None):
        """Verify, and keep and record the result."""
        self.ensure_one()
        store = store or self.write
        store({"state": "running"})

        def progress(done, total):
            if store != self.write:
                store({"done_count": done, "total_count": total})

        values = self._verify(progress)
        store({**values, "date_end": fields.Datetime.now()})
        self.env["insurance.use.log"]._record(
            "verify",
            content=[f"epoch {values.get('last_epoch', 0)}"],
            result="done" if values["state"] == "ok" else "failed",
            count=values.get("done_count", 0),
            wait=False,
        )
        if values["state"] == "misfit":
            self._alarm(values)

    def _verify(self, progress=None):
        """Return the values of a verification, for this record or a command line."""
        database = self.env.cr.dbname
        try:
            self.env["insurance.use.epoch"]._seal(everything=True)
            self.env["insurance.use.epoch"]._anchor()
            with use_log_epoch.open_cursor(database) as cr:
                cr.execute("SELECT name, value FROM insurance_vault_fingerprint")
                keyring = vault_process.log_keys(dict(cr.fetchall()))
                found = use_log_verify.verify(
                    cr,
                    keyring,
                    use_log_anchor.anchors(database),
                    first=1 if self.whole else self._first_recent(cr),
                    progress=progress,
                )
        except vault_process.KeysRefused as error:
            return {
                "state": "misfit",
                "misfit": "keys",
                "misfit_place": error.code,
                "level": self._level(),
            }
        return {
            "state": "ok" if found.ok else "misfit",
            "first_epoch": found.first_epoch,
            "last_epoch": found.last_epoch,
            "done_count": found.events,
            "total_count": found.events,
            "unsealed_count": found.unsealed,
            "pruned_count": found.pruned,
            "anchored_count": found.anchored,
            "level": self._level(),
            "misfit": found.kind or False,
            "misfit_place": self._place(found),
            "log_id": found.log_id or False,
        }

    def _place(self, found):
        """Return where something does not fit, for people."""
        if found.ok:
            return False
        parts = []
        if found.epoch:
            parts.append(self.env._("epoch %s", found.epoch))
        if found.writer:
            parts.append(
                self.env._(
                    "chain %(writer)s, number %(n)s",
                    writer=f"{found.writer:x}",
                    n=found.n,
                )
            )
        return ", ".join(parts)

    @api.model
    def _level(self):
        """Return the level of protection that is in force."""
        if self._is_changeable():
            return "a"
        if not self._is_anchored_outside():
            return "b"
        return "d" if vault_process.location().provider != "file" else "c"

    @api.model
    def _is_changeable(self):
        """Tell whether Odoo's own role could change the log, but for the triggers."""
        query = SQL(
            "SELECT rolsuper OR has_table_privilege("
            "'insurance_use_log', 'UPDATE, DELETE, TRUNCATE')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        return self.env.execute_query(query)[0][0]

    @api.model
    def _is_anchored_outside(self):
        anchors = use_log_anchor.anchors(self.env.cr.dbname)
        # superuser: whether a mail was ever sent is all that is read
        parameters = self.env["ir.config_parameter"].sudo()
        return bool(parameters.get_param(f"{MODULE}.use_log_mailed")) or any(
            getattr(anchor, "outside", True) for anchor in anchors
        )

    @api.model
    def _first_recent(self, cr):
        cr.execute(
            "SELECT coalesce(min(id), 1) FROM insurance_use_epoch WHERE date > %s",
            [fields.Datetime.now() - datetime.timedelta(days=2)],
        )
        return cr.fetchone()[0]

    @api.model
    def _size(self):
        query = SQL("SELECT sum(count)::bigint FROM insurance_use_epoch")
        return self.env.execute_query(query)[0][0] or 0

    def _store(self, values):
        """Write at once, so that others see the progress."""
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr)).write(values)
        self.invalidate_recordset()

    def _alarm(self, values):
        """Tell every compliance officer that the log does not fit."""
        officers = self.env.ref(f"{MODULE}.group_compliance").all_user_ids
        activity_type = self.env.ref("mail.mail_activity_data_warning")
        for officer in officers.filtered("active"):
            translated = self.with_context(lang=officer.lang)
            labels = dict(
                translated._fields["misfit"]._description_selection(translated.env)
            )
            # an activity of its own: nobody follows the log
            self.env["mail.activity"].sudo().create(
                {
                    "activity_type_id": activity_type.id,
                    "user_id": officer.id,
                    "summary": translated.env._("The use log does not fit"),
                    "note": f"{labels[values['misfit']]}: {values['misfit_place']}",
                }
            )
