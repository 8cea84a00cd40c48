from odoo import api, fields, models


class InsuranceDestructionLine(models.Model):
    """Whose client it was: afterwards the archive doesn't say, and the rates ask."""

    _inherit = "insurance.destruction.line"

    agent_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    manager_id = fields.Many2one(
        "res.users", string="Account manager", readonly=True, index="btree_not_null"
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")

    @api.model_create_multi
    def create(self, vals_list):
        archives = self.env["insurance.archive"].browse(
            vals["archive_id"] for vals in vals_list
        )
        # superuser: who is responsible, as the list's rates need it; no content
        responsible = {archive.id: archive for archive in archives.sudo()}
        rows = []
        for vals in vals_list:
            archive = responsible[vals["archive_id"]]
            rows.append(
                {
                    **vals,
                    "agent_id": archive.agent_id.id,
                    "manager_id": archive.manager_id.id,
                    "team_id": archive.team_id.id,
                }
            )
        return super().create(rows)
