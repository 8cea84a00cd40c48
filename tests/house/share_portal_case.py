"""A recipient in the portal with a second factor, and what they can press."""

import base64
import time

from odoo.http import Request
from odoo.tests import HttpCase

from odoo.addons.auth_totp.models.totp import TIMESTEP, hotp
from odoo.addons.insurance_compliance.tests.common_share import ShareCase

SECRET = "GZUGGZTUMFTGC3TDMFZGK3TBMVXGO4TP"
PHONE = "13800138000"


class SharePortalCase(ShareCase, HttpCase):
    def enable_totp(self, user):
        """Switch on the second factor, as the user did in another session."""
        user.sudo().totp_secret = SECRET
        self.env.flush_all()

    def code(self):
        """Return the code that the user's app shows now."""
        return f"{hotp(base64.b32decode(SECRET), int(time.time() / TIMESTEP)):06}"

    def log_in(self, user=None):
        """Log in with password, second factor and the code of this session."""
        user = user or self.recipient
        self.enable_totp(user)
        self.authenticate(user.login, user.login)
        user.sudo().totp_last_counter = 0
        self.env.flush_all()
        page = self.post("/my/shares/code", code=self.code())
        self.assertNotIn("o_insurance_share_code", page.text)

    def post(self, path, token=True, **values):
        if token:
            values["csrf_token"] = Request.csrf_token(self)
        return self.url_open(path, data=values, method="POST")

    def path(self, share, step=""):
        return f"/my/shares/{share.id}{step}"

    def accept(self, share):
        undertaking = self.env["insurance.share.undertaking"]._current()
        digest = undertaking.with_context(lang="en_US")._digest()
        return self.post(self.path(share, "/accept"), digest=digest, agreed="1")

    def download(self, share, file_format="pdf", **options):
        return self.post(
            self.path(share, "/download"), file_format=file_format, **options
        )

    def is_packet(self, response):
        return response.content.startswith((b"%PDF", b"PK"))

    def assertRefused(self, response):
        self.assertFalse(self.is_packet(response), "the packet was handed out")
        self.assertNotIn(PHONE, response.text)
