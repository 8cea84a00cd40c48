from odoo.tests import tagged

from .common_consent import ConsentCase


@tagged("post_install", "-at_install")
class TestConsentProfiling(ConsentCase):
    """Who does not want to be evaluated by a program is not (PIPL 24)."""

    def _may(self, purpose, archive=None):
        return (archive or self.archive)._may_process(purpose)

    def test_profiling_needs_consent_and_ends_with_it(self):
        self.assertFalse(self._may("profiling"))
        consent = self._give("profiling")
        self.assertTrue(self._may("profiling"))
        self.assertTrue(self.archive.value_tier)
        consent._withdraw("x", "portal")
        self.assertFalse(self._may("profiling"))
        self.env.invalidate_all()
        self.assertFalse(self.archive.value_tier)
        self.assertTrue(self.archive.not_profiled)
        self.assertEqual(
            self.env["insurance.archive"].search([("not_profiled", "=", True)])
            & self.archive,
            self.archive,
        )

    def test_objection_ends_what_needs_no_consent(self):
        self.assertTrue(self._may("satisfaction"))
        self._give("satisfaction", given=False)
        self.assertFalse(self._may("satisfaction"))

    def test_what_the_service_needs_can_not_be_objected(self):
        self._give("service", given=False)
        self.assertTrue(self._may("service"))

    def test_purpose_that_nobody_declared_is_not_processed(self):
        self.assertFalse(self._may("selling_data"))
        self._purpose("satisfaction").active = False
        self.assertFalse(self._may("satisfaction"))

    def test_sweeps_ask_by_one_domain(self):
        other = self._archive(name="王芳")
        self._give("profiling")
        both = self.archive | other
        domain = both._may_process_domain("profiling")
        with self.assertQueryCount(4):
            found = both.search(domain)
        self.assertIn(self.archive, found)
        self.assertNotIn(other, found)

    def test_organisations_have_no_personal_data(self):
        company = self._archive(name="上海远航贸易有限公司", client_kind="enterprise")
        self.assertTrue(self._may("profiling", company))
