from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from odoo.addons.insurance_client_archive.controllers.feedback_portal import (
    FeedbackPortal,
)

TYPES = {"json": "application/json; charset=utf-8", "pdf": "application/pdf"}
PRIVATE = {"Cache-Control": "no-store"}


class ClientRights(FeedbackPortal):
    """A client's own consents and requests, and the copy of the own data."""

    @http.route("/my/consents", type="http", auth="user", website=True)
    def portal_consents(self, withdrawn=None, error=None, **_ignored):
        return self._client_page(
            "insurance_compliance.portal_my_consents",
            "insurance_consents",
            rows=request.env["insurance.consent"]._portal_rows(),
            withdrawn=withdrawn,
            error=error,
        )

    @http.route(
        "/my/consents/<int:consent_id>/withdraw",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_withdraw(self, consent_id, reason="", **_ignored):
        try:
            request.env["insurance.consent"]._portal_withdraw(consent_id, reason)
        except AccessError:
            raise request.not_found() from None
        except UserError as refusal:
            return self.portal_consents(error=str(refusal))
        return request.redirect("/my/consents?withdrawn=1")

    @http.route(
        "/my/consents/notice/<int:text_id>", type="http", auth="user", website=True
    )
    def portal_notice(self, text_id, **_ignored):
        body = request.env["insurance.consent"]._portal_text(text_id)
        if not body:
            raise request.not_found()
        return self._client_page(
            "insurance_compliance.portal_my_notice", "insurance_consents", body=body
        )

    @http.route("/my/data", type="http", auth="user", website=True)
    def portal_data(self, handed_in=None, **_ignored):
        return self._data_page(handed_in=handed_in)

    @http.route(
        "/my/data/new", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_data_new(self, kind="", description="", **_ignored):
        Request = request.env["insurance.client.request"]
        try:
            number = Request._portal_hand_in(kind, description)
        except UserError as refusal:
            return self._data_page(error=str(refusal))
        return request.redirect(f"/my/data?handed_in={number}")

    @http.route("/my/data/<int:request_id>/copy.<string:extension>", auth="user")
    def portal_copy(self, request_id, extension, **_ignored):
        Request = request.env["insurance.client.request"]
        return self._fetched(
            extension, lambda: Request._portal_copy(request_id, extension)
        )

    @http.route(
        "/insurance/request/<int:request_id>/copy.<string:extension>", auth="user"
    )
    def hand_over(self, request_id, extension, **_ignored):
        asked = request.env["insurance.client.request"].browse(request_id).exists()
        return self._fetched(extension, lambda: asked._hand_over(extension))

    def _fetched(self, extension, make):
        if extension not in TYPES:
            raise request.not_found()
        try:
            content = make()
        except (AccessError, ValueError):
            raise request.not_found() from None
        return request.make_response(
            content,
            headers=[
                ("Content-Type", TYPES[extension]),
                ("Content-Disposition", f"attachment; filename=data.{extension}"),
                ("X-Content-Type-Options", "nosniff"),
                *PRIVATE.items(),
            ],
        )

    def _data_page(self, **values):
        Request = request.env["insurance.client.request"]
        return self._client_page(
            "insurance_compliance.portal_my_data",
            "insurance_data",
            rows=Request._portal_rows(),
            kinds=Request._fields["kind"]._description_selection(request.env),
            **{"handed_in": None, "error": None, **values},
        )

    def _client_page(self, template, page_name, **values):
        return request.render(
            template,
            {**self._prepare_portal_layout_values(), "page_name": page_name, **values},
            headers=PRIVATE,
        )
