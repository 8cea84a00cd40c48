"""A client withdraws in the browser, and what rested on the consent dies."""

from share_portal_case import SharePortalCase

from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestConsentTour(SharePortalCase):
    """The client's own click ends the share that somebody else could fetch."""

    def test_client_withdraws_and_the_share_dies(self):
        share = self._delivered()
        self.assertEqual(share.consent_id.status, "given")
        client = new_test_user(
            self.env,
            "test client who withdraws",
            groups="base.group_portal",
            partner_id=share.archive_id.partner_id.id,
            name=share.archive_id.name,
            lang="en_US",
        )
        self.start_tour(
            "/my/consents", "insurance_consent_withdraw", login=client.login
        )
        self.env.invalidate_all()
        self.assertEqual(share.consent_id.withdrawn_by_id, client)
        self.assertEqual(share.consent_id.state_reason, "No more")
        self.assertEqual(share.state, "ended")
        self.log_in()
        self.assertRefused(self.download(share))
