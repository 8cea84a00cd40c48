from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from .insurance_retention_rule import MODULE


class InsuranceBackupDuty(models.Model):
    """How old the last backup of a kind may be, and how old it is."""

    _name = "insurance.backup.duty"
    _description = "Duty of backup"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True, translate=True)
    parameter = fields.Char(required=True, readonly=True)
    last_on = fields.Datetime(string="Last one", compute="_compute_last")
    days = fields.Integer(
        string="At the latest every (days)", compute="_compute_last", aggregator=None
    )
    due_on = fields.Datetime(string="Next one by", compute="_compute_last")
    overdue = fields.Boolean(compute="_compute_last", search="_search_overdue")
    count = fields.Integer(string="How many", compute="_compute_last", aggregator=None)

    _key_unique = models.Constraint("UNIQUE(key)", "There is such a duty already.")

    @api.depends_context("uid")
    def _compute_last(self):
        get = self.env["insurance.parameter"]._get
        now = fields.Datetime.now()
        for duty in self:
            model, domain, moment = duty._source()
            duty.count, duty.last_on = self.env[model]._read_group(
                domain, [], ["__count", f"{moment}:max"]
            )[0]
            duty.days = get(duty.parameter)
            last = duty.last_on
            duty.due_on = last and last + timedelta(days=duty.days)
            duty.overdue = not last or duty.due_on < now

    def _source(self):
        """Return (model, domain, field) of what fulfils the duty."""
        if self.key == "drill":
            domain = Domain("result", "=", "passed") & Domain("state", "!=", "rejected")
            return "insurance.restore.drill", domain, "started"
        good = self.env["insurance.backup"]._good_domain()
        if self.key == "offsite":
            return "insurance.backup", good & Domain("offsite", "=", True), "stopped"
        kinds = {"full": ["full"], "incremental": ["full", "incremental"]}
        domain = good & Domain("kind", "in", kinds[self.key])
        return "insurance.backup", domain, "stopped"

    def _search_overdue(self, operator, value):
        late = self._all().filtered("overdue")
        return flag_domain(operator, value, Domain("id", "in", late.ids))

    @api.model
    def _all(self):
        return self.search([("key", "!=", False)])  # a handful of rows

    def action_open(self):
        """Open what fulfils the duty."""
        self.ensure_one()
        model, domain, _moment = self._source()
        action = model.replace(".", "_")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                f"insurance_compliance.{action}_action"
            ),
            "name": self.name,
            "domain": list(domain),
            "context": {},
        }

    @api.model
    def _cron_remind(self):
        """Remind administrators of what is overdue."""
        if not self._all().filtered("overdue"):
            return
        kind = self.env.ref("insurance_compliance.mail_activity_type_backup")
        for user in self.env.ref(f"{MODULE}.group_admin").all_user_ids:
            kind._remind_user(user, fields.Date.today())
