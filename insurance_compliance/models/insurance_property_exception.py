from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .insurance_retention_rule import MODULE

DECIDERS = (f"{MODULE}.group_compliance", f"{MODULE}.group_department_head")
#: what a person says; the rest is the server's
SAID = frozenset({"test_id", "reason"})


class InsurancePropertyException(models.Model):
    """Why an archive may be filed although tests have failed, said by a second person.

    It covers what had failed then: whatever fails later blocks the filing anew.
    """

    _name = "insurance.property.exception"
    _description = "Exception from a test of the four properties"
    _order = "id desc"
    _rec_name = "test_id"

    test_id = fields.Many2one(
        "insurance.property.test",
        required=True,
        index=True,
        ondelete="restrict",
    )
    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    codes = fields.Json(string="What it covers", readonly=True)
    reason = fields.Text(required=True)
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    date = fields.Datetime(string="Decided at", readonly=True)
    failure_text = fields.Text(
        related="test_id.failure_text", string="What failed", related_sudo=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        user = self.env.user
        if not any(user.has_group(group) for group in DECIDERS):
            raise AccessError(
                self.env._("Compliance and department heads decide on exceptions.")
            )
        rows = []
        for vals in vals_list:
            test = self.env["insurance.property.test"].browse(vals.get("test_id"))
            test.check_access("read")
            self._check_person(test)
            if test.result != "failed" or not test.latest:
                raise UserError(self.env._("Only what failed last needs an exception."))
            rows.append(
                {
                    **{name: vals[name] for name in SAID & vals.keys()},
                    "archive_id": test.archive_id.id,
                    "company_id": test.company_id.id,
                    "codes": sorted(test.failures),
                    "user_id": self.env.uid,
                    "date": fields.Datetime.now(),
                }
            )
        return super().create(rows)

    def _check_person(self, test):
        # superuser: who looks after the client, for the comparison alone
        archive = test.sudo().archive_id
        if self.env.user in test.user_id | archive.agent_id | archive.manager_id:
            raise UserError(
                self.env._(
                    "Somebody else decides: you have asked for the test, or look "
                    "after the client."
                )
            )

    @api.constrains("reason")
    def _check_reason(self):
        for exception in self:
            if not (exception.reason or "").strip():
                raise ValidationError(self.env._("Say why the archive may be filed."))

    def write(self, vals):
        if self:
            raise UserError(self.env._("A decision stays as it is. Make a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A decision stays as it is. Make a new one."))
