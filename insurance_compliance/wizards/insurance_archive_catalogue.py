from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.models.insurance_archive import CLIENT_KINDS
from odoo.addons.insurance_client_archive.models.insurance_number_pattern import (
    RETENTION_MARKS,
)

from ..models.insurance_destruction import ARCHIVIST

#: papers that one print may have; more would not end in time
MOST = 5000


class InsuranceArchiveCatalogue(models.TransientModel):
    """Print the catalogue, spine labels or box lists of filed archives.

    They name numbers, kinds and places, never a client: a shelf is read by everybody.
    """

    _name = "insurance.archive.catalogue"
    _description = "Catalogue and labels"

    what = fields.Selection(
        [
            ("catalogue", "Catalogue"),
            ("label", "Spine labels"),
            ("box", "Box lists"),
        ],
        string="Print",
        required=True,
        default="catalogue",
    )
    archive_ids = fields.Many2many(
        "insurance.archive", string="Selected archives", readonly=True
    )
    year = fields.Char(
        size=4, help="Year of filing, with four figures. Empty: every year."
    )
    client_kind = fields.Selection(
        CLIENT_KINDS, string="Kind of client", help="Empty: every kind."
    )
    class_code = fields.Char(string="Class code", help="Empty: every class.")
    retention_mark = fields.Selection(
        RETENTION_MARKS, string="Retention", help="Empty: every period."
    )
    box = fields.Char(help="Empty: every box.")
    code_kind = fields.Selection(
        [("QR", "QR code"), ("Code128", "Barcode")],
        string="Code on labels",
        required=True,
        default="QR",
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    archive_count = fields.Integer(string="Archives", compute="_compute_archive_count")

    @api.depends(
        "archive_ids", "year", "client_kind", "class_code", "retention_mark", "box"
    )
    def _compute_archive_count(self):
        for wizard in self:
            wizard.archive_count = self.env["insurance.archive"].search_count(
                wizard._archive_domain()
            )

    def _archive_domain(self):
        domain = Domain("number", "!=", False) & Domain("state", "!=", "destroyed")
        if self.archive_ids:
            domain &= Domain("id", "in", self.archive_ids._origin.ids)
        else:
            domain &= Domain("company_id", "=", self.company_id.id)
        for name in ("client_kind", "class_code", "retention_mark"):
            if self[name]:
                domain &= Domain(name, "=", self[name])
        if self.year and self.year.isdigit() and len(self.year) == 4:
            domain &= Domain("filed_on", ">=", f"{self.year}-01-01")
            domain &= Domain("filed_on", "<=", f"{self.year}-12-31")
        if self.box:
            files = self.env["insurance.paper.file"]._search([("box", "=", self.box)])
            domain &= Domain("id", "in", files.subselect("archive_id"))
        return domain

    @api.onchange("year")
    def _onchange_year(self):
        if self.year and not (self.year.isdigit() and len(self.year) == 4):
            raise UserError(self.env._("Write the year with four figures, as 2026."))

    def action_print(self):
        self.ensure_one()
        self._check_archivist()
        if self.year and not (self.year.isdigit() and len(self.year) == 4):
            raise UserError(self.env._("Write the year with four figures, as 2026."))
        if not self.archive_count:
            raise UserError(self.env._("No filed archive fits. Widen the selection."))
        if self.archive_count > MOST:
            raise UserError(
                self.env._("More than %s archives. Narrow the selection.", MOST)
            )
        report = self.env.ref(
            f"insurance_compliance.insurance_archive_report_{self.what}"
        )
        return report.report_action(self, config=False)

    def _check_archivist(self):
        if not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Only archivists print catalogues."))

    def _rows(self):
        """Return what is printed of each archive; recorded as printed."""
        self._check_archivist()
        archives = self.env["insurance.archive"].search(
            self._archive_domain(), order="class_code, number", limit=MOST
        )
        archives._log_use("print", content=[f"archive_{self.what}"])
        files = self.env["insurance.paper.file"].search(
            [("archive_id", "in", archives.ids)]
        )
        volumes = files.grouped("archive_id")
        kinds = dict(archives._fields["client_kind"]._description_selection(self.env))
        marks = dict(
            archives._fields["retention_mark"]._description_selection(self.env)
        )
        until = self._until(archives)
        return [
            {
                "number": archive.number,
                "class_code": archive.class_code or "",
                "title": self.env._(
                    "Client archive, %s", kinds.get(archive.client_kind, "")
                ),
                "filed_on": archive.filed_on,
                "mark": marks.get(archive.retention_mark, ""),
                "until": until.get(archive.id),
                "medium": archive.storage_medium,
                "place": archive.storage_place or "",
                "volumes": volumes.get(archive, files.browse()),
            }
            for archive in archives
        ]

    def _until(self, archives):
        rows = self.env["insurance.retention"].search_read(
            [("archive_id", "in", archives.ids), ("status", "=", "dated")],
            ["archive_id", "until"],
            load=None,
        )
        return {row["archive_id"]: row["until"] for row in rows}

    def _boxes(self):
        """Return [(box, [(archive, volume)])] for the lists on the boxes."""
        boxes = {}
        for row in self._rows():
            places = row["volumes"] or [None]
            for volume in places:
                box = (volume and volume.box) or row["place"] or self.env._("No box")
                boxes.setdefault(box, []).append((row, volume))
        return sorted(boxes.items())
