from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from .consent_portal import PRIVATE, ConsentPortal

TYPES = {"json": "application/json; charset=utf-8", "pdf": "application/pdf"}


class ClientRights(ConsentPortal):
    """A client's own requests, and the copy of the own data."""

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
