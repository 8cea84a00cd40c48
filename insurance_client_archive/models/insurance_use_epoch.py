import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import use_log_anchor, use_log_epoch, use_log_schema, vault_process
from .insurance_use_log import MODULE

_logger = logging.getLogger(__name__)
COLUMNS = SQL(
    "SELECT id AS epoch, date, count, encode(hash, 'hex') AS hash,"
    " encode(signature, 'hex') AS signature,"
    " encode(public_key, 'hex') AS public_key FROM insurance_use_epoch"
)


class InsuranceUseEpoch(models.Model):
    """A minute of the use log, sealed and signed."""

    _name = "insurance.use.epoch"
    _description = "Epoch of the use log"
    _auto = False
    _log_access = False
    _order = "id desc"
    _rec_name = "id"

    date = fields.Datetime(string="Sealed on", readonly=True)
    count = fields.Integer(string="Records", readonly=True)
    hash_text = fields.Char(string="Hash", compute="_compute_hash_text")

    def _compute_hash_text(self):
        self.env.cr.execute(
            "SELECT id, encode(hash, 'hex') FROM insurance_use_epoch"
            " WHERE id = ANY(%s)",
            [list(self.ids)],
        )
        hashes = dict(self.env.cr.fetchall())
        for epoch in self:
            epoch.hash_text = hashes.get(epoch.id)

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            raise UserError(self.env._("Epochs are sealed by the server."))
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("An epoch can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_epochs(self):
        raise UserError(self.env._("An epoch can't be deleted."))

    @api.model
    def _seal(self, everything=False):
        """Seal what is committed, in a transaction of its own."""
        with use_log_epoch.open_cursor(self.env.cr.dbname) as cr:
            cr.execute("SELECT EXISTS (SELECT FROM insurance_use_log)")
            if not cr.fetchone()[0]:
                # a new database has no keys yet, and needs none
                return None
            cr.execute("SELECT name, value FROM insurance_vault_fingerprint")
            keyring = vault_process.log_keys(dict(cr.fetchall()))
            return use_log_epoch.seal(cr, keyring, everything)

    @api.model
    def _anchor(self):
        """Tell the anchors of the epochs that they don't know yet."""
        database = self.env.cr.dbname
        for anchor in use_log_anchor.anchors(database):
            with use_log_epoch.open_cursor(database) as cr:
                cr.execute(SQL("%s WHERE id > %s ORDER BY id", COLUMNS, anchor.last()))
                epochs = [
                    {**epoch, "date": epoch["date"].isoformat()}
                    for epoch in cr.dictfetchall()
                ]
            if epochs:
                anchor.append(epochs)

    @api.model
    def _cron_seal(self):
        """Seal the last minute and carry its hash outside."""
        self._add_months()
        try:
            self._seal()
        except vault_process.KeysRefused as error:
            _logger.error("The use log is not sealed: the keys are %s.", error.code)
            raise
        self._anchor()

    @api.model
    def _add_months(self):
        """Make the next months; without them records go to the rest, and are sealed."""
        try:
            with use_log_epoch.open_cursor(self.env.cr.dbname) as cr:
                # rather no new month than readers and writers that wait
                cr.execute("SET LOCAL lock_timeout = '2s'")
                use_log_schema.add_months(cr)
        except psycopg2.errors.LockNotAvailable:
            _logger.warning("A month of the use log is not made: the log is in use.")

    @api.model
    def _cron_mail(self):
        """Send the last hash to compliance: their mailbox is an anchor, too."""
        with use_log_epoch.open_cursor(self.env.cr.dbname) as cr:
            cr.execute(SQL("%s ORDER BY id DESC LIMIT 1", COLUMNS))
            epoch = cr.dictfetchone()
        # superuser, here and below: a job of the server keeps its place and sends the
        # hash, in which nothing of a client stands
        parameters = self.env["ir.config_parameter"].sudo()
        if not epoch or parameters.get_param(f"{MODULE}.use_log_mailed") == str(
            epoch["epoch"]
        ):
            return
        officers = self.env.ref(f"{MODULE}.group_compliance").all_user_ids
        for officer in officers.filtered(lambda user: user.active and user.email):
            translated = self.with_context(lang=officer.lang)
            self.env["mail.mail"].sudo().create(
                {
                    "subject": translated.env._(
                        "Use log of client data: epoch %s", epoch["epoch"]
                    ),
                    "body_html": translated._mail_body(epoch),
                    "email_to": officer.email_formatted,
                    "auto_delete": True,
                }
            )
        if officers:
            parameters.set_param(f"{MODULE}.use_log_mailed", str(epoch["epoch"]))

    def _mail_body(self, epoch):
        return self.env["ir.qweb"]._render(
            f"{MODULE}.use_log_anchor_mail",
            {"epoch": epoch, "database": self.env.cr.dbname},
        )
