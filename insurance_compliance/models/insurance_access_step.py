from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive import vault_caller


class InsuranceAccessStep(models.Model):
    """What somebody did with an application, and when. Never changed, never deleted."""

    _name = "insurance.access.step"
    _description = "Step of an application for access"
    _order = "id"
    _rec_name = "kind"
    _log_access = False

    request_id = fields.Many2one(
        "insurance.access.request",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [
            ("submitted", "Submitted"),
            ("taken_back", "Taken back"),
            ("approved", "Granted"),
            ("refused", "Turned down"),
            ("revoked", "Revoked"),
            ("closed", "Use confirmed"),
            ("escalated", "Reported as late"),
        ],
        string="Step",
        required=True,
        readonly=True,
    )
    revision = fields.Integer(
        readonly=True, aggregator=None, help="The submission that it is about."
    )
    slot = fields.Selection(
        [("first", "First approval"), ("second", "Second approval")],
        string="Approval",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, index=True
    )
    applicant_id = fields.Many2one("res.users", required=True, readonly=True)
    delegator_id = fields.Many2one(
        "res.users",
        string="In place of",
        readonly=True,
        help="The absent person whose deputy decided.",
    )
    note = fields.Text(readonly=True)

    _decided_by_another = models.Constraint(
        "CHECK(kind NOT IN ('approved', 'refused') OR user_id <> applicant_id)",
        "Nobody decides on an own application.",
    )
    _no_applicant_absent = models.Constraint(
        "CHECK(delegator_id <> applicant_id AND delegator_id <> user_id)",
        "A deputy does not decide on an application of the absent person.",
    )
    _two_persons = models.UniqueIndex(
        "(request_id, revision, user_id) WHERE kind = 'approved'",
        "The two approvals come from two persons.",
    )
    _slot_once = models.UniqueIndex(
        "(request_id, revision, slot) WHERE kind = 'approved'",
        "This approval has been given already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_person()
        for vals in vals_list:
            vals["user_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("The steps of an application can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_steps(self):
        raise UserError(self.env._("The steps of an application can't be deleted."))

    @api.model
    def _check_person(self):
        """Refuse everybody but the person who is logged in.

        Superuser mode gives no right here, nor does another user's environment, nor
        code that an administrator has put into the database.
        """
        person = self.env.transaction.default_env.uid
        if person != self.env.uid or vault_caller.runs_stored_code():
            raise AccessError(
                self.env._("An application is decided by persons, not by programs.")
            )
