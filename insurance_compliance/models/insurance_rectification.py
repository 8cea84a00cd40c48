from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain
from odoo.addons.insurance_client_archive.tools import workdays

from .insurance_check import MODULE, SEVERITIES

COMPLIANCE = f"{MODULE}.group_compliance"
#: nobody has reported it as done
OPEN_STATES = ("new", "progress")
#: somebody has said that it is mended
MENDED_STATES = ("done", "verified", "closed")
STATES = [
    ("new", "To begin"),
    ("progress", "Being mended"),
    ("done", "To be verified"),
    ("verified", "Effect observed"),
    ("closed", "Effective"),
    ("dropped", "No finding"),
]


class InsuranceRectification(models.Model):
    """What was found wrong, who mends it until when, how, and who has verified it.

    One row for each finding, recognised by its key: what comes back is not a second
    row, it is the same one again.
    """

    _name = "insurance.rectification"
    _description = "Rectification"
    _order = "deadline, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "name"]

    number = fields.Char(readonly=True, copy=False, default="/")
    name = fields.Char(
        string="Finding",
        required=True,
        help="What is wrong, in a few words. No names of clients.",
    )
    description = fields.Text(
        string="What was found", help="No names and no data of clients."
    )
    key = fields.Char(
        readonly=True,
        required=True,
        copy=False,
        default=lambda self: f"manual:{uuid4()}",
        help="By this the same finding is recognised when it comes back.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: it concerns all companies.",
    )
    source_model = fields.Char(readonly=True, copy=False)
    source_id = fields.Many2oneReference(
        model_field="source_model",
        string="Found by",
        readonly=True,
        copy=False,
        aggregator=None,
    )
    source_kind = fields.Selection(
        [
            ("check", "Check"),
            ("incident", "Incident"),
            ("risk", "Risk"),
            ("inspection", "Inspection"),
            ("access", "Review of access"),
            ("records", "Records management"),
            ("other", "Other source"),
            ("manual", "Entered by hand"),
        ],
        string="Kind of source",
        compute="_compute_source_kind",
        store=True,
    )
    severity = fields.Selection(SEVERITIES, required=True, default="medium")
    regulation_ids = fields.Many2many("insurance.regulation", string="Regulations")
    archive_count = fields.Integer(
        string="Archives concerned", help="How many, as a number alone."
    )
    responsible_id = fields.Many2one(
        "res.users",
        index=True,
        domain=[("share", "=", False)],
        copy=False,
        help="Mends it, and shows that it is mended.",
    )
    department_id = fields.Many2one(
        "insurance.department",
        compute="_compute_place",
        compute_sudo=True,
        store=True,
        help="Where the responsible person works.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales team",
        compute="_compute_place",
        compute_sudo=True,
        store=True,
    )
    verifier_id = fields.Many2one(
        "res.users",
        string="To be verified by",
        index=True,
        domain=[("share", "=", False)],
        copy=False,
        help="Empty: a compliance officer who is not responsible.",
    )
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        copy=False,
        help="Proposed by the severity, in working days.",
    )
    deadline_reason = fields.Text(string="Why the deadline was moved", copy=False)
    cause = fields.Text(copy=False, help="Why it could happen.")
    measure = fields.Text(
        copy=False, help="What is done so that it does not come back."
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    found_count = fields.Integer(
        string="Times found", readonly=True, default=1, copy=False
    )
    reopen_count = fields.Integer(string="Times come back", readonly=True, copy=False)
    first_found_on = fields.Datetime(
        string="First found on", readonly=True, default=fields.Datetime.now, copy=False
    )
    last_found_on = fields.Datetime(
        string="Last found on", readonly=True, default=fields.Datetime.now, copy=False
    )

    _key_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0), key)",
        "This finding is in the ledger already.",
    )
    _archives_positive = models.Constraint(
        "CHECK(archive_count >= 0)", "A number of archives can't be negative."
    )
    _verified_by_another = models.Constraint(
        "CHECK(verifier_id <> responsible_id)",
        "Nobody verifies what he or she is responsible for.",
    )

    @api.depends("source_model")
    def _compute_source_kind(self):
        prefixes = {
            "insurance.check": "check",
            "insurance.incident": "incident",
            "insurance.drill": "incident",
            "insurance.risk": "risk",
            "insurance.inspection": "inspection",
            "insurance.access": "access",
            "insurance.destruction": "records",
            "insurance.backup": "records",
            "insurance.filing": "records",
        }
        for row in self:
            model = row.source_model or ""
            kinds = [
                kind for start, kind in prefixes.items() if model.startswith(start)
            ]
            row.source_kind = kinds[0] if kinds else "other" if model else "manual"

    @api.depends("responsible_id", "company_id")
    def _compute_place(self):
        departments = self.env["insurance.department"].search(
            [("member_ids", "in", self.responsible_id.ids)]
        )
        members = self.env["crm.team.member"].search(
            [("user_id", "in", self.responsible_id.ids)]
        )
        for row in self:
            person = row.responsible_id
            row.department_id = departments.filtered(
                lambda place, row=row, person=person: (
                    person in place.member_ids
                    and (not row.company_id or place.company_id == row.company_id)
                )
            )[:1]
            row.team_id = members.filtered(
                lambda member, person=person: member.user_id == person
            ).crm_team_id[:1]

    @api.depends("severity")
    def _compute_deadline(self):
        today = fields.Date.context_today(self)
        for row in self:
            # what was agreed stays until the work begins anew
            agreed = row._origin and row.deadline
            row.deadline = agreed or row._proposed_deadline(row.severity, today)

    @api.model
    def _proposed_deadline(self, severity, day):
        days = self.env["insurance.parameter"]._get(f"rectify_{severity}_workdays")
        return workdays.after(day, days)

    @api.depends("deadline", "state")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for row in self:
            due = row.state in OPEN_STATES and row.deadline
            row.overdue = bool(due) and due < today

    def _search_overdue(self, operator, value):
        late = Domain("state", "in", OPEN_STATES) & Domain("deadline", "<", "today")
        return flag_domain(operator, value, late)

    @api.constrains("responsible_id", "verifier_id")
    def _check_people(self):
        for row in self:
            # superuser: whether these colleagues work here, and are no clients
            for person in (row.responsible_id | row.verifier_id).sudo():
                if person.share or not person.has_group(f"{MODULE}.group_archive_user"):
                    raise ValidationError(
                        self.env._(
                            "%s has no role in the insurance application. Give a role "
                            "first, or choose somebody else.",
                            person.name,
                        )
                    )
