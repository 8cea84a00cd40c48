from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from odoo.addons.insurance_client_archive.controllers.feedback_portal import (
    FeedbackPortal,
)

PRIVATE = {"Cache-Control": "no-store"}
PAGES = {"type": "http", "auth": "user", "website": True, "sitemap": False}
STEPS = {**PAGES, "methods": ["POST"]}


class ConsentPortal(FeedbackPortal):
    """A client reads the notice, agrees, refuses and withdraws."""

    @http.route("/my/consents", **PAGES)
    def portal_consents(self, withdrawn=None, answered=None, error=None, **_ignored):
        Consent = request.env["insurance.consent"]
        sections = Consent._portal_sections()
        secret = any(
            question["recipient"]
            for section in sections
            for question in section["questions"] + section["declined"]
        )
        factor = secret and request.env["insurance.share"]._portal_second_factor()
        return self._client_page(
            "insurance_compliance.portal_my_consents",
            "insurance_consents",
            rows=Consent._portal_rows(),
            sections=sections,
            guardian=Consent._portal_guardian(),
            factor=factor or "",
            withdrawn=withdrawn,
            answered=answered,
            error=error,
        )

    @http.route("/my/consents/answer", **STEPS)
    def portal_answer(self, text_id="", **values):
        try:
            shown = int(text_id) if text_id.isdecimal() else 0
            request.env["insurance.consent"]._portal_answer(shown, values)
        except AccessError:
            raise request.not_found() from None
        except UserError as refusal:
            return self.portal_consents(error=str(refusal))
        return request.redirect("/my/consents?answered=1")

    @http.route("/my/consents/<int:consent_id>/withdraw", **STEPS)
    def portal_withdraw(self, consent_id, reason="", **_ignored):
        try:
            request.env["insurance.consent"]._portal_withdraw(consent_id, reason)
        except AccessError:
            raise request.not_found() from None
        except UserError as refusal:
            return self.portal_consents(error=str(refusal))
        return request.redirect("/my/consents?withdrawn=1")

    @http.route("/my/consents/notice/<int:text_id>", **PAGES)
    def portal_notice(self, text_id, **_ignored):
        body = request.env["insurance.consent"]._portal_text(text_id)
        if not body:
            raise request.not_found()
        return self._client_page(
            "insurance_compliance.portal_my_notice", "insurance_consents", body=body
        )

    def _client_page(self, template, page_name, **values):
        return request.render(
            template,
            {**self._prepare_portal_layout_values(), "page_name": page_name, **values},
            headers=PRIVATE,
        )
