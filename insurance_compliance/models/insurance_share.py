from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from ..access_slice import SLICES
from ..share_parts import PARTS
from .insurance_share_policy import KINDS

MODULE = "insurance_client_archive"
STATES = [
    ("draft", "Being prepared"),
    ("submitted", "Waiting for approval"),
    ("approved", "Permitted"),
    ("refused", "Refused"),
    ("delivered", "Delivered"),
    ("ended", "Ended"),
]
#: legal bases of PIPL 13; all but the first need no consent
BASES = [
    ("consent", "Separate consent of the client (PIPL 13(1), 23)"),
    ("contract", "Necessary for a contract with the client (13(2))"),
    ("legal_duty", "Necessary for a legal duty (13(3))"),
    ("emergency", "Necessary in an emergency (13(4))"),
    ("public_interest", "News and public supervision (13(5))"),
    ("published", "Lawfully published data (13(6))"),
    ("other_law", "Another law (13(7))"),
]


class InsuranceShare(models.Model):
    """Named parts of one archive for one recipient, for a time: a packet.

    The packet itself is nowhere: it is put together for each download and forgotten.
    """

    _name = "insurance.share"
    _inherit = [
        "insurance.archive.child",
        "insurance.state.mixin",
        "insurance.reminder.mixin",
    ]
    _description = "Share of client data"
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id.name", "recipient_id.name"]

    number = fields.Char(readonly=True, copy=False)
    kind = fields.Selection(
        KINDS, required=True, default="client_authorised", index=True
    )
    archive_id = fields.Many2one(string="Client archive")
    recipient_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="The organisation or person outside that receives the packet, and that "
        "the consent names.",
    )
    recipient_user_id = fields.Many2one(
        "res.users",
        string="Opened by",
        index="btree_not_null",
        ondelete="restrict",
        help="The login that can open it: in the portal for those outside, an employee "
        "for sharing within the company.",
    )
    purpose_id = fields.Many2one("insurance.purpose", required=True)
    purpose_text = fields.Text(string="Purpose in words")
    part_ids = fields.Many2many(
        "insurance.share.part",
        string="Content",
        help="Choose no more than the purpose needs.",
    )
    slices = fields.Char(
        string="Content slices", compute="_compute_slices", help="In words."
    )
    has_sealed = fields.Boolean(
        string="With sealed values", compute="_compute_has_sealed", store=True
    )
    basis = fields.Selection(
        BASES, string="Legal basis", required=True, default="consent"
    )
    basis_article = fields.Char(
        string="Article", help="Law and article that demand or allow the sharing."
    )
    consent_ids = fields.Many2many(
        "insurance.consent",
        "insurance_share_consent_rel",
        "share_id",
        "consent_id",
        string="Consents",
        copy=False,
        domain="[('archive_id', '=', archive_id), ('recipient_id', '=', recipient_id),"
        " ('state', '=', 'given')]",
        help="The client's separate consents to giving these data to this recipient.",
    )
    missing_consent = fields.Char(
        string="To be asked",
        compute="_compute_missing_consent",
        help="Kinds of data of the packet that no consent named here covers.",
    )
    asked_on = fields.Datetime(
        string="Client asked in the portal on", readonly=True, copy=False
    )
    agreement_id = fields.Many2one(
        "insurance.share.agreement",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('in_force', '=', True)]",
    )
    date_to = fields.Datetime(
        string="Valid until",
        required=True,
        index=True,
        default=lambda self: fields.Datetime.add(fields.Datetime.now(), days=7),
        help="At this moment the packet closes by itself.",
    )
    download_limit = fields.Integer(
        string="Downloads allowed", required=True, default=3
    )
    download_count = fields.Integer(
        string="Downloads",
        required=True,
        readonly=True,
        default=0,
        copy=False,
        help="Those made so far.",
    )
    file_format = fields.Selection(
        [
            ("both", "PDF or encrypted ZIP"),
            ("pdf", "PDF"),
            ("zip", "Encrypted ZIP"),
        ],
        string="Format",
        required=True,
        default="both",
    )
    signature = fields.Binary(
        copy=False,
        attachment=False,
        help="Of the person who shares, for the register.",
    )
    requester_id = fields.Many2one(
        "res.users",
        string="Shared by",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    submitted_on = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    content_digest = fields.Char(
        string="SHA-256 of the application",
        readonly=True,
        copy=False,
        help="Of sharer, recipient, content, purpose and period as submitted.",
    )
    reviewer_id = fields.Many2one(
        "res.users", string="Confidentiality reviewed by", readonly=True, copy=False
    )
    reviewed_on = fields.Datetime(string="Reviewed on", readonly=True, copy=False)
    approver_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False
    )
    decided_on = fields.Datetime(string="Date of decision", readonly=True, copy=False)
    delivered_on = fields.Datetime(
        string="Given out on", readonly=True, copy=False, index=True
    )
    undertaking_id = fields.Many2one(
        "insurance.share.undertaking",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="Version of the text that the recipient has accepted.",
    )
    undertaken_on = fields.Datetime(
        string="Undertaking accepted on", readonly=True, copy=False
    )
    receipt_on = fields.Datetime(
        string="Receipt acknowledged on", readonly=True, copy=False
    )
    ended_on = fields.Datetime(string="Ended on", readonly=True, copy=False)
    end_reason = fields.Selection(
        [
            ("expired", "Period over"),
            ("recalled", "Recalled"),
            ("consent", "Consent withdrawn"),
            ("agreement", "Agreement ended"),
            ("archive", "Archive closed"),
        ],
        string="Reason of the end",
        readonly=True,
        copy=False,
    )
    keep_until = fields.Date(
        string="Keep until",
        compute="_compute_keep_until",
        help="The record of sharing is kept at least until then.",
    )
    grant_id = fields.Many2one(
        "insurance.access.grant",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Sharing within the company opens the archive for a time; nothing is "
        "copied.",
    )
    event_ids = fields.One2many(
        "insurance.share.event", "share_id", string="History", readonly=True
    )
    receiver = fields.Char(
        compute="_compute_receiver", help="Whoever receives the data, by name."
    )
    expired = fields.Boolean(compute="_compute_expired", search="_search_expired")
    live = fields.Boolean(
        string="Open now", compute="_compute_expired", search="_search_live"
    )

    _number_unique = models.UniqueIndex(
        "(number)", "This share number is already in use."
    )
    _downloads_within_limit = models.Constraint(
        "CHECK(download_count <= download_limit)",
        "This packet was downloaded as often as allowed.",
    )
    _limit_positive = models.Constraint(
        "CHECK(download_limit > 0)", "Allow at least one download."
    )

    @api.depends("part_ids.slice")
    @api.depends_context("lang")
    def _compute_slices(self):
        labels = self.env["insurance.access.slices"]._slice_labels()
        for share in self:
            slices = share._slices()
            share.slices = ", ".join(labels[name] for name in SLICES if name in slices)

    @api.depends("kind", "recipient_id", "recipient_user_id")
    def _compute_receiver(self):
        for share in self:
            internal = share.kind == "internal"
            named = share.recipient_user_id if internal else share.recipient_id
            share.receiver = named.name

    @api.depends("part_ids.is_sealed")
    def _compute_has_sealed(self):
        for share in self:
            share.has_sealed = any(share.part_ids.mapped("is_sealed"))

    @api.depends("state", "date_to")
    def _compute_expired(self):
        now = fields.Datetime.now()
        for share in self:
            share.live = share.state == "delivered" and share.date_to > now
            share.expired = share.date_to <= now and share.state in (
                "submitted",
                "approved",
                "delivered",
            )

    def _search_expired(self, operator, value):
        opened = Domain("state", "in", ["submitted", "approved", "delivered"])
        return flag_domain(operator, value, opened & Domain("date_to", "<=", "now"))

    def _search_live(self, operator, value):
        return flag_domain(operator, value, self._live_domain())

    @api.model
    def _live_domain(self):
        """Return the shares that their recipients can open at this moment."""
        return Domain("state", "=", "delivered") & Domain("date_to", ">", "now")

    @api.depends("ended_on", "date_to", "state")
    def _compute_keep_until(self):
        years = self.env["insurance.parameter"]._get("provide_record_years")
        for share in self:
            end = share.ended_on or share.date_to
            share.keep_until = (
                fields.Date.add(end.date(), years=years) if end else False
            )

    @api.onchange("kind")
    def _onchange_kind(self):
        """Propose what the kind of sharing usually rests on."""
        self.basis = {
            "internal": "contract",
            "cooperation": "consent",
            "client_authorised": "consent",
        }.get(self.kind, "consent")
        self.agreement_id = self.kind == "cooperation" and self.agreement_id
        if self.kind == "internal":
            self.recipient_id = False
        rules = self.env["insurance.share.policy"]._of(self.kind)
        if rules:
            self.download_limit = min(self.download_limit or 1, rules.max_downloads)

    @api.onchange("agreement_id")
    def _onchange_agreement_id(self):
        if self.agreement_id:
            self.recipient_id = self.agreement_id.partner_id

    def _slices(self):
        """Return the content slices of the chosen parts."""
        return {PARTS[part.code].slice for part in self.part_ids if part.code in PARTS}

    def action_open_archive(self):
        self.ensure_one()
        self.archive_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.archive",
            "res_id": self.archive_id.id,
            "view_mode": "form",
        }
