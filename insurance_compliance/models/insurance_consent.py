from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..consent_guard import install_guards
from .insurance_processing import BASES, KINDS

#: what a consent goes through later; all else stays as it was given
MOVES = frozenset(
    {
        "state",
        "state_reason",
        "state_date",
        "withdrawn_on",
        "withdrawn_by_id",
        "withdrawn_channel",
        "renew_by",
    }
)
#: a stricter kind of consent covers a looser one
COVERED_BY = {
    "notice": ("notice", "general", "separate", "written", "guardian"),
    "general": ("general", "separate", "written", "guardian"),
    "separate": ("separate", "written", "guardian"),
    "written": ("written",),
    "guardian": ("guardian",),
}


class InsuranceConsent(models.Model):
    """What a client has agreed to or refused, when, on which notice, proved by what.

    It is written once, by the dialog, and never edited or deleted. Later steps
    (withdrawal, expiry, replacement) are all that changes.
    """

    _name = "insurance.consent"
    _inherit = ["insurance.archive.child"]
    _description = "Consent of a client"
    _order = "decided_on desc, id desc"
    _rec_name = "processing_id"

    archive_id = fields.Many2one(readonly=True)
    processing_id = fields.Many2one(
        "insurance.processing",
        string="Purpose",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    basis = fields.Selection(BASES, string="Legal basis", required=True, readonly=True)
    kind = fields.Selection(
        KINDS, string="Kind of consent", required=True, readonly=True
    )
    category_ids = fields.Many2many(
        "insurance.data.category",
        "insurance_consent_category_rel",
        "consent_id",
        "category_id",
        string="Kinds of data",
        readonly=True,
    )
    recipient_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who receives the data, where the consent is for one recipient.",
    )
    evidence_id = fields.Many2one(
        "insurance.consent.evidence",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    notice_id = fields.Many2one(
        "insurance.notice",
        string="Notice shown",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    decided_on = fields.Datetime(required=True, readonly=True)
    given_on = fields.Datetime(readonly=True)
    refused_on = fields.Datetime(readonly=True)
    no_question_before = fields.Date(
        string="Not asked again before",
        readonly=True,
        help="Set by a refusal; the time is a parameter.",
    )
    valid_until = fields.Date(readonly=True)
    evidence_hash = fields.Char(
        string="Fingerprint",
        required=True,
        readonly=True,
        help="SHA-256 over the facts, the notice shown and the evidence.",
    )

    withdrawn_on = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True)
    withdrawn_channel = fields.Selection(
        [
            ("portal", "By the client on the portal"),
            ("person", "In person"),
            ("phone", "By phone"),
            ("letter", "By letter or e-mail"),
        ],
        string="How it was withdrawn",
        readonly=True,
    )
    renew_by = fields.Date(
        readonly=True,
        index="btree_not_null",
        help="The notice has changed: until then the old consent counts.",
    )
    status = fields.Selection(
        [
            ("given", "Given"),
            ("to_renew", "To renew"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
            ("replaced", "Replaced"),
        ],
        compute="_compute_status",
        search="_search_status",
    )
    given_by = fields.Selection(related="evidence_id.given_by", related_sudo=False)

    # one living answer for each purpose and recipient; an index for the sweeps
    _living_unique = models.UniqueIndex(
        "(archive_id, processing_id, COALESCE(recipient_id, 0))"
        " WHERE state IN ('given', 'refused')",
        "The client has answered this already.",
    )
    # the latest answer of each client, and what it says: all are counted by it alone
    _latest = models.Index(
        "(archive_id, processing_id, id DESC) INCLUDE (state, valid_until, renew_by)"
        " WHERE state <> 'replaced'"
    )

    def init(self):
        result = super().init()
        install_guards(self.env.cr)
        return result

    @api.depends("processing_id", "recipient_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        for consent in self.browse(visible.ids):
            # superuser: who may see the consent may see for whom it is
            names = (consent.processing_id.name, consent.recipient_id.sudo().name)
            consent.display_name = " – ".join(filter(None, names))
        return result

    @api.depends("state", "renew_by", "valid_until")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for consent in self:
            status = consent.state
            if status == "given":
                if consent.valid_until and consent.valid_until < today:
                    status = "expired"
                elif consent.renew_by:
                    status = "to_renew"
            consent.status = status

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        given = Domain("state", "=", "given")
        over = Domain("valid_until", "<", "today")
        ways = {
            "given": given & ~over & Domain("renew_by", "=", False),
            "to_renew": given & ~over & Domain("renew_by", "!=", False),
            "expired": Domain("state", "=", "expired") | (given & over),
            **{
                state: Domain("state", "=", state)
                for state in ("refused", "withdrawn", "replaced")
            },
        }
        return Domain.OR(ways[key] for key in value if key in ways)

    @api.model
    def _live_domain(self):
        today = fields.Date.context_today(self)
        return (
            Domain("state", "=", "given")
            & (Domain("valid_until", "=", False) | Domain("valid_until", ">=", today))
            & (Domain("renew_by", "=", False) | Domain("renew_by", ">=", today))
        )

    @api.model
    def _live_sql(self):
        """Return the condition on the row ``said`` of a consent that counts today."""
        self.flush_model()
        today = fields.Date.context_today(self)
        return SQL(
            "said.state = 'given'"
            " AND (said.valid_until IS NULL OR said.valid_until >= %(today)s)"
            " AND (said.renew_by IS NULL OR said.renew_by >= %(today)s)",
            today=today,
        )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Consents are taken down by “Notice and consent” on the client's "
                    "form, which shows the notice and keeps the evidence."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        if self and (not self.env.su or not vals.keys() <= MOVES):
            raise UserError(
                self.env._(
                    "A consent stays as it was given. The client can withdraw it or "
                    "give another."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Consents are never deleted; they are withdrawn."))

    def _check_archive_access(self):
        # the dialog has asked whether the user may take down what the client says
        return None
