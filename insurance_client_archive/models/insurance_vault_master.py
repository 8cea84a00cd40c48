import datetime

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import vault_process, vault_report


class InsuranceVaultMaster(models.Model):
    """How many data keys each version of the master key wraps. Holds no key."""

    _name = "insurance.vault.master"
    _description = "Version of the master key"
    _auto = False
    _log_access = False
    _order = "id desc"
    _rec_name = "version"

    version = fields.Integer(readonly=True, aggregator=None)
    live_count = fields.Integer(string="Keys in use", readonly=True)
    retiring_count = fields.Integer(string="Keys being replaced", readonly=True)
    broken_count = fields.Integer(string="Unreadable keys", readonly=True)
    total_count = fields.Integer(string="Data keys", readonly=True)
    share = fields.Float(
        string="Share of all keys", readonly=True, aggregator=None, digits=(5, 1)
    )
    state = fields.Selection(
        [
            ("waiting", "Prepared"),
            ("active", "In use"),
            ("old", "Old"),
            ("absent", "Not in the keyring"),
        ],
        compute="_compute_held",
    )
    date = fields.Datetime(string="Made", compute="_compute_held")
    days = fields.Integer(string="Age in days", compute="_compute_held")
    fingerprint = fields.Char(compute="_compute_held")

    @property
    def _table_query(self):
        held = vault_process.peek()
        return SQL(
            """
            SELECT version AS id, version,
                   count(*) FILTER (WHERE state = 'live') AS live_count,
                   count(*) FILTER (WHERE state = 'retiring') AS retiring_count,
                   count(*) FILTER (WHERE state = 'broken') AS broken_count,
                   count(state) AS total_count,
                   100.0 * count(state)
                       / greatest(1, sum(count(state)) OVER ()) AS share
              FROM (SELECT kek_version AS version, state FROM insurance_vault_key
                     WHERE state IN %s
                     UNION ALL
                    SELECT version, NULL FROM unnest(%s::integer[]) AS version) AS keys
             GROUP BY version
            """,
            vault_report.HELD,
            held.versions() if held else [],
        )

    def _compute_held(self):
        known = vault_report.masters()
        for master in self:
            held = known.get(master.id, {})
            master.state = held.get("state", "absent")
            master.date = utc(held.get("date"))
            master.days = held.get("days") or 0
            master.fingerprint = held.get("fingerprint", "")

    def action_retire(self):
        """Ask before an old version is destroyed."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "old":
            raise UserError(
                self.env._("Only a master key that was replaced can be destroyed.")
            )
        retirement = self.env["insurance.vault.retire"].create(
            {"version": self.version, "broken_count": self.broken_count}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Destroy a master key"),
            "res_model": retirement._name,
            "res_id": retirement.id,
            "view_mode": "form",
            "target": "new",
        }


def utc(text):
    """Return the date of a keyring as Odoo keeps dates."""
    if not text:
        return False
    date = datetime.datetime.fromisoformat(text)
    return date.astimezone(datetime.timezone.utc).replace(tzinfo=None)
