from odoo import api, fields, models

from ..access_slice import SLICES, column


class InsuranceAccessSlices(models.AbstractModel):
    """Which content slices of an archive a rule, an application or a grant names."""

    _name = "insurance.access.slices"
    _description = "Content slices"

    slice_basic = fields.Boolean(
        string="Basic",
        help="Identity, responsibility, classes, policies, persons, interactions, "
        "service and feedback.",
    )
    slice_contact = fields.Boolean(
        string="Contact", help="Phone, e-mail and address of the client."
    )
    slice_financial = fields.Boolean(
        string="Finances",
        help="Income, assets, their bands, and the bank account.",
    )
    slice_health = fields.Boolean(
        string="Health", help="Health grade and health notice."
    )
    slice_claims = fields.Boolean(
        string="Claims", help="Claims, their papers and what was paid."
    )
    slice_documents = fields.Boolean(
        string="Papers", help="The papers that the client has handed in."
    )
    slices_text = fields.Char(string="Content", compute="_compute_slices_text")

    @api.depends(*map(column, SLICES))
    @api.depends_context("lang")
    def _compute_slices_text(self):
        labels = self._slice_labels()
        for record in self:
            record.slices_text = ", ".join(
                labels[name] for name in SLICES if record[column(name)]
            )

    def _slices(self):
        """Return the slices of one record."""
        self.ensure_one()
        return frozenset(name for name in SLICES if self[column(name)])

    @api.model
    def _slice_values(self, slices):
        """Return the values of the booleans that stand for *slices*."""
        unknown = set(slices) - set(SLICES)
        if unknown:
            raise ValueError(f"no such slices: {', '.join(sorted(unknown))}")
        return {column(name): name in slices for name in SLICES}

    @api.model
    def _slice_labels(self):
        """Return {slice: what people call it}."""
        names = self.env["insurance.access.slices"].fields_get(
            list(map(column, SLICES)), ["string"]
        )
        return {name: names[column(name)]["string"] for name in SLICES}
