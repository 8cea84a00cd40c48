from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

MODULE = "insurance_client_archive"
APPROVERS = f"{MODULE}.group_compliance,{MODULE}.group_department_head"
#: what the steps set themselves
STEPS = frozenset(
    {
        "state",
        "state_reason",
        "state_date",
        "approved_by_id",
        "approved_on",
        "replaced_on",
    }
)


class InsuranceNotice(models.Model):
    """Draft, approved by another person, in force from a day, replaced by the next."""

    _name = "insurance.notice"
    _inherit = ["insurance.notice", "insurance.state.mixin"]

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"approved": Transition(groups=APPROVERS, check="_check_approval")},
        "approved": {
            "in_force": Transition(check="_check_day"),
            "draft": Transition(reason=True, groups=APPROVERS),
        },
        "in_force": {"replaced": Transition(check="_check_successor")},
    }

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("in_force", "In force"),
            ("replaced", "Replaced"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        copy=False,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    replaced_on = fields.Date(readonly=True, copy=False)

    _in_force_unique = models.UniqueIndex(
        "(company_id, code) WHERE state = 'in_force'",
        "Only one version of a notice is in force.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["author_id"] = self.env.uid
            for name in ("approved_by_id", "approved_on", "replaced_on"):
                vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        content = vals.keys() - STEPS
        by_hand = vals.keys() & (STEPS - {"state", "state_reason"})
        if not self.env.su and (by_hand or vals.get("state") == "approved"):
            raise UserError(self.env._("Approve the notice by the button."))
        if content:
            self._check_draft()
            # whoever wrote last answers for the words
            vals = {**vals, "author_id": self.env.uid}
        return super().write(vals)

    def update_field_translations(self, field_name, translations, source_lang=""):
        self._check_draft()
        result = super().update_field_translations(
            field_name, translations, source_lang
        )
        self.write({"author_id": self.env.uid})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()

    def action_approve_substance(self):
        """Approve; purpose, manner or kinds of data change: clients are asked anew."""
        return self._approve("substance")

    def action_approve_wording(self):
        """Approve; only the words change: consents stay as they are."""
        return self._approve("wording")

    def _approve(self, change_kind):
        self.check_access("read")
        for notice in self:
            if notice.previous_id and notice.change_kind != change_kind:
                raise UserError(
                    self.env._(
                        "The author says otherwise about what changes. Agree with the "
                        "author first: it decides whether clients are asked anew."
                    )
                )
            notice._check_transition("approved", None)
            # superuser: role, author and content were checked just before; by hand
            # the state is not written, so that nobody approves without saying which
            notice.sudo().write({"state": "approved"})
        return True

    def _check_draft(self):
        if any(notice.state != "draft" for notice in self):
            raise UserError(
                self.env._(
                    "An approved notice keeps its words. Make a new version instead."
                )
            )

    def _check_approval(self):
        self.ensure_one()
        if self.env.user in self.author_id | self.create_uid:
            raise AccessError(
                self.env._("A notice is approved by somebody who did not write it.")
            )
        if not self.line_ids:
            raise UserError(self.env._("Name at least one purpose of processing."))
        if self.sensitive and not (
            (self.sensitive_necessity or "").strip()
            and (self.sensitive_effect or "").strip()
        ):
            raise UserError(
                self.env._(
                    "The notice names sensitive data: say why they are necessary and "
                    "what effect that has (PIPL 30)."
                )
            )
        before = self.previous_id
        if (
            before
            and self.change_kind == "wording"
            and before.line_ids._substance() != self.line_ids._substance()
        ):
            raise UserError(
                self.env._(
                    "Purposes or kinds of data differ from the version before: that is "
                    "more than wording."
                )
            )

    def _check_day(self):
        self.ensure_one()
        if not self.approved_on:
            raise UserError(self.env._("Approve the notice by the button."))
        if self.in_force_from > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "The notice is in force from %s.",
                    fields.Date.to_string(self.in_force_from),
                )
            )

    def _check_successor(self):
        self.ensure_one()
        if not self._successor():
            raise UserError(
                self.env._("A notice in force is replaced by its next version alone.")
            )

    def _successor(self):
        return self.search(
            [
                ("code", "=", self.code),
                ("company_id", "=", self.company_id.id),
                ("version", ">", self.version),
                ("state", "=", "approved"),
                ("in_force_from", "<=", fields.Date.context_today(self)),
            ],
            limit=1,
        )

    def _on_state(self, before):
        result = super()._on_state(before)
        today = fields.Date.context_today(self)
        for notice in self:
            # superuser: who, when and the texts follow from the step itself
            system = notice.sudo()
            if notice.state == "approved":
                system.write(
                    {
                        "approved_by_id": self.env.uid,
                        "approved_on": fields.Datetime.now(),
                    }
                )
                for lang, _name in self.env["res.lang"].get_installed():
                    system._text(lang)
                if notice.in_force_from <= today:
                    system._put_in_force()
            elif notice.state == "draft":
                system.write({"approved_by_id": False, "approved_on": False})
        return result

    def _put_in_force(self):
        """Replace the version before, and let consents that depend on it be renewed."""
        for notice in self:
            old = self.search(
                [
                    ("code", "=", notice.code),
                    ("company_id", "=", notice.company_id.id),
                    ("state", "=", "in_force"),
                ]
            )
            old.write({"state": "replaced"})
            old.write({"replaced_on": fields.Date.context_today(self)})
            # the index allows one in force at any moment
            old.flush_recordset()
            notice.write({"state": "in_force"})
            if notice.change_kind == "substance" and old:
                notice._renew_consents()

    def _renew_consents(self):
        """Mark the consents given on earlier versions: one statement for all."""
        self.ensure_one()
        days = self.env["insurance.parameter"]._get("consent_renew_days")
        until = fields.Date.add(fields.Date.context_today(self), days=days)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE insurance_consent AS consent SET renew_by = %(until)s
                  FROM insurance_notice AS shown
                 WHERE shown.id = consent.notice_id
                   AND shown.code = %(code)s AND shown.company_id = %(company)s
                   AND shown.version < %(version)s
                   AND consent.state = 'given' AND consent.renew_by IS NULL
                   AND EXISTS (
                       SELECT FROM insurance_notice_line AS line
                        WHERE line.notice_id = %(notice)s
                          AND line.processing_id = consent.processing_id)
                """,
                until=until,
                code=self.code,
                company=self.company_id.id,
                version=self.version,
                notice=self.id,
            )
        )
        self.env["insurance.consent"].invalidate_model(["renew_by"])

    @api.model
    def _cron_put_in_force(self):
        """Put approved versions in force whose day has come."""
        due = self.search(
            [("state", "=", "approved"), ("in_force_from", "<=", "today")],
            order="version",
        )
        for notice in due:
            notice._put_in_force()
            self.env["ir.cron"]._commit_progress(1)
