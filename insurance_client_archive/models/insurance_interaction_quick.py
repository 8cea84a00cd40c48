from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceInteraction(models.Model):
    """Quick entry: what an agent can log with the phone still at the ear."""

    _inherit = "insurance.interaction"

    # what a first contact is to find out lands in the archive at once
    intent_level = fields.Selection(
        related="archive_id.intent_level", related_sudo=False, readonly=False
    )
    intent_note = fields.Text(
        related="archive_id.intent_note", related_sudo=False, readonly=False
    )
    next_in = fields.Selection(
        [
            ("1", "Tomorrow"),
            ("3", "In 3 days"),
            ("7", "In a week"),
            ("30", "In a month"),
        ],
        string="Continue",
        compute="_compute_next_in",
        readonly=False,
        help="Sets the date of the next step with one click.",
    )

    @api.depends("next_date")
    def _compute_next_in(self):
        today = fields.Date.context_today(self)
        choices = dict(self._fields["next_in"].selection)
        for interaction in self:
            days = interaction.next_date and (interaction.next_date - today).days
            interaction.next_in = str(days) if str(days) in choices else False

    @api.onchange("next_in")
    def _onchange_next_in(self):
        if self.next_in:
            today = fields.Date.context_today(self)
            self.next_date = fields.Date.add(today, days=int(self.next_in))

    @api.model
    def _quick_entry(self, archive, **defaults):
        """Return the action of the small dialog that logs a contact with a client."""
        if not archive:
            raise UserError(
                self.env._("Open the client archive of this contact first.")
            )
        archive.check_access("write")
        view = self.env.ref(
            "insurance_client_archive.insurance_interaction_view_form_quick"
        )
        defaults["archive_id"] = archive.id
        if not archive.last_contact_date:
            defaults["purpose"] = "first_contact"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log interaction"),
            "res_model": self._name,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {
                "show_client_name": True,
                "dialog_size": "medium",
                **{f"default_{name}": value for name, value in defaults.items()},
            },
        }
