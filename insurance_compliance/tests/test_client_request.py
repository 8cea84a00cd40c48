import json

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.tests.common_vault import (
    ACCOUNT,
    CANARIES,
    HEALTH,
)

from .. import person
from ..client_copy import LEFT_OUT, copied_models
from .common_consent import SIGNATURE, ConsentCase

REQUEST = "insurance.client.request"


class RequestCase(ConsentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # tests act for several persons in one transaction
        cls.classPatch(person, "is_person", lambda env: not env.su)
        cls.officer2 = cls._user("officer2", role="compliance")

    def _asked(self, kind="copy", user=None, **values):
        return (
            self.env[REQUEST]
            .with_user(user or self.agent)
            .create({"archive_id": self.archive.id, "kind": kind, **values})
        )

    def _identified(self, kind="copy", **values):
        asked = self._asked(kind, identity_method="card", **values)
        asked.action_identify()
        return asked

    def _answered(self, kind="copy", **values):
        asked = self._identified(kind, **values).with_user(self.compliance)
        asked.answer = "Here it is."
        asked.action_answer()
        return asked

    def _restricted(self, kind="deletion"):
        asked = self._identified(kind).with_user(self.compliance)
        asked.answer = "Restricted until the law lets us destroy it."
        asked.action_propose()
        asked.with_user(self.department_head).action_second()
        return asked


@tagged("post_install", "-at_install")
class TestClientRequest(RequestCase):
    """Requests are identified, answered with reasons and in time (PIPL 50)."""

    def test_clock_runs_from_receipt_and_is_extended_once_with_a_reason(self):
        asked = self._asked().with_user(self.compliance)
        today = fields.Date.today()
        self.assertEqual(asked.deadline, fields.Date.add(today, days=30))
        with self.assertRaisesRegex(UserError, "why more time"):
            asked.action_extend()
        asked.extension_reason = "Papers are in another city"
        asked.action_extend()
        self.assertEqual(asked.deadline, fields.Date.add(today, days=60))
        with self.assertRaisesRegex(UserError, "once"):
            asked.action_extend()

    def test_refusal_needs_reasons(self):
        asked = self._identified().with_user(self.compliance)
        with self.assertRaisesRegex(UserError, "reasons"):
            asked.action_refuse()
        asked.answer = "Not the right person."
        asked.action_refuse()
        self.assertEqual(asked.state, "refused")
        self.assertEqual(asked.decided_by_id, self.compliance)

    def test_nobody_is_answered_whose_identity_is_not_checked(self):
        asked = self._asked()
        with self.assertRaisesRegex(UserError, "identity"):
            asked.action_identify()
        asked.with_user(self.compliance).answer = "Here"
        with self.assertRaisesRegex(UserError, "can't become"):
            asked.with_user(self.compliance).action_answer()
        with self.assertRaisesRegex(UserError, "portal"):
            self._asked(identity_method="portal").action_identify()

    def test_somebody_else_proves_the_right_to_ask(self):
        with self.assertRaises(ValidationError):
            self._asked(requester="relative", requester_name="李明")
        asked = self._asked(
            requester="agent",
            requester_name="李明",
            proof="Power of attorney of 3 May",
            identity_method="card",
        )
        with self.assertRaisesRegex(UserError, "power of attorney"):
            asked.action_identify()

    def test_forged_steps_are_refused(self):
        asked = self._asked()
        officer = asked.with_user(self.compliance)
        for attempt in (
            lambda: asked.write({"answer": "x"}),
            lambda: officer.write({"received_on": "2020-01-01"}),
            lambda: officer.write({"identity_checked_by_id": self.agent.id}),
            lambda: officer.write({"state": "answered"}),
            lambda: officer.write({"portal_user_id": self.compliance.id}),
            lambda: officer.write({"lifted_on": fields.Datetime.now()}),
            lambda: officer.unlink(),
            lambda: self._asked(answered_on="2020-01-01"),
            lambda: self._asked(channel="portal"),
            lambda: self._asked(state="answered"),
            lambda: self._asked(user=self.agent2),
            lambda: self._asked(received_on="2099-01-01"),
            lambda: asked.with_user(self.agent2).action_identify(),
            lambda: asked.action_answer(),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_what_a_step_was_based_on_stays(self):
        officer = self._asked(description="All of it").with_user(self.compliance)
        with self.assertRaisesRegex(UserError, "stays as it came in"):
            officer.description = "Nothing"
        officer.write({"identity_method": "card", "extension_reason": "Moving"})
        officer.action_extend()
        officer.action_identify()
        for values in ({"identity_method": "callback"}, {"extension_reason": "x"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "already"):
                officer.write(values)

    def test_who_has_handled_it_does_not_step_aside_to_decide(self):
        officer2 = self.officer2
        asked = self._identified("deletion").with_user(self.compliance)
        asked.write({"answer": "Yes", "handler_id": officer2.id})
        asked.action_propose()
        with self.assertRaisesRegex(UserError, "who has handled it stays"):
            asked.with_user(officer2).handler_id = self.compliance
        with self.assertRaisesRegex(AccessError, "not handled"):
            asked.with_user(officer2).action_second()

    def test_compliance_takes_down_what_a_contact_asks(self):
        asked = (
            self.env[REQUEST]
            .with_user(self.compliance)
            .create({"partner_id": self.partner.id, "kind": "copy"})
        )
        self.assertEqual(asked.archive_id, self.archive)
        with self.assertRaisesRegex(UserError, "no archive"):
            asked.create({"partner_id": self.accountant.partner_id.id, "kind": "copy"})
        with self.assertRaises(UserError):
            asked.with_user(self.agent2).create(
                {"partner_id": self.partner.id, "kind": "copy"}
            )

    def test_compliance_is_reminded_of_what_falls_due(self):
        long_ago = fields.Date.subtract(fields.Date.today(), days=29)
        self._asked(received_on=long_ago)
        self.env["mail.activity"].search([]).unlink()
        self._run_cron("client_request_remind")
        kind = self.env.ref("insurance_compliance.mail_activity_type_client_right")
        activity = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", kind.id),
                ("user_id", "=", self.compliance.id),
            ]
        )
        self.assertTrue(activity)
        self.assertFalse(activity.res_model)

    def test_copy_holds_everything_through_the_door(self):
        self._give("health", evidence="signature", signature=SIGNATURE, reference=False)
        policy = self._policy()
        asked = self._answered(delivery="person")
        self.uses.clear()
        copy = json.loads(asked._hand_over("json"))
        for value in (ACCOUNT, HEALTH, SIGNATURE, policy.number, self.archive.phone):
            self.assertIn(value, json.dumps(copy, ensure_ascii=False))
        self.assertIn("insurance.policy", copy["records"])
        self.assertIn("insurance.consent", copy["records"])
        actions = [use["action"] for use in self.uses]
        self.assertEqual(actions[0], "export")
        self.assertIn("reveal", actions)
        self.assertTrue(asked.delivered_on)

    def test_copy_is_kept_nowhere(self):
        before = self.env["ir.attachment"].search_count([])
        asked = self._answered(delivery="person")
        pdf = asked._hand_over("pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL("SELECT row_to_json(r)::text FROM insurance_client_request r")
        )
        for canary in CANARIES:
            self.assertNotIn(canary, str(rows))

    def test_copy_leaves_out_traps_and_keys_and_nothing_else(self):
        known = set(copied_models(self.env))
        for name in (
            "insurance.policy",
            "insurance.claim",
            "insurance.interaction",
            "insurance.related.person",
            "insurance.document",
            "insurance.feedback",
            "insurance.change",
            "insurance.consent",
            "insurance.client.class",
            REQUEST,
        ):
            self.assertIn(name, known)
        hanging = {
            name
            for name in self.env.registry
            if (field := self.env[name]._fields.get("archive_id")) is not None
            and field.comodel_name == "insurance.archive"
            and field.store
            and not self.env[name]._abstract
            and not self.env[name]._transient
        }
        self.assertEqual(hanging - known, hanging & LEFT_OUT)

    def test_copy_tells_nothing_of_an_incident_before_its_letter(self):
        incident = self.env["insurance.incident"].create(
            {"title": "Copied by a colleague", "severity": "high"}
        )
        of_archive = {"incident_id": incident.id, "archive_id": self.archive.id}
        line = self.env["insurance.incident.archive"].create(
            {**of_archive, "reason": "Seen on her desk"}
        )
        letter = self.env["insurance.incident.letter"].create(
            {**of_archive, "line_id": line.id}
        )
        asked = self._answered(delivery="person")
        before = asked._hand_over("json").decode()
        self.assertNotIn("insurance.incident", before)
        self.assertNotIn(incident.name, before)
        letter.write({"state": "printed", "told_on": fields.Datetime.now()})
        copy = json.loads(asked._hand_over("json"))
        self.assertEqual(len(copy["records"]["insurance.incident.letter"]["rows"]), 1)
        self.assertNotIn("Seen on her desk", json.dumps(copy))

    def test_explanation_holds_reasons_and_no_other_data(self):
        self._give("profiling")
        asked = self._answered("explanation", delivery="person")
        copy = json.loads(asked._hand_over("json"))
        self.assertTrue(any(one["factors"] for one in copy["explanation"]))
        self.assertNotIn("records", copy)

    def test_copy_is_handed_over_by_its_officer_alone(self):
        asked = self._answered(delivery="person")
        for user in (self.agent, self.officer2, self.supervisor):
            with self.assertRaises(AccessError):
                asked.with_user(user)._hand_over("json")
        waiting = self._identified("access", delivery="person")
        waiting.with_user(self.compliance).handler_id = self.compliance
        with self.assertRaisesRegex(UserError, "Answer the request"):
            waiting.with_user(self.compliance)._hand_over("json")
