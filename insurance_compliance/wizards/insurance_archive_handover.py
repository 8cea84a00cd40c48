from odoo import fields, models


class InsuranceArchiveHandover(models.TransientModel):
    """Clients handed over from the list, too, leave a record, and grants end."""

    _inherit = "insurance.archive.handover"

    def action_confirm(self):
        self.ensure_one()
        # the user's rights on each of the archives, before anything is moved
        self.archive_ids.check_access("write")
        moving = self.archive_ids.filtered(
            lambda archive: archive.agent_id and archive.agent_id != self.agent_id
        )
        for agent, archives in moving.grouped("agent_id").items():
            self._hand_over_from(agent, archives)
        # what is left: those without an agent so far, the team, the account manager
        return super().action_confirm()

    def _hand_over_from(self, agent, archives):
        # superuser: rights were asked for above; the record is kept whoever moves
        handover = (
            self.env["insurance.handover"]
            .sudo()
            .create(
                {
                    "agent_id": agent.id,
                    "reason": "reassigned",
                    "user_id": self.env.uid,
                    "target_ids": [
                        fields.Command.create(
                            {"agent_id": self.agent_id.id, "team_id": self.team_id.id}
                        )
                    ],
                }
            )
        )
        handover._propose([("id", "in", archives.ids)])
        handover.write({"state": "done"})
