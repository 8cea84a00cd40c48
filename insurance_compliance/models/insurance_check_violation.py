from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..check_open import open_record

#: rows that are deleted in one go
BATCH = 100_000


class InsuranceCheckViolation(models.Model):
    """One row, or one fact, that breaks a demand. Written by the engine alone."""

    _name = "insurance.check.violation"
    _description = "Violation found by a check"
    _order = "result_id desc, id"
    _log_access = False

    result_id = fields.Many2one(
        "insurance.check.result",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    model = fields.Char(string="Model name", readonly=True)
    model_label = fields.Char(string="Record", compute="_compute_model_label")
    res_id = fields.Many2oneReference(
        model_field="model", string="Record ID", readonly=True, aggregator=None
    )
    archive_id = fields.Many2one(
        "insurance.archive", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    number = fields.Char(string="Archive number", compute="_compute_number")
    text = fields.Char(string="What was found", readonly=True)

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for violation in self.sudo():
            archive = violation.archive_id
            unfiled = archive and self.env._("Not filed: %s", archive.id)
            violation.number = archive.number or unfiled or False

    @api.depends("model", "res_id", "text")
    def _compute_model_label(self):
        """Say which record it is without saying what is in it."""
        for violation in self:
            model = self.env.get(violation.model or "")
            label = model._description if model is not None else violation.model
            violation.model_label = (
                f"{label} {violation.res_id}" if label else violation.text
            )

    @api.depends("model_label")
    def _compute_display_name(self):
        for violation in self:
            violation.display_name = violation.model_label

    def action_open_record(self):
        """Open the record, for those who may."""
        self.ensure_one()
        model = self.env.get(self.model or "")
        record = model.browse(self.res_id).exists() if model is not None else None
        if not record:
            raise UserError(self.env._("There is no record to open any more."))
        return open_record(record)

    @api.autovacuum
    def _gc_old(self):
        """Forget the rows of older results; how many there were stays with them."""
        days = self.env["insurance.parameter"]._get("check_violation_days")
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM insurance_check_violation WHERE id IN (
                    SELECT violation.id
                      FROM insurance_check_violation violation
                      JOIN insurance_check_result result
                        ON result.id = violation.result_id
                     WHERE result.date < %s AND NOT coalesce(result.latest, false)
                     LIMIT %s
                )
                """,
                limit,
                BATCH,
            )
        )
        done = self.env.cr.rowcount
        self.invalidate_model()
        return done, int(done == BATCH)
