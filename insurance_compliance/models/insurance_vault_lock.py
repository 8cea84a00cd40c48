from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive import vault_process

from ..person import check_person
from .insurance_access_suspension import COMPLIANCE


class InsuranceVaultLock(models.Model):
    """The vault locked by a person: nothing is opened or sealed on any server.

    One officer is enough to lock it; to unlock it one asks and another agrees.
    """

    _name = "insurance.vault.lock"
    _description = "Lock of the vault"
    _order = "id desc"
    _rec_name = "locked_on"

    incident_id = fields.Many2one(
        "insurance.incident", readonly=True, index=True, ondelete="restrict"
    )
    reason = fields.Char(required=True, readonly=True)
    locked_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    locked_on = fields.Datetime(required=True, readonly=True)
    asked_by_id = fields.Many2one(
        "res.users",
        string="Unlocking proposed by",
        readonly=True,
        ondelete="restrict",
    )
    asked_on = fields.Datetime(string="Unlocking proposed on", readonly=True)
    unlocked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    unlocked_on = fields.Datetime(readonly=True)
    can_unlock = fields.Boolean(compute="_compute_can_unlock")

    _unlocked_by_two = models.Constraint(
        "CHECK(unlocked_by_id <> asked_by_id"
        " AND (unlocked_by_id IS NULL OR asked_by_id IS NOT NULL))",
        "One person proposes to unlock the vault, another agrees.",
    )
    _open_unique = models.UniqueIndex(
        "((true)) WHERE unlocked_on IS NULL", "The vault is locked already."
    )

    @api.depends("asked_by_id", "unlocked_on")
    @api.depends_context("uid")
    def _compute_can_unlock(self):
        for lock in self:
            asked_by = lock.asked_by_id
            lock.can_unlock = (
                bool(asked_by) and asked_by != self.env.user and not lock.unlocked_on
            )

    @api.model
    def _lock(self, reason, incident=None):
        """Lock the vault for everybody, from the next transaction on."""
        self._check_officer()
        reason = self.env["insurance.access.suspension"]._check_reason(reason)
        if self._current():
            raise UserError(self.env._("The vault is locked already."))
        # superuser: nobody writes locks by hand; who may, was asked before
        lock = self.sudo().create(
            {
                "incident_id": incident.id if incident else False,
                "reason": reason,
                "locked_by_id": self.env.uid,
                "locked_on": fields.Datetime.now(),
            }
        )
        vault_process.lock(self.env, f"insurance.vault.lock {lock.id}")
        self._record("locked", reason)
        return lock.with_env(self.env)

    def action_ask_unlock(self):
        """Propose to unlock the vault; somebody else has to agree."""
        self._check_officer()
        # superuser: nobody writes locks by hand; who may, was asked before
        lock = self.sudo().ensure_one()
        if lock.unlocked_on:
            raise UserError(self.env._("The vault is unlocked already."))
        lock._check_not_concerned()
        lock.write({"asked_by_id": self.env.uid, "asked_on": fields.Datetime.now()})
        self._record("unlock proposed")
        self._on_change("unlock_asked")
        return True

    def action_unlock(self):
        """Agree, and open the vault again."""
        self._check_officer()
        # superuser: nobody writes locks by hand; who may, was asked before
        lock = self.sudo().ensure_one()
        if lock.unlocked_on:
            raise UserError(self.env._("The vault is unlocked already."))
        lock._check_not_concerned()
        if not lock.asked_by_id or lock.asked_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "Two persons unlock the vault: one proposes it, another agrees."
                )
            )
        lock.write(
            {"unlocked_by_id": self.env.uid, "unlocked_on": fields.Datetime.now()}
        )
        vault_process.unlock(self.env)
        self._record("unlocked")
        self._on_change("vault_unlocked")
        return True

    def _check_not_concerned(self):
        if self.env.user == self.incident_id.suspect_id:
            raise AccessError(self.env._("Others decide when the vault is unlocked."))

    def _on_change(self, kind):
        """Override to note it where the lock came from."""

    @api.model
    def _current(self):
        # superuser: whether there is one
        return self.sudo().search([("unlocked_on", "=", False)], limit=1)

    @api.model
    def _check_officer(self):
        check_person(self.env)
        if not self.env.user.has_group(COMPLIANCE):
            raise AccessError(self.env._("Compliance locks and unlocks the vault."))

    @api.model
    def _record(self, what, reason=""):
        self.env["insurance.use.log"].sudo()._record(  # nobody else writes the log
            "key",
            content=[f"vault {what}"],
            purpose_text=reason,
            wait=self.env.registry.ready,
        )
