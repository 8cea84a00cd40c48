from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..person import check_person
from .insurance_duty import STAGES

MODULE = "insurance_client_archive"
APPROVERS = f"{MODULE}.group_compliance,{MODULE}.group_department_head"


class InsuranceRuleDocument(models.Model):
    """A rule of the house that people have to know: one version of it."""

    _name = "insurance.rule.document"
    _inherit = "insurance.version.mixin"
    _description = "Rule of the house"
    _order = "sequence, code, version desc"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"approved": Transition(groups=APPROVERS, check="_check_approve")},
        "approved": {
            "draft": Transition(reason=True, groups=APPROVERS),
            "in_force": Transition(check="_check_day"),
        },
        "in_force": {
            "replaced": Transition(check="_check_successor"),
            "withdrawn": Transition(reason=True, groups=APPROVERS),
        },
    }
    _kept_fields = frozenset({"previous_id"})

    sequence = fields.Integer(default=10)
    name = fields.Char(string="Rule of the house", required=True, translate=True)
    code = fields.Char(
        string="Series", required=True, help="All versions of a rule have the same."
    )
    previous_id = fields.Many2one(
        "insurance.rule.document",
        string="Version before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    stage = fields.Selection(STAGES, required=True, default="govern")
    body = fields.Html(string="Text", translate=True, sanitize=True)
    reference = fields.Char(
        string="Document",
        help="Number or place of the rule, when it is kept elsewhere.",
    )
    group_ids = fields.Many2many(
        "res.groups",
        "insurance_rule_document_group_rel",
        "document_id",
        "group_id",
        string="Who must read it",
    )
    regulation_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_rule_document_regulation_rel",
        "document_id",
        "regulation_id",
        string="Regulations",
    )
    change_text = fields.Text(
        string="What changes", translate=True, help="Against the version before."
    )
    in_force_from = fields.Date(
        required=True, default=fields.Date.context_today, copy=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("in_force", "In force"),
            ("replaced", "Replaced"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
        group_expand=True,
    )
    author_ids = fields.Many2many(relation="insurance_rule_document_author_rel")
    reading_ids = fields.One2many("insurance.rule.reading", "document_id")
    reading_count = fields.Integer(
        string="Have to read", compute="_compute_reading_count"
    )
    confirmed_share = fields.Float(
        string="Confirmed (%)", compute="_compute_reading_count", digits=(5, 1)
    )

    _version_unique = models.UniqueIndex(
        "(code, version)", "This version is there already."
    )
    _in_force_unique = models.UniqueIndex(
        "(code) WHERE state = 'in_force'", "Only one version of a rule is in force."
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for document in self:
            document.display_name = f"{document.name or ''} · {document.version}"

    def _compute_reading_count(self):
        # superuser: numbers, for whoever keeps the rules
        groups = (
            self.env["insurance.rule.reading"]
            .sudo()
            ._read_group(
                [("document_id", "in", self.ids)],
                ["document_id"],
                ["__count", "confirmed:avg"],
            )
        )
        known = {document.id: numbers for document, *numbers in groups}
        for document in self:
            count, share = known.get(document.id, (0, 0))
            document.reading_count = count
            document.confirmed_share = share or 0

    def write(self, vals):
        if "code" in vals and not self.env.su and any(one.previous_id for one in self):
            raise UserError(self.env._("All versions of a rule have the same code."))
        return super().write(vals)

    def action_new_version(self):
        """Open a draft of the next version, with the words of this one."""
        self.ensure_one()
        latest = self.search([("code", "=", self.code)], order="version desc", limit=1)
        if latest.state in ("draft", "approved"):
            raise UserError(
                self.env._("There is a next version already: %s.", latest.display_name)
            )
        # a code of its own until the system has numbered it
        draft = self.copy({"code": f"{self.code}·{latest.version + 1}"})
        # superuser: numbers and descent are the system's
        draft.sudo().write(
            {
                "code": self.code,
                "version": latest.version + 1,
                "previous_id": latest.id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def action_open_readings(self):
        """List who has to read this version, and who has confirmed it."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_rule_reading_action"
            ),
            "domain": [("document_id", "=", self.id)],
            "context": {},
        }

    def _check_approve(self):
        check_person(self.env)
        self._check_not_author()
        for document in self:
            if not document._has_text() and not document.reference:
                raise UserError(
                    self.env._("Write the text of the rule, or name the document.")
                )
            if not document.group_ids:
                raise UserError(self.env._("Choose who must read the rule."))

    def _has_text(self):
        return not is_html_empty(self.body)

    def _check_day(self):
        for document in self:
            # superuser: by itself on its day, so that the version before goes with it
            if not document.approved_on or not self.env.su:
                raise UserError(
                    self.env._("A rule comes into force by itself on its day.")
                )
            if document.in_force_from > fields.Date.today():
                raise UserError(
                    self.env._(
                        "The rule is in force from %s.",
                        fields.Date.to_string(document.in_force_from),
                    )
                )

    def _check_successor(self):
        for document in self:
            following = document.search(
                [
                    ("code", "=", document.code),
                    ("version", ">", document.version),
                    ("state", "=", "approved"),
                    ("in_force_from", "<=", fields.Date.today()),
                ],
                limit=1,
            )
            if not following:
                raise UserError(
                    self.env._("A rule in force is replaced by its next version alone.")
                )

    def _on_state(self, before):
        result = super()._on_state(before)
        today = fields.Date.today()
        for document in self.sudo():  # stamps and what follows are nobody's to write
            if document.state == "approved":
                if document.in_force_from <= today:
                    document._put_in_force()
            elif document.state in ("replaced", "withdrawn"):
                self.env["insurance.rule.reading"]._follow_members()
        return result

    def _put_in_force(self):
        """Replace the version before; everybody has to confirm anew."""
        for document in self:
            old = self.search(
                [("code", "=", document.code), ("state", "=", "in_force")]
            )
            old.write({"state": "replaced"})
            # the index allows one in force at any moment
            old.flush_recordset()
            document.write({"state": "in_force"})
        self.env["insurance.rule.reading"]._follow_members()

    def _digest(self):
        """Return the fingerprint of the words as the current user reads them."""
        self.ensure_one()
        words = "\n".join(
            (self.code, str(self.version), self.name or "", self.body or "")
        )
        return sha256(words.encode()).hexdigest()

    @api.model
    def _cron_rules(self):
        """Put rules in force on their day, follow the groups, and remind people."""
        due = self.search(
            [("state", "=", "approved"), ("in_force_from", "<=", fields.Date.today())],
            order="version",
        )
        due._put_in_force()
        readings = self.env["insurance.rule.reading"]
        readings._follow_members()
        readings._remind_people()
