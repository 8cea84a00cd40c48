from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.sealed import Sealed
from odoo.addons.insurance_client_archive.vault_consumer import register_consumer

from ..models.insurance_consent_evidence import GIVERS

SIGNING = register_consumer("insurance_compliance.signing")


class InsuranceConsentAsk(models.TransientModel):
    """Show a client the notice, and take down what they agree to or refuse.

    The signature is sealed from the first moment: the dialog, too, keeps nothing in
    the clear.
    """

    _name = "insurance.consent.ask"
    _inherit = ["insurance.sealed.mixin"]
    _description = "Notice and consent"

    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        ondelete="cascade",
        context={"show_client_name": True},
    )
    company_id = fields.Many2one(related="archive_id.company_id", related_sudo=False)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language of the client",
        compute="_compute_lang",
        store=True,
        readonly=False,
    )
    notice_id = fields.Many2one(
        "insurance.notice",
        compute="_compute_notice_id",
        store=True,
        readonly=False,
        domain="[('state', '=', 'in_force'), ('company_id', '=', company_id)]",
    )
    body = fields.Html(compute="_compute_body", sanitize=False)
    line_ids = fields.One2many(
        "insurance.consent.ask.line",
        "ask_id",
        string="Questions",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    names_recipient = fields.Boolean(compute="_compute_columns")
    was_refused = fields.Boolean(compute="_compute_columns")
    minor = fields.Boolean(compute="_compute_minor", compute_sudo=False)
    given_by = fields.Selection(
        GIVERS,
        string="Who answers",
        compute="_compute_given_by",
        store=True,
        readonly=False,
    )
    giver_name = fields.Char(string="Name of the person")
    related_person_id = fields.Many2one(
        "insurance.related.person",
        string="Guardian",
        domain="[('archive_id', '=', archive_id)]",
    )
    evidence = fields.Selection(
        [
            ("signature", "Signature on the screen"),
            ("paper", "Signed paper"),
            ("recording", "Recording"),
        ],
        required=True,
        default="signature",
    )
    signature = Sealed()
    document_id = fields.Many2one(
        "insurance.document",
        string="Signed paper",
        domain="[('archive_id', '=', archive_id)]",
    )
    reference = fields.Char(help="Number of the recording or of the paper.")

    @api.depends("archive_id")
    def _compute_lang(self):
        installed = dict(self.env["res.lang"].get_installed())
        for ask in self:
            wanted = ask.archive_id.partner_id.lang
            ask.lang = wanted if wanted in installed else self.env.lang or "en_US"

    @api.depends("archive_id")
    def _compute_notice_id(self):
        for ask in self:
            notices = self.env["insurance.notice"]._in_force(ask.archive_id.company_id)
            ask.notice_id = notices.sudo(False)[:1]

    @api.depends("notice_id", "lang")
    def _compute_body(self):
        for ask in self:
            shown = ask.notice_id and ask.lang and ask.notice_id.state == "in_force"
            # superuser: notices are meant to be read by everybody
            ask.body = shown and ask.notice_id._origin.sudo()._text(ask.lang).body

    @api.depends("line_ids.agreed", "line_ids.not_before")
    def _compute_columns(self):
        for ask in self:
            ask.names_recipient = any(
                line.per_recipient and line.agreed for line in ask.line_ids
            )
            ask.was_refused = any(ask.line_ids.mapped("not_before"))

    @api.depends("archive_id")
    def _compute_minor(self):
        for ask in self:
            known = ask.archive_id and ask.archive_id.has_access("read")
            ask.minor = known and ask.archive_id._is_minor()

    @api.depends("archive_id")
    def _compute_given_by(self):
        for ask in self:
            ask.given_by = "guardian" if ask.minor else "client"

    @api.depends("archive_id", "notice_id", "lang")
    def _compute_line_ids(self):
        for ask in self:
            archive = ask.archive_id._origin
            commands = [fields.Command.clear()]
            if archive and ask.notice_id and archive.has_access("read"):
                commands += [
                    fields.Command.create(values) for values in ask._questions(archive)
                ]
            ask.line_ids = commands

    def _questions(self, archive):
        """Return what the client is asked now, nothing ticked."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        # superuser: only what this very client has said
        said = archive.sudo().consent_ids
        for line in self.notice_id._origin.sudo().line_ids:
            purpose = line.processing_id
            answers = said.filtered(lambda one, p=purpose: one.processing_id == p)
            if not archive._concerns(purpose):
                continue
            if not purpose.per_recipient and answers.filtered(
                lambda one: one.status == "given"
            ):
                continue
            refused = answers.filtered(
                lambda one: one.state == "refused" and one.no_question_before > today
            )
            yield {
                "processing_id": purpose.id,
                "not_before": refused[:1].no_question_before,
            }

    @api.onchange("related_person_id")
    def _onchange_related_person_id(self):
        if self.related_person_id:
            self.giver_name = self.related_person_id.name

    @api.model_create_multi
    def create(self, vals_list):
        archives = self.env["insurance.archive"].browse(
            vals["archive_id"] for vals in vals_list if vals.get("archive_id")
        )
        archives.check_access("write")
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("archive_id"):
            self.env["insurance.archive"].browse(vals["archive_id"]).check_access(
                "write"
            )
        return super().write(vals)

    def action_confirm(self):
        """Take the answers down."""
        self.ensure_one()
        archive = self.archive_id
        archive.check_access("write")
        answers = [line._answer() for line in self.line_ids if line._is_answered()]
        if not self.notice_id or not self.lang or not self.given_by:
            raise UserError(
                self.env._(
                    "No notice is in force. Compliance approves one under Compliance ▸ "
                    "Notices."
                )
            )
        # superuser: notices are meant to be read by everybody
        text = self.notice_id.sudo()._text(self.lang)
        self.env["insurance.consent"]._take_down(archive, text, answers, self._proof())
        if self.signature:
            # what was taken over is not kept twice
            self.signature = False
        return {"type": "ir.actions.act_window_close"}

    def _proof(self):
        proof = {
            "evidence": self.evidence,
            "given_by": self.given_by,
            "giver_name": self.giver_name,
            "related_person_id": self.given_by == "guardian"
            and self.related_person_id.id,
        }
        if self.evidence == "signature":
            if self.signature:
                # superuser: opened to be sealed anew beside the consent
                own = self.sudo()
                with own._unsealed(["signature"], "client_request", SIGNING) as values:
                    proof["signature"] = values[own]["signature"]
            return proof
        proof["reference"] = self.reference
        if self.evidence == "paper":
            if self.document_id.archive_id - self.archive_id:
                raise UserError(self.env._("Choose a paper of this client."))
            proof["document_id"] = self.document_id.id
        return proof


class InsuranceConsentAskLine(models.TransientModel):
    """One question: agreed, refused, or left open. Nothing is ticked beforehand."""

    _name = "insurance.consent.ask.line"
    _description = "Question to a client"

    ask_id = fields.Many2one(
        "insurance.consent.ask", required=True, index=True, ondelete="cascade"
    )
    processing_id = fields.Many2one(
        "insurance.processing", string="Purpose", required=True, ondelete="cascade"
    )
    question = fields.Text(compute="_compute_question")
    kind = fields.Selection(related="processing_id.kind", string="Kind of consent")
    per_recipient = fields.Boolean(related="processing_id.per_recipient")
    recipient_id = fields.Many2one("res.partner")
    agreed = fields.Boolean(string="Agrees")
    refused = fields.Boolean(string="Refuses")
    not_before = fields.Date(
        string="Refused; not before", readonly=True, help="Don't ask again until then."
    )
    own_wish = fields.Boolean(
        string="Brings it up", help="The client comes back to it without being asked."
    )

    @api.depends("processing_id", "ask_id.lang")
    def _compute_question(self):
        for line in self:
            purpose = line.processing_id.with_context(lang=line.ask_id.lang)
            line.question = purpose.question or purpose.name

    @api.onchange("agreed")
    def _onchange_agreed(self):
        if self.agreed:
            self.refused = False

    @api.onchange("refused")
    def _onchange_refused(self):
        if self.refused:
            self.agreed = False

    def _is_answered(self):
        return self.agreed or self.refused

    def _answer(self):
        self.ensure_one()
        if self.agreed and self.refused:
            raise UserError(
                self.env._(
                    "“%s” is agreed to and refused at once.", self.processing_id.name
                )
            )
        return {
            # superuser: which purposes there are is no secret
            "processing": self.processing_id.sudo(),
            "given": self.agreed,
            "recipient": self.recipient_id if self.per_recipient else None,
            "own_wish": self.own_wish,
        }
