from odoo import fields, models
from odoo.tools import SQL


class InsuranceDutyClash(models.Model):
    """A person who has two incompatible roles, by whatever groups that came about."""

    _name = "insurance.duty.clash"
    _description = "Person with incompatible roles"
    _auto = False
    _order = "state desc, user_id"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    conflict_id = fields.Many2one(
        "insurance.duty.conflict", string="Incompatible roles", readonly=True
    )
    severity = fields.Selection(related="conflict_id.severity")
    exception_id = fields.Many2one("insurance.duty.exception", readonly=True)
    date_to = fields.Date(string="Excepted until", readonly=True)
    state = fields.Selection(
        [("excepted", "Excepted"), ("open", "Unsettled")], readonly=True
    )

    @property
    def _table_query(self):
        self.env["insurance.duty.exception"].flush_model()
        self.env["insurance.duty.conflict"].flush_model()
        return SQL(
            """
            SELECT clash.user_id::bigint * 100000 + clash.conflict_id AS id,
                   clash.user_id, clash.conflict_id,
                   allowed.id AS exception_id, allowed.date_to,
                   CASE WHEN allowed.id IS NULL THEN 'open' ELSE 'excepted' END AS state
              FROM (%s) AS clash
              LEFT JOIN LATERAL (
                  SELECT one.id, one.date_to FROM insurance_duty_exception one
                   WHERE one.user_id = clash.user_id
                     AND one.conflict_id = clash.conflict_id
                     AND one.state = 'approved' AND one.date_to >= %s
                   ORDER BY one.date_to DESC LIMIT 1) AS allowed ON TRUE
            """,
            self.env["insurance.duty.conflict"]._clashes_sql(),
            fields.Date.today(),
        )

    def action_except(self):
        """Open the exception, or ask for one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_duty_exception_action"
        )
        return {
            **action,
            "view_mode": "form",
            "views": [(False, "form")],
            "res_id": self.exception_id.id,
            "context": {
                "default_user_id": self.user_id.id,
                "default_conflict_id": self.conflict_id.id,
            },
        }
