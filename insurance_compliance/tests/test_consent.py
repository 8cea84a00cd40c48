from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.insurance_consent_life import InsuranceConsent as Life
from .common_consent import SIGNATURE, ConsentCase


@tagged("post_install", "-at_install")
class TestConsent(ConsentCase):
    """What a client has said is taken down once, proved, and never edited."""

    def _line(self, ask, code):
        return ask.line_ids.filtered(lambda line: line.processing_id.code == code)

    def test_client_signs_on_the_screen_and_each_tick_is_a_consent(self):
        ask = self._ask(signature=SIGNATURE)
        self.assertFalse(any(line._is_answered() for line in ask.line_ids))
        self._line(ask, "health").agreed = True
        self._line(ask, "marketing").refused = True
        ask.action_confirm()
        self.assertRecordValues(
            self.archive.consent_ids.sorted("id"),
            [
                {
                    "state": "given",
                    "kind": "separate",
                    "basis": "consent",
                    "notice_id": self.notice.id,
                },
                {
                    "state": "refused",
                    "kind": "general",
                    "basis": "consent",
                    "notice_id": self.notice.id,
                },
            ],
        )
        evidence = self.archive.consent_ids.evidence_id
        self.assertEqual(len(evidence), 1)
        self.assertEqual(evidence.user_id, self.agent)
        self.assertTrue(evidence.signature.startswith("•"))

    def test_signature_lies_nowhere_in_the_clear(self):
        ask = self._ask(signature=SIGNATURE)
        self._line(ask, "health").agreed = True
        ask.action_confirm()
        self.env.flush_all()
        for table in ("insurance_consent_ask", "insurance_consent_evidence"):
            rows = self.env.execute_query(
                SQL("SELECT row_to_json(t)::text FROM %s t", SQL.identifier(table))
            )
            self.assertNotIn(SIGNATURE[:40], str(rows))
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "like", "insurance.consent")]
            )
        )
        self.assertFalse(ask.signature)

    def test_evidence_is_verified_and_a_change_is_found(self):
        consent = self._give(
            "health", evidence="signature", signature=SIGNATURE, reference=False
        )
        self.assertTrue(consent._is_genuine())
        self.env.flush_all()
        for statement in (
            "ALTER TABLE insurance_consent DISABLE TRIGGER insurance_consent_guard",
            "UPDATE insurance_consent SET decided_on = decided_on - interval '1 day'",
        ):
            self.env.cr.execute(statement)
        self.env.invalidate_all()
        self.assertFalse(consent._is_genuine())

    def test_other_signature_under_the_same_consent_is_found(self):
        consent = self._give(
            "health", evidence="signature", signature=SIGNATURE, reference=False
        )
        evidence = consent.evidence_id.sudo()
        [cell] = evidence._sealed_cells().values()
        cell = cell._replace(slot=f"{cell.slot}signature")
        evidence._sealed_put({cell: SIGNATURE.replace("A", "B", 1).encode()})
        self.env.invalidate_all()
        self.assertFalse(consent._is_genuine())

    @mute_logger("odoo.sql_db")
    def test_database_refuses_to_change_or_delete_what_was_said(self):
        consent = self._give("health")
        self.env.flush_all()
        for statement in (
            "UPDATE insurance_consent SET given_on = now() WHERE id = %s",
            "DELETE FROM insurance_consent WHERE id = %s",
        ):
            with (
                self.assertRaisesRegex(Exception, "neither changed nor deleted"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [consent.id])

    def test_nobody_writes_consents_by_hand(self):
        consent = self._give("health")
        for user in (self.agent, self.supervisor, self.compliance):
            mine = consent.with_user(user)
            for attempt in (
                lambda mine=mine: mine.write({"given_on": fields.Datetime.now()}),
                lambda mine=mine: mine.write({"state": "refused"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.evidence_id.write({"giver_name": "x"}),
                lambda mine=mine: mine.copy(),
                lambda mine=mine: mine.create(
                    {
                        "archive_id": self.archive.id,
                        "processing_id": self._purpose("profiling").id,
                        "given_on": "2020-01-01",
                    }
                ),
            ):
                with self.assertRaises(UserError):
                    attempt()
        with self.assertRaises(UserError):
            consent.sudo().write({"given_on": fields.Datetime.now()})
        with self.assertRaises(UserError):
            consent.sudo().unlink()

    def test_other_agents_see_and_take_down_nothing(self):
        consent = self._give("health")
        self.assertFalse(
            self.Consent.with_user(self.agent2).search(
                [("archive_id", "=", self.archive.id)]
            )
        )
        with self.assertRaises(AccessError):
            self._ask(self.agent2)
        with self.assertRaises(AccessError):
            consent.with_user(self.agent2).action_withdraw()
        wizard = self.env["insurance.consent.withdraw"].with_user(self.agent2)
        with self.assertRaises(AccessError):
            wizard.create({"consent_ids": [(6, 0, consent.ids)]}).action_confirm()

    def test_unsigned_answers_are_refused(self):
        ask = self._ask()
        self._line(ask, "health").agreed = True
        with self.assertRaisesRegex(UserError, "sign on the screen"):
            ask.action_confirm()
        ask.signature = "bm8gcGljdHVyZQ=="
        with self.assertRaisesRegex(UserError, "can't be read"):
            ask.action_confirm()
        ask.evidence = "recording"
        with self.assertRaisesRegex(UserError, "number of the recording"):
            ask.action_confirm()

    def test_nothing_ticked_is_no_answer(self):
        with self.assertRaisesRegex(UserError, "at least one"):
            self._ask(signature=SIGNATURE).action_confirm()

    def test_refusal_rests_unless_the_client_brings_it_up(self):
        self._give("marketing", given=False)
        with self.assertRaisesRegex(UserError, "Don't ask again"):
            self._give("marketing", given=False)
        ask = self._ask(evidence="recording", reference="R-2")
        line = self._line(ask, "marketing")
        self.assertTrue(line.not_before)
        line.agreed = line.own_wish = True
        ask.action_confirm()
        self.assertTrue(self.archive._has_consent("general", purpose="marketing"))

    def test_purpose_outside_the_notice_is_refused(self):
        purpose = self.env["insurance.processing"].create(
            {"code": "research", "name": "Research", "kind": "general"}
        )
        with self.assertRaisesRegex(UserError, "notice in force"):
            self._give(purpose.code)

    def test_consent_to_share_names_the_recipient(self):
        with self.assertRaisesRegex(UserError, "who receives"):
            self._give("sharing")
        partner, other = self.env["res.partner"].create([{"name": "P"}, {"name": "O"}])
        self._give("sharing", recipient=partner)
        archive = self.archive
        self.assertTrue(archive._has_consent("separate", partner, ["basic"], "sharing"))
        self.assertFalse(archive._has_consent("separate", other))
        self.assertFalse(archive._has_consent("separate", partner, ["health"]))
        self.assertFalse(archive._has_consent("written", partner))

    def test_new_answer_takes_the_place_of_the_old(self):
        old = self._give("profiling")
        new = self._give("profiling", given=False)
        self.assertEqual(old.state, "replaced")
        self.assertEqual(new.state, "refused")
        self.assertTrue(new.no_question_before)

    def test_withdrawal_says_who_how_and_ends_what_rests_on_it(self):
        consent = self._give("sharing", recipient=self.accountant.partner_id)
        ended = []
        with patch.object(
            Life, "_end_dependent", lambda consents, reason: ended.append(consents)
        ):
            wizard = self.env["insurance.consent.withdraw"].with_user(self.agent)
            wizard.create(
                {"consent_ids": [(6, 0, consent.ids)], "channel": "phone"}
            ).action_confirm()
        self.assertRecordValues(
            consent,
            [
                {
                    "state": "withdrawn",
                    "withdrawn_by_id": self.agent.id,
                    "withdrawn_channel": "phone",
                    "state_reason": "No reason given",
                }
            ],
        )
        self.assertEqual(ended[0].ids, consent.ids)
        self.assertTrue(consent.given_on)
        with self.assertRaisesRegex(UserError, "was given"):
            consent.with_user(self.agent).action_withdraw()

    def test_withdrawal_ends_grants_that_rest_on_it(self):
        consent = self._give("sharing", recipient=self.accountant.partner_id)
        now = fields.Datetime.now()
        grant = self.env["insurance.access.grant"]._issue(
            self.department,
            ["basic"],
            self.env.ref("insurance_client_archive.purpose_claim"),
            now,
            fields.Datetime.add(now, days=1),
            archives=self.archive,
            consent=consent,
        )
        self.env.flush_all()
        self.assertTrue(self.archive.with_user(self.department).has_access("read"))
        consent.with_user(self.agent)._withdraw("x", "phone")
        self.assertNotEqual(grant.state, "active")
        self.env.invalidate_all()
        self.assertFalse(self.archive.with_user(self.department).has_access("read"))

    def test_answers_of_one_talk_cost_few_queries(self):
        self._give("service", "profiling", "marketing")
        codes = ("health", "bank", "satisfaction", "matching")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            self._give(*codes)
            self.env.flush_all()
