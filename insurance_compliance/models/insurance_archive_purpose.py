from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..access_map import ARCHIVE, slices_of_field, slices_of_model
from ..access_slice import BASIC, SLICES
from ..masked import is_masked_for

ARCHIVIST = "insurance_client_archive.group_archivist"
LINKED = "insurance_"


class InsuranceArchive(models.Model):
    """What a grant has opened for one purpose is not taken away for another."""

    _inherit = "insurance.archive"

    def _check_purpose(self, action, stated, model, paths=()):
        result = super()._check_purpose(action, stated, model, paths)
        if is_masked_for(self.env):
            unfit = self._unfit_grants(stated["purpose"], _slices_of(model, paths))
            if unfit:
                self._refuse_purpose(action, stated, unfit)
        return result

    def _unfit_grants(self, purpose, slices):
        """Return the grants for something else that alone open what is asked for."""
        rows = self._opening_rows(self._purpose_openings())
        # superuser: the user's own grants, for their purpose alone
        grants = self.env["insurance.access.grant"].sudo()
        grants = grants.browse({row[1] for row in rows if row[1]})
        fitting = grants.filtered(
            lambda grant: grant.standing or grant.purpose_id.code == purpose
        )
        if not self:
            # a table: enough when there is any way for this purpose
            return grants if grants and not fitting else fitting.browse()
        known = BASIC if self.env.user.has_group(ARCHIVIST) else None
        opened = {archive_id: {known} for archive_id in self._ids}
        others = []
        for archive_id, grant_id, _own, *flags, _destroyed in rows:
            names = {name for name, flag in zip(SLICES, flags, strict=True) if flag}
            if grant_id is None or grant_id in fitting.ids:
                opened[archive_id] |= names
            else:
                others.append((archive_id, grant_id, names))
        return grants.browse(
            grant_id
            for archive_id, grant_id, names in others
            if names & slices - opened[archive_id]
        )

    def _purpose_openings(self):
        """Return the ways to these archives, or the user's grants where none are named.

        Who looks after clients may take tables away for each purpose of daily work.
        """
        if self:
            ids = tuple(self._ids)
            return [
                *self._policy_openings(ids),
                *self._portfolio_openings(ids),
                *self._granted_openings(ids),
            ]
        user = self.env.user
        responsible = (
            Domain("agent_id", "=", user.id)
            | Domain("manager_id", "=", user.id)
            | Domain("team_id.user_id", "=", user.id)
        )
        # superuser: whether there is one client of the user's own
        own = self.sudo().search_count(responsible, limit=1)
        return [] if own else self._granted_openings()

    def _refuse_purpose(self, action, stated, grants):
        self._log_use(
            action,
            content=[self._name],
            result="denied",
            count=len(self),
            **stated,
        )
        raise AccessError(
            self.env._(
                "Your access was granted for another purpose: %s. State that one, or "
                "apply for access for what you need now.",
                ", ".join(sorted(set(grants.purpose_id.mapped("name")))),
            )
        )


def _slices_of(model, paths):
    """Return the slices that the columns show; without columns those of the model."""
    slices = set()
    for path in paths:
        at = model
        for name in path.split("/"):
            slices |= _slices_at(at, name)
            field = at._fields.get(name)
            if field is None or not field.relational:
                break
            at = at.env[field.comodel_name]
    return slices or _slices_at(model, "id") or {BASIC}


def _slices_at(model, name):
    """Return the slices of one field, where it shows something of a client."""
    if model._name == ARCHIVE:
        return slices_of_field(ARCHIVE, name)
    if issubclass(type(model), type(model.env["insurance.archive.child"])):
        return slices_of_model(model._name) | slices_of_field(model._name, name)
    if name.startswith(LINKED) and "insurance_archive_id" in model._fields:
        return slices_of_field(ARCHIVE, name.removeprefix(LINKED))
    return frozenset()
