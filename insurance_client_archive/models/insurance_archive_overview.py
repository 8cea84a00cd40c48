from odoo import api, fields, models
from odoo.fields import Domain

from ..flag_domain import flag_domain


class InsuranceArchive(models.Model):
    """What goes on with a client, at a glance: counts that open what they count."""

    _inherit = "insurance.archive"

    interaction_count = fields.Integer(
        string="Interaction count",
        compute="_compute_interaction_count",
        compute_sudo=False,
    )
    opportunity_count = fields.Integer(
        string="Opportunity count",
        compute="_compute_opportunity_count",
        compute_sudo=False,
    )

    birthday_this_month = fields.Boolean(
        string="Birthday this month",
        compute="_compute_birthday_this_month",
        search="_search_birthday_this_month",
    )

    @api.depends("birth_date")
    def _compute_birthday_this_month(self):
        month = fields.Date.context_today(self).month
        for archive in self:
            day = archive.birth_date
            archive.birthday_this_month = bool(day) and day.month == month

    def _search_birthday_this_month(self, operator, value):
        month = fields.Date.context_today(self).month
        born = Domain("birth_date.month_number", "=", month)
        return flag_domain(operator, value, born)

    @api.depends("interaction_ids")
    @api.depends_context("uid")
    def _compute_interaction_count(self):
        domain = Domain("archive_id", "in", self.ids)
        counts = self._count_by("insurance.interaction", domain, "archive_id")
        for archive in self:
            archive.interaction_count = counts.get(archive._origin, 0)

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_opportunity_count(self):
        domain = self._opportunity_domain()
        counts = self._count_by("crm.lead", domain, "partner_id")
        for archive in self:
            archive.opportunity_count = counts.get(archive.partner_id._origin, 0)

    def action_log_interaction(self):
        """Open the quick entry of an interaction with this client."""
        self.ensure_one()
        return self.env["insurance.interaction"]._quick_entry(self)

    def action_open_interactions(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_interaction_action"
            ),
            "domain": [("archive_id", "=", self.id)],
            "context": {"default_archive_id": self.id, "show_client_name": True},
        }

    def action_open_opportunities(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm.crm_lead_opportunities"
            ),
            "domain": list(self._opportunity_domain()),
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_type": "opportunity",
            },
        }

    def _opportunity_domain(self):
        return Domain("partner_id", "in", self.partner_id.ids) & Domain(
            "type", "=", "opportunity"
        )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Make every field of the form read-only where the archive is."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for node in arch.xpath("//field[not(ancestor::field)]"):
                field = self._fields.get(node.get("name"))
                known = node.get("readonly", str(bool(field and field.readonly)))
                if known not in ("1", "True"):
                    node.set("readonly", f"({known}) or not editable")
        return arch, view

    @api.model
    def _count_by(self, model, domain, link):
        """Return how many records of ``model`` the user may see, by linked record."""
        Model = self.env[model].sudo(False)
        if not Model.has_access("read"):
            return {}
        return dict(Model._read_group(domain, [link], ["__count"]))
