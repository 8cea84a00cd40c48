from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..client_scope import Scope
from .common_segments import SegmentCase
from .common_sweep import forget_sweeps, run_sweeps


@tagged("post_install", "-at_install")
class TestDataCleaning(SegmentCase):
    """What looks wrong is found, shown to those who may see it, and mended by them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Finding = cls.env["insurance.data.finding"]
        cls.archive.write({"birth_date": "1980-05-05"})
        cls.other = cls._archive(name="王芳", phone="13900139000")
        cls.foreign = cls._archive(
            name="赵敏",
            phone="13700137001",
            agent_id=cls.agent2.id,
            team_id=cls.team_b.id,
        )

    def _find(self, *archives):
        archives = archives or (self.archive, self.other, self.foreign)
        self.env.flush_all()
        self.Finding._find(Scope(archive_ids=tuple(one.id for one in archives)))
        self.env.invalidate_all()

    def _found(self, kind, archive=None):
        domain = [("kind", "=", kind), ("state", "=", "open")]
        archive = archive or self.archive
        return self.Finding.search([("archive_id", "=", archive.id), *domain])

    def _sql(self, table, record, **values):
        """Write past the rules of entry, as data from elsewhere come in."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE {table} SET {name} = %s WHERE id = %s", [value, record.id]
            )
        self.env.invalidate_all()

    # --- what is found

    def test_a_tidy_client_gives_no_finding(self):
        self.archive.write(
            {"occupation_id": self.env["insurance.occupation"].search([], limit=1).id}
        )
        self._find(self.archive)
        self.assertFalse(
            self.Finding.search([("archive_id", "=", self.archive.id)]).mapped("kind")
        )

    def test_two_clients_with_the_same_phone_are_found_both(self):
        self.other.phone = self.archive.phone
        self._find()
        self.assertEqual(self._found("same_phone").sudo().twin_res_id, self.other.id)
        self.assertTrue(self._found("same_phone", self.other))
        self.assertFalse(self._found("same_phone", self.foreign))

    def test_same_name_counts_with_the_same_birth_date_only(self):
        self.other.name = self.archive.name
        self._find()
        self.assertFalse(self._found("same_name_birth"))
        self.other.birth_date = self.archive.birth_date
        self._find()
        self.assertTrue(self._found("same_name_birth"))

    def test_the_same_mail_in_other_letters_is_the_same(self):
        self.archive.email = "Zhang@example.com"
        self.other.email = "zhang@EXAMPLE.com"
        self._find()
        self.assertTrue(self._found("same_mail"))

    def test_the_same_id_number_is_found_without_opening_it(self):
        self.archive.write({"id_type": "passport", "id_number": "E12345678"})
        self.env.cr.execute(
            "INSERT INTO insurance_vault_index"
            " (archive_id, res_id, field, digest, version)"
            " SELECT %s, %s, field, digest, version FROM insurance_vault_index"
            " WHERE res_id = %s AND field = 'insurance.archive.id_number'",
            [self.other.id, self.other.id, self.archive.id],
        )
        self._find()
        finding = self._found("same_id_number")
        self.assertTrue(finding)
        self.assertFalse(finding.current or finding.proposed)

    def test_impossible_values_are_found(self):
        policy = self._issued()
        future = fields.Date.add(self.today, years=2)
        cases = {
            "born_in_future": ("insurance_archive", self.archive, "birth_date", future),
            "too_old": ("insurance_archive", self.archive, "birth_date", "1850-01-01"),
            "policy_before_birth": (
                "insurance_archive",
                self.archive,
                "birth_date",
                self.today,
            ),
            "founded_in_future": (
                "insurance_archive",
                self.archive,
                "established_on",
                future,
            ),
        }
        self.assertTrue(policy)
        for kind, (table, record, name, value) in cases.items():
            self._sql(table, record, **{name: value})
            self._find()
            with self.subTest(kind=kind):
                self.assertTrue(self._found(kind))

    def test_sources_that_contradict_each_other_are_found(self):
        lead = self.env["crm.lead"].create(
            {"name": "x", "type": "opportunity", "partner_id": self.partner.id}
        )
        self._sql("crm_lead", lead, phone="139 0000 0009", email_from="b@example.com")
        self._sql("res_partner", self.partner, email="a@example.com")
        relative = self.env["insurance.related.person"].create(
            {
                "archive_id": self.archive.id,
                "name": self.other.name,
                "relation": "spouse",
                "birth_date": "1981-02-03",
                "contact_id": self.other.partner_id.id,
            }
        )
        self.archive.marital_status = "single"
        self.other.birth_date = "1981-02-04"
        self._find()
        self.assertEqual(self._found("sales_phone").proposed, "139 0000 0009")
        self.assertEqual(self._found("sales_mail").proposed, "b@example.com")
        self.assertTrue(self._found("single_with_spouse"))
        birth = self._found("relative_birth_date")
        self.assertEqual((birth.res_id, birth.current), (relative.id, "1981-02-03"))
        self.assertEqual(birth.sudo().twin_res_id, self.other.id)

    def test_the_same_number_written_otherwise_is_no_contradiction(self):
        lead = self.env["crm.lead"].create(
            {"name": "x", "type": "opportunity", "partner_id": self.partner.id}
        )
        self._sql("res_partner", self.partner, phone="+86 138 0013 8000")
        self._sql("crm_lead", lead, phone="13800138000", active=True)
        self._find()
        self.assertFalse(self._found("sales_phone"))

    def test_amounts_in_ten_thousands_are_proposed_in_yuan(self):
        policy = self._issued(sum_insured=50)
        self.archive.intent_budget = 2
        self._find()
        finding = self._found("sum_in_wan")
        self.assertEqual((finding.res_model, finding.res_id), (policy._name, policy.id))
        self.assertEqual(float(finding.proposed), 500_000)
        self.assertEqual(float(self._found("budget_in_wan").proposed), 20_000)

    def test_a_low_income_beside_high_premiums_is_asked_about(self):
        lowest = self.env["insurance.band"]._edges("income")[0][1]
        self.archive.income_band = lowest
        self._issued(premium=900_000)
        self._refresh(self.archive)
        self._find()
        self.assertTrue(self._found("income_in_wan"))

    def test_formats_are_proposed_tidily(self):
        self.partner.write({"name": " 张 伟  ", "zip": "２０００ ４０"})
        self._sql("res_partner", self.partner, email="zhang @example.com")
        self._find()
        self.assertEqual(self._found("name_spaces").proposed, "张 伟")
        self.assertEqual(self._found("zip_format").proposed, "200040")
        self.assertEqual(self._found("mail_format").proposed, "zhang@example.com")

    def test_gaps_are_found_once_the_client_is_entered(self):
        self.other.write({"phone": False})
        self._find()
        self.assertTrue(self._found("no_contact", self.other))
        self.assertFalse(self._found("no_birth_date", self.other))
        self._sql("insurance_archive", self.other, state="entered")
        self._find()
        self.assertTrue(self._found("no_birth_date", self.other))

    # --- what becomes of it

    def test_what_was_put_right_is_settled_by_the_next_look(self):
        self.archive.intent_budget = 2
        self._find()
        finding = self._found("budget_in_wan")
        self.archive.intent_budget = 30_000
        self._find()
        self.assertEqual(finding.state, "gone")

    def test_one_click_writes_what_is_proposed_and_can_be_taken_back(self):
        self.archive.intent_budget = 2
        self._find()
        finding = self._found("budget_in_wan").with_user(self.agent)
        finding.action_fix()
        self.assertEqual(self.archive.intent_budget, 20_000)
        self.assertRecordValues(
            finding, [{"state": "fixed", "done_by_id": self.agent.id}]
        )
        change = self.env["insurance.change"].search(
            [("archive_id", "=", self.archive.id)], limit=1
        )
        self.assertEqual(change.field_name, "intent_budget")
        finding.action_undo()
        self.assertEqual(self.archive.intent_budget, 2)
        self.assertEqual(finding.state, "open")

    def test_many_are_corrected_after_a_preview(self):
        self.archive.intent_budget = 2
        self.partner.name = "张伟 "
        self.other.phone = False
        self._find()
        findings = self.Finding.search(
            [("archive_id", "in", (self.archive | self.other).ids)]
        ).with_user(self.agent)
        wizard = (
            self.env["insurance.data.fix"]
            .with_user(self.agent)
            .create({"finding_ids": findings.ids})
        )
        self.assertEqual(wizard.fixable_ids, findings.filtered("proposed"))
        self.assertEqual(wizard.left_count, len(findings) - len(wizard.fixable_ids))
        self.assertEqual(self.archive.intent_budget, 2)
        wizard.action_confirm()
        self.assertEqual(self.archive.intent_budget, 20_000)
        self.assertEqual(self.partner.name, "张伟")

    def test_what_was_changed_since_is_not_overwritten(self):
        self.archive.intent_budget = 2
        self._find()
        finding = self._found("budget_in_wan").with_user(self.agent)
        self.archive.intent_budget = 3
        with self.assertRaises(UserError):
            finding.action_fix()
        self.archive.intent_budget = 2
        finding.action_fix()
        self.archive.intent_budget = 25_000
        with self.assertRaises(UserError):
            finding.action_undo()

    def test_leaving_it_needs_a_reason_and_lasts_while_the_value_does(self):
        self.archive.intent_budget = 2
        self._find()
        finding = self._found("budget_in_wan").with_user(self.agent)
        with self.assertRaises(UserError):
            finding.write({"state": "ignored"})
        finding.write({"state": "ignored", "state_reason": "It is two yuan."})
        self._find()
        self.assertEqual(finding.state, "ignored")
        self.archive.intent_budget = 3
        self._find()
        self.assertEqual(finding.state, "open")

    def test_nobody_says_corrected_of_what_is_not(self):
        self.archive.intent_budget = 2
        self._find()
        finding = self._found("budget_in_wan").with_user(self.agent)
        with self.assertRaises(UserError):
            finding.write({"state": "fixed"})
        with self.assertRaises(UserError):
            finding.write({"proposed": "1"})

    # --- who sees it

    def test_agents_see_and_mend_the_findings_of_their_clients_alone(self):
        self.archive.intent_budget = 2
        self.foreign.intent_budget = 2
        self._find()
        mine, foreign = (
            self._found("budget_in_wan", archive)
            for archive in (self.archive, self.foreign)
        )
        seen = self.Finding.with_user(self.agent).search([("id", ">", 0)])
        self.assertIn(mine, seen)
        self.assertNotIn(foreign, seen)
        with self.assertRaises(AccessError):
            foreign.with_user(self.agent).action_fix()
        for user in (self.accountant, self.archivist, self.insurance_admin):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                mine.with_user(user).read(["current"])

    def test_the_other_client_is_named_to_whoever_may_open_that_one(self):
        self.foreign.phone = self.archive.phone
        self._find()
        finding = self._found("same_phone")
        self.assertFalse(finding.with_user(self.agent).twin_id)
        with self.assertRaises(AccessError):
            finding.with_user(self.agent).read(["twin_res_id"])
        self.other.phone = self.archive.phone
        self.foreign.phone = False
        self._find()
        self.env.invalidate_all()
        finding = self._found("same_phone")
        self.assertEqual(finding.with_user(self.agent).twin_id, self.other)

    def test_looking_again_as_an_agent_looks_through_the_own_clients(self):
        forget_sweeps(self.env)
        self.archive.intent_budget = 2
        self.foreign.intent_budget = 2
        self.env.flush_all()
        self.Finding.with_user(self.agent).action_look_again()
        self.assertTrue(self._found("budget_in_wan"))
        self.assertFalse(self._found("budget_in_wan", self.foreign))
        self.assertFalse(self.env["insurance.sweep"].search([]))

    def test_looking_again_as_a_supervisor_looks_through_all(self):
        forget_sweeps(self.env)
        self.archive.intent_budget = 2
        self.foreign.intent_budget = 2
        self.env.flush_all()
        self.Finding.with_user(self.supervisor).action_look_again()
        run_sweeps(self)
        self.assertTrue(self._found("budget_in_wan"))
        self.assertTrue(self._found("budget_in_wan", self.foreign))

    def test_the_data_are_looked_through_before_a_scheduled_refresh(self):
        forget_sweeps(self.env)
        self.archive.intent_budget = 2
        self.Feature.search([]).unlink()
        self.env.flush_all()
        self.Class._cron_due()
        run_sweeps(self)
        self.assertTrue(self._found("budget_in_wan"))

    def test_the_findings_of_a_client_who_is_closed_are_gone(self):
        self.archive.intent_budget = 2
        self._find()
        self.archive._on_state({})
        self.assertTrue(self._found("budget_in_wan"))
        self._sql("insurance_archive", self.archive, state="destroyed")
        self.archive._on_state({})
        self.assertFalse(self.Finding.search([("archive_id", "=", self.archive.id)]))

    def test_one_statement_looks_through_many_clients(self):
        self._find()
        self.env["insurance.band"]._edges("income")
        with self.assertQueryCount(12):
            self.Finding._find(
                Scope(archive_ids=tuple(self.env["insurance.archive"].search([]).ids))
            )
