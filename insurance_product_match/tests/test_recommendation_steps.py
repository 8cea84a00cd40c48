from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_recommendation import PICTURE, RecommendationCase


@tagged("post_install", "-at_install")
class TestRecommendationSteps(RecommendationCase):
    """Each step asks for what it needs, and says all of it at once."""

    def test_five_steps_lead_to_a_policy(self):
        advice = self._advice("sold")
        policy = advice.line_ids.policy_id
        self.assertRecordValues(
            policy,
            [
                {
                    "archive_id": self.archive.id,
                    "product_id": self.product.id,
                    "state": "application",
                    "sum_insured": 200_000,
                    "premium": 2_000,
                    "payment_years": 20,
                    "recommendation_id": advice.id,
                    "agent_id": self.agent.id,
                }
            ],
        )
        self.assertEqual(policy.insured_ids.person_kind, "policyholder")

    def test_begins_with_what_the_archive_knows(self):
        advice = self._advice()
        self.assertRecordValues(
            advice, [{"need_text": "Family", "budget": 30_000, "state": "collect"}]
        )
        self.assertTrue(advice.number)

    def test_needs_are_asked_for_with_the_article(self):
        advice = self._advice(need_text=" ", budget=0)
        advice.write({"need_text": " ", "budget": 0})
        article = self.env.ref("insurance_client_archive.regulation_sm_34").display_name
        with self.assertRaises(UserError) as refused:
            advice.state = "match"
        self.assertIn(article, str(refused.exception))
        self.assertEqual(len(advice.missing.splitlines()), 2)

    def test_choice_without_a_match_says_why(self):
        advice = self._advice("match")
        line = self._line(advice, override_reason=False)
        with self.assertRaisesRegex(UserError, self.product.name):
            advice.state = "recommend"
        line.override_reason = "Asked for by name"
        advice.state = "recommend"
        self.assertEqual(line.source, "manual")

    def test_no_issue_before_three_analyses_and_three_rounds(self):
        advice = self._advice("recommend")
        advice.opinion = "Fits"
        with self.assertRaises(UserError) as refused:
            advice.state = "talk"
        self.assertEqual(str(refused.exception).count("4.2"), 1)
        self.assertEqual(str(refused.exception).count("4.3"), 1)
        self._rounds(advice)
        advice.state = "talk"
        days = self.env["insurance.parameter"]._get("proposal_valid_days")
        self.assertEqual(
            advice.proposal_until, fields.Date.add(fields.Date.today(), days=days)
        )

    def test_no_issue_while_the_product_is_not_analysed(self):
        other = self._sellable_product(name="Not looked into")
        advice = self._advice("match")
        self._line(advice, product_id=other.id)
        advice.state = "recommend"
        self._prepare_talk(advice)
        with self.assertRaisesRegex(UserError, "Not looked into.*4.1"):
            advice.state = "talk"

    def test_a_round_repeated_for_another_product_does_not_count(self):
        other = self._sellable_product(name="Twin")
        advice = self._advice("recommend")
        self._rounds(advice)
        again = {
            "recommendation_id": advice.id,
            "kind": "recommendation",
            "product_id": other.id,
            "text": advice.diligence_ids[0].text,
        }
        with self.assertRaises(UserError):
            self.env["insurance.diligence"].with_user(self.agent).create(again)

    def test_state_can_not_be_jumped_to(self):
        advice = self._advice()
        with self.assertRaises(UserError):
            advice.state = "confirmed"
        with self.assertRaises(UserError):
            self._advice(state="sold")

    def test_confirmation_needs_every_notice_and_a_signature(self):
        advice = self._advice("talk")
        advice.line_ids.chosen = True
        with self.assertRaises(UserError):
            self._sign(advice)
        advice.explained_ids = advice._notices()
        with self.assertRaises(UserError):
            advice.state = "confirmed"
        self._sign(advice)
        self.assertEqual(advice.state, "confirmed")

    def test_expired_proposal_is_not_confirmed(self):
        advice = self._advice("talk")
        self._prepare_confirmed(advice)
        # superuser: time passes
        advice.sudo().proposal_until = fields.Date.subtract(fields.Date.today(), days=1)
        with self.assertRaises(UserError):
            self._sign(advice)

    def test_content_stays_once_the_client_has_it(self):
        advice = self._advice("talk")
        for change in (
            {"opinion": "Other words"},
            {"budget": 1},
            {"line_ids": [(1, advice.line_ids.id, {"sum_insured": 400_000})]},
        ):
            with self.assertRaises(UserError):
                advice.write(change)
        with self.assertRaises(UserError):
            advice.line_ids.unlink()
        with self.assertRaises(UserError):
            self._line(advice, sum_insured=300_000)

    def test_changed_terms_are_signed_again(self):
        advice = self._advice("confirmed")
        advice.write({"state": "recommend", "state_reason": "Larger sum"})
        advice.line_ids.sum_insured = 300_000
        advice.state = "talk"
        self.assertEqual(advice.evidence_ids.mapped("valid"), [False])
        with self.assertRaises(UserError):
            advice.state = "confirmed"
        self._sign(advice)
        self.assertEqual(sorted(advice.evidence_ids.mapped("valid")), [False, True])

    def test_only_pictures_are_signatures(self):
        advice = self._advice("talk")
        self._prepare_confirmed(advice)
        for picture in ("", "no picture", "bm8gcGljdHVyZQ==", None, 7):
            with self.assertRaises(UserError):
                advice.action_sign("confirmation", picture, "张伟")
        with self.assertRaises(UserError):
            advice.action_sign("confirmation", PICTURE, " ")

    def test_signature_is_sealed_and_stays(self):
        advice = self._advice("confirmed")
        evidence = advice.evidence_ids
        self.assertEqual(set(evidence.signature), {"•"})
        for change in (
            lambda: evidence.write({"signer_name": "Other"}),
            lambda: evidence.sudo().write({"facts_hash": "1$0"}),
            evidence.sudo().unlink,
            lambda: evidence.copy({"archive_id": self.archive.id}),
        ):
            with self.assertRaises(UserError):
                change()

    def test_advice_is_given_in_the_own_name(self):
        with self.assertRaises(AccessError):
            self._advice(agent_id=self.supervisor.id)
        named = self.env["insurance.recommendation"].with_user(self.agent)
        advice = named.with_context(default_agent_id=self.supervisor.id).create(
            {"archive_id": self.archive.id}
        )
        self.assertEqual(advice.agent_id, self.agent)

    def test_account_manager_does_not_take_the_agents_steps(self):
        advice = self._advice()
        with self.assertRaises(AccessError):
            advice.with_user(self.manager).state = "match"
        advice.with_user(self.supervisor).agent_id = self.manager
        self._license(self.manager)
        advice.with_user(self.manager).state = "match"

    def test_button_goes_on_where_the_advice_stopped(self):
        advice = self._advice("match")
        action = self.archive.with_user(self.agent).action_new_recommendation()
        self.assertEqual(action["res_id"], advice.id)
        advice.write({"state": "cancelled", "state_reason": "Client moved"})
        action = self.archive.with_user(self.agent).action_new_recommendation()
        self.assertNotEqual(action["res_id"], advice.id)
