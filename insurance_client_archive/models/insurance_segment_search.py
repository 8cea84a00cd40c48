from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain


class InsuranceSegment(models.Model):
    _inherit = "insurance.segment"

    @api.model
    def _found(self, operator, value):
        """Return the segments that a search names, by id, by name or by domain."""
        Segment = self.sudo(False)
        if not Segment.has_access("read"):
            return Segment
        if operator == "in":
            ids = [item for item in value if type(item) is int]
            names = [item for item in value if isinstance(item, str)]
            if len(ids) + len(names) != len(value):
                return None
            named = Domain("name", "in", names)
            return Segment.search(Domain("id", "in", ids) | named)
        if operator in ("any", "any!"):
            return Segment.search(Domain(value))
        return None


class InsuranceArchive(models.Model):
    """Search for the clients of a saved segment."""

    _inherit = "insurance.archive"

    saved_segment_ids = fields.Many2many(
        "insurance.segment",
        string="Saved segments",
        compute="_compute_saved_segment_ids",
        compute_sudo=False,
        search="_search_saved_segment_ids",
        exportable=False,
    )

    @api.depends_context("uid")
    def _compute_saved_segment_ids(self):
        Segment = self.env["insurance.segment"].sudo(False)
        segments = Segment
        # no groups on the field: they would be an error for everybody else
        if Segment.has_access("read"):
            segments = Segment.search([("active", "=", True)])
        inside = dict.fromkeys(self.ids, segments.browse())
        mine = Domain("id", "in", self.ids)
        for segment in segments:
            domain = segment._valid_domain()
            # a query for each segment: shown on the form of one client
            for archive in self.sudo(False).search(mine & domain) if domain else ():
                inside[archive.id] |= segment
        for archive in self:
            archive.saved_segment_ids = inside.get(archive._origin.id, False)

    def _search_saved_segment_ids(self, operator, value):
        segments = self.env["insurance.segment"]._found(operator, value)
        if segments is None:
            return NotImplemented
        return Domain.OR([segment._archives_domain() for segment in segments])


class ResPartner(models.Model):
    """Search for the contacts of the clients of a saved segment."""

    _inherit = "res.partner"

    insurance_segment_ids = fields.Many2many(
        "insurance.segment",
        string="Saved insurance segments",
        compute="_compute_insurance_segment_ids",
        compute_sudo=False,
        search="_search_insurance_segment_ids",
        exportable=False,
    )

    @api.depends_context("uid")
    def _compute_insurance_segment_ids(self):
        for partner in self:
            archive = partner.sudo(False).insurance_archive_id
            partner.insurance_segment_ids = archive.saved_segment_ids

    def _search_insurance_segment_ids(self, operator, value):
        if self.env.uid == SUPERUSER_ID:
            return self._of_segments_by_owner(operator, value)
        segments = self.env["insurance.segment"]._found(operator, value)
        if segments is None:
            return NotImplemented
        if not segments or not self.env["insurance.archive"].has_access("read"):
            return Domain.FALSE
        return Domain("id", "in", segments._archives_query().subselect("partner_id"))

    def _of_segments_by_owner(self, operator, value):
        """Answer what runs by itself, such as a mailing, as the owners would."""
        segments = self.env["insurance.segment"]._found(operator, value)
        if segments is None:
            return NotImplemented
        found = Domain.FALSE
        for owner, owned in segments.grouped("user_id").items():
            if owner.active and owned.with_user(owner).has_access("read"):
                query = owned.with_user(owner)._archives_query()
                found |= Domain("id", "in", query.subselect("partner_id"))
        return found
