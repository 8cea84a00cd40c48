from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceNotice(models.Model):
    """What clients are told before their data are processed: one version of a notice.

    The five parts are those of PIPL 17, the two on sensitive data those of PIPL 30.
    The list of purposes is the form that the network data regulation asks for.
    """

    _name = "insurance.notice"
    _description = "Privacy notice"
    _order = "code, version desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        string="Series",
        required=True,
        default="clients",
        help="All versions of a notice have the same.",
    )
    version = fields.Integer(readonly=True, default=1, aggregator=None)
    previous_id = fields.Many2one(
        "insurance.notice",
        string="Version before",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    handler_name = fields.Char(
        string="Who handles the data",
        required=True,
        translate=True,
        help="The insurer's full name, as in its licence.",
    )
    handler_contact = fields.Text(
        string="How to reach us",
        required=True,
        translate=True,
        help="Address, telephone, mail, and the officer for personal information.",
    )
    introduction = fields.Text(
        string="Purpose and manner",
        required=True,
        translate=True,
        help="In general; each purpose has a line of its own below.",
    )
    line_ids = fields.One2many(
        "insurance.notice.line", "notice_id", string="Purposes", copy=True
    )
    storage_period = fields.Text(
        required=True, translate=True, help="Or how the period is determined."
    )
    rights = fields.Text(string="How to use your rights", required=True, translate=True)
    sensitive = fields.Boolean(compute="_compute_sensitive")
    sensitive_necessity = fields.Text(
        string="Why sensitive data are necessary", translate=True
    )
    sensitive_effect = fields.Text(
        string="Effect of sensitive data on you", translate=True
    )
    in_force_from = fields.Date(
        required=True, default=fields.Date.context_today, copy=False
    )
    author_id = fields.Many2one(
        "res.users", readonly=True, copy=False, default=lambda self: self.env.user
    )
    change_kind = fields.Selection(
        [
            ("substance", "Purpose, manner or kinds of data"),
            ("wording", "Wording only"),
        ],
        string="What changes",
        default="substance",
        copy=False,
        help="When purpose, manner or kinds of data change, clients are asked anew.",
    )
    text_ids = fields.One2many("insurance.notice.text", "notice_id", string="Texts")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    consent_count = fields.Integer(string="Consents", compute="_compute_consent_count")

    _version_unique = models.UniqueIndex(
        "(company_id, code, version)", "This version is there already."
    )

    @api.depends("line_ids.category_ids.sensitive")
    def _compute_sensitive(self):
        for notice in self:
            notice.sensitive = any(notice.line_ids.category_ids.mapped("sensitive"))

    @api.depends("code", "version", "name")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = f"{notice.name} · {notice.version}"

    @api.depends_context("lang")
    def _compute_preview(self):
        for notice in self:
            notice.preview = notice._render(self.env.lang or "en_US")

    def _compute_consent_count(self):
        # superuser: a number, for whoever keeps the notices
        counts = dict(
            self.env["insurance.consent"]
            .sudo()
            ._read_group([("notice_id", "in", self.ids)], ["notice_id"], ["__count"])
        )
        counts = {notice.id: count for notice, count in counts.items()}
        for notice in self:
            notice.consent_count = counts.get(notice.id, 0)

    def action_open_consents(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_consent_action"
            ),
            "domain": [("notice_id", "=", self.id)],
            "context": {},
        }

    def action_new_version(self):
        """Open a draft of the next version, with the words of this one."""
        self.ensure_one()
        latest = self.search(
            [("code", "=", self.code), ("company_id", "=", self.company_id.id)],
            order="version desc",
            limit=1,
        )
        if latest.state == "draft":
            raise UserError(
                self.env._("There is a draft already: %s.", latest.display_name)
            )
        draft = self.copy({"version": latest.version + 1, "previous_id": latest.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _render(self, lang):
        """Return the notice as clients read it, in their language."""
        self.ensure_one()
        notice = self.with_context(lang=lang)
        return notice.env["ir.qweb"]._render(
            "insurance_compliance.notice_body", {"notice": notice}, lang=lang
        )

    def _text(self, lang):
        """Return the text that was laid down for the language, or lay it down now."""
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        if lang not in installed:
            # better in the language of the house than not at all
            lang = self.env.lang if self.env.lang in installed else installed[0]
        Text = self.env["insurance.notice.text"]
        known = {text.lang: text for text in self.sudo().text_ids}
        if lang in known:
            return known[lang]
        if self.state == "draft":
            raise UserError(self.env._("The notice is still a draft."))
        # superuser: the text follows from the notice that was approved
        return Text.sudo()._lay_down(self, lang)

    @api.model
    def _in_force(self, company, processing=None):
        """Return the notices in force of the company, or those for a purpose."""
        domain = [("state", "=", "in_force"), ("company_id", "=", company.id)]
        if processing:
            domain.append(("line_ids.processing_id", "in", processing.ids))
        # superuser: notices are meant to be read by everybody
        return self.sudo().search(domain)
