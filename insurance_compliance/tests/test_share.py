from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_share import ShareCase


@tagged("post_install", "-at_install")
class TestShare(ShareCase):
    """Nobody shares alone, and nothing without a right that holds at the moment."""

    def test_share_is_approved_by_somebody_else_and_delivered(self):
        share = self._delivered()
        self.assertRecordValues(
            share,
            [
                {
                    "state": "delivered",
                    "requester_id": self.agent.id,
                    "approver_id": self.supervisor.id,
                    "live": True,
                    "slices": "Basic, Contact",
                }
            ],
        )
        self.assertEqual(
            share.event_ids.sorted("id").mapped("event"),
            ["submitted", "approved", "delivered"],
        )
        for use in (("approve", "done"), ("share", "done")):
            self.assertIn(use, self.actions())

    def test_nobody_approves_own_shares(self):
        share = self._share(user=self.supervisor)
        share.action_submit()
        for step in ("approved", "refused"):
            with self.assertRaisesRegex(AccessError, "Somebody else decides"):
                share.write({"state": step, "state_reason": "x"})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_only_the_role_for_the_kind_decides(self):
        share = self._share()
        share.action_submit()
        for user in (self.compliance, self.manager):
            with self.assertRaises(AccessError):
                share.with_user(user).action_approve()
        cooperation = self._share(kind="cooperation", agreement_id=self._agreement().id)
        cooperation.action_submit()
        with self.assertRaisesRegex(AccessError, "doesn't decide"):
            cooperation.with_user(self.supervisor).action_approve()
        cooperation.with_user(self.compliance).action_approve()
        self.assertEqual(cooperation.state, "approved")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_outsiders_see_and_make_no_share(self):
        share = self._delivered()
        for user in (self.agent2, self.accountant, self.recipient, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                share.with_user(user).read(["number"])
        with self.assertRaises(AccessError):
            self._share(user=self.agent2)

    def test_stamps_of_the_steps_can_not_be_written(self):
        share = self._share(approver_id=self.supervisor.id, download_count=-5)
        self.assertFalse(share.approver_id)
        self.assertEqual(share.download_count, 0)
        self.assertFalse(
            self._share_with_defaults(
                default_delivered_on="2026-01-01 00:00:00"
            ).delivered_on
        )
        for values in (
            {"approver_id": self.supervisor.id},
            {"download_count": -10},
            {"date_to": "2099-01-01 00:00:00", "undertaken_on": "2026-01-01 00:00:00"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                share.write(values)

    def _share_with_defaults(self, **defaults):
        values = self._share().copy_data()[0]
        shares = self.env["insurance.share"].with_user(self.agent)
        return shares.with_context(**defaults).create(values)

    def test_content_stays_as_it_was_submitted(self):
        share = self._share()
        share.action_submit()
        with self.assertRaisesRegex(UserError, "Take it back"):
            share.part_ids = self._parts("health_notice")
        with self.assertRaisesRegex(AccessError, "Only the person who shares"):
            share.with_user(self.supervisor).part_ids = self._parts("health_notice")
        digest = share.content_digest
        share.state = "draft"
        share.part_ids = self._parts("identity")
        share.action_submit()
        self.assertNotEqual(share.content_digest, digest)

    def test_refusal_needs_a_reason_and_stays(self):
        share = self._share()
        share.action_submit()
        decided = share.with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "Say why"):
            decided.state = "refused"
        decided.write({"state": "refused", "state_reason": "Too much"})
        with self.assertRaises(UserError):
            share.unlink()
        self.assertIn(("approve", "denied"), self.actions())

    def test_without_consent_for_this_recipient_nothing_is_shared(self):
        other = self.env["res.partner"].create({"name": "Other Re"})
        for consent in (
            self.env["insurance.consent"],
            self._consent(self.archive, other),
            self._consent(self._archive(name="王芳"), self.insurer),
        ):
            share = self._share(consent_ids=[(6, 0, consent.ids)])
            with self.assertRaisesRegex(UserError, "no valid separate consent"):
                share.action_submit()

    def test_consent_is_asked_anew_at_approval_and_delivery(self):
        for step in ("approve", "deliver"):
            consent = self._consent(self.archive, self.insurer)
            share = self._share(consent_ids=[(6, 0, consent.ids)])
            share.action_submit()
            if step == "deliver":
                share.with_user(self.supervisor).action_approve()
            self._forget_consent(consent)
            with self.subTest(step), self.assertRaisesRegex(UserError, "consent"):
                if step == "approve":
                    share.with_user(self.supervisor).action_approve()
                else:
                    share.action_deliver()

    def test_withdrawn_consent_ends_its_shares(self):
        consent = self._consent(self.archive, self.insurer)
        dying = self._delivered(consent_ids=[(6, 0, consent.ids)])
        waiting = self._share(consent_ids=[(6, 0, consent.ids)])
        waiting.action_submit()
        other = self._delivered(**self._for_somebody_else())
        self._withdraw(consent)
        self.assertRecordValues(
            dying | waiting | other,
            [
                {"state": "ended", "end_reason": "consent"},
                {"state": "ended", "end_reason": "consent"},
                {"state": "delivered", "end_reason": False},
            ],
        )

    def test_necessary_sharing_names_its_article(self):
        agreement = self._agreement()
        share = self._share(
            kind="cooperation",
            agreement_id=agreement.id,
            basis="contract",
            consent_ids=[],
        )
        with self.assertRaisesRegex(UserError, "Name the law"):
            share.action_submit()
        share.basis_article = "Insurance Law, art. 28"
        share.action_submit()
        self.assertEqual(share.state, "submitted")
        share = self._share(basis="contract", basis_article="x")
        with self.assertRaisesRegex(UserError, "client's consent"):
            share.action_submit()

    def test_packet_ends_in_time_and_is_small(self):
        now = fields.Datetime.now()
        all_parts = self.env["insurance.share.part"].search([]).mapped("code")
        for values, words in (
            ({"parts": ()}, "Choose what"),
            ({"parts": all_parts}, "at most"),
            ({"date_to": fields.Datetime.add(now, minutes=-1)}, "in the future"),
            ({"date_to": fields.Datetime.add(now, days=400)}, "within"),
            ({"download_limit": 100}, "At most"),
            ({"recipient_user_id": self.stranger.id}, "portal login"),
            ({"recipient_user_id": self.manager.id}, "portal login"),
            ({"recipient_user_id": False}, "Choose the login"),
        ):
            share = self._share(**values)
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                share.action_submit()

    def test_nobody_shares_what_is_closed_to_the_sharer(self):
        share = self._share(
            parts=("identity", "health_notice"),
            kind="cooperation",
            agreement_id=self._agreement(slice_health=True).id,
            basis="legal_duty",
            basis_article="Insurance Law, art. 28",
            consent_ids=[],
        )
        with self.assertRaisesRegex(AccessError, "Health"):
            share.action_submit()
        parts = share.part_ids.ids
        share.part_ids = self._parts("identity")
        with self.assertRaisesRegex(AccessError, "Health"):
            # together with the step, that is
            share.write({"state": "submitted", "part_ids": [(6, 0, parts)]})
        self.assertEqual(share.state, "draft")
        now = fields.Datetime.now()
        self.env["insurance.access.grant"]._issue(
            self.agent,
            ["health"],
            self.claim,
            now,
            fields.Datetime.add(now, days=1),
            archives=self.archive,
        )
        self.sql(
            "UPDATE insurance_access_grant SET date_from = date_from"
            " - interval '1 minute'"
        )
        share.action_submit()
        self.assertEqual(share.state, "submitted")

    def test_recipient_abroad_is_refused_unless_allowed(self):
        self.insurer.country_id = self.env.ref("base.fr")
        share = self._share()
        with self.assertRaisesRegex(UserError, "outside mainland China"):
            share.action_submit()
        self.parameter("share_foreign_allowed", "true")
        share.action_submit()
        self.assertEqual(share.state, "submitted")

    def _run_out(self, share):
        self.sql(
            "UPDATE insurance_share SET date_to = now() AT TIME ZONE 'UTC'"
            " - interval '1 second' WHERE id = %s",
            share.id,
        )

    def _night(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "insurance_compliance.ir_cron_end_shares"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_recall_and_expiry_close_at_once(self):
        share = self._delivered()
        self._run_out(share)
        self.assertFalse(share.live)
        self.assertNotIn(
            share, self.env["insurance.share"].search([("live", "=", True)])
        )
        self._night()
        self.assertRecordValues(share, [{"state": "ended", "end_reason": "expired"}])
        share = self._delivered()
        share.with_user(self.supervisor).write(
            {"state": "ended", "state_reason": "Wrong recipient"}
        )
        self.assertEqual(share.end_reason, "recalled")

    def test_closed_archive_ends_its_shares(self):
        share = self._delivered()
        self.env["insurance.share"]._end_for(self.archive, "Restricted")
        self.assertRecordValues(
            share, [{"state": "ended", "state_reason": "Restricted"}]
        )

    def test_colleague_gets_a_grant_instead_of_a_copy(self):
        share = self._share(
            kind="internal",
            recipient_id=False,
            recipient_user_id=self.agent2.id,
            basis="contract",
            basis_article="PIPL 13(2)",
            consent_ids=[],
        )
        share.action_submit()
        with self.assertRaisesRegex(UserError, "compliance officer reviews"):
            share.with_user(self.supervisor).action_approve()
        share.with_user(self.compliance).action_review()
        share.with_user(self.supervisor).action_approve()
        self.assertEqual(share.state, "delivered")
        self.assertEqual(share.grant_id.sudo().user_id, self.agent2)
        self.assertTrue(self.archive.with_user(self.agent2).has_access("read"))
        self._run_out(share)
        self._night()
        self.assertEqual(share.end_reason, "expired")
        self.assertEqual(share.grant_id.sudo().state, "revoked")
        self.assertFalse(self.archive.with_user(self.agent2).has_access("read"))

    def test_history_can_not_be_changed_or_deleted(self):
        event = self._delivered().event_ids[:1]
        with self.assertRaises(UserError):
            event.sudo().note = "x"
        with self.assertRaises(UserError):
            event.sudo().unlink()
