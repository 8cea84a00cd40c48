from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.base.models.res_users import check_identity

from .. import vault_caller
from .insurance_sealed_mixin import MODULE
from .insurance_sealed_open import open_values

#: states in which nothing is opened any more
CLOSED_STATES = ("restricted", "destroyed")


class IdentityCheckNeeded(UserError):
    """The user must confirm the password before this value is shown."""


class InsuranceSealedMixin(models.AbstractModel):
    """The one door: who asks, for whom, why; then the log; then the value."""

    _inherit = "insurance.sealed.mixin"

    def reveal(self, field_names, purpose, purpose_text=""):
        """Return {field name: value} of one record to the user who calls this.

        In this order: is it the user who calls; may the user open the record, and
        these fields for this purpose; the use is in the log, committed; and only then
        the values are decrypted. Whatever fails, fails closed.

        :param list field_names: names of sealed fields
        :param str purpose: code of an ``insurance.purpose``
        :param str purpose_text: the purpose in the user's words
        """
        self.ensure_one()
        sealed = self._sealed_fields(field_names)
        event = {"purpose": purpose, "purpose_text": purpose_text}
        try:
            grant = self._authorize_reveal(sealed, purpose, purpose_text)
        except IdentityCheckNeeded:
            raise
        except UserError:
            self._sealed_log(self._logged(), "reveal", field_names, "denied", **event)
            raise
        self._sealed_log(
            self, "reveal", field_names, "done", grant_id=grant, wait=True, **event
        )
        values = open_values(self, sealed)[self]
        self._on_reveal(field_names, purpose)
        return values

    def reveal_terms(self, field_names):
        """Return what the eye needs to know before it asks for a purpose."""
        self.ensure_one()
        sealed = self._sealed_fields(field_names)
        self._check_reveal_record()
        parameter = self.env["insurance.parameter"]
        return {
            "allowed": bool(self._may_reveal(field_names, None)),
            "application": self._reveal_application(field_names),
            "purposes": self.env["insurance.purpose"]._choices(),
            "seconds": parameter._get("vault_display_seconds"),
            "step_up": self._needs_identity(sealed),
        }

    @check_identity
    def action_confirm_identity(self):
        """Ask for the password unless it was given a moment ago."""
        return {"type": "ir.actions.act_window_close"}

    def log_copy(self, field_name, purpose):
        """Record that a revealed value was copied to the clipboard."""
        self.ensure_one()
        self._sealed_fields([field_name])
        self._check_reveal_record()
        self._sealed_log(self, "copy", [field_name], "done", purpose=purpose)
        return True

    def _may_reveal(self, field_names, purpose):
        """Override to decide who may open which sealed fields for which purpose.

        Called by a user who may read the record. The purpose is None when the screen
        asks whether to offer the eye at all.

        :return: something true when the user may; the id of the grant if there is one
        """
        return self.env.user.has_group(f"{MODULE}.group_agent")

    def _reveal_application(self, field_names):
        """Override to return the action by which a user applies for access."""
        return False

    def _on_reveal(self, field_names, purpose):
        """Override to act on a value that was opened, such as raising an alarm."""

    def _authorize_reveal(self, sealed, purpose, purpose_text):
        """Return the grant (or 0), or raise when anything is missing."""
        self._check_reveal_caller(sealed)
        self._check_reveal_record()
        self.env["insurance.purpose"]._check_code(purpose, purpose_text)
        names = [field.name for field in sealed]
        grant = self._may_reveal(names, purpose)
        if not grant:
            raise AccessError(
                self.env._("You may not see this value. Ask compliance for access.")
            )
        self.env["insurance.vault.quota"]._spend("reveal")
        return 0 if grant is True else int(grant)

    def _check_reveal_caller(self, sealed):
        """Refuse anybody but the person who calls ``reveal`` and nothing else."""
        parameter = self.env["insurance.parameter"]
        caller = vault_caller.current_caller(self.env)
        if not vault_caller.is_direct_call(self.env, caller, f"{self._name}.reveal"):
            raise AccessError(
                self.env._("Sealed values are shown to the person who asks for them.")
            )
        if not caller.has_session and not parameter._get("vault_reveal_over_api"):
            raise AccessError(
                self.env._("Sealed values are not given out over the interface.")
            )
        # the user's own settings, which the user need not be able to read
        if parameter._get("vault_two_factor") and not self.env.user.sudo()._mfa_type():
            raise AccessError(
                self.env._(
                    "Sealed values are for users with two-factor authentication. Turn "
                    "it on under My Preferences, Security."
                )
            )
        if caller.has_session and self._needs_identity(sealed):
            raise IdentityCheckNeeded(
                self.env._("Confirm your password to see this value.")
            )

    def _needs_identity(self, sealed):
        """Tell whether the user must confirm the password for one of the fields."""
        if not any(field.step_up for field in sealed):
            return False
        minutes = self.env["insurance.parameter"]._get("vault_identity_minutes")
        caller = vault_caller.current_caller(self.env)
        return not caller or not vault_caller.identity_is_fresh(caller, minutes)

    def _check_reveal_record(self):
        """Refuse a record that the user can't open, asked anew."""
        archive = self._sealed_archive()
        self.env.flush_all()
        self.invalidate_recordset()
        archive.invalidate_recordset()
        self.check_access("read")
        archive.check_access("read")
        if archive.state in CLOSED_STATES:
            raise AccessError(
                self.env._("The archive is closed: its sealed values stay sealed.")
            )

    def _logged(self):
        """Return the record if it exists: a made-up id names no archive."""
        # existence alone, for the log of a refusal
        return self.sudo().exists().sudo(self.env.su)
