from odoo import fields, models
from odoo.exceptions import UserError


def _of_archive(field_type, name, **attributes):
    """Declare a field of the client's archive on the opportunity, read as the user."""
    return field_type(
        related=f"insurance_archive_id.{name}", related_sudo=False, **attributes
    )


class CrmLead(models.Model):
    """What the archive knows of the client, where the agent works on a sale."""

    _inherit = "crm.lead"

    insurance_archive_id = fields.Many2one(
        related="partner_id.insurance_archive_id",
        related_sudo=False,
        string="Client archive",
        context={"show_client_name": True},
    )
    insurance_editable = _of_archive(fields.Boolean, "editable")
    insurance_number = _of_archive(fields.Char, "number")
    insurance_state = _of_archive(fields.Selection, "state", string="Archive state")
    insurance_client_kind = _of_archive(fields.Selection, "client_kind")
    insurance_key_client = _of_archive(fields.Boolean, "key_client")
    insurance_last_contact_date = _of_archive(
        fields.Datetime, "last_contact_date", string="Last client contact"
    )
    insurance_interaction_count = _of_archive(fields.Integer, "interaction_count")
    insurance_gender = _of_archive(fields.Selection, "gender")
    insurance_age = _of_archive(fields.Integer, "age")
    insurance_occupation_id = _of_archive(fields.Many2one, "occupation_id")
    insurance_occupation_class = _of_archive(fields.Selection, "occupation_class")
    insurance_intent_level = _of_archive(
        fields.Selection, "intent_level", readonly=False
    )
    insurance_intent_category_ids = _of_archive(
        fields.Many2many, "intent_category_ids", readonly=False
    )
    insurance_intent_note = _of_archive(fields.Text, "intent_note", readonly=False)

    def action_open_insurance_archive(self):
        self.ensure_one()
        if not self.partner_id:
            raise UserError(
                self.env._("Choose the contact first: the archive belongs to it.")
            )
        return self.partner_id.action_open_insurance_archive()

    def action_log_interaction(self):
        """Open the quick entry of an interaction about this opportunity."""
        self.ensure_one()
        return self.env["insurance.interaction"]._quick_entry(
            self.insurance_archive_id, lead_id=self.id, purpose="presentation"
        )

    def action_open_insurance_interactions(self):
        self.ensure_one()
        return self.insurance_archive_id.action_open_interactions()
