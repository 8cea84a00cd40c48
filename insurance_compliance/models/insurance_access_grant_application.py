from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from ..access_slice import column


class InsuranceAccessGrant(models.Model):
    """The application behind a grant, and the one that prolongs it."""

    _inherit = "insurance.access.grant"

    request_id = fields.Many2one(
        "insurance.access.request",
        string="Application for access",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    def action_ask_longer(self):
        """Begin an application for the same, from the end of this grant on."""
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Only the holder asks for more time."))
        request = self.env["insurance.access.request"]
        start = max(self.date_to, fields.Datetime.now())
        values = {
            "extends_id": self.request_id.id,
            "purpose_id": self.purpose_id.id,
            "purpose_text": self.request_id.purpose_text,
            "scope": self.scope,
            "standing": self.standing,
            "uses_max": self.uses_max,
            "date_from": start,
            "date_to": start + (self.date_to - self.date_from),
            **{column(name): True for name in self._slices()},
        }
        if self.scope == "archives":
            # superuser: the archives of the own grant; those that can be opened
            archives = self.sudo().archive_line_ids.archive_id.sudo(False)
            values["line_ids"] = [
                Command.create({"archive_id": archive.id})
                for archive in archives._filtered_access("read")
            ]
        return request._dialog() | {"res_id": request.create(values).id}

    def action_open_clients(self):
        """Show the clients that this grant opens."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_client_archive.insurance_archive_action"
        )
        if self.scope == "portfolio":
            domain = self.env["insurance.archive"]._portfolio_domain(self.user_id)
        else:
            # superuser: the list itself shows only what the user may open
            lines = self.sudo().archive_line_ids.filtered(
                lambda line: not line.ended_on
            )
            domain = fields.Domain("id", "in", lines.archive_id.ids)
        return {**action, "domain": list(domain), "context": {}}
