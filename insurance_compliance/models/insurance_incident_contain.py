from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .insurance_access_suspension import COMPLIANCE
from .insurance_share_end import OPEN_STATES


class InsuranceShare(models.Model):
    _inherit = "insurance.share"

    end_reason = fields.Selection(selection_add=[("incident", "Incident")])


class InsuranceVaultLock(models.Model):
    _inherit = "insurance.vault.lock"

    def _on_change(self, kind):
        result = super()._on_change(kind)
        self.incident_id._note(kind)
        return result


class InsuranceIncident(models.Model):
    """Containment: one click each, asked for by the server, recorded.

    In a drill each of them is noted, and nothing happens to anybody.
    """

    _inherit = "insurance.incident"

    suspension_ids = fields.One2many("insurance.access.suspension", "incident_id")
    lock_ids = fields.One2many("insurance.vault.lock", "incident_id")
    is_suspended = fields.Boolean(compute="_compute_containment")
    suspect_grants = fields.Integer(
        string="Grants in force", compute="_compute_containment"
    )
    suspect_shares = fields.Integer(
        string="Open shares", compute="_compute_containment"
    )
    is_vault_locked = fields.Boolean(compute="_compute_containment")
    unlock_asked = fields.Boolean(compute="_compute_containment")
    can_unlock = fields.Boolean(compute="_compute_containment")

    @api.depends("suspect_id", "state")
    @api.depends_context("uid")
    def _compute_containment(self):
        suspended = self.env["insurance.access.suspension"]._suspended_ids()
        lock = self.env["insurance.vault.lock"]._current()
        own_lock = lock.with_env(self.env)
        # superuser: how many, whoever may see which
        grants = self._counts("insurance.access.grant", "user_id", self._grants_domain)
        shares = self._counts("insurance.share", "requester_id", self._shares_domain)
        for incident in self:
            suspect = incident.suspect_id
            incident.is_suspended = suspect.id in suspended
            incident.suspect_grants = grants.get(suspect.id, 0)
            incident.suspect_shares = shares.get(suspect.id, 0)
            incident.is_vault_locked = bool(lock)
            incident.unlock_asked = bool(lock.asked_by_id)
            incident.can_unlock = bool(lock) and own_lock.can_unlock

    def _counts(self, model, field, domain):
        # superuser: how many there are
        groups = (
            self.env[model]
            .sudo()
            ._read_group(domain(self.suspect_id), [field], ["__count"])
        )
        return {user.id: count for user, count in groups}

    @api.model
    def _grants_domain(self, users):
        now = fields.Datetime.now()
        return (
            Domain("user_id", "in", users.ids)
            & Domain("state", "=", "active")
            & Domain("date_to", ">", now)
        )

    @api.model
    def _shares_domain(self, users):
        return Domain("requester_id", "in", users.ids) & Domain(
            "state", "in", OPEN_STATES
        )

    # --- one click each

    def action_suspend(self):
        """Suspend the user's access from the next request on, and end the sessions.

        In a drill it is noted and nothing happens to anybody.

        :raise UserError: nobody is named as concerned, or the house would be without a
            compliance officer or an administrator
        """
        user = self._contain("suspended", needs_suspect=True)
        if user:
            self.env["insurance.access.suspension"]._suspend(user, self.name, self)
        return True

    def action_lift(self):
        """Ask why the user may work again."""
        self._check_lead()
        return self._ask("lift", self.env._("Lift the suspension"))

    def action_revoke(self):
        """End all grants of the person concerned, for good.

        In a drill it is noted and nothing ends.

        :raise UserError: the incident is over, or nobody is named as concerned
        """
        user = self._contain("revoked", needs_suspect=True)
        if user:
            # superuser: the grants of the person concerned
            grants = self.env["insurance.access.grant"].sudo()
            found = grants.search(self._grants_domain(user))
            found.with_env(self.env)._end(self.name)
            self._note("revoked", str(len(found)))
        return True

    def action_recall_shares(self):
        """End what the user shares, and what is shared of the affected archives."""
        user = self._contain("recalled")
        if user is None:
            return True
        domain = self._shares_domain(user)
        if user:
            received = Domain("recipient_user_id", "=", user.id)
            domain |= received & Domain("state", "in", OPEN_STATES)
        affected = self._affected_archives()
        if affected:
            domain |= Domain("archive_id", "in", affected.ids) & Domain(
                "state", "in", OPEN_STATES
            )
        # superuser: shares of others, too
        shares = self.env["insurance.share"].sudo().search(domain)
        shares.with_env(self.env)._end("incident", self.name)
        self._note("recalled", str(len(shares)))
        return True

    def action_lock_vault(self):
        """Lock the vault on all servers; two persons unlock it."""
        if self._contain("locked") is not None:
            self.env["insurance.vault.lock"]._lock(self.name, self)
        return True

    def action_ask_unlock(self):
        """Propose to unlock the vault; another officer has to agree."""
        self._check_lead()
        self._vault_lock().action_ask_unlock()
        return True

    def action_unlock(self):
        """Agree with what another officer has proposed, and unlock the vault."""
        self._check_lead()
        self._vault_lock().action_unlock()
        return True

    def _vault_lock(self):
        lock = self.env["insurance.vault.lock"]._current()
        if not lock:
            raise UserError(self.env._("The vault is not locked by anybody."))
        return lock.with_env(self.env)

    def _contain(self, kind, needs_suspect=False):
        """Return whom it is about, after asking who may; None: it is only a drill."""
        self.ensure_one()
        self._check_lead()
        if not self.is_open:
            raise UserError(self.env._("The incident is over. Open it again first."))
        if needs_suspect and not self.suspect_id:
            raise UserError(self.env._("Say first which person is concerned."))
        if self.is_drill:
            self._note(kind, self.env._("drill: nothing was done"))
            return None
        if kind in ("suspended", "locked"):
            self._note(kind, self.suspect_id.name if kind == "suspended" else "")
        return self.suspect_id

    def _check_lead(self):
        """Refuse whoever may not lead this incident."""
        self.check_access("write")
        if not self.env.user.has_group(COMPLIANCE):
            raise AccessError(self.env._("Compliance leads incidents."))

    def _ask(self, step, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "insurance.incident.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_incident_id": self.id, "default_step": step},
        }

    def _lift(self, reason):
        self._check_lead()
        if not self.is_drill:
            # superuser: the suspension of the person concerned
            suspension = self.env["insurance.access.suspension"].sudo()
            found = suspension.search(
                [("user_id", "=", self.suspect_id.id), ("lifted_on", "=", False)]
            )
            if not found:
                raise UserError(self.env._("The person concerned is not suspended."))
            found.with_env(self.env)._lift(reason)
        self._note("lifted", reason)
