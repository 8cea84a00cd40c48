from odoo import api, fields, models

from ..access_slice import SLICES
from ..share_parts import PARTS


class InsuranceSharePart(models.Model):
    """A part of an archive that can be put into a packet; its content is code."""

    _name = "insurance.share.part"
    _description = "Part of a packet"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Selection(
        lambda self: [(code, code) for code in PARTS],
        required=True,
        readonly=True,
        help="What the packet takes from the archive for this part.",
    )
    name = fields.Char(required=True, translate=True)
    slice = fields.Selection(
        lambda self: self._slice_selection(),
        string="Content slice",
        compute="_compute_slice",
        store=True,
        help="What an agreement or a consent must cover for this part.",
    )
    is_sealed = fields.Boolean(string="Sealed", compute="_compute_slice", store=True)
    color = fields.Integer(compute="_compute_color")

    _code_unique = models.UniqueIndex("(code)", "There is one row for each part.")

    @api.depends("code")
    def _compute_slice(self):
        for part in self:
            declared = PARTS.get(part.code)
            part.slice = declared and declared.slice
            part.is_sealed = bool(declared and declared.sealed)

    @api.depends("name", "is_sealed")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for part in self:
            sealed = part.is_sealed and part.name
            part.display_name = (
                self.env._("%s (sealed)", part.name) if sealed else part.name
            )

    @api.depends("is_sealed")
    def _compute_color(self):
        for part in self:
            # red where a value leaves the vault; cards leave tags without colour out
            part.color = 1 if part.is_sealed else 4

    @api.model
    def _slice_selection(self):
        labels = self.env["insurance.access.slices"]._slice_labels()
        return [(name, labels[name]) for name in SLICES]
