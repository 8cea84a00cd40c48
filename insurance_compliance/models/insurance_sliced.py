from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..access_map import ARCHIVE
from ..masked import Masked, is_masked_for


class InsuranceSliced(models.AbstractModel):
    """A model of which some fields belong to slices that may be closed."""

    _name = "insurance.sliced"
    _description = "Model with slices"

    def _slices_opened(self, slices):
        """Tell whether the user may read these slices of one record."""
        archive = self if self._name == ARCHIVE else self.archive_id
        return all(archive[f"{name}_open"] for name in slices)

    @api.model
    def _slices_domain(self, slices):
        """Return the records of which the user may read these slices."""
        path = "" if self._name == ARCHIVE else "archive_id."
        return Domain.AND(Domain(f"{path}{name}_open", "=", True) for name in slices)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let a closed field look empty where one filters, groups, orders, adds up."""
        sql = super()._field_to_sql(alias, field_expr, query)
        field = self._fields.get(field_expr.split(".", 1)[0])
        if not isinstance(field, Masked) or not is_masked_for(self.env):
            return sql
        opened = SQL(" AND ").join(
            self._slice_sql(name, alias) for name in sorted(field.slices)
        )
        return SQL("(CASE WHEN %s THEN %s END)", opened, sql)

    @api.model
    def _slice_sql(self, name, alias):
        """Return the condition that a slice is open, on rows of this model."""
        Archive = self.env[ARCHIVE]
        if self._name == ARCHIVE:
            return Archive._opening_sql(name, alias)
        return SQL(
            "%s IN (SELECT opened.id FROM insurance_archive opened WHERE %s)",
            SQL.identifier(alias, "archive_id"),
            Archive._opening_sql(name, "opened"),
        )

    def _fetch_query(self, query, fields):
        """Fetch what the table holds: the field itself withholds it from a user.

        The cache is shared with the server's own code, which must not take what is
        closed to the user for empty.
        """
        masked = [field for field in fields if isinstance(field, Masked)]
        if not masked or not is_masked_for(self.env):
            return super()._fetch_query(query, fields)
        others = [field for field in fields if field not in masked]
        columns = [field for field in others if field.column_type]
        # as superuser: the query has the rules in it, and _field_to_sql no masks
        fetched = super(InsuranceSliced, self.sudo())._fetch_query(
            query, [*masked, *columns]
        )
        fetched = self.browse(fetched._ids)
        # what is no column has rules of its own, asked as the user
        for field in others:
            if not field.column_type and fetched:
                field.read(fetched)
        return fetched

    def write(self, vals):
        self._check_slices_written(vals)
        return super().write(vals)

    def _check_slices_written(self, vals):
        """Refuse to overwrite what the user may not read.

        While an archive is collected, whoever collects enters everything.
        """
        if not is_masked_for(self.env):
            return
        named = [field for name in vals if (field := self._fields.get(name))]
        named = [field for field in named if self._slices_to_write(field)]
        for record in self:
            archive = record if record._name == ARCHIVE else record.archive_id
            if not named or archive.state == "collecting":
                continue
            closed = [
                field
                for field in named
                if not record._slices_opened(self._slices_to_write(field))
            ]
            if closed:
                labels = [
                    field.get_description(self.env, ["string"])["string"]
                    for field in closed
                ]
                raise AccessError(
                    self.env._(
                        "You may not change this, because its content is closed to "
                        "you: %s. Apply for access first.",
                        ", ".join(labels),
                    )
                )

    def _slices_to_write(self, field):
        """Return the slices beyond that of the record which a field belongs to."""
        return field.slices if isinstance(field, Masked) else frozenset()


class InsuranceArchive(models.Model):
    _name = "insurance.archive"
    _inherit = ["insurance.archive", "insurance.sliced"]


class InsuranceArchiveChild(models.AbstractModel):
    _name = "insurance.archive.child"
    _inherit = ["insurance.archive.child", "insurance.sliced"]
