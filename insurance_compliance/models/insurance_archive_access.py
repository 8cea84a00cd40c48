from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ..access_slice import BASIC, SLICES
from .insurance_archive_opening import HIDDEN_STATES, MODULE


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
        opened = self._opening_domain(BASIC, operation)
        if operation != "read":
            return opened & Domain("state", "not in", ["restricted", "destroyed"])
        opened &= Domain("state", "not in", HIDDEN_STATES)
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
        opened = self._opening_domain(name)
        return opened & Domain("state", "not in", HIDDEN_STATES)

    def _open_slices(self):
        """Return {archive: frozenset of the slices that the current user may open}."""
        opened, _owned = self._open_and_own_slices()
        return opened

    def _open_and_own_slices(self):
        """Return {archive: slices} twice: open at all, and to be changed."""
        if self.env.uid == SUPERUSER_ID:
            everything = dict.fromkeys(self, frozenset(SLICES))
            return everything, everything
        opened, owned = self._origin._openings()
        if self.env.user.has_group(f"{MODULE}.group_archivist"):
            # as superuser: which of them may be filed and inspected
            for archive in self._origin.sudo():
                if archive.state != "collecting":
                    opened[archive.id].add(BASIC)
        return tuple(
            {archive: frozenset(slices.get(archive._origin.id, ())) for archive in self}
            for slices in (opened, owned)
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
        superuser = self.env.uid == SUPERUSER_ID
        for archive in saved:
            for name in SLICES:
                archive[f"{name}_open"] = name in opened[archive]
            archive.accessible = BASIC in opened[archive]
            archive.editable = superuser or BASIC in owned[archive]
        # the answer is about the user: the same with and without superuser mode
        other = saved.sudo(not self.env.su)
        for name in self._access_fields():
            for archive, known in zip(other, saved, strict=True):
                self._fields[name]._update_cache(archive, known[name])
        return result

    def _search_slice_open(self, name, operator, value):
        if operator != "in":
            return NotImplemented
        opened = self._slice_domain(name)
        return Domain.OR(opened if wanted else ~opened for wanted in value)

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
        self.env["res.partner"].invalidate_model(["insurance_archive_id"], flush=False)

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        """Fetch what the record rules look at with the rest, not in a query more."""
        found = super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        company = self._fields["company_id"]
        known = ignore_when_in_cache and not any(company._cache_missing_ids(self))
        if not found or company in found or known:
            return found
        return [*found, company]

    @api.model
    def _access_fields(self):
        return ["accessible", "editable", *(f"{name}_open" for name in SLICES)]

    def _grant_for(self, slices, purpose):
        """Return the grant by which the user may use slices of this archive, if any.

        Of several, one without a limit comes first. A standing grant serves every
        purpose of daily work, another one only its own.

        :param slices: a slice, or several that one grant must open together
        :param purpose: code of an ``insurance.purpose``; None: whatever the purpose
        """
        self.ensure_one()
        slices = {slices} if isinstance(slices, str) else set(slices)
        # as superuser: the grants that are the user's own and open this archive
        grants = self.env["insurance.access.grant"].sudo()
        grants = grants.browse(self._origin._grant_ids())
        fitting = grants.filtered(
            lambda grant: (
                slices <= grant._slices()
                and (
                    purpose is None
                    or grant.standing
                    or grant.purpose_id.code == purpose
                )
                and (not grant.uses_max or grant.uses_done < grant.uses_max)
            )
        )
        best = fitting.sorted(lambda grant: (bool(grant.uses_max), grant.date_to))[:1]
        return best.sudo(self.env.su)
