from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from .common import MODULE, ArchiveCase


@tagged("post_install", "-at_install")
class TestCompleteness(ArchiveCase):
    """What a complete record holds is data; how complete it is, is counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requirements = cls.env["insurance.requirement"]
        cls.paper_type = cls.env["insurance.document.type"].create(
            {"code": "T1", "name": "Test paper"}
        )
        cls.employer_needed = cls._require("employer", weight=3)
        cls.city_needed = cls._require("city", weight=1, stage="file")

    @classmethod
    def _require(cls, field_name=None, **values):
        if field_name:
            field = cls.env["ir.model.fields"]._get("insurance.archive", field_name)
            values |= {"what": "field", "field_id": field.id}
        return cls.requirements.create(values)

    @classmethod
    def _require_person(cls, relation, **values):
        return cls._require(what="person", relation=relation, **values)

    @classmethod
    def _require_paper(cls, **values):
        return cls._require(what="paper", document_type_id=cls.paper_type.id, **values)

    def _paper(self, **values):
        return self.env["insurance.document"].create(
            {
                "archive_id": self.archive.id,
                "type_id": self.paper_type.id,
                **values,
            }
        )

    def assertMissing(self, *requirements):
        self.assertEqual(
            self.archive.missing_ids, self.requirements.union(*requirements)
        )

    def test_score_weighs_what_is_on_file(self):
        self.archive._recount_completeness()
        self.assertEqual(self.archive.completeness, 0)
        self.archive.employer = "Test"
        self.assertEqual(self.archive.completeness, 75)
        self.archive.city = "Shanghai"
        self.assertEqual(self.archive.completeness, 100)

    def test_list_of_what_is_missing_shrinks(self):
        self.assertMissing(self.employer_needed, self.city_needed)
        self.archive.employer = "Test"
        self.assertMissing(self.city_needed)

    def test_contact_counts_where_the_contact_holds_the_field(self):
        self.archive._recount_completeness()
        self.partner.city = "Shanghai"
        self.assertEqual(self.archive.completeness, 25)

    def test_person_counts(self):
        guardian = self._require_person("spouse")
        self.assertMissing(self.employer_needed, self.city_needed, guardian)
        self.env["insurance.related.person"].create(
            {"archive_id": self.archive.id, "name": "王芳", "relation": "spouse"}
        )
        self.assertMissing(self.employer_needed, self.city_needed)

    def test_guardian_is_asked_of_minors_only(self):
        guardian = self._require_person("guardian", condition="minor")
        self.assertNotIn(guardian, self.archive.missing_ids)
        age = self.env["insurance.parameter"]._get("minor_age")
        today = fields.Date.today()
        # a few days: no birthday falls on a leap day of which there is none
        self.archive.birth_date = fields.Date.subtract(today, years=age, days=-9)
        self.assertIn(guardian, self.archive.missing_ids)
        self.archive.birth_date = fields.Date.subtract(today, years=age)
        self.assertNotIn(guardian, self.archive.missing_ids)

    def test_paper_counts_until_it_expires(self):
        paper_needed = self._require_paper()
        self._paper(valid_until="2090-06-01")
        self.assertNotIn(paper_needed, self.archive.missing_ids)
        self.assertEqual(str(self.archive.completeness_until), "2090-06-02")
        score = self.archive.completeness
        with freeze_time("2090-06-02"):
            self.assertIn(
                self.archive,
                self.archive.search(self.archive._stale_completeness()),
            )
            self.archive._recount_completeness()
            self.assertLess(self.archive.completeness, score)
            self.archive.invalidate_recordset(["missing_ids"])
            self.assertIn(paper_needed, self.archive.missing_ids)

    def test_requirement_of_a_kind_of_client_asks_no_other_kind(self):
        enterprise = self._require("industry_id", client_kind="enterprise")
        self.assertNotIn(enterprise, self.archive.missing_ids)

    def test_requirement_of_a_category_asks_those_interested(self):
        category = self.env["insurance.product.category"].create(
            {"code": "T1", "name": "Test", "line": "life"}
        )
        needed = self._require("marital_status", category_ids=category.ids)
        self.assertNotIn(needed, self.archive.missing_ids)
        self.archive.intent_category_ids = category
        self.assertIn(needed, self.archive.missing_ids)

    def test_requirement_of_a_category_asks_those_insured(self):
        category = self.env.ref(f"{MODULE}.product_category_term_life")
        needed = self._require("marital_status", category_ids=category.ids)
        product = self.env["product.template"].create(
            {
                "name": "Test cover",
                "is_insurance": True,
                "insurance_category_id": category.id,
            }
        )
        policy = self.env["insurance.policy"].create(
            {"archive_id": self.archive.id, "product_id": product.id}
        )
        self.assertIn(needed, self.archive.missing_ids)
        policy.write({"state": "withdrawn", "state_reason": "Test"})
        self.assertNotIn(needed, self.archive.missing_ids)

    def test_nothing_required_is_complete(self):
        self.requirements.search([]).active = False
        self.archive._recount_completeness()
        self.assertEqual(self.archive.completeness, 100)

    def test_entering_names_what_is_missing(self):
        with self.assertRaisesRegex(UserError, "Employer"):
            self.archive.with_user(self.agent).action_enter()
        self.archive.employer = "Test"
        self.archive.with_user(self.agent).action_enter()
        self.assertEqual(self.archive.state, "entered")

    def test_filing_asks_more_than_entering(self):
        self.archive.employer = "Test"
        self.archive.action_enter()
        with self.assertRaisesRegex(UserError, "City"):
            self.archive.write({"state": "filed"})

    def test_changed_requirements_are_counted_by_the_cron(self):
        self.archive.employer = "Test"
        self.assertEqual(self.archive.completeness, 75)
        self.city_needed.weight = 3
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_refresh_quality").method_direct_trigger()
        self.archive.invalidate_recordset()
        self.assertEqual(self.archive.completeness, 50)
        stale = self.archive.search(self.archive._stale_completeness())
        self.assertNotIn(self.archive, stale)

    def test_recounting_goes_on_batch_by_batch(self):
        self.env["insurance.archive"].create(
            [
                {"name": f"张三{number}"[:2], "agent_id": self.agent.id}
                for number in range(7)
            ]
        )
        self.city_needed.weight = 3
        commits = []
        with self.enter_registry_test_mode():
            cron = self.env["ir.cron"]
            self.patch(
                type(cron),
                "_commit_progress",
                lambda *args, **kwargs: commits.append(args[1:]) or 1,
            )
            self.env["insurance.archive"]._cron_refresh_quality(batch_size=3)
        self.assertGreaterEqual(len(commits), 4)
        self.assertFalse(
            self.env["insurance.archive"].search(self.archive._stale_completeness())
        )

    def test_nobody_sets_the_score_by_hand(self):
        archive = self.archive.with_user(self.agent)
        for values in (
            {"completeness": 100},
            {"next_review_date": "2099-01-01"},
            {"accuracy_checked_on": "2026-01-01"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                archive.write(values)
        with self.assertRaises(UserError):
            archive.create({"name": "李秀英", "completeness": 100})

    def test_others_learn_nothing_about_the_record(self):
        self.archive.employer = "Test"
        for user in self.outsiders:
            with self.subTest(user=user.login):
                partner = self.partner.with_user(user)
                self.assertFalse(partner.insurance_completeness)
                mine = [
                    ("id", "=", self.partner.id),
                    ("insurance_completeness", ">=", 1),
                ]
                self.assertFalse(partner.search(mine))
                answer = self.archive.with_user(user).new(origin=self.archive)
                self.assertFalse(answer.missing_ids)

    def test_requirements_are_edited_by_administrators_only(self):
        with self.assertRaises(UserError):
            self.city_needed.with_user(self.agent).weight = 5
        self.city_needed.with_user(self.insurance_admin).weight = 5

    def test_bookkeeping_fields_cannot_be_required(self):
        for name in ("number", "completeness", "agent_id", "change_ids"):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self._require(name)

    def test_creating_many_costs_no_query_more_a_client(self):
        def queries_of(number):
            # contacts first: Odoo asks a question or two for each new contact
            partners = self.env["res.partner"].create(
                [{"name": "李秀英", "phone": "13800138000"}] * number
            )
            values = [
                {"partner_id": partner.id, "agent_id": self.agent.id, "employer": "X"}
                for partner in partners
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["insurance.archive"].create(values)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries_of(2)
        self.assertLess(queries_of(100) - queries_of(10), 12)


@tagged("post_install", "-at_install")
class TestRequirementData(TransactionCase):
    """The requirements that come with the product."""

    def test_each_required_field_is_on_the_form(self):
        form = self.env["insurance.archive"].get_view(view_type="form")["arch"]
        for requirement in self.env["insurance.requirement"].search(
            [("what", "=", "field")]
        ):
            with self.subTest(field=requirement.field_name):
                self.assertIn(f'name="{requirement.field_name}"', form)

    def test_each_kind_of_client_has_requirements_for_both_stages(self):
        rules = self.env["insurance.requirement"]._rules()
        for kind in ("individual", "enterprise", "group"):
            for stage in ("enter", "file"):
                self.assertTrue(
                    [
                        rule
                        for rule in rules
                        if rule.stage == stage and rule.client_kind == kind
                    ]
                )
