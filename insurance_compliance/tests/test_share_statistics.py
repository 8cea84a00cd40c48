from odoo import fields
from odoo.tests import tagged

from .common_share import ShareCase


@tagged("post_install", "-at_install")
class TestShareStatistics(ShareCase):
    """The register and the figures of the handbook (F5.2-d, F5.2-j)."""

    def test_months_stand_beside_the_benchmarks(self):
        self.sql("UPDATE insurance_share SET delivered_on = NULL")
        agreement = self._agreement()
        for _number in range(3):
            self._delivered()
        self._delivered(kind="cooperation", agreement_id=agreement.id)
        self.env.flush_all()
        months = self.env["insurance.share.month"].with_user(self.compliance).search([])
        self.assertEqual(set(months.mapped("month_count")), {4})
        rows = {row.kind: row for row in months}
        self.assertEqual(rows["client_authorised"].percent, 75)
        self.assertEqual(rows["client_authorised"].benchmark, 50)
        self.assertEqual(rows["cooperation"].deviation, -5)
        self.assertEqual(rows["internal"].share_count, 0)
        action = rows["cooperation"].action_open_shares()
        found = self.env["insurance.share"].search(action["domain"])
        self.assertEqual(found.agreement_id, agreement)

    def test_record_is_kept_as_long_as_the_law_says(self):
        share = self._delivered()
        share.write({"state": "ended", "state_reason": "Done"})
        years = self.env["insurance.parameter"]._get("provide_record_years")
        self.assertEqual(
            share.keep_until, fields.Date.add(fields.Date.today(), years=years)
        )

    def test_register_prints_time_sharer_content_purpose_and_hash(self):
        share = self._delivered()
        report = self.env["ir.actions.report"].with_context(
            insurance_purpose="audit", insurance_purpose_text="Yearly check"
        )
        html, _kind = report._render_qweb_html(
            "insurance_compliance.report_share_register", share.ids
        )
        text = html.decode()
        for words in (
            share.number,
            self.agent.name,
            "Identity",
            self.claim.name,
            share.content_digest[:16],
        ):
            self.assertIn(words, text)

    def test_client_form_counts_and_opens_the_shares(self):
        share = self._delivered()
        archive = self.archive.with_user(self.agent)
        self.assertEqual(archive.share_count, 1)
        self.assertEqual(archive.share_live_count, 1)
        action = archive.action_open_client_shares()
        self.assertEqual(self.env["insurance.share"].search(action["domain"]), share)
