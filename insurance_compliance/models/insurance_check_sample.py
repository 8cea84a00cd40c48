import secrets

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: archives that a sample is drawn from
FRAME = ("entered", "filed")


class InsuranceCheckRun(models.Model):
    """Which archives an inspection looks at: drawn by the server, and again by seed."""

    _inherit = "insurance.check.run"

    agent_id = fields.Many2one(
        "res.users", string="Only clients of", help="Empty: clients of all agents."
    )
    team_id = fields.Many2one("crm.team", string="Only clients of the team")
    sample_kind = fields.Selection(
        [("size", "Number of archives"), ("percent", "Per cent of the archives")],
        string="Sample by",
        required=True,
        default="size",
    )
    sample_size = fields.Integer(string="Archives", default=20)
    sample_percent = fields.Float(string="Per cent", default=5)
    seed = fields.Char(
        readonly=True,
        copy=False,
        help="The server drew it when the inspection began: the same seed draws the "
        "same archives again.",
    )
    frame_count = fields.Integer(
        string="Drawn from", readonly=True, copy=False, aggregator=None
    )
    sample_count = fields.Integer(
        string="Drawn", readonly=True, copy=False, aggregator=None
    )

    def _frame(self):
        """Return the condition of the archives that the sample is drawn from."""
        conditions = [SQL("archive.state IN %s", FRAME)]
        for column, value in (
            ("company_id", self.company_id),
            ("agent_id", self.agent_id),
            ("team_id", self.team_id),
        ):
            if value:
                conditions.append(
                    SQL("archive.%s = %s", SQL.identifier(column), value.id)
                )
        return SQL(" AND ").join(conditions)

    def _draw(self):
        """Draw the sample and lay out all questions, in one statement each."""
        self.env.flush_all()
        frame = self._frame()
        self.seed = self.seed or secrets.token_hex(16)
        per_archive = any(item.per_archive for item in self.check_ids.item_ids)
        count = SQL("SELECT count(*) FROM insurance_archive archive WHERE %s", frame)
        self.frame_count = self.env.execute_query(count)[0][0] if per_archive else 0
        self.sample_count = self._wanted()
        if per_archive and not self.sample_count:
            raise UserError(self.env._("There is no archive to draw a sample from."))
        self.env.flush_all()
        # the same seed puts the same archives first
        self.env.cr.execute(
            SQL(
                """
                WITH drawn AS (
                    SELECT archive.id, archive.company_id
                      FROM insurance_archive archive WHERE %(frame)s
                     ORDER BY md5(%(seed)s || archive.uuid), archive.id
                     LIMIT %(size)s
                )
                INSERT INTO insurance_check_answer (
                    run_id, result_id, item_id, archive_id, company_id, answer
                )
                SELECT %(run)s, result.id, item.id, drawn.id,
                       coalesce(drawn.company_id, %(company)s), 'open'
                  FROM insurance_check_result result
                  JOIN insurance_check_item item
                    ON item.check_id = result.check_id AND item.active
                  LEFT JOIN drawn ON item.per_archive
                 WHERE result.run_id = %(run)s
                   AND (drawn.id IS NOT NULL OR NOT coalesce(item.per_archive, false))
                 ORDER BY drawn.id NULLS FIRST, result.id, item.sequence, item.id
                """,
                frame=frame,
                seed=self.seed,
                size=self.sample_count,
                run=self.id,
                company=self.company_id.id or None,
            )
        )
        self.env["insurance.check.answer"].invalidate_model()
        self.invalidate_recordset()

    def _wanted(self):
        """Return how many archives are drawn."""
        size = self.sample_size
        if self.sample_kind == "percent":
            # at least that share
            size = -int(-self.frame_count * self.sample_percent // 100)
        most = self.env["insurance.parameter"]._get("check_sample_limit")
        size = min(size, self.frame_count)
        if size > most:
            raise UserError(
                self.env._(
                    "%(size)s archives are more than anybody reads. Draw at most "
                    "%(most)s, or narrow the clients.",
                    size=size,
                    most=most,
                )
            )
        return size
