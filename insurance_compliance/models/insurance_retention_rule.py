from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MODULE = "insurance_client_archive"
SUBJECTS = [
    ("policy", "Policy papers"),
    ("application", "Applications that came to nothing"),
    ("identity", "Identity and transaction data"),
    ("suitability", "Suitability records"),
    ("recording", "Recordings"),
    ("claim", "Claims"),
    ("complaint", "Complaints"),
    ("share", "Records of sharing"),
    ("request", "Requests of clients"),
    ("service", "Records of service"),
    ("archive", "Archive as a whole"),
    ("use", "Use records"),
]
EVENTS = [
    ("contract_end", "End of the contract"),
    ("application_end", "Application declined or withdrawn"),
    ("claim_end", "Claim paid or closed"),
    ("complaint_end", "Complaint closed"),
    ("share_end", "End of a share"),
    ("request_end", "Request of the client answered"),
    ("last_contact", "Last contact with the client"),
    ("filing", "Filing, by the retention mark"),
    ("appraisal", "Decision of an appraisal"),
    ("last_use", "Last use in the log"),
]
#: what the product can't do without
KEPT_ACTIVE = ("appraisal", "filing")
#: events that keep records beside the archive, and not the archive
BESIDE = ("last_use",)
MONTHS = {"years": 12, "months": 1}
#: what decides the date
DECISIVE = frozenset(
    {
        "active",
        "sequence",
        "event",
        "parameter_id",
        "forever",
        "term",
        "line",
        "client_kind",
        "mark",
    }
)


class InsuranceRetentionRule(models.Model):
    """Keep this for so long after that event: one line of the retention schedule."""

    _name = "insurance.retention.rule"
    _description = "Retention rule"
    _order = "sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=500, help="Of rules that keep equally long, the first is named."
    )
    code = fields.Char(required=True, help="Short stable name, such as IL87-LONG.")
    name = fields.Char(required=True, translate=True)
    subject = fields.Selection(
        SUBJECTS, string="What is kept", required=True, default="policy"
    )
    event = fields.Selection(
        EVENTS, string="Counted from", required=True, default="contract_end"
    )
    parameter_id = fields.Many2one(
        "insurance.parameter",
        string="Period",
        domain="[('topic', '=', 'retention')]",
        ondelete="restrict",
        help="The parameter that holds the number; its lowest value is the law's.",
    )
    forever = fields.Boolean(string="For ever")
    months = fields.Integer(compute="_compute_months", store=True, readonly=True)
    period = fields.Char(compute="_compute_period", string="How long")
    term = fields.Selection(
        [("short", "Short-term"), ("long", "Long-term")],
        string="Contract term",
        help="Empty: any term. What is short is a parameter.",
    )
    line = fields.Selection(
        selection=lambda self: (
            self.env["insurance.product.category"]
            ._fields["line"]
            ._description_selection(self.env)
        ),
        string="Line of business",
        help="Empty: any line.",
    )
    client_kind = fields.Selection(
        selection=lambda self: (
            self.env["insurance.archive"]
            ._fields["client_kind"]
            ._description_selection(self.env)
        ),
        string="Kind of client",
        help="Empty: any client.",
    )
    mark = fields.Selection(
        selection=lambda self: (
            self.env["insurance.archive"]
            ._fields["retention_mark"]
            ._description_selection(self.env)
        ),
        string="Retention mark",
    )
    document_type_ids = fields.Many2many(
        "insurance.document.type",
        string="Kinds of paper",
        help="These papers follow this rule; papers that no rule names follow the "
        "whole archive.",
    )
    regulation_ids = fields.Many2many("insurance.regulation", string="Regulations")
    status = fields.Selection(
        related="parameter_id.status", string="Source", related_sudo=False
    )
    note = fields.Text(translate=True)
    archive_count = fields.Integer(
        string="Archives it decides",
        compute="_compute_archive_count",
        help="Archives that no other rule keeps longer.",
    )

    _code_unique = models.UniqueIndex("(code)", "Another rule has this code.")
    _period_given = models.Constraint(
        "CHECK(forever OR parameter_id IS NOT NULL OR event = 'appraisal')",
        "Choose the parameter with the period, or keep for ever.",
    )
    _term_of_contract = models.Constraint(
        "CHECK((term IS NULL AND line IS NULL) OR event = 'contract_end')",
        "Term and line of business belong to the end of a contract.",
    )
    _mark_of_filing = models.Constraint(
        "CHECK(mark IS NULL OR event = 'filing')",
        "The retention mark belongs to filing.",
    )

    @api.depends("parameter_id.value", "parameter_id.key", "forever")
    def _compute_months(self):
        for rule in self:
            rule.months = rule._months_of(rule.parameter_id, rule.parameter_id.value)

    @api.depends("months", "forever")
    @api.depends_context("lang")
    def _compute_period(self):
        for rule in self:
            years, months = divmod(rule.months, 12)
            if rule.forever:
                rule.period = self.env._("for ever")
            elif not rule.months:
                rule.period = self.env._("until the day decided")
            elif months:
                rule.period = self.env._("%s months", rule.months)
            else:
                rule.period = self.env._("%s years", years)

    def _compute_archive_count(self):
        Retention = self.env["insurance.retention"]
        counts = {}
        if Retention.has_access("read"):
            counts = dict(
                Retention._read_group(
                    [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
                )
            )
        for rule in self:
            rule.archive_count = counts.get(rule, 0)

    @api.constrains("parameter_id")
    def _check_parameter(self):
        for rule in self:
            parameter = rule.parameter_id
            if parameter and parameter.topic != "retention":
                # compliance changes the number of a rule by a trial: no other one
                raise ValidationError(
                    self.env._("Choose a parameter of retention for the period.")
                )
            if parameter and self._unit_of(parameter) not in MONTHS:
                raise ValidationError(
                    self.env._("The parameter of a period counts years or months.")
                )

    @api.constrains("active", "event")
    def _check_needed(self):
        for rule in self:
            if not rule.active and rule.event in KEPT_ACTIVE:
                raise ValidationError(
                    self.env._(
                        "What was decided for a single archive always counts: “%s” "
                        "can't be switched off.",
                        rule.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._changed()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if DECISIVE & vals.keys():
            self._changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_rules(self):
        raise UserError(
            self.env._("Switch a rule off instead: archives may have followed it.")
        )

    def action_open_archives(self):
        """List the archives that this rule keeps longest."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_retention_action"
            ),
            "name": self.name,
            "domain": [("rule_id", "=", self.id)],
            "context": {},
        }

    def action_try(self):
        """Show what another period or condition would move, before it is saved."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would change"),
            "res_model": "insurance.retention.trial",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rule_id": self.id},
        }

    @api.model
    def _unit_of(self, parameter):
        return (parameter.key or "").rpartition("_")[2]

    @api.model
    def _months_of(self, parameter, value):
        text = (value or "").strip()
        return int(text) * MONTHS.get(self._unit_of(parameter), 0) if text else 0

    def _changed(self):
        """Record who has changed the schedule, and calculate all archives anew."""
        # superuser: of a module's data, and not of a caller who says so
        if self.env.su and self.env.context.get("install_mode"):
            return
        # superuser: nobody writes the log by hand; the user stays the caller
        self.env["insurance.use.log"].sudo()._record(
            "edit",
            content=[f"insurance.retention.rule {rule.code}" for rule in self],
            wait=self.env.registry.ready,
        )
        self.env["insurance.retention"]._recalculate_all()

    @api.model
    def _schedule(self):
        """Return the rules that keep archives, in the order in which they are named."""
        # superuser: the dates are the same whoever causes them to be counted
        return self.sudo().search([("event", "not in", BESIDE)])
