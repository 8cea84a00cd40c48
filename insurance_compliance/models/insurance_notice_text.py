from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import evidence


class InsuranceNoticeText(models.Model):
    """The very words that clients were shown, in one language; laid down for good."""

    _name = "insurance.notice.text"
    _description = "Text of a notice"
    _order = "notice_id desc, lang"

    notice_id = fields.Many2one(
        "insurance.notice",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    lang = fields.Char(string="Language", required=True, readonly=True)
    body = fields.Html(sanitize=False, readonly=True)
    body_hash = fields.Char(
        string="SHA-256", readonly=True, help="The fingerprint of the text."
    )

    _lang_unique = models.UniqueIndex(
        "(notice_id, lang)", "This language is laid down already."
    )

    @api.depends("notice_id", "lang")
    def _compute_display_name(self):
        for text in self:
            text.display_name = f"{text.notice_id.display_name} · {text.lang}"

    @api.model
    def _lay_down(self, notice, lang):
        body = str(notice._render(lang))
        return self.create(
            {
                "notice_id": notice.id,
                "lang": lang,
                "body": body,
                "body_hash": evidence.digest(body),
            }
        )

    def write(self, vals):
        if self:
            raise UserError(
                self.env._("What clients were shown can't be changed any more.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shown(self):
        raise UserError(
            self.env._("What clients were shown can't be changed any more.")
        )
