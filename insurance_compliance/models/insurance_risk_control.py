from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

STATUSES = [
    ("proven", "Proved"),
    ("weak", "Weak"),
    ("unproven", "Not proved"),
]
BROKEN = ("failed", "error")


class InsuranceRiskControl(models.Model):
    """What is done against risks; checks prove that it works."""

    _name = "insurance.risk.control"
    _description = "Control"
    _order = "kind, name, id"

    active = fields.Boolean(default=True)
    name = fields.Char(string="Control", required=True)
    kind = fields.Selection(
        [
            ("technical", "Technical"),
            ("management", "Management"),
            ("institutional", "Institutional"),
        ],
        required=True,
        default="technical",
        help="Technical: encryption, masks, logs. Management: who may do what, two "
        "persons. Institutional: rules, duties, training.",
    )
    description = fields.Text(string="How it works")
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    check_ids = fields.Many2many(
        "insurance.check",
        string="Proved by",
        help="When the latest result of one of them is a failure, the control is weak.",
    )
    risk_ids = fields.Many2many("insurance.risk", string="Risks")
    risk_count = fields.Integer(compute="_compute_risk_count")
    status = fields.Selection(
        STATUSES,
        compute="_compute_status",
        compute_sudo=True,
        search="_search_status",
        help="By the latest results of the checks.",
    )
    status_note = fields.Char(
        string="Failed checks", compute="_compute_status", compute_sudo=True
    )

    def write(self, vals):
        before = self.risk_ids if "risk_ids" in vals else self.risk_ids.browse()
        result = super().write(vals)
        if "risk_ids" in vals:
            self._check_open((before | self.risk_ids) - (before & self.risk_ids))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        self._check_open(self.risk_ids)

    def _check_open(self, risks):
        """Refuse from this side, too, what a risk that is accepted does not allow."""
        # superuser: how far they are, whoever may see them
        for risk in risks.sudo():
            if not self.env.su and risk.state in ("waiting", "accepted"):
                raise UserError(
                    self.env._(
                        "What is accepted, or to be accepted, stays as it is. Reopen "
                        "“%s” first.",
                        risk.display_name,
                    )
                )

    @api.depends("risk_ids")
    def _compute_risk_count(self):
        for control in self:
            control.risk_count = len(control.risk_ids)

    @api.depends("check_ids")
    def _compute_status(self):
        states = self._latest_states(self.check_ids.ids)
        for control in self:
            found = {check: states.get(check.id) for check in control.check_ids}
            broken = [check for check, state in found.items() if state in BROKEN]
            control.status = (
                "weak"
                if broken
                else "proven"
                if "passed" in found.values()
                else "unproven"
            )
            control.status_note = ", ".join(check.name for check in broken)

    @api.model
    def _latest_states(self, check_ids):
        """Return {check: state of its latest result that says anything}."""
        self.env["insurance.check.result"].flush_model(["check_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (check_id) check_id, state
                  FROM insurance_check_result
                 WHERE check_id = ANY(%s) AND state IN ('passed', 'failed', 'error')
                 ORDER BY check_id, id DESC
                """,
                list(check_ids),
            )
        )
        return dict(rows)

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        # superuser: the state of each control, which its own rules show or hide
        every = self.sudo().with_context(active_test=False)
        # the others have nothing that could prove them
        checked = every.search([("check_ids", "!=", False)])
        found = Domain("id", "in", checked.filtered(lambda c: c.status in value).ids)
        if "unproven" in value:
            found |= Domain("check_ids", "=", False)
        return found

    def _as_text(self):
        """Return the controls as lines for the record of an assessment."""
        labels = dict(self._fields["status"]._description_selection(self.env))
        return "\n".join(
            f"{control.name}: {labels[control.status]}"
            + (f" ({control.status_note})" if control.status_note else "")
            for control in self
        )

    def action_open_risks(self):
        """List the risks that the control stands against."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_risk_action"
        )
        return {**action, "domain": [("control_ids", "in", self.ids)], "context": {}}
