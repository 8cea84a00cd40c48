from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestWebClient(HttpCase):
    """The ground works: pages, bundles and a real browser."""

    def test_login_page_answers(self):
        self.assertEqual(self.url_open("/web/login").status_code, 200)

    def test_web_client_starts_in_a_real_browser(self):
        self.browser_js(
            "/odoo",
            "console.log('test successful')",
            "odoo.isReady === true",
            login="admin",
            timeout=120,
        )
