"""A client withdraws in the browser, and what rested on the consent dies."""

from share_portal_case import SharePortalCase

from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestConsentTour(SharePortalCase):
    """The client's own click ends the share that somebody else could fetch."""

    def _client_of(self, share, lang):
        self.env["res.lang"]._activate_lang(lang)
        return new_test_user(
            self.env,
            "test client of the share",
            groups="base.group_portal",
            partner_id=share.archive_id.partner_id.id,
            name=share.archive_id.name,
            lang=lang,
        )

    def _withdraw_in(self, lang):
        share = self._delivered()
        self.assertEqual(share.consent_ids.status, "given")
        client = self._client_of(share, lang)
        self.start_tour(
            "/my/consents", "insurance_consent_withdraw", login=client.login
        )
        self.env.invalidate_all()
        self.assertEqual(share.consent_ids.withdrawn_by_id, client)
        self.assertEqual(share.consent_ids.state_reason, "No more")
        self.assertEqual(share.state, "ended")
        self.log_in()
        self.assertRefused(self.download(share))

    def _give_in(self, lang):
        share = self._delivered()
        client = self._client_of(share, lang)
        self.start_tour("/my/consents", "insurance_consent_give", login=client.login)
        self.env.invalidate_all()
        said = self.env["insurance.consent"].search(
            [("evidence_id.user_id", "=", client.id)]
        )
        self.assertEqual(sorted(said.mapped("state")), ["given", "refused"])
        self.assertEqual(said.evidence_id.text_id.lang, lang)
        self.assertTrue(all(consent._is_genuine() for consent in said))

    def test_client_withdraws_and_the_share_dies(self):
        self._withdraw_in("en_US")

    def test_client_withdraws_in_chinese(self):
        self._withdraw_in("zh_CN")

    def test_client_agrees_and_refuses(self):
        self._give_in("en_US")

    def test_client_agrees_and_refuses_in_chinese(self):
        self._give_in("zh_CN")
