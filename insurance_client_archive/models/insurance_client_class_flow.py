from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .insurance_client_segment import DIMENSION_NAMES, DIMENSIONS

#: months that can be chosen
MONTHS = 24
YEAR = 12


class InsuranceClientClassChange(models.Model):
    """Where the clients of a class of some month are now, from class to class."""

    _inherit = "insurance.client.class.change"

    @api.model
    def flow(self, dimension, day=False):
        """Return the matrix of the clients that the user may open.

        :param day: as of the end of this day; by default a year ago
        """
        if dimension not in DIMENSION_NAMES:
            raise UserError(self.env._("Choose one of the five classifications."))
        self.check_access("read")
        today = fields.Date.context_today(self)
        day = fields.Date.to_date(day) or self._flow_ends(today)[-YEAR]
        rows = self.env.execute_query(self._flow_sql(dimension, day))
        field = self.env["insurance.archive"]._fields[dimension]
        labels = dict(field._description_selection(self.env))
        numbers = {(old, new): number for old, new, number in rows}
        most = max(numbers.values(), default=0)
        before = {}
        for (old, _new), number in numbers.items():
            before[old] = before.get(old, 0) + number
        return {
            "dimension": dimension,
            "dimensions": self._fields["dimension"]._description_selection(self.env),
            "day": fields.Date.to_string(day),
            "day_label": format_date(self.env, day),
            "days": self._flow_days(today, day),
            "classes": [{"code": code, "label": labels[code]} for code in labels],
            "total": sum(numbers.values()),
            "moved": sum(n for (old, new), n in numbers.items() if old != new),
            "rows": [
                {
                    "code": code,
                    "label": labels[code],
                    "before": before.get(code, 0),
                    "cells": [
                        {
                            "code": new,
                            "number": numbers.get((code, new), 0),
                            "share": round(
                                100 * numbers.get((code, new), 0) / before[code]
                            )
                            if before.get(code)
                            else 0,
                            "heat": numbers.get((code, new), 0) / most if most else 0,
                            "label": labels[new],
                        }
                        for new in labels
                    ],
                }
                for code in labels
            ],
        }

    def _flow_days(self, today, chosen):
        """Return the ends of the last months, latest first."""
        days = sorted({*self._flow_ends(today), chosen}, reverse=True)
        return [
            [fields.Date.to_string(day), format_date(self.env, day)] for day in days
        ]

    def _flow_ends(self, today):
        """Return the last days of the months before, first to last."""
        first = today.replace(day=1)
        return [
            fields.Date.subtract(first, months=back, days=1)
            for back in reversed(range(MONTHS))
        ]

    def _flow_sql(self, dimension, day):
        """Count by the class at the end of *day* and the one now, as the user."""
        self.env["insurance.archive"].flush_model([dimension])
        return SQL(
            """
            SELECT earlier.new_code, archive.%(now)s, count(*)
            FROM (%(earlier)s) AS earlier
            JOIN insurance_archive AS archive ON archive.id = earlier.archive_id
            WHERE earlier.new_code IS NOT NULL AND archive.%(now)s IS NOT NULL
            GROUP BY 1, 2
            """,
            now=SQL.identifier(dimension),
            earlier=self._class_on_sql(dimension, day),
        )

    @api.model
    def _class_on_sql(self, dimension, day):
        """Return archive and class at the end of a day, of what the user may read."""
        changes = self.sudo(False)._search(
            Domain("dimension", "=", dimension) & Domain("day", "<=", day)
        )
        return SQL(
            """
            SELECT DISTINCT ON (change.archive_id) change.archive_id, change.new_code
            FROM insurance_client_class_change AS change
            WHERE change.id IN %s
            ORDER BY change.archive_id, change.day DESC, change.id DESC
            """,
            changes.subselect(),
        )

    @api.model
    def action_open_flow(self, dimension, day, old, new):
        """List the clients behind a number of the matrix."""
        labels = {}
        if dimension in DIMENSION_NAMES:
            field = self.env["insurance.archive"]._fields[dimension]
            labels = dict(field._description_selection(self.env))
        if old not in labels or new not in labels:
            raise UserError(self.env._("Choose one of the five classifications."))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_archive_action_segments"
            ),
            "name": self.env._("%(old)s → %(new)s", old=labels[old], new=labels[new]),
            "domain": [
                ("class_history", "=", f"{dimension}:{day}:{old}"),
                (dimension, "=", new),
            ],
        }


class InsuranceArchive(models.Model):
    _inherit = "insurance.archive"

    class_history = fields.Char(
        string="Class history",
        compute="_compute_class_history",
        search="_search_class_history",
        exportable=False,
        help="Clients by the class that they had on a day; for searching only.",
    )

    def _compute_class_history(self):
        self.class_history = False

    def _search_class_history(self, operator, value):
        if operator != "in" or len(value) != 1:
            return NotImplemented
        dimension, day, code = (*str(next(iter(value))).split(":"), "", "", "")[:3]
        names = [name for name, _label in DIMENSIONS]
        try:
            day = fields.Date.to_date(day)
        except ValueError:
            day = None
        if dimension not in names or not day:
            raise UserError(self.env._("Choose one of the five classifications."))
        Change = self.env["insurance.client.class.change"].sudo(False)
        Change.check_access("read")
        found = SQL(
            "SELECT archive_id FROM (%s) AS earlier WHERE new_code = %s",
            Change._class_on_sql(dimension, day),
            code,
        )
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), found
            )
        )
