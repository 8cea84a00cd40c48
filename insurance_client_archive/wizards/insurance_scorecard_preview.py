from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.insurance_archive_process import PROFILING


class InsuranceScorecardPreview(models.TransientModel):
    """What a version would do: who would be where, who would move. Writes no class."""

    _name = "insurance.scorecard.preview"
    _description = "Preview of a scorecard"

    scorecard_id = fields.Many2one(
        "insurance.scorecard", required=True, readonly=True, ondelete="cascade"
    )
    line_ids = fields.One2many(
        "insurance.scorecard.preview.line", "preview_id", readonly=True
    )
    client_count = fields.Integer(string="Clients", compute="_compute_counts")
    moved_count = fields.Integer(string="Would change class", compute="_compute_counts")

    @api.depends("line_ids")
    def _compute_counts(self):
        for preview in self:
            lines = preview.line_ids
            preview.client_count = sum(lines.mapped("client_count"))
            preview.moved_count = sum(lines.filtered("moved").mapped("client_count"))

    def _fill(self):
        """Count the clients by the class they have and the one they would have."""
        self.ensure_one()
        card = self.scorecard_id
        segments = {
            segment.code: segment.id
            for segment in self.env["insurance.client.segment"].search(
                [("dimension", "=", card.dimension)]
            )
        }
        rows = card._preview(self.env.companies.ids)
        total = sum(count for _old, _new, count in rows) or 1
        self.line_ids = [
            fields.Command.create(
                {
                    "old_segment_id": segments.get(old),
                    "new_segment_id": segments[new],
                    "client_count": count,
                    "share": 100 * count / total,
                    "moved": old != new,
                }
            )
            for old, new, count in rows
        ]


class InsuranceScorecardPreviewLine(models.TransientModel):
    _name = "insurance.scorecard.preview.line"
    _description = "Clients that would move from one class to another"
    _order = "moved desc, client_count desc, id"

    preview_id = fields.Many2one(
        "insurance.scorecard.preview", required=True, index=True, ondelete="cascade"
    )
    old_segment_id = fields.Many2one(
        "insurance.client.segment", string="Now", readonly=True, ondelete="cascade"
    )
    new_segment_id = fields.Many2one(
        "insurance.client.segment",
        string="By this version",
        readonly=True,
        ondelete="cascade",
    )
    client_count = fields.Integer(string="Clients", readonly=True)
    share = fields.Float(string="Share (%)", readonly=True)
    moved = fields.Boolean(string="Changes", readonly=True)

    def action_open_clients(self):
        """List these clients, as far as the user may open them."""
        self.ensure_one()
        card = self.preview_id.scorecard_id
        value = f"{card.id}:{self.old_segment_id.code or ''}:{self.new_segment_id.code}"
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_archive_action_segments"
            ),
            "name": self.env._(
                "%(old)s → %(new)s",
                old=self.old_segment_id.display_name or self.env._("no class"),
                new=self.new_segment_id.display_name,
            ),
            "domain": [("class_preview", "=", value)],
        }


class InsuranceScorecard(models.Model):
    _inherit = "insurance.scorecard"

    def action_preview(self):
        self.ensure_one()
        self.check_access("read")
        preview = self.env["insurance.scorecard.preview"].create(
            {"scorecard_id": self.id}
        )
        preview._fill()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }

    def _preview(self, company_ids):
        """Return [(class now, class by this version, number of clients)]."""
        self.ensure_one()
        return self._count_moves(self.dimension, self._compiled(), company_ids)

    @api.model
    def _count_moves(self, dimension, compiled, company_ids, percent=100):
        """Count the clients by the class they have and the one they would have."""
        return self.env.execute_query(
            SQL(
                """
                SELECT %(old)s, COALESCE(forced.code, scored.result), count(*)
                %(source)s AND archive.company_id = ANY(%(companies)s)
                GROUP BY 1, 2 ORDER BY 3 DESC
                """,
                old=SQL.identifier("archive", dimension),
                source=self._moves_source(dimension, compiled, percent),
                companies=list(company_ids),
            )
        )

    def _preview_source(self):
        return self._moves_source(self.dimension, self._compiled())

    @api.model
    def _moves_source(self, dimension, compiled, percent=100):
        """Return FROM and WHERE: archives beside what a version says of them.

        :param percent: how much of the book; the same part each time
        """
        self.env["insurance.archive"].flush_model([dimension])
        self.env["insurance.client.class.override"].flush_model()
        rule, points = (
            SQL.identifier("worth", "rule"),
            SQL.identifier("worth", "points"),
        )
        sample = SQL("TABLESAMPLE SYSTEM (%s) REPEATABLE (1)", percent)
        return SQL(
            """
            FROM insurance_archive AS archive
            JOIN (
                SELECT worth.archive_id, %(result)s AS result
                FROM (
                    SELECT feature.archive_id, %(rule)s AS rule, %(points)s AS points
                    FROM insurance_client_feature AS feature %(sample)s
                    OFFSET 0
                ) AS worth
            ) AS scored ON scored.archive_id = archive.id
            LEFT JOIN (
                SELECT override.archive_id, segment.code
                FROM insurance_client_class_override AS override
                JOIN insurance_client_segment AS segment
                    ON segment.id = override.segment_id
                WHERE override.state = 'active'
                  AND override.dimension = %(dimension)s
            ) AS forced ON forced.archive_id = archive.id
            WHERE %(may)s
            """,
            result=compiled.result(rule, points),
            rule=compiled.rule,
            points=compiled.points,
            may=self.env["insurance.archive"]._may_process_sql(PROFILING, "archive"),
            sample=sample if percent < 100 else SQL(),
            dimension=dimension,
        )


class InsuranceArchive(models.Model):
    _inherit = "insurance.archive"

    class_preview = fields.Char(
        string="Class preview",
        compute="_compute_class_preview",
        search="_search_class_preview",
        help="Clients that a version of a scorecard would move; for searching only.",
    )

    def _compute_class_preview(self):
        self.class_preview = False

    def _search_class_preview(self, operator, value):
        if operator != "in" or len(value) != 1:
            return NotImplemented
        card_id, old, new = (*str(next(iter(value))).split(":"), "", "", "")[:3]
        card = self.env["insurance.scorecard"].browse(
            int(card_id) if card_id.isdecimal() else 0
        )
        if not card.exists():
            raise UserError(
                self.env._("This version of the scorecard does not exist any more.")
            )
        card.check_access("read")
        found = SQL(
            "SELECT archive.id %s AND %s IS NOT DISTINCT FROM %s"
            " AND COALESCE(forced.code, scored.result) = %s",
            card._preview_source(),
            SQL.identifier("archive", card.dimension),
            old or None,
            new,
        )
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), found
            )
        )
