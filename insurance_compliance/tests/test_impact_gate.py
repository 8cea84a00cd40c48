from odoo import fields
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools.impact import uncovered
from .common_impact import assess, assessment_values
from .common_share import ShareCase

Refused = RedirectWarning


@tagged("post_install", "-at_install")
class TestImpactGate(ShareCase):
    """Nothing goes live that was not assessed, by whatever way."""

    def _waiting_agreement(self, **values):
        agreement = self._agreement(approve=False, **values)
        agreement.state = "submitted"
        return agreement

    def _approve(self, agreement):
        agreement.with_user(self.compliance2).state = "approved"

    def _assess(self, record, **values):
        return assess(record, self.compliance, self.compliance2, **values)

    # --- recipients

    def test_recipient_is_assessed_before_the_agreement_is_approved(self):
        agreement = self._waiting_agreement()
        with self.assertRaisesRegex(Refused, "impact on people|impact assessment"):
            self._approve(agreement)
        with self.assertRaises(Refused):
            agreement.with_user(self.compliance2).with_context(
                install_mode=True, default_kind="provided", import_file=True
            ).write({"state": "approved"})
        self._assess(agreement)
        self._approve(agreement)
        self.assertEqual(agreement.state, "approved")

    def test_refusal_opens_a_new_assessment_with_what_is_known(self):
        agreement = self._waiting_agreement()
        with self.assertRaises(Refused) as refusal:
            self._approve(agreement)
        _text, action, _button, context = refusal.exception.args
        self.assertEqual(action["res_model"], "insurance.impact.assessment")
        self.assertEqual(context["default_subject"], f"recipient:{self.insurer.id}")
        self.assertEqual(context["default_parts"], ["basic", "contact"])
        draft = (
            self.env["insurance.impact.assessment"]
            .with_user(self.compliance)
            .with_context(**context)
            .create({})
        )
        with self.assertRaises(Refused) as refusal:
            self._approve(agreement)
        self.assertEqual(refusal.exception.args[1]["res_id"], draft.id)

    def test_wider_agreement_with_the_same_recipient_is_assessed_anew(self):
        self._agreement()
        self._agreement()
        wider = self._waiting_agreement(slice_claims=True)
        with self.assertRaisesRegex(Refused, "Claims"):
            self._approve(wider)

    def test_another_role_is_another_assessment(self):
        self._agreement()
        with self.assertRaises(Refused):
            self._approve(self._waiting_agreement(role="processor"))

    def test_withdrawn_refused_late_and_negative_ones_open_nothing(self):
        agreement = self._waiting_agreement()
        one = self._assess(agreement)
        one.write({"state": "withdrawn", "state_reason": "x"})
        self._assess(agreement, conclusion="no")
        with self.assertRaises(Refused):
            self._approve(agreement)
        open_measure = [Command.create({"name": "Encrypt", "evidence": "E-1"})]
        measured = self._assess(
            agreement, conclusion="measures", measure_ids=open_measure
        )
        with self.assertRaises(Refused):
            self._approve(agreement)
        measured.measure_ids.action_done()
        self._approve(agreement)

    def test_assessment_of_another_company_does_not_count(self):
        agreement = self._waiting_agreement()
        other = self.env["res.company"].create({"name": "Other insurer"})
        self.compliance.company_ids |= other
        self.compliance2.company_ids |= other
        self._assess(agreement, company_id=other.id)
        with self.assertRaises(Refused):
            self._approve(agreement)

    def test_client_s_wish_rests_on_the_assessment_of_that_way(self):
        share = self._share()
        share.action_submit()
        shipped = self.env["insurance.impact.assessment"].search(
            [("subject", "=", "share_policy:client_authorised")]
        )
        shipped.with_user(self.compliance).write(
            {"state": "withdrawn", "state_reason": "x"}
        )
        with self.assertRaises(Refused):
            share.with_user(self.supervisor).action_approve()

    def test_rules_of_sharing_become_stricter_at_once_and_wider_after_it(self):
        policy = self.env["insurance.share.policy"]._of("cooperation")
        policy = policy.with_user(self.insurance_admin).sudo(False)
        policy.max_days = 10
        with self.assertRaises(Refused):
            policy.max_days = 11
        with self.assertRaises(Refused):
            policy.approver = "supervisor"
        internal = self.env["insurance.share.policy"]._of("internal")
        with self.assertRaises(Refused):
            internal.with_user(self.insurance_admin).sudo(False).needs_review = False
        [use] = policy._uses_when_live()
        wide = [*(use.parts - {"max_days:10"}), "max_days:60"]
        self._assess(policy, parts=wide)
        policy.max_days = 60
        with self.assertRaises(Refused):
            policy.max_days = 61

    # --- purposes, kinds of data, notices

    def _purpose(self, **values):
        return (
            self.env["insurance.processing"]
            .with_user(self.compliance)
            .create(
                {"code": "research", "name": "Research", "kind": "separate", **values}
            )
        )

    def _category(self, code):
        return self.env.ref(f"insurance_compliance.data_category_{code}")

    def test_harmless_purpose_needs_none(self):
        purpose = self._purpose(category_ids=[(6, 0, self._category("basic").ids)])
        self.assertEqual(purpose._uses_when_live(), [])
        self.assertEqual(purpose.action_assess_impact()["type"], "ir.actions.client")

    def test_sensitive_automated_or_giving_purposes_do(self):
        health = [(6, 0, self._category("health").ids)]
        for values in (
            {"category_ids": health},
            {"automated": True},
            {"per_recipient": True},
        ):
            with self.subTest(values), self.assertRaises(Refused):
                self._purpose(**values)
        purpose = self._purpose(category_ids=health, active=False)
        with self.assertRaises(Refused):
            purpose.action_unarchive()
        self._assess(purpose)
        purpose.action_unarchive()

    def test_purpose_in_use_takes_no_more_data_and_loses_no_mark(self):
        purpose = self.env["insurance.processing"]._of_code("health")
        purpose = purpose.with_user(self.compliance).sudo(False)
        with self.assertRaises(Refused):
            purpose.category_ids |= self._category("financial")
        marked = self.env["insurance.processing"]._of_code("profiling")
        with self.assertRaisesRegex(UserError, "in use"):
            marked.with_user(self.compliance).sudo(False).automated = False

    def test_kind_of_data_in_use_stays_sensitive_and_becomes_so_after_it(self):
        with self.assertRaisesRegex(UserError, "for sensitive"):
            self._category("health").with_user(self.compliance).sensitive = False
        self._purpose(
            category_ids=[(6, 0, self._category("claims").ids)], kind="separate"
        )
        with self.assertRaises(Refused):
            self._category("claims").with_user(self.compliance).sensitive = True

    def test_notice_tells_of_nothing_unassessed(self):
        notice = self.env.ref("insurance_compliance.notice_clients_1")
        draft = notice.with_user(self.compliance).copy({"code": "another"})
        draft.line_ids[:1].category_ids |= self._category("health")
        line = draft.line_ids.filtered(lambda one: one.processing_id.code == "health")
        line.category_ids |= self._category("financial")
        with self.assertRaises(Refused):
            draft.with_user(self.compliance2).action_approve_substance()

    # --- sealed fields

    def test_five_sealed_fields_are_assessed(self):
        fields_ = self.env["insurance.sealed.field"].search([])
        self.assertEqual(fields_.filtered(lambda one: not one.assessed), fields_[:0])
        self.assertIn("insurance.archive.health_notice", fields_.mapped("path"))

    def test_sealed_field_without_assessment_takes_no_value_and_gives_its_own_up(self):
        shipped = self.env.ref("insurance_compliance.impact_shipped_sealed")
        shipped.with_user(self.compliance).write(
            {"state": "withdrawn", "state_reason": "x"}
        )
        archive = self.archive
        with self.assertRaisesRegex(Refused, "Bank account"):
            archive.bank_account = "6222021001112233445"
        self.assertTrue(archive.bank_account)
        archive.bank_account = False
        self.assertFalse(archive.bank_account)
        record = self.env["insurance.sealed.field"].search(
            [("path", "=", "insurance.archive.bank_account")]
        )
        self.assertFalse(record.assessed)
        self._assess(record)
        record.invalidate_recordset()
        self.assertTrue(record.assessed)
        archive.bank_account = "6222021001112233445"
        with self.assertRaises(Refused):
            archive.id_number = "440524188001010014"

    def test_asking_for_sealed_fields_costs_no_query_each_time(self):
        model = self.env["insurance.sealed.field"]
        field = self.env["insurance.archive"]._fields["bank_account"]
        model._check_field(field)
        with self.assertQueryCount(0):
            model._check_field(field)

    # --- scorecards

    def _scorecard(self, code):
        feature = self.env["insurance.score.feature"].search([("code", "=", code)])
        segment = self.env["insurance.client.segment"].search(
            [("dimension", "=", "value_tier")], limit=1
        )
        option = feature.option_ids[:1]
        test = {"feature_id": feature.id, "missing": False}
        test |= {"option_ids": [(6, 0, option.ids)]} if option else {"low": "1"}
        return self.env["insurance.scorecard"].create(
            {
                "name": "Try",
                "dimension": "value_tier",
                "rule_ids": [
                    Command.create(
                        {
                            "name": "Rule",
                            "segment_id": segment.id,
                            "condition_ids": [Command.create(test)],
                        }
                    )
                ],
                "level_ids": [
                    Command.create({"threshold": 0, "segment_id": segment.id})
                ],
            }
        )

    def test_scorecard_with_assessed_figures_goes_in_force(self):
        card = self._scorecard("premium_12m")
        card.state = "approved"
        card.state = "active"

    def test_scorecard_with_another_figure_waits_for_its_assessment(self):
        card = self._scorecard("health_grade")
        editor = self._user("segment_editor")
        with self.assertRaises(Refused) as refusal:
            card.with_user(editor).state = "approved"
        action = refusal.exception.args[1]
        self.assertEqual(action["res_model"], "insurance.impact.assessment")
        one = self._assess(card)
        card.with_user(editor).state = "approved"
        one.write({"state": "withdrawn", "state_reason": "x"})
        with self.assertRaises(Refused):
            card.with_user(editor).state = "active"
        # the scheduled action leaves it, and does not fall over it
        with self.assertLogs("odoo.addons.insurance_client_archive", "WARNING"):
            self.env["insurance.scorecard"]._cron_take_over()
        self.assertEqual(card.state, "approved")

    def test_method_of_learning_is_assessed_before_a_proposal_is_adopted(self):
        proposal = self.env["insurance.learned.proposal"].create({"method": "tree"})
        proposal._check_may_go_live()
        shipped = self.env.ref("insurance_compliance.impact_shipped_learned")
        shipped.with_user(self.compliance).write(
            {"state": "withdrawn", "state_reason": "x"}
        )
        with self.assertRaises(Refused):
            proposal._check_may_go_live()

    # --- nobody writes it by hand

    def test_subject_among_several_counts_and_a_part_of_a_name_does_not(self):
        agreement = self._waiting_agreement()
        [use] = agreement._uses_when_live()
        model = self.env["insurance.impact.assessment"].with_user(self.compliance)
        for subject in (f"{use.subject}0", "recipient:%", f"x{use.subject}"):
            values = {"kind": use.kind, "subject": subject, "parts": list(use.parts)}
            one = model.create(assessment_values(**values))
            one.state = "submitted"
            one.with_user(self.compliance2).state = "approved"
        with self.assertRaises(Refused):
            self._approve(agreement)
        self._assess(agreement, subject=f"other {use.subject}")
        self._approve(agreement)

    def test_limits_are_covered_by_higher_ones(self):
        self.assertEqual(uncovered({"max_days:30"}, ["max_days:60"]), [])
        self.assertEqual(uncovered({"max_days:61"}, ["max_days:60"]), ["max_days:61"])
        self.assertEqual(uncovered({"a", "b"}, ["b"]), ["a"])

    def test_review_date_reached_closes_the_gate_for_what_is_new(self):
        agreement = self._waiting_agreement()
        one = self._assess(agreement)
        self.env.flush_all()
        self.sql(
            "UPDATE insurance_impact_assessment SET review_date = %s WHERE id = %s",
            fields.Date.subtract(fields.Date.today(), days=1),
            one.id,
        )
        with self.assertRaises(Refused):
            self._approve(agreement)
