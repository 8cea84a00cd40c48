from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.insurance_archive_block import BLOCKS
from ..models.insurance_interaction import CHANNELS


def _on_file(field_type, name, **attributes):
    """Declare a value on file, read and corrected with the rights of the user."""
    return field_type(
        related=f"archive_id.{name}", related_sudo=False, readonly=False, **attributes
    )


class InsuranceArchiveVerify(models.TransientModel):
    """Go through the record with the client: confirm or correct it, part by part."""

    _name = "insurance.archive.verify"
    _description = "Verify data with the client"

    archive_id = fields.Many2one(
        "insurance.archive", required=True, readonly=True, ondelete="cascade"
    )
    client_kind = fields.Selection(related="archive_id.client_kind", related_sudo=False)
    block_ids = fields.One2many(related="archive_id.block_ids", related_sudo=False)
    currency_id = fields.Many2one(related="archive_id.currency_id", related_sudo=False)
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    note = fields.Text(string="What the client said")

    identity = fields.Boolean(string="Identity is right")
    identity_due = fields.Date(string="Identity due", compute="_compute_due")
    contact = fields.Boolean(string="Contact is right")
    contact_due = fields.Date(string="Contact due", compute="_compute_due")
    finance = fields.Boolean(string="Finance is right")
    finance_due = fields.Date(string="Finance due", compute="_compute_due")
    health = fields.Boolean(string="Health is right")
    health_due = fields.Date(string="Health due", compute="_compute_due")
    policies = fields.Boolean(string="Policies are right")
    policies_due = fields.Date(string="Policies due", compute="_compute_due")

    name = _on_file(fields.Char, "name")
    gender = _on_file(fields.Selection, "gender")
    birth_date = _on_file(fields.Date, "birth_date")
    marital_status = _on_file(fields.Selection, "marital_status")
    occupation_id = _on_file(fields.Many2one, "occupation_id")
    employer = _on_file(fields.Char, "employer")
    credit_code = _on_file(fields.Char, "credit_code")
    industry_id = _on_file(fields.Many2one, "industry_id")
    headcount = _on_file(fields.Integer, "headcount")
    phone = _on_file(fields.Char, "phone")
    email = _on_file(fields.Char, "email")
    country_id = _on_file(fields.Many2one, "country_id")
    state_id = _on_file(fields.Many2one, "state_id", string="Province")
    city = _on_file(fields.Char, "city")
    street = _on_file(fields.Char, "street")
    zip = _on_file(fields.Char, "zip")
    intent_budget = _on_file(fields.Monetary, "intent_budget")

    @api.depends("block_ids.due_on")
    def _compute_due(self):
        for wizard in self:
            due = {block.block: block.due_on for block in wizard.block_ids}
            for name, _label in BLOCKS:
                wizard[f"{name}_due"] = due.get(name)

    @api.constrains("archive_id")
    def _check_archive_access(self):
        # constraints run as superuser: ask again as the user who verifies
        self.archive_id.sudo(False).check_access("write")

    def action_confirm_all(self):
        """Confirm every part that is due, or all parts when none is."""
        self.ensure_one()
        due = self.block_ids.filtered(
            lambda block: block.freshness in ("due_soon", "overdue")
        )
        for name in (due or self.block_ids).mapped("block"):
            self[name] = True
        return self.action_confirm()

    def action_confirm(self):
        """Note what the client confirmed: it is fresh from today."""
        self.ensure_one()
        confirmed = [block for block in self.block_ids.mapped("block") if self[block]]
        if not confirmed:
            raise UserError(self.env._("Tick what the client confirmed."))
        self.archive_id._check_off(confirmed)
        self._log("reached", confirmed)
        self.archive_id._finish_reviews()
        return {"type": "ir.actions.act_window_close"}

    def action_not_reached(self):
        """Note the attempt; the review stays due."""
        self.ensure_one()
        self._log("not_reached", [])
        return {"type": "ir.actions.act_window_close"}

    def _log(self, outcome, confirmed):
        labels = dict(
            self.env["insurance.archive.block"]
            ._fields["block"]
            ._description_selection(self.env)
        )
        self.env["insurance.interaction"].create(
            {
                "archive_id": self.archive_id.id,
                "name": self.env._("Data verification"),
                "purpose": "review",
                "channel": self.channel,
                "outcome": outcome,
                "client_words": self.note,
                "our_words": confirmed
                and self.env._(
                    "Confirmed: %s", ", ".join(labels[name] for name in confirmed)
                ),
            }
        )
