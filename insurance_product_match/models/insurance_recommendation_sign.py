import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import proposal_seal
from .insurance_recommendation_evidence import KINDS

PNG = b"\x89PNG"
#: a signature on a pad; more is no signature
MAX_PICTURE = 500_000
#: which signature a severity demands beside the confirmation
SIGNED_FOR = {"sign": "declaration", "stop": "insistence"}


class InsuranceRecommendation(models.Model):
    """The client signs on the screen, for exactly what the screen shows."""

    _inherit = "insurance.recommendation"

    evidence_ids = fields.One2many(
        "insurance.recommendation.evidence", "recommendation_id", string="Signatures"
    )
    signatures_due = fields.Char(
        compute="_compute_signatures_due",
        compute_sudo=False,
        help="Codes of the signatures that the client still gives.",
    )
    declaration_text = fields.Text(
        string="The client declares", compute="_compute_signatures_due"
    )

    @api.depends_context("lang")
    @api.depends("state", "evidence_ids", "line_ids.chosen", "line_ids.severity")
    def _compute_signatures_due(self):
        for recommendation in self:
            due = []
            if recommendation.state == "talk" and recommendation.chosen_count:
                due = recommendation._signatures_due()
            recommendation.signatures_due = ",".join(due)
            recommendation.declaration_text = "\n\n".join(
                recommendation._declaration(kind) for kind in due
            )

    def action_sign(self, kind, signature, signer_name):
        """Keep the client's signature; the confirmation also takes the step.

        :param kind: ``declaration``, ``insistence`` or ``confirmation``
        :param signature: picture (PNG) in base64
        :param signer_name: who signed, as they write the name
        """
        self.ensure_one()
        self.check_access("write")
        self._check_adviser()
        if kind not in dict(KINDS) or self.state != "talk":
            raise UserError(
                self.env._("The client signs in the step “Talk and confirm”.")
            )
        if not self.chosen_count:
            raise UserError(
                self.env._("Tick the products that the client chooses first.")
            )
        self._check_picture(signature, signer_name)
        # the findings of this moment are what the client signs for
        self.line_ids._evaluate()
        # superuser: nobody writes evidence by hand; the right was asked above
        self.env["insurance.recommendation.evidence"].sudo().create(
            {
                "recommendation_id": self.id,
                "archive_id": self.archive_id.id,
                "kind": kind,
                "signer_name": signer_name.strip(),
                "signature": signature,
                "signature_hash": proposal_seal.digest(signature),
                "facts_hash": self._seal(kind),
                "lang": self._client_lang(),
                "user_id": self.env.uid,
                "taken_on": fields.Datetime.now(),
            }
        )
        self.archive_id._log_use("approve", content=[self._name], wait=False)
        if kind == "confirmation":
            self.state = "confirmed"
        return True

    @api.model
    def _check_picture(self, signature, signer_name):
        try:
            picture = base64.b64decode(signature or "", validate=True)
        except (binascii.Error, ValueError, TypeError):
            picture = b""
        if not picture.startswith(PNG) or len(picture) > MAX_PICTURE:
            raise UserError(
                self.env._("That is no signature. Let the client sign on the screen.")
            )
        if not isinstance(signer_name, str) or not signer_name.strip():
            raise UserError(self.env._("Enter the name of who signs."))

    def _signatures_due(self):
        """Return the kinds of signature that are still to be given, in order."""
        self.ensure_one()
        severities = set(self.line_ids.filtered("chosen").mapped("severity"))
        wanted = [
            kind for severity, kind in SIGNED_FOR.items() if severity in severities
        ]
        fitting = self.evidence_ids.filtered(lambda evidence: evidence._still_fits())
        given = set(fitting.mapped("kind"))
        return [kind for kind in [*wanted, "confirmation"] if kind not in given]

    def _signature_demand(self, kind):
        demands = {
            "declaration": (self.env._("The client signs the declaration."), "SM-39"),
            "insistence": (
                self.env._("The client signs to insist against our advice."),
                "SM-38",
            ),
            "confirmation": (
                self.env._("The client signs the confirmation."),
                "SCM-29",
            ),
        }
        return self._demand(*demands[kind])

    def _declaration(self, kind):
        """Return what the client declares by a signature, in the user's language."""
        self.ensure_one()
        if kind == "confirmation":
            return self.env._(
                "I have received the proposal and the notices, they were explained to "
                "me, and the products that I choose meet my needs as I have stated "
                "them."
            )
        lines = self.line_ids.filtered(
            lambda line: line.chosen and SIGNED_FOR.get(line.severity) == kind
        )
        findings = lines.finding_ids.filtered(
            lambda finding: SIGNED_FOR.get(finding.severity) == kind
        )
        reasons = "\n".join(
            f"• {finding.line_id.product_id.display_name}: {finding.text}"
            for finding in findings
        )
        if kind == "insistence":
            words = self.env._(
                "I was advised against the following and want it by my own free will:"
            )
        else:
            words = self.env._(
                "I know the following and want the insurance on these terms:"
            )
        return f"{words}\n{reasons}"

    def _client_lang(self):
        """Return the language of the proposal: the client's where it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        wanted = self.archive_id.partner_id.lang
        return wanted if wanted in installed else self.env.lang or "en_US"

    def _seal(self, kind):
        return proposal_seal.seal(self._facts(kind))

    def _facts(self, kind):
        """Return what a signature covers; no sealed value is among it."""
        self.ensure_one()
        return {
            "kind": kind,
            "recommendation": self.number,
            "archive": self.archive_id.id,
            "agent": self.agent_id.id,
            "need": self.need_text or "",
            "opinion": self.opinion or "",
            "notices": sorted(self._notices().mapped("code")),
            "lines": [
                line._facts() for line in self.line_ids.filtered("chosen").sorted("id")
            ],
        }

    def _notices(self):
        # notices are meant to be read by everybody
        return self.env["insurance.proposal.notice"].search([("active", "=", True)])

    def action_verify(self):
        """Recount the digests of what the client has signed for."""
        self.ensure_one()
        self.check_access("read")
        broken = self.evidence_ids.filtered(lambda evidence: not evidence.valid)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if broken else "success",
                "message": self.env._("This is no longer what the client signed for.")
                if broken
                else self.env._("It is what the client signed for."),
                "sticky": bool(broken),
            },
        }


class InsuranceRecommendationLine(models.Model):
    _inherit = "insurance.recommendation.line"

    def _facts(self):
        self.ensure_one()
        return {
            "product": self.product_id.id,
            "filing": self.product_id.insurance_filing_number or "",
            "insured": self.insured_id.id,
            "sum_insured": f"{self.sum_insured:.2f}",
            "term_years": self.term_years,
            "payment_years": self.payment_years,
            "payment_mode": self.payment_mode,
            "premium": f"{self.premium:.2f}",
            "annual_premium": f"{self.annual_premium:.2f}",
            "total_premium": f"{self.total_premium:.2f}",
            "severity": self.severity,
            "findings": sorted(self.finding_ids.mapped("code")),
        }
