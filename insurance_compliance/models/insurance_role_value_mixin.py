from odoo import api, models
from odoo.exceptions import AccessError

COMPLIANCE = "insurance_client_archive.group_compliance"
STEP_FIELDS = frozenset({"state", "state_reason"})


class InsuranceRoleValueMixin(models.AbstractModel):
    """Some values are for some persons to enter; the rest is for the server."""

    _name = "insurance.role.value.mixin"
    _description = "Values that some persons enter"

    #: {"compliance", or a field that names a user: names of fields they write}
    _written_by = {}

    def _check_own_fields(self, vals):
        """Refuse what the user does not write on all of these records."""
        # whoever may not write at all is told so first
        self.check_access("write")
        for record in self:
            record._refuse_filled_in(vals, record._own_fields())

    def _own_fields(self):
        """Return the names of the fields that the user writes on this record."""
        self.ensure_one()
        names = set(STEP_FIELDS)
        for who, written in self._written_by.items():
            if who == "compliance":
                mine = self.env.user.has_group(COMPLIANCE)
            else:
                mine = self[who] == self.env.user
            names |= written if mine else set()
        return names

    @api.model
    def _refuse_filled_in(self, vals, names=None):
        """Refuse values of other fields; of a new record compliance writes."""
        if names is None:
            names = STEP_FIELDS | self._written_by["compliance"]
        others = sorted(vals.keys() - names)
        if not others:
            return
        labels = [
            self._fields[name]._description_string(self.env)
            for name in others
            if name in self._fields
        ]
        raise AccessError(
            self.env._(
                "You can't fill this in: %s. It is for compliance, for the "
                "responsible person, or for the server.",
                ", ".join(labels),
            )
        )
