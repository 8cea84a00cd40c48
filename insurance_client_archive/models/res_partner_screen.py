from odoo import api, models


class ResPartner(models.Model):
    """Ways from a contact into its archive."""

    _inherit = "res.partner"

    def action_log_interaction(self):
        """Open the quick entry of an interaction with this client."""
        self.ensure_one()
        return self.env["insurance.interaction"]._quick_entry(self.insurance_archive_id)

    def action_open_insurance_interactions(self):
        self.ensure_one()
        return self.insurance_archive_id.action_open_interactions()

    @api.depends_context("uid")
    def _compute_application_statistics(self):
        # the statistics of one user are not for the next
        return super()._compute_application_statistics()

    def _compute_application_statistics_hook(self):
        statistics = super()._compute_application_statistics_hook()
        archives = self.insurance_archive_id
        if not archives:
            return statistics
        states = dict(archives._fields["state"]._description_selection(self.env))
        for archive in archives:
            statistics[archive.partner_id.id].append(
                {
                    "iconClass": "fa-umbrella",
                    "value": states[archive.state],
                    "label": self.env._("Client archive"),
                    "tagClass": "o_tag_color_4",
                }
            )
        return statistics
