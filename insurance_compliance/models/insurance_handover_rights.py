from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .insurance_handover import ARCHIVE, CUTTERS


class InsuranceHandover(models.Model):
    """The rights of the former agent end with the handover, in the same minute."""

    _inherit = "insurance.handover"

    def action_cut_rights(self):
        """End all rights of somebody who leaves now, before clients are handed over."""
        for handover in self:
            if handover.reason != "leaves" or handover.state == "returned":
                raise UserError(
                    self.env._("Rights end here only when somebody leaves.")
                )
            if handover.rights_cut_on:
                raise UserError(self.env._("These rights have ended already."))
            if not self.env.user.has_groups(CUTTERS):
                handover._check_supervises()
            handover.check_access("write")
            # superuser: who may end these rights was asked just before
            handover.sudo()._cut_rights()
        return True

    def _end_grants(self):
        """End the former agent's grants on the clients handed over."""
        Grant = self.env["insurance.access.grant"]
        live = Grant.search_count(
            [("user_id", "=", self.agent_id.id), ("state", "=", "active")]
        )
        Grant._end_for(
            self.line_ids.archive_id, self._end_reason(), users=self.agent_id
        )
        left = Grant.search_count(
            [("user_id", "=", self.agent_id.id), ("state", "=", "active")]
        )
        self.grant_count += live - left

    def _cut_rights(self):
        """End grants, sessions, keys and insurance roles of the agent."""
        self.ensure_one()
        user = self.agent_id
        self._check_cuttable(user)
        if self.rights_cut_on:
            return
        ended = self._end_all_grants(user)
        self._refuse_applications(user)
        roles = user.group_ids.filtered(self._is_insurance_role)
        user.write({"group_ids": [Command.unlink(role.id) for role in roles]})
        user._log_out_everywhere()
        self.write(
            {
                "rights_cut_on": fields.Datetime.now(),
                # the superuser acts for whoever pressed the button
                "rights_cut_by_id": self.env.uid,
                "cut_group_ids": [Command.set(roles.ids)],
                "grant_count": self.grant_count + ended,
            }
        )
        if self.archive_user and self.may_archive_user and user.active:
            user.action_archive()

    def _refuse_applications(self, user):
        """Nobody need decide any more on what was asked for by who leaves."""
        self.env["insurance.access.request"].search(
            [("user_id", "=", user.id), ("state", "=", "submitted")]
        )._store({"state": "refused", "state_reason": self._end_reason()})

    def _end_all_grants(self, user):
        grants = self.env["insurance.access.grant"].search(
            [("user_id", "=", user.id), ("state", "=", "active")]
        )
        if grants:
            grants._end(self._end_reason())
        return len(grants)

    def _check_cuttable(self, user):
        """Keep supervisors from disarming those who look after them."""
        if user == self.env.user:
            raise UserError(
                self.env._("Nobody ends the own rights. Ask your supervisor.")
            )
        if self.env.user.has_groups(CUTTERS) or self.env.uid == 1:
            return
        above = f"{CUTTERS},{ARCHIVE}.group_supervisor,base.group_erp_manager"
        if user.has_groups(above):
            raise AccessError(
                self.env._(
                    "%s has a role whose rights only a compliance officer or an "
                    "administrator ends.",
                    user.name,
                )
            )

    def _is_insurance_role(self, group):
        category = self.env.ref(f"{ARCHIVE}.module_category_insurance")
        return group.privilege_id.category_id == category or group == self.env.ref(
            f"{ARCHIVE}.group_archive_user"
        )

    def _end_reason(self):
        return self.env._("Handover of %s", fields.Date.to_string(self.date))
