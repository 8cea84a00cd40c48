from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_recommendation import RecommendationCase


@tagged("post_install", "-at_install")
class TestRecommendationAccess(RecommendationCase):
    """Advice opens with the client's archive, and figures are the server's."""

    def test_outsiders_see_no_advice(self):
        advice = self._advice("talk")
        records = (
            advice,
            advice.line_ids,
            advice.diligence_ids,
        )
        for user in self.outsiders | self.editor:
            for record in records:
                with self.subTest(user=user.login, model=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])

    def test_no_advice_to_somebody_elses_client(self):
        Advice = self.env["insurance.recommendation"].with_user(self.agent2)
        with self.assertRaises(AccessError):
            Advice.create({"archive_id": self.archive.id})
        own = self._archive(agent_id=self.agent2.id, team_id=self.team_b.id)
        advice = Advice.create({"archive_id": own.id})
        with self.assertRaises(AccessError):
            advice.archive_id = self.archive.id

    def test_no_product_into_somebody_elses_advice(self):
        advice = self._advice("match")
        Line = self.env["insurance.recommendation.line"].with_user(self.agent2)
        with self.assertRaises(AccessError):
            Line.create({"recommendation_id": advice.id, "product_id": self.product.id})

    def test_forged_figures_are_refused(self):
        advice = self._advice("match")
        for values in (
            {"premium": 1},
            {"annual_premium": 1},
            {"total_premium": 1},
            {"severity": "none"},
            {"source": "engine"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._line(advice, **values)
        line = self._line(advice)
        for values in ({"annual_premium": 1}, {"severity": "none"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                line.write(values)
        for values in ({"annual_premium": 1}, {"severity": "none"}, {"number": "X"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                advice.write(values)

    def test_figures_are_not_taken_from_the_context(self):
        advice = self._advice("match")
        Line = self.env["insurance.recommendation.line"].with_user(self.agent)
        line = Line.with_context(
            default_annual_premium=1, default_source="engine", default_severity="none"
        ).create(
            {
                "recommendation_id": advice.id,
                "product_id": self.product.id,
                "sum_insured": 200_000,
            }
        )
        self.assertRecordValues(line, [{"annual_premium": 2_000, "source": "manual"}])

    def test_findings_are_not_written_by_hand(self):
        line = self._line(self._advice("match"))
        with self.assertRaises(UserError):
            line.finding_ids.with_user(self.agent).create(
                {
                    "line_id": line.id,
                    "code": "none",
                    "severity": "none",
                    "reason": "All is well",
                }
            )

    def test_product_that_is_no_longer_sold_blocks_each_step(self):
        advice = self._advice("confirmed")
        self.product.with_user(self.editor).write(
            {"insurance_state": "stopped", "insurance_state_reason": "Withdrawn"}
        )
        with self.assertRaises(UserError):
            advice.action_sell()
        self.assertFalse(advice.policy_ids)

    def test_policy_is_not_linked_to_advice_by_hand(self):
        advice = self._advice("match")
        with self.assertRaises(UserError):
            self.env["insurance.policy"].with_user(self.agent).create(
                {
                    "archive_id": self.archive.id,
                    "product_id": self.product.id,
                    "recommendation_id": advice.id,
                }
            )
