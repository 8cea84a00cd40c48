from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import number_pattern
from .insurance_number_pattern import RETENTION_MARKS


class InsuranceNumberCounter(models.Model):
    """The last position given in one series of archive numbers.

    A series is what remains of the pattern when unit and item are left open. Its row
    stays locked until the numbers are committed, so there are neither gaps nor
    duplicates, and two archivists at once only wait for each other.
    """

    _name = "insurance.number.counter"
    _description = "Series of archive numbers"
    _order = "series desc"
    _rec_name = "series"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    series = fields.Char(required=True, readonly=True)
    pattern_id = fields.Many2one(
        "insurance.number.pattern",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    class_code = fields.Char(string="Class code", readonly=True)
    year = fields.Integer(readonly=True, aggregator=None)
    retention_mark = fields.Selection(
        RETENTION_MARKS, string="Retention", readonly=True
    )
    unit_size = fields.Integer(
        string="Items per unit", required=True, readonly=True, aggregator=None
    )
    last_item = fields.Integer(string="Numbers given", required=True, readonly=True)
    next_number = fields.Char(string="Next number", compute="_compute_next_number")

    _series_unique = models.Constraint(
        "UNIQUE(company_id, series)",
        "This series of numbers exists already.",
    )

    def _compute_next_number(self):
        for counter in self:
            counter.next_number = counter._number(counter.last_item + 1)

    @api.model
    def _take(self, pattern, class_code, retention_mark, count):
        """Return the counter of a series and the first of *count* new positions."""
        values = pattern._values(class_code, retention_mark)
        series = number_pattern.parse(pattern.pattern).series(values)
        # the row lock of this statement lasts until the numbers are committed; a
        # concurrent transaction fails to serialize and is run again by Odoo
        [(counter_id, last_item)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO insurance_number_counter AS counter (
                    company_id, series, pattern_id, class_code, year,
                    retention_mark, unit_size, last_item
                ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT (company_id, series) DO UPDATE
                    SET last_item = counter.last_item + EXCLUDED.last_item
                RETURNING id, last_item
                """,
                pattern.company_id.id,
                series,
                pattern.id,
                class_code,
                values["year"],
                retention_mark,
                pattern.unit_size,
                count,
            )
        )
        counter = self.browse(counter_id)
        counter.invalidate_recordset(flush=False)
        pattern.invalidate_recordset(["counter_ids", "counter_count", "preview"])
        return counter, last_item - count + 1

    def _number(self, position):
        """Return the archive number at a position of this series."""
        self.ensure_one()
        values = {
            "fonds": self.pattern_id.fonds,
            "class": self.class_code,
            "year": self.year,
            "retention": self.retention_mark,
        }
        parsed = number_pattern.parse(self.pattern_id.pattern)
        return parsed.render(values, position, self.unit_size)

    def action_open_archives(self):
        """Open the archives that this series has numbered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.series,
            "res_model": "insurance.archive",
            "view_mode": "list,form",
            "domain": [("number_counter_id", "=", self.id)],
        }
