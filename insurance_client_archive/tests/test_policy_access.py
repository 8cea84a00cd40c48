import contextlib

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ArchiveCase

MODELS = (
    "insurance.policy",
    "insurance.policy.insured",
    "insurance.policy.beneficiary",
    "insurance.claim",
    "insurance.claim.paper",
)


@tagged("post_install", "-at_install")
class TestPolicyAccess(ArchiveCase):
    """A policy and all under it open exactly when the client's archive does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["insurance.related.person"].create(
            {"archive_id": cls.archive.id, "name": "王芳", "relation": "spouse"}
        )
        cls.policy = cls._policy(
            number="SECRET-1",
            state="active",
            start_date="2025-01-01",
            renewable=True,
            insured_ids=[(0, 0, {}), (0, 0, {"name": "赵敏"})],
            beneficiary_ids=[(0, 0, {"related_person_id": cls.person.id})],
        )
        cls.claim = cls.env["insurance.claim"].create(
            {
                "policy_id": cls.policy.id,
                "kind": "medical",
                "event_date": "2025-06-01",
                "claimed_amount": 777,
                "paper_ids": [(0, 0, {"name": "Invoice"})],
            }
        )
        cls.records = {
            "insurance.policy": cls.policy,
            "insurance.policy.insured": cls.policy.insured_ids,
            "insurance.policy.beneficiary": cls.policy.beneficiary_ids,
            "insurance.claim": cls.claim,
            "insurance.claim.paper": cls.claim.paper_ids,
        }
        cls.mine = cls._archive(name="赵雷", agent_id=cls.agent2.id)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.env.invalidate_all()

    def test_agent_manager_and_supervisor_read_and_write(self):
        for user in self.agent | self.manager | self.supervisor:
            for records in self.records.values():
                with self.subTest(user=user.login, model=records._name):
                    records = records.with_user(user)
                    self.assertTrue(records.has_access("write"))
                    self.assertLessEqual(records, records.search([]))
                    self.assertTrue(records.read())

    def test_others_read_nothing(self):
        closed = (
            self.outsiders
            | self.department
            | self.archivist
            | self.compliance
            | self.env.ref("base.user_admin")
        )
        for user in closed:
            for records in self.records.values():
                with self.subTest(user=user.login, model=records._name):
                    records = records.with_user(user)
                    self.assertFalse(records.has_access("read"))
                    with self.assertRaises(AccessError):
                        records.read()

    def test_searches_and_figures_of_others_find_nothing(self):
        for user in self.agent2 | self.department:
            for model, records in self.records.items():
                Model = self.env[model].with_user(user)
                mine = [("id", "in", records.ids)]
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(Model.search(mine))
                    self.assertFalse(Model.name_search("SECRET"))
                    self.assertFalse(Model.name_search("张伟"))
                    self.assertFalse(
                        Model._read_group(mine, ["archive_id"], ["__count"])
                    )

    def test_department_writes_nothing(self):
        for model in MODELS:
            Model = self.env[model].with_user(self.department)
            for operation in ("create", "write", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(Model.has_access(operation))

    def test_related_persons_and_products_show_no_policies_to_others(self):
        product = self.policy.product_id
        self.assertEqual(product.with_user(self.agent).insurance_policy_count, 1)
        for user in self.agent2 | self.accountant | self.env.ref("base.user_admin"):
            with self.subTest(user=user.login):
                seen = product.with_user(user)
                self.assertEqual(seen.insurance_policy_count, 0)
                self.assertEqual(seen.sudo().insurance_policy_count, 0)
                self.assertTrue(seen.read(["name"]))

    def test_agents_read_products(self):
        for user in self.agent | self.department:
            product = self.policy.product_id.with_user(user)
            self.assertEqual(product.name, "Term life 20")
            self.assertTrue(product.insurance_category_id.display_name)

    def test_contact_counts_policies_for_the_agent_only(self):
        partner = self.partner.with_user(self.agent)
        self.assertEqual(partner.insurance_policy_count, 1)
        self.assertEqual(partner.insurance_claim_count, 1)
        for user in self.outsiders | self.env.ref("base.user_admin"):
            with self.subTest(user=user.login):
                partner = self.partner.with_user(user)
                values = partner.read(
                    ["insurance_policy_count", "insurance_claim_count"]
                )[0]
                self.assertEqual(values["insurance_policy_count"], 0)
                self.assertEqual(values["insurance_claim_count"], 0)
                self.assertEqual(partner.sudo().insurance_policy_count, 0)

    def test_contact_search_by_policies_is_no_oracle(self):
        question = [("insurance_archive_id.policy_ids.number", "=", "SECRET-1")]
        self.assertIn(
            self.partner, self.env["res.partner"].with_user(self.agent).search(question)
        )
        Partner = self.env["res.partner"].with_user(self.agent2)
        self.assertFalse(Partner.search(question))
        for user in self.accountant | self.insurance_admin:
            Partner = self.env["res.partner"].with_user(user)
            with self.subTest(user=user.login):
                with contextlib.suppress(AccessError):
                    self.assertFalse(Partner.search(question))

    def test_archivist_sees_an_archive_without_its_policies(self):
        self.archive._write_multi([{"state": "entered"}])
        self.archive.invalidate_recordset()
        archive = self.archive.with_user(self.archivist)
        self.assertTrue(archive.read(["number", "policy_count", "premium_in_force"]))
        self.assertEqual(archive.policy_count, 0)
        with self.assertRaises(AccessError):
            archive.read(["policy_ids"])

    def test_policy_cannot_be_entered_for_a_hidden_archive(self):
        Policy = self.env["insurance.policy"].with_user(self.agent2)
        values = {"archive_id": self.archive.id, "product_id": self._product().id}
        with self.assertRaises(AccessError):
            Policy.create(values)
        application = Policy.create({**values, "archive_id": self.mine.id})
        with self.assertRaises(AccessError):
            application.archive_id = self.archive

    def test_hidden_policy_is_not_renewed_or_changed(self):
        policy = self.policy.with_user(self.agent2)
        for call in (
            policy.action_renew,
            policy.with_context(target_state="lapsed").action_change_state,
            policy.action_open_claims,
        ):
            with self.subTest(call=call.__name__), self.assertRaises(AccessError):
                call()
                policy.check_access("read")

    def test_hidden_policy_is_no_predecessor(self):
        with self.assertRaisesRegex(ValidationError, "same policyholder"):
            self.env["insurance.policy"].with_user(self.agent2).create(
                {
                    "archive_id": self.mine.id,
                    "product_id": self.policy.product_id.id,
                    "previous_policy_id": self.policy.id,
                }
            )

    def _answer(self, model, values, spec):
        Model = self.env[model].with_user(self.agent2)
        return str(Model.onchange(values, list(values), spec))

    def test_onchange_tells_nothing_about_a_hidden_record(self):
        label = {"fields": {"display_name": {}}}
        person = {"person_kind": "related", "related_person_id": self.person.id}
        questions = (
            (
                "insurance.policy",
                {"archive_id": self.archive.id},
                {"archive_id": label, "partner_id": label, "agent_id": label},
            ),
            (
                "insurance.policy.insured",
                {"policy_id": self.policy.id},
                {
                    "policy_id": label,
                    "archive_id": label,
                    "partner_id": label,
                    "name": {},
                },
            ),
            (
                "insurance.policy.insured",
                person,
                {"related_person_id": label, "name": {}, "relation": {}},
            ),
            (
                "insurance.policy.beneficiary",
                {"policy_id": self.policy.id, "person_kind": "policyholder"},
                {"policy_id": label, "archive_id": label, "name": {}, "birth_date": {}},
            ),
            (
                "insurance.claim",
                {"policy_id": self.policy.id, "event_date": "2020-01-01"},
                {"policy_id": label, "partner_id": label, "warning": {}},
            ),
            (
                "insurance.claim.paper",
                {"claim_id": self.claim.id},
                {"claim_id": label, "archive_id": label, "partner_id": label},
            ),
        )
        told = ("张伟", "王芳", "SECRET", "spouse", "before the start", self.agent.name)
        for model, values, spec in questions:
            with self.subTest(model=model, values=values):
                answer = self._answer(model, values, spec)
                for word in (*told, self.claim.number):
                    self.assertNotIn(word, answer)

    def test_insured_line_of_a_new_policy_tells_no_client(self):
        answer = self._answer(
            "insurance.policy",
            {
                "archive_id": self.archive.id,
                "insured_ids": [[0, "new", {"person_kind": "policyholder"}]],
            },
            {
                "archive_id": {},
                "insured_ids": {"fields": {"name": {}, "person_kind": {}}},
            },
        )
        self.assertNotIn("张伟", answer)

    def test_labels_of_hidden_records_are_neutral(self):
        for records in self.records.values():
            records = records.with_context(
                show_policy_client=True, show_claim_client=True, show_client_name=True
            )
            for record in records.with_user(self.agent2).sudo():
                with self.subTest(model=record._name):
                    for word in ("张伟", "王芳", "赵敏", "SECRET", "Invoice"):
                        self.assertNotIn(word, record.display_name)

    def test_children_follow_a_handover(self):
        self.archive.with_user(self.supervisor).agent_id = self.agent2
        for records in self.records.values():
            self.assertTrue(records.with_user(self.agent2).has_access("write"))
            self.assertFalse(records.with_user(self.agent).has_access("read"))

    def test_list_of_80_policies_takes_few_queries(self):
        self.env["insurance.policy"].create(
            [
                {
                    "archive_id": self.archive.id,
                    "product_id": self.policy.product_id.id,
                    "number": f"L{number:03}",
                    "state": "active",
                    "start_date": "2025-01-01",
                    "premium": 100,
                    "insured_ids": [(0, 0, {})],
                }
                for number in range(80)
            ]
        )
        label = {"fields": {"display_name": {}}}
        spec = {
            "number": {},
            "partner_id": label,
            "product_id": label,
            "category_id": label,
            "currency_id": label,
            "annual_premium": {},
            "sum_insured": {},
            "next_premium_date": {},
            "renewal_date": {},
            "agent_id": label,
            "state": {},
        }
        Policy = self.env["insurance.policy"].with_user(self.agent)
        Policy.web_search_read([], spec, limit=80)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            found = Policy.web_search_read([], spec, limit=80)
        self.assertEqual(len(found["records"]), 80)

    def test_overview_of_80_clients_takes_few_queries(self):
        archives = (
            self.env["insurance.archive"]
            .create(
                [
                    {"name": f"客户{chr(0x4E00 + number)}", "agent_id": self.agent.id}
                    for number in range(80)
                ]
            )
            .with_user(self.agent)
        )
        names = ["policy_count", "premium_in_force", "claim_count"]
        archives.read(names)
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            archives.read(names)


@tagged("post_install", "-at_install")
class TestArchivePolicies(ArchiveCase):
    """What the archive says about its policies."""

    def test_figures_count_what_is_in_force(self):
        for state, premium in (
            ("active", 1000),
            ("active", 500),
            ("paid_up", 300),
            ("lapsed", 200),
            ("application", 100),
        ):
            self._policy(state=state, premium=premium)
        self.assertRecordValues(
            self.archive.with_user(self.agent),
            [
                {
                    "policy_count": 5,
                    "policy_in_force_count": 3,
                    "premium_in_force": 1500,
                }
            ],
        )

    def test_figures_follow_a_change(self):
        policy = self._policy(state="active", premium=1000)
        self.assertEqual(self.archive.premium_in_force, 1000)
        policy.premium = 1200
        self.assertEqual(self.archive.premium_in_force, 1200)
        policy.write({"state": "lapsed", "state_reason": "Unpaid"})
        self.assertEqual(self.archive.premium_in_force, 0)

    def test_buttons_open_what_they_count(self):
        policy = self._policy(state="active", start_date="2025-01-01")
        claim = self.env["insurance.claim"].create(
            {"policy_id": policy.id, "kind": "other"}
        )
        archive = self.archive.with_user(self.agent)
        for owner in (archive, self.partner.with_user(self.agent)):
            prefix = "insurance_" if owner._name == "res.partner" else ""
            for method, records in (
                (f"action_open_{prefix}policies", policy),
                (f"action_open_{prefix}claims", claim),
            ):
                action = getattr(owner, method)()
                found = self.env[action["res_model"]].search(action["domain"])
                self.assertEqual(found, records)
        form = archive.action_new_policy()
        self.assertEqual(form["context"]["default_archive_id"], self.archive.id)

    def test_claim_is_reported_from_the_client_on_the_one_policy_in_force(self):
        archive = self.archive.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "policy first"):
            archive.action_report_claim()
        policy = self._policy(state="active")
        self._policy(state="lapsed")
        context = archive.action_report_claim()["context"]
        self.assertEqual(context["default_policy_id"], policy.id)
        self._policy(state="active")
        context = archive.action_report_claim()["context"]
        self.assertFalse(context["default_policy_id"])
        self.assertEqual(context["claim_archive_id"], self.archive.id)

    def test_client_is_found_by_the_number_of_a_policy(self):
        self._policy(state="active", number="P-2026-4711")
        domain = [("policy_ids.number", "ilike", "2026-4711")]
        Archive = self.env["insurance.archive"]
        self.assertEqual(Archive.with_user(self.agent).search(domain), self.archive)
        self.assertFalse(Archive.with_user(self.agent2).search(domain))
