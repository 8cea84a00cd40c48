from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

MODULE = "insurance_client_archive"


class InsuranceShareAgreement(models.Model):
    """What a partner may receive from us, for what, how long, on which terms."""

    _name = "insurance.share.agreement"
    _inherit = ["insurance.state.mixin", "insurance.access.slices"]
    _description = "Cooperation agreement"
    _order = "date_to desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id.name", "reference"]

    number = fields.Char(readonly=True, copy=False)
    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_company', '=', True)]",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    role = fields.Selection(
        [
            ("processor", "Processes on our behalf"),
            ("handler", "Decides on its own"),
        ],
        required=True,
        default="handler",
        help="Who processes on our behalf belongs to the register of processors (PIPL "
        "21). Who decides on its own needs the client's separate consent (PIPL 23), "
        "unless another legal basis applies.",
    )
    purpose_ids = fields.Many2many("insurance.purpose", string="Purposes")
    manner = fields.Text(
        string="Manner of processing", help="What the partner does with the data."
    )
    slice_basic = fields.Boolean(default=True)
    date_from = fields.Date(
        string="In force from", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="Until", required=True)
    confidentiality = fields.Text(string="Confidentiality terms")
    liability = fields.Text(help="Who answers for what when the terms are broken.")
    protection = fields.Text(
        string="Protective measures", help="How the partner protects the data."
    )
    sub_entrusting = fields.Selection(
        [
            ("forbidden", "Forbidden"),
            ("consent", "With our written consent in each case"),
        ],
        string="Sub-entrusting",
        required=True,
        default="forbidden",
        help="Whether the partner may pass the work on to somebody else.",
    )
    at_end = fields.Selection(
        [("returned", "Data are returned"), ("deleted", "Data are deleted")],
        string="At the end",
        required=True,
        default="deleted",
    )
    end_confirmed_on = fields.Date(
        string="Return or deletion confirmed",
        copy=False,
        help="When the partner confirmed it, after the end.",
    )
    is_foreign = fields.Boolean(
        string="Outside mainland China",
        compute="_compute_is_foreign",
        store=True,
        readonly=False,
        help="Data leave the country: refused unless a parameter allows it (PIPL "
        "38–40).",
    )
    reference = fields.Char(
        string="Document", help="Number or place of the signed agreement."
    )
    document_hash = fields.Char(
        string="SHA-256 of the document",
        copy=False,
        help="64 characters; proves later that the document is the same.",
    )
    checked_on = fields.Date(
        string="Last supervised on",
        copy=False,
        help="When the partner's processing was last checked (PIPL 21).",
    )
    requester_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    approver_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    approved_on = fields.Datetime(string="Approved on", readonly=True, copy=False)
    in_force = fields.Boolean(compute="_compute_in_force", search="_search_in_force")
    expiring = fields.Boolean(
        compute="_compute_in_force",
        search="_search_expiring",
        help="Ends within the time that the parameters name.",
    )
    share_ids = fields.One2many("insurance.share", "agreement_id", string="Shares")
    share_count = fields.Integer(string="Shares made", compute="_compute_share_count")
    event_ids = fields.One2many(
        "insurance.share.event", "agreement_id", string="History", readonly=True
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This agreement number is already in use."
    )
    _period = models.Constraint(
        "CHECK(date_to >= date_from)", "The end of the agreement is before its start."
    )
    _hash_form = models.Constraint(
        "CHECK(document_hash ~ '^[0-9a-f]{64}$')",
        "A SHA-256 has 64 characters out of 0–9 and a–f.",
    )

    @api.depends("number", "partner_id.name")
    def _compute_display_name(self):
        for agreement in self:
            known = (agreement.number, agreement.partner_id.name)
            agreement.display_name = " · ".join(filter(None, known))

    @api.depends("partner_id.country_id")
    def _compute_is_foreign(self):
        for agreement in self:
            country = agreement.partner_id.country_id
            agreement.is_foreign = bool(country) and country.code != "CN"

    @api.depends("state", "date_from", "date_to")
    def _compute_in_force(self):
        today = fields.Date.today()
        last_days = self._warning_day()
        for agreement in self:
            agreement.in_force = bool(
                agreement.state == "approved"
                and agreement.date_from <= today <= agreement.date_to
            )
            agreement.expiring = agreement.in_force and agreement.date_to <= last_days

    def _search_in_force(self, operator, value):
        return flag_domain(operator, value, self._in_force_domain())

    def _search_expiring(self, operator, value):
        domain = self._in_force_domain() & Domain("date_to", "<=", self._warning_day())
        return flag_domain(operator, value, domain)

    @api.model
    def _in_force_domain(self):
        # the day of the server: a caller's time zone does not prolong an agreement
        today = fields.Date.today()
        return (
            Domain("state", "=", "approved")
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today)
        )

    @api.model
    def _warning_day(self):
        days = self.env["insurance.parameter"]._get("share_agreement_warning_days")
        return fields.Date.add(fields.Date.today(), days=days)

    def _compute_share_count(self):
        counts = dict(
            self.env["insurance.share"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"]
            )
        )
        for agreement in self:
            agreement.share_count = counts.get(agreement, 0)

    @api.constrains("document_hash", "reference")
    def _check_document(self):
        for agreement in self:
            if agreement.document_hash and not agreement.reference:
                raise ValidationError(
                    self.env._("Name the document to which the SHA-256 belongs.")
                )

    def action_open_shares(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_share_action"
        )
        return {
            **action,
            "domain": [("agreement_id", "=", self.id)],
            "context": {"default_agreement_id": self.id},
        }
