from odoo.tests import HttpCase, tagged

from .common_impact import assessment_values
from .common_share import ShareCase


@tagged("post_install", "-at_install")
class TestDutyTours(ShareCase, HttpCase):
    """Rules are read, and assessments approved, in a browser."""

    def _use(self, user, lang):
        self.env["res.lang"]._activate_lang(lang)
        user.lang = lang

    def _read_in(self, lang):
        self._use(self.agent, lang)
        rule = (
            self.env["insurance.rule.document"]
            .with_user(self.compliance)
            .create(
                {
                    "name": "Clear desk",
                    "code": "desk",
                    "body": "<p>Lock papers away.</p>",
                    "group_ids": [
                        (4, self.env.ref("insurance_client_archive.group_agent").id)
                    ],
                }
            )
        )
        rule.with_user(self.compliance2).write({"state": "approved"})
        self.start_tour(
            "/odoo/rules-to-read", "insurance_rule_reading", login=self.agent.login
        )
        self.env.invalidate_all()
        reading = rule.reading_ids.filtered(lambda one: one.user_id == self.agent)
        self.assertEqual(reading.state, "confirmed")
        self.assertEqual(reading.text_lang, lang)
        self.assertEqual(reading.text_hash, rule.with_user(self.agent)._digest())

    def test_agent_reads_and_confirms_a_rule_in_english(self):
        self._read_in("en_US")

    def test_agent_reads_and_confirms_a_rule_in_chinese(self):
        self._read_in("zh_CN")

    def _approve_in(self, lang):
        self._use(self.compliance2, lang)
        agreement = self._agreement(approve=False)
        agreement.state = "submitted"
        [use] = agreement._uses_when_live()
        scope = {"kind": use.kind, "subject": use.subject, "parts": sorted(use.parts)}
        assessment = (
            self.env["insurance.impact.assessment"]
            .with_user(self.compliance)
            .create(assessment_values(**scope))
        )
        assessment.state = "submitted"
        self.start_tour(
            "/odoo/action-insurance_compliance.insurance_share_agreement_action",
            "insurance_impact_gate",
            login=self.compliance2.login,
        )
        self.env.invalidate_all()
        self.assertEqual(assessment.approved_by_id, self.compliance2)
        self.assertEqual(agreement.state, "approved")

    def test_officer_approves_an_assessment_and_then_the_agreement_in_english(self):
        self._approve_in("en_US")

    def test_officer_approves_an_assessment_and_then_the_agreement_in_chinese(self):
        self._approve_in("zh_CN")
