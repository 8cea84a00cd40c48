from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_effect import EffectCase
from .common_match import MODULE


@tagged("post_install", "-at_install")
class TestMatchProposal(EffectCase):
    """Changes of matching that follow from results, and who decides about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proposals = cls.env["insurance.match.proposal"]

    def _found(self, product=None, **values):
        self.proposals._evaluate()
        domain = [(name, "=", value) for name, value in values.items()]
        if product:
            domain.append(("product_id", "=", product.id))
        return self.proposals.search([("state", "=", "open"), *domain])

    def _unloved(self):
        self._outcomes(self.life, 25, 1)
        self._outcomes(self.illness, 1, 25)
        [proposal] = self._found(self.illness, kind="product")
        return proposal.with_user(self.editor)

    def test_product_that_few_buy_is_proposed_with_its_figures(self):
        proposal = self._unloved()
        self.assertEqual(
            (proposal.measure, proposal.cases, proposal.clients, proposal.points),
            ("bought", 26, 26, -5),
        )
        self.assertAlmostEqual(proposal.rate, 100 / 26, 1)
        self.assertLess(proposal.rate_low, proposal.rate)
        self.assertGreater(proposal.rate_high, proposal.rate)
        self.assertLess(proposal.gap_high, 0)
        self.assertIn("26", proposal.finding)

    def test_few_clients_say_nothing(self):
        self._outcomes(self.life, 9, 0)
        self._outcomes(self.illness, 0, 9)
        self.assertFalse(self._found(self.illness))

    def test_difference_that_chance_may_have_made_says_nothing(self):
        self._outcomes(self.life, 8, 6)
        self._outcomes(self.illness, 6, 8)
        self.assertFalse(self._found(self.illness, kind="product"))

    def test_one_client_with_many_policies_is_one_case(self):
        clients = self._outcomes(self.life, 9, 0)
        self._outcomes(self.illness, 0, 30)
        for _again in range(4):
            self._note_outcome(clients[0], self.life)
        self.assertFalse(self._found(self.life, kind="product"))

    def test_product_that_is_lost_early_costs_twice_the_points(self):
        self._outcomes(self.life, 20, 0)
        self._outcomes(self.illness, 20, 0, policy_state="lapsed", lost_after=200)
        [proposal] = self._found(self.illness, kind="product")
        self.assertEqual((proposal.measure, proposal.points), ("kept", -10))
        # what is sold well gets no more points for that; what is kept does
        [better] = self._found(self.life)
        self.assertEqual((better.kind, better.measure), ("kept_better", "kept"))

    def test_product_that_does_worse_with_some_clients_names_them(self):
        tiers = self.env["insurance.archive"]._fields["value_tier"].selection
        (loves, _label), *_rest, (leaves, _label) = tiers
        for tier, bought in ((loves, 20), (leaves, 0)):
            clients = self._outcomes(self.illness, bought, 20 - bought)
            self.env.cr.execute(
                "UPDATE insurance_archive SET value_tier = %s WHERE id IN %s",
                [tier, tuple(clients.ids)],
            )
        self.env.invalidate_all()
        [found] = self._found(self.illness, segment_value=leaves)
        proposal = found.with_user(self.editor)
        proposal.action_adopt()
        self.assertEqual(
            proposal.draft_id.client_condition,
            f"[('archive_id.value_tier', '=', '{leaves}')]",
        )

    def test_points_for_what_few_buy_are_turned_round(self):
        rule = self._rule("boost", points=9)
        self._outcomes(self.illness, 1, 20, rule=rule)
        self._outcomes(self.life, 20, 1)
        [proposal] = self._found(rule_id=rule.id)
        self.assertEqual((proposal.kind, proposal.points), ("boost_harm", -4))

    def test_points_without_effect_are_halved(self):
        self._parameter("match_proposal_margin_pct", 40)
        rule = self._rule("boost", points=9)
        self._outcomes(self.illness, 30, 30, rule=rule)
        self._outcomes(self.life, 30, 30)
        [proposal] = self._found(rule_id=rule.id)
        self.assertEqual((proposal.kind, proposal.points), ("boost_idle", 4))

    def test_new_version_that_does_worse_goes_back(self):
        old = self._rule("boost", points=6)
        new = old.browse(
            old.with_user(self.editor).action_new_version()["res_id"]
        ).with_user(self.editor)
        new.points = 20
        new.action_backtest()
        new.with_user(self.specialist).write({"state": "approved"})
        new.with_user(self.specialist).write({"state": "active"})
        self._outcomes(self.illness, 20, 0, rule=old)
        self._outcomes(self.illness, 0, 20, rule=new)
        proposal = self._found(rule_id=new.id, kind="version").with_user(self.editor)
        proposal.action_adopt()
        self.assertEqual((proposal.draft_id.points, proposal.draft_id.version), (6, 3))

    def test_rule_that_forbids_what_is_kept_is_loosened(self):
        rule = self._rule("exclude")
        self._outcomes(
            self.illness, 60, 0, rule=rule, verdict="dropped", source="manual"
        )
        self._outcomes(self.life, 40, 0, policy_state="lapsed", lost_after=100)
        proposal = self._found(rule_id=rule.id).with_user(self.editor)
        proposal.action_adopt()
        self.assertEqual(proposal.kind, "forbids_good")
        self.assertEqual(proposal.draft_id.effect, "boost")
        self.assertLess(proposal.draft_id.points, 0)

    def test_product_that_people_leave_out_is_proposed(self):
        self._outcomes(self.illness, 0, 20, taken=False)
        self._outcomes(self.life, 20, 0)
        [proposal] = self._found(self.illness, kind="left_out")
        self.assertEqual((proposal.cases, proposal.rate), (20, 100))

    def test_weight_without_effect_is_halved_by_two_people(self):
        for bought, points in ((20, 1), (0, 25)):
            self._outcomes(
                self.life, bought, 20 - bought, points={"points_gap": points}
            )
        proposal = self._found(factor="gap").with_user(self.specialist)
        self.assertEqual((proposal.kind, proposal.points), ("weight", 12))
        proposal.action_adopt()
        with self.assertRaises(AccessError):
            proposal.write({"state": "enforced"})
        other = new_test_user(
            self.env, "test second specialist", f"{MODULE}.group_product_specialist"
        )
        proposal.with_user(other).write({"state": "enforced"})
        self.assertEqual(self.env["insurance.parameter"]._get("match_weight_gap"), 12)

    def test_adopted_proposal_is_a_draft_that_another_person_approves(self):
        proposal = self._unloved()
        proposal.action_adopt()
        draft = proposal.draft_id
        self.assertEqual((draft.state, draft.points), ("draft", -5))
        self.assertIn(proposal.finding, draft.note)
        with self.assertRaises(UserError):
            draft.with_user(self.specialist).write({"state": "approved"})
        draft.action_backtest()
        draft.with_user(self.specialist).write({"state": "approved"})
        before = self._points_of(self.illness)
        draft.with_user(self.specialist).write({"state": "active"})
        self.assertEqual(self._points_of(self.illness) - before, -5)

    def _points_of(self, product):
        return self._line(self._match(), product).points

    def test_specialist_who_adopts_does_not_approve_the_draft(self):
        proposal = self._unloved().with_user(self.specialist)
        proposal.action_adopt()
        draft = proposal.draft_id
        draft.action_backtest()
        with self.assertRaises(UserError):
            draft.write({"state": "approved"})

    def test_rejected_proposal_says_why_and_rests(self):
        proposal = self._unloved()
        with self.assertRaises(UserError):
            proposal.write({"state": "rejected"})
        proposal.write({"state": "rejected", "state_reason": "A strike last year"})
        self.assertEqual(proposal.decided_by_id, self.editor)
        self.assertFalse(self._found(self.illness, kind="product"))

    def test_second_look_adds_nothing_and_what_has_passed_is_taken_back(self):
        proposal = self._unloved()
        self.assertEqual(self._found(self.illness, kind="product"), proposal)
        self._outcomes(self.illness, 90, 0)
        self.assertFalse(self._found(self.illness, kind="product"))
        self.assertEqual(proposal.state, "outdated")

    def test_figures_and_decisions_are_nobodys_to_write(self):
        proposal = self._unloved()
        for name, value in (
            ("points", 90),
            ("rate", 1.0),
            ("decided_by_id", self.specialist.id),
            ("kind", "kept_better"),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                proposal.write({name: value})
        for user in (self.agent, self.supervisor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                proposal.with_user(user).action_adopt()
        with self.assertRaises(AccessError):
            self.proposals.with_user(self.agent).action_evaluate()
