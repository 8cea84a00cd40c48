from odoo import api, fields, models
from odoo.tools import SQL, ormcache

from odoo.addons.insurance_client_archive.models.insurance_live_mixin import Use
from odoo.addons.insurance_client_archive.sealed import Sealed

SUBJECT = "sealed"


class InsuranceSealedMixin(models.AbstractModel):
    """A sealed field takes no new values before it was assessed.

    What is there stays readable and can be removed.
    """

    _inherit = "insurance.sealed.mixin"

    def _inverse_sealed(self, field):
        if any(record[field.name] for record in self):
            self.env["insurance.sealed.field"]._check_field(field)
        return super()._inverse_sealed(field)


class InsuranceSealedField(models.Model):
    """The sealed fields of this database, and whether their impact was assessed."""

    _name = "insurance.sealed.field"
    _inherit = "insurance.live.mixin"
    _description = "Sealed field"
    _auto = False
    _order = "path"
    _rec_name = "path"

    path = fields.Char(string="Field", readonly=True)
    label = fields.Char(compute="_compute_label")
    assessed = fields.Boolean(
        compute="_compute_assessed", help="It takes new values only when it is."
    )

    @property
    def _table_query(self):
        rows = [
            SQL("(%s, %s)", number, path)
            for number, path in enumerate(self._paths(), start=1)
        ]
        return SQL("SELECT * FROM (VALUES %s) AS field(id, path)", SQL(", ").join(rows))

    @api.model
    def _paths(self):
        """Return the names of all sealed fields that are stored in the vault."""
        return sorted(
            f"{name}.{field.name}"
            for name, model in self.env.registry.items()
            if not model._abstract and hasattr(model, "_sealed_cells")
            for field in model._fields.values()
            if isinstance(field, Sealed)
        )

    @api.depends("path")
    @api.depends_context("lang")
    def _compute_label(self):
        for field in self:
            model_name, _dot, name = field.path.rpartition(".")
            model = self.env[model_name]
            label = model._fields[name]._description_string(self.env)
            field.label = f"{self.env['ir.model']._get(model_name).name}: {label}"

    def _compute_assessed(self):
        for field in self:
            [use] = field._uses_when_live()
            field.assessed = self._not_assessed(use) is None

    @api.depends("label")
    def _compute_display_name(self):
        for field in self:
            field.display_name = field.label

    def _uses_when_live(self):
        use = Use("sensitive", SUBJECT, frozenset([self.path]))
        return [*super()._uses_when_live(), use]

    @api.model
    def _check_field(self, field):
        """Refuse values for a field that nobody has assessed."""
        path = f"{field.model_name}.{field.name}"
        today = fields.Date.to_string(fields.Date.today())
        if path not in self._assessed_paths(today):
            # superuser: the names of fields are no secret
            self.sudo().search([("path", "=", path)]).sudo(False)._check_may_go_live()

    @api.model
    @ormcache("today")
    def _assessed_paths(self, today):
        """Return the paths that may be filled; asked at each value that is sealed."""
        paths = self._paths()
        use = Use("sensitive", SUBJECT)
        return frozenset(
            path
            for path in paths
            if self._not_assessed(use._replace(parts=frozenset([path]))) is None
        )
