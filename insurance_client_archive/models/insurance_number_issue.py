from odoo import fields, models
from odoo.tools import SQL

MODULE = "insurance_client_archive"


class InsuranceNumberIssue(models.Model):
    """Numbers that are missing in a series or stand on more than one archive.

    Counted anew by one statement each time the list is opened.
    """

    _name = "insurance.number.issue"
    _description = "Gap or duplicate in archive numbers"
    _auto = False
    _order = "company_id, counter_id, first_item"

    kind = fields.Selection(
        [
            ("gap", "Gap"),
            ("duplicate", "Duplicate"),
            ("unnumbered", "Filed without a number"),
        ],
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    counter_id = fields.Many2one(
        "insurance.number.counter", string="Series", readonly=True
    )
    number = fields.Char(string="First number", compute="_compute_number")
    stored_number = fields.Char(string="Stored number", readonly=True)
    first_item = fields.Integer(string="First position", readonly=True, aggregator=None)
    last_item = fields.Integer(string="Last position", readonly=True, aggregator=None)
    item_count = fields.Integer(string="Numbers", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH given AS (
                SELECT company_id, number_counter_id AS counter_id,
                       number_item AS item, number
                  FROM insurance_archive
                 WHERE number IS NOT NULL
            ), steps AS (
                SELECT counter_id, item,
                       LAG(item, 1, 0) OVER (
                           PARTITION BY counter_id ORDER BY item
                       ) AS previous
                  FROM (
                      SELECT counter_id, item
                        FROM given
                       WHERE counter_id IS NOT NULL
                       UNION ALL
                      SELECT id, last_item + 1 FROM insurance_number_counter
                  ) AS positions
            ), issues AS (
                SELECT 'gap' AS kind, counter.company_id, counter_id,
                       NULL AS stored_number, previous + 1 AS first_item,
                       item - 1 AS last_item, item - previous - 1 AS item_count
                  FROM steps
                  JOIN insurance_number_counter AS counter
                    ON counter.id = steps.counter_id
                 WHERE item > previous + 1
                 UNION ALL
                SELECT 'duplicate', company_id, MIN(counter_id), number,
                       MIN(item), MAX(item), COUNT(*)
                  FROM given
                 GROUP BY company_id, number
                HAVING COUNT(*) > 1
                 UNION ALL
                SELECT 'unnumbered', company_id, NULL, NULL, 0, 0, COUNT(*)
                  FROM insurance_archive
                 WHERE state = 'filed' AND number IS NULL
                 GROUP BY company_id
            )
            SELECT ROW_NUMBER() OVER (
                       ORDER BY kind, company_id, counter_id, first_item, stored_number
                   ) AS id,
                   issues.*
              FROM issues
            """
        )

    def _compute_number(self):
        for issue in self:
            number = issue.stored_number
            if issue.kind == "gap":
                number = issue.counter_id._number(issue.first_item)
            issue.number = number

    def action_open_archives(self):
        """Open the archives that the row is about: around a gap, on a duplicate."""
        self.ensure_one()
        if self.kind == "gap":
            domain = [
                ("number_counter_id", "=", self.counter_id.id),
                ("number_item", ">=", self.first_item - 1),
                ("number_item", "<=", self.last_item + 1),
            ]
        elif self.kind == "duplicate":
            domain = [("number", "=", self.stored_number)]
        else:
            domain = [("state", "=", "filed"), ("number", "=", False)]
        view = self.env.ref(f"{MODULE}.insurance_archive_view_list_records")
        return {
            "type": "ir.actions.act_window",
            "name": self.number or self.env._("Archives"),
            "res_model": "insurance.archive",
            "views": [(view.id, "list"), (False, "form")],
            "domain": [("company_id", "=", self.company_id.id), *domain],
        }
