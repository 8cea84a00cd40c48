from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_archive_tolerance import MATCHING

#: what the examination has found: it stays, another one is entered instead
FOUND = frozenset(
    {"archive_id", "assessment_id", "done_on", "health_grade", "place", "user_id"}
)


class InsuranceMedicalCheck(models.Model):
    """A medical examination as evidence beside what the client has answered.

    The coarse grade and the paper that proves it are kept, no finding: findings are
    health data and belong into the sealed health notice.
    """

    _name = "insurance.medical.check"
    _inherit = ["insurance.archive.child", "insurance.history.mixin"]
    _description = "Medical examination of a client"
    _order = "done_on desc, id desc"
    _access_slices = ("basic", "health")

    assessment_id = fields.Many2one(
        "insurance.assessment",
        string="Health assessment",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id), ('kind', '=', 'health'), "
        "('state', '=', 'done')]",
        help="What the client has answered; the examination proves or corrects it.",
    )
    reason = fields.Selection(
        [
            ("underwriting", "Asked for by underwriting"),
            ("answer", "Answers of the client were unclear"),
            ("own", "The client's own examination"),
        ],
        string="Examined because",
        required=True,
        default="underwriting",
    )
    done_on = fields.Date(
        string="Examined on", required=True, default=fields.Date.context_today
    )
    place = fields.Char(string="Examined at", required=True)
    health_grade = fields.Selection(
        lambda self: (
            self.env["insurance.archive"]
            ._fields["health_grade"]
            ._description_selection(self.env)
        ),
        string="Grade by examination",
        required=True,
    )
    document_id = fields.Many2one(
        "insurance.document",
        string="Examination report",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id), "
        "('type_id.paper_group', '=', 'health')]",
        help="The report among the papers of the client.",
    )
    valid_until = fields.Date(
        string="Valid until", compute="_compute_valid_until", store=True
    )
    differs = fields.Boolean(
        string="Differs from the answers",
        compute="_compute_differs",
        help="The grade is another one than the client's answers came to.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Entered by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    @api.depends("done_on")
    def _compute_valid_until(self):
        months = self.env["insurance.parameter"]._get("assessment_valid_months")
        for check in self:
            check.valid_until = check.done_on and fields.Date.add(
                check.done_on, months=months, days=-1
            )

    @api.depends("health_grade", "assessment_id.health_ids.health_grade")
    def _compute_differs(self):
        for check in self:
            answered = check.assessment_id.health_ids[:1].health_grade
            check.differs = bool(answered) and answered != check.health_grade

    @api.depends("done_on")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        for check in self.browse(visible.ids):
            check.display_name = self.env._("Examination on %s", check.done_on)
        return result

    @api.constrains("done_on")
    def _check_done_on(self):
        today = fields.Date.context_today(self)
        if any(check.done_on > today for check in self):
            raise ValidationError(
                self.env._("An examination is entered when it has taken place.")
            )

    @api.constrains("archive_id", "assessment_id", "document_id")
    def _check_of_this_client(self):
        for check in self:
            for link in (check.assessment_id, check.document_id):
                if link and link.archive_id != check.archive_id:
                    raise ValidationError(
                        self.env._("Choose an assessment and a report of this client.")
                    )
            if check.document_id.type_id.paper_group != "health":
                raise ValidationError(
                    self.env._("Choose a paper about the health as the report.")
                )
            if check.assessment_id and check.assessment_id.kind != "health":
                raise ValidationError(self.env._("Choose an assessment of the health."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals["user_id"] = self.env.uid
        checks = super().create(vals_list)
        willing = checks.archive_id._processable(MATCHING)
        if checks.archive_id - willing:
            raise UserError(
                self.env._(
                    "This client's data may not be used to find suitable products. "
                    "Consent comes first."
                )
            )
        checks._remind_of_difference()
        return checks

    def write(self, vals):
        if not self.env.su and not FOUND.isdisjoint(vals):
            raise UserError(
                self.env._("What was found stays. Enter another examination instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_server(self):
        if not self.env.su:
            raise UserError(self.env._("An examination is kept with its report."))

    def _remind_of_difference(self):
        """Remind who looks after the client to verify the health on file."""
        reminders = self.env["insurance.reminder.mixin"]
        today = fields.Date.context_today(self)
        other = self.filtered("differs")
        open_ones = reminders._open_reminders("review", other.partner_id)
        there = set(open_ones.mapped("res_id"))
        reminders._remind(
            "review",
            [
                (archive.partner_id, archive.agent_id, today)
                for archive in other.archive_id
                if archive.agent_id and archive.partner_id.id not in there
            ],
        )


class InsuranceAssessment(models.Model):
    _inherit = "insurance.assessment"

    medical_check_ids = fields.One2many(
        "insurance.medical.check", "assessment_id", string="Medical examinations"
    )
