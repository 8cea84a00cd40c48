from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ..flag_domain import flag_domain

MODULE = "insurance_client_archive"


class InsuranceArchive(models.Model):
    """Who may open an archive: the one place that decides."""

    _inherit = "insurance.archive"

    accessible = fields.Boolean(
        compute="_compute_access",
        compute_sudo=False,
        search="_search_accessible",
        help="The current user may open this archive.",
    )
    editable = fields.Boolean(
        compute="_compute_access",
        compute_sudo=False,
        search="_search_editable",
        help="The current user may change this archive.",
    )

    # each way to archives in the order of the list, and with all that the record rules
    # look at: pages need no sorting and counts no look into the table
    _of_agent = models.Index("(agent_id, id) INCLUDE (company_id, state)")
    _of_manager = models.Index(
        "(manager_id, id) INCLUDE (company_id, state) WHERE manager_id IS NOT NULL"
    )
    _of_team = models.Index(
        "(team_id, id) INCLUDE (company_id, state) WHERE team_id IS NOT NULL"
    )

    @api.model
    def _access_domain(self, operation):
        """Return the archives that the current user may ``read`` or ``write``.

        The record rules of the archive and of all that hangs under it refer to
        this through ``accessible`` and ``editable``. The answer depends on the
        user alone: not on superuser mode and not on the context.

        :param operation: ``read``, ``write``, ``create`` or ``unlink``
        :rtype: Domain
        """
        user = self.env.user
        if user.id == SUPERUSER_ID:
            return Domain.TRUE
        ways = []
        if user.has_group(f"{MODULE}.group_agent"):
            ways.append(Domain("agent_id", "=", user.id))
        if user.has_group(f"{MODULE}.group_manager"):
            ways.append(Domain("manager_id", "=", user.id))
        if user.has_group(f"{MODULE}.group_supervisor"):
            ways.append(Domain("team_id", "any!", [("user_id", "=", user.id)]))
        if operation == "read":
            if user.has_group(f"{MODULE}.group_archivist"):
                ways.append(Domain("state", "!=", "collecting"))
            return Domain.OR(ways)
        return Domain.OR(ways) & Domain("state", "not in", ["restricted", "destroyed"])

    def _valid_field_parameter(self, field, name):
        # the slice of content that a field belongs to, said by the addon that brings it
        return name == "access_slice" or super()._valid_field_parameter(field, name)

    @api.depends("agent_id", "manager_id", "team_id", "state")
    @api.depends_context("uid")
    def _compute_access(self):
        for name, operation in (("accessible", "read"), ("editable", "write")):
            domain = self._access_domain(operation) & Domain("id", "in", self.ids)
            # as superuser: the record rules are made of this very field
            allowed = self.sudo().with_context(active_test=False).search(domain)
            allowed_ids = set(allowed._ids)
            for archive in self:
                archive[name] = archive._origin.id in allowed_ids
        # what is being opened in a form is for whoever may open archives
        for archive in self.filtered(lambda archive: not archive._origin):
            archive.accessible = archive.editable = self.sudo(False).has_access(
                "create"
            )

    def _search_accessible(self, operator, value):
        return self._search_access("read", operator, value)

    def _search_editable(self, operator, value):
        return self._search_access("write", operator, value)

    def _search_access(self, operation, operator, value):
        domain = self._access_domain(operation)
        return flag_domain(operator, value, domain)
