from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MODULE
from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestBenefitGate(ServiceCase):
    """Benefits outside the contract are refused, with reason and article."""

    def _benefit(self, kind, user=None, **values):
        return (
            self.env["insurance.incentive"]
            .with_user(user or self.agent)
            .create(
                {
                    "archive_id": self.archive.id,
                    "name": "Something nice",
                    "kind_id": self.env.ref(f"{MODULE}.incentive_kind_{kind}").id,
                    **values,
                }
            )
        )

    def test_forbidden_kinds_are_refused_with_the_article(self):
        for kind in (
            "rebate",
            "cash",
            "discount",
            "commission",
            "gift_for_sale",
            "premium_paid",
        ):
            benefit = self._benefit(kind)
            with self.subTest(kind=kind):
                self.assertIn("art. 116, 131", benefit.verdict)
                benefit.action_submit()
                self.assertEqual(benefit.state, "refused")
                self.assertIn("art. 116, 131", benefit.state_reason)
                self.assertEqual(benefit.regulation_id.code, "IL-116")

    def test_refusal_is_read_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        benefit = self._benefit("greeting", value=20, tied_to_sale=True)
        benefit.with_context(lang="zh_CN").action_submit()
        self.assertEqual(benefit.refused_for, "sale")
        benefit.invalidate_recordset()
        english = benefit.with_context(lang="en_US").refusal
        self.assertIn("rebate", english)
        self.assertEqual(benefit.with_context(lang="zh_CN").refusal[:2], "因投")
        with self.assertRaises(UserError):
            benefit.refused_for = "limit"

    def test_total_counts_what_was_granted(self):
        granted = self._benefit("greeting", value=20)
        granted.action_submit()
        granted.with_user(self.supervisor).state = "granted"
        refused = self._benefit("cash", value=500)
        refused.action_submit()
        waiting = self._benefit("greeting", value=30)
        waiting.action_submit()
        found = granted | refused | waiting
        self.assertEqual(found.mapped("granted_value"), [20, 0, 0])
        [(total,)] = found._read_group(
            [("id", "in", found.ids)], [], ["granted_value:sum"]
        )
        self.assertEqual(total, 20)

    def test_allowed_service_goes_to_the_supervisor(self):
        benefit = self._benefit("priority")
        self.assertFalse(benefit.verdict)
        benefit.action_submit()
        with self.assertRaises(AccessError):
            benefit.state = "granted"
        benefit.with_user(self.supervisor).state = "granted"
        self.assertEqual(benefit.approved_by_id, self.supervisor)
        benefit.state = "given"

    def test_anything_for_a_sale_is_a_rebate(self):
        benefit = self._benefit("greeting", value=20, tied_to_sale=True)
        benefit.action_submit()
        self.assertEqual(benefit.state, "refused")
        self.assertIn("rebate", benefit.state_reason)

    def test_what_the_contract_promises_passes(self):
        benefit = self._benefit("contract", value=5000, tied_to_sale=True)
        benefit.action_submit()
        self.assertEqual(benefit.state, "to_approve")

    def test_limit_counts_the_whole_year(self):
        limit = self.env["insurance.parameter"]._get("incentive_value_limit")
        first = self._benefit("greeting", value=limit - 10)
        first.action_submit()
        first.with_user(self.supervisor).state = "granted"
        second = self._benefit("greeting", value=20)
        second.action_submit()
        self.assertEqual(second.state, "refused")
        third = self._benefit("greeting", value=10)
        third.action_submit()
        self.assertEqual(third.state, "to_approve")

    def test_gate_can_not_be_walked_around(self):
        benefit = self._benefit("rebate", self.supervisor)
        with self.assertRaisesRegex(UserError, "art. 116"):
            benefit.state = "to_approve"
        with self.assertRaisesRegex(UserError, "can't become"):
            benefit.state = "granted"
        with self.assertRaisesRegex(UserError, "can't start as"):
            self._benefit("rebate", state="granted")
        good = self._benefit("priority")
        good.action_submit()
        rebate = self.env.ref(f"{MODULE}.incentive_kind_rebate")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            good.kind_id = rebate

    def test_nobody_approves_the_own_benefit(self):
        benefit = self._benefit("priority", self.supervisor)
        benefit.action_submit()
        with self.assertRaisesRegex(UserError, "by oneself"):
            benefit.state = "granted"

    def test_refusal_stays_on_record(self):
        benefit = self._benefit("cash")
        benefit.action_submit()
        with self.assertRaisesRegex(UserError, "stay on record"):
            benefit.unlink()
        self._benefit("cash").unlink()

    def test_forbidden_kind_needs_reason_and_article(self):
        with self.assertRaisesRegex(ValidationError, "which article"):
            self.env["insurance.incentive.kind"].create({"name": "Trip"})
