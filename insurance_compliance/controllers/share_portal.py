from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import content_disposition, request

from odoo.addons.insurance_client_archive.models.insurance_vault_quota import (
    QuotaExceeded,
)
from odoo.addons.portal.controllers.portal import CustomerPortal

from .. import share_delivery

NO_STORE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PAGES = {"type": "http", "auth": "user", "website": True, "sitemap": False}
STEPS = {**PAGES, "methods": ["POST"]}


class SharePortal(CustomerPortal):
    """Packets for a logged-in recipient: no link opens one without the login."""

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        shares = request.env["insurance.share"]._portal_shares()
        return {**values, "insurance_has_shares": bool(shares)}

    @http.route("/my/shares", readonly=False, **PAGES)
    def portal_shares(self, **_ignored):
        return self._page("insurance_compliance.portal_my_shares")

    @http.route("/my/shares/code", **STEPS)
    def portal_shares_code(self, code="", back="", **_ignored):
        """Take the code of the second factor, as at the login."""
        user, error = request.env.user, ""
        try:
            if user.sudo()._mfa_type() == "totp":  # the caller's own setting
                credentials = {"type": "totp", "token": int(code.replace(" ", ""))}
                with user._assert_can_auth(user=user.id):
                    user._check_credentials(credentials, {"interactive": True})
        except ValueError:
            error = request.env._("The code has six digits.")
        except AccessDenied as refusal:
            error = str(refusal)
        if error:
            return self._page("insurance_compliance.portal_my_shares", error=error)
        if back == "consents":
            return request.redirect("/my/consents")
        share_id = int(back) if back.isdecimal() else 0
        return request.redirect(f"/my/shares/{share_id}" if share_id else "/my/shares")

    @http.route("/my/shares/<int:share_id>", **PAGES)
    def portal_share(self, share_id, **_ignored):
        return self._page("insurance_compliance.portal_my_share", share_id)

    @http.route("/my/shares/<int:share_id>/accept", **STEPS)
    def portal_share_accept(self, share_id, digest="", agreed="", **_ignored):
        def accept(share):
            if not agreed:
                raise UserError(request.env._("Tick that you accept the undertaking."))
            share._portal_accept(digest)

        return self._step(share_id, accept)

    @http.route("/my/shares/<int:share_id>/receipt", **STEPS)
    def portal_share_receipt(self, share_id, **_ignored):
        return self._step(share_id, lambda share: share._portal_receipt())

    @http.route("/my/shares/<int:share_id>/download", **STEPS)
    def portal_share_download(self, share_id, file_format="", **_ignored):
        try:
            self._spend("share_download")
            self._share(share_id)
            packet = share_delivery.download(request.env, share_id, file_format)
        except UserError as refusal:
            return self._page(
                "insurance_compliance.portal_my_share", share_id, error=str(refusal)
            )
        headers = {
            **NO_STORE,
            "Content-Type": packet.content_type,
            "Content-Disposition": content_disposition(packet.name),
        }
        return request.make_response(packet.content, headers=list(headers.items()))

    def _step(self, share_id, step):
        """Take a step of the recipient and show the share again."""
        share, error = self._share(share_id), ""
        try:
            if request.env["insurance.share"]._portal_second_factor():
                raise UserError(
                    request.env._("Confirm the code of your second factor first.")
                )
            step(share)
        except UserError as refusal:
            error = str(refusal)
        else:
            return request.redirect(f"/my/shares/{share_id}")
        return self._page("insurance_compliance.portal_my_share", share_id, error=error)

    def _share(self, share_id):
        share = request.env["insurance.share"]._portal_share(share_id)
        if not share:
            log = request.env["insurance.use.log"].sudo()  # nobody else writes it
            log._record("denied", content=["insurance.share"], result="denied")
            raise NotFound()
        return share

    def _page(self, template, share_id=None, error=""):
        shares = request.env["insurance.share"]
        factor = shares._portal_second_factor()
        undertaking = request.env["insurance.share.undertaking"]._current()
        try:
            self._spend("share_page")
        except UserError as refusal:
            error, factor = str(refusal), "wait"
        if share_id is not None:
            shares = self._share(share_id)
        elif not factor:
            shares = shares._portal_shares()
        rows = [] if factor else shares._portal_values()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "insurance_shares",
            "factor": factor,
            "rows": rows,
            "share": rows[0] if share_id is not None and rows else None,
            "share_id": share_id,
            "undertaking": undertaking,
            "error": error,
        }
        return request.render(template, values, headers=NO_STORE)

    def _spend(self, kind):
        """Count a request, or refuse it in words for somebody outside."""
        try:
            request.env["insurance.vault.quota"]._spend(kind)
        except QuotaExceeded:
            raise UserError(
                request.env._("Too many requests. Come back in an hour, please.")
            ) from None
