from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from ..access_slice import BASIC, SLICES
from .insurance_archive_opening import HIDDEN_STATES, MODULE

#: and those in which nobody changes it any more
CLOSED_STATES = (*HIDDEN_STATES, "destroyed")


class InsuranceArchive(models.Model):
    """Who may open an archive, and which slices of it, once grants are in force."""

    _inherit = "insurance.archive"

    basic_open = fields.Boolean(
        compute="_compute_access",
        compute_sudo=False,
        search="_search_basic_open",
        help="The current user may read the basic content.",
    )
    contact_open = fields.Boolean(
        compute="_compute_access",
        compute_sudo=False,
        search="_search_contact_open",
        help="The current user may read phone, e-mail and address.",
    )
    financial_open = fields.Boolean(
        compute="_compute_access",
        compute_sudo=False,
        search="_search_financial_open",
        help="The current user may read about the client's finances.",
    )
    health_open = fields.Boolean(
        compute="_compute_access",
        compute_sudo=False,
        search="_search_health_open",
        help="The current user may read about the client's health.",
    )
    claims_open = fields.Boolean(
        compute="_compute_access",
        compute_sudo=False,
        search="_search_claims_open",
        help="The current user may read the claims.",
    )
    documents_open = fields.Boolean(
        compute="_compute_access",
        compute_sudo=False,
        search="_search_documents_open",
        help="The current user may read the papers.",
    )

    @api.model
    def _access_domain(self, operation):
        user = self.env.user
        if user.id == SUPERUSER_ID:
            return super()._access_domain(operation)
        if operation != "read":
            return self._opening_domain(BASIC, operation, CLOSED_STATES)
        opened = self._opening_domain(BASIC)
        if user.has_group(f"{MODULE}.group_archivist"):
            opened |= Domain("state", "!=", "collecting")
        return opened

    @api.model
    def _slice_domain(self, name):
        """Return the archives of which the current user may open a slice."""
        if self.env.uid == SUPERUSER_ID:
            return Domain.TRUE
        if name == BASIC:
            return self._access_domain("read")
        return self._opening_domain(name)

    def _open_slices(self):
        """Return {archive: frozenset of the slices that the current user may open}."""
        opened, _owned = self._open_and_own_slices()
        return opened

    def _open_and_own_slices(self):
        """Return {archive: slices} twice: open at all, and to be changed."""
        if self.env.uid == SUPERUSER_ID:
            everything = dict.fromkeys(self, frozenset(SLICES))
            return everything, everything
        found = self._origin._openings()
        return tuple(
            {archive: slices[archive._origin.id] for archive in self}
            for slices in found
        )

    @api.depends("agent_id", "manager_id", "team_id", "state")
    @api.depends_context("uid")
    def _compute_access(self):
        """Answer all that is asked of the user's access by one look at it."""
        new = self.filtered(lambda archive: not archive._origin)
        # what is being entered hides nothing from whoever enters it
        result = super(InsuranceArchive, new)._compute_access()
        for archive in new:
            for name in SLICES:
                archive[f"{name}_open"] = True
        saved = self - new
        opened, owned = saved._open_and_own_slices()
        opened = [opened[archive] for archive in saved]
        owned = [owned[archive] for archive in saved]
        # the answer is about the user: the same with and without superuser mode
        for same in (saved, saved.sudo(not self.env.su)):
            for name in SLICES:
                same._keep_access(f"{name}_open", name, opened)
            same._keep_access("accessible", BASIC, opened)
            same._keep_access("editable", BASIC, owned)
        return result

    def _keep_access(self, field_name, name, slices):
        """Keep whether a slice is among those of each archive."""
        self._fields[field_name]._insert_cache(self, (name in one for one in slices))

    def _search_slice_open(self, name, operator, value):
        opened = self._slice_domain(name)
        return flag_domain(operator, value, opened)

    def _search_basic_open(self, operator, value):
        return self._search_slice_open("basic", operator, value)

    def _search_contact_open(self, operator, value):
        return self._search_slice_open("contact", operator, value)

    def _search_financial_open(self, operator, value):
        return self._search_slice_open("financial", operator, value)

    def _search_health_open(self, operator, value):
        return self._search_slice_open("health", operator, value)

    def _search_claims_open(self, operator, value):
        return self._search_slice_open("claims", operator, value)

    def _search_documents_open(self, operator, value):
        return self._search_slice_open("documents", operator, value)

    @api.model
    def _forget_access(self):
        """Ask anew who may open what, where a transaction has asked before."""
        archives = self.env["insurance.archive"]
        archives.invalidate_model(self._access_fields(), flush=False)
        self.env["res.users"]._forget_ways()
        self.env["res.partner"].invalidate_model(["insurance_archive_id"], flush=False)

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        """Fetch what the record rules look at with the rest, not in a query more."""
        found = super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        if not found:
            return found
        return [
            *found,
            *(
                field
                for field in map(
                    self._fields.get, sorted({*self._access_facts, "company_id"})
                )
                if field not in found
                and not (
                    ignore_when_in_cache and not any(field._cache_missing_ids(self))
                )
            ),
        ]

    @api.model
    def _access_fields(self):
        return ["accessible", "editable", *(f"{name}_open" for name in SLICES)]
