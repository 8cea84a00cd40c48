from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ArchiveCase

LATE = "2099-01-01 00:00:00"


@tagged("post_install", "-at_install")
class TestForgedValues(ArchiveCase):
    """What the server works out is not taken from callers, in no model of ours."""

    def test_worked_out_values_follow_and_are_not_entered(self):
        other = self._archive(name="王芳", phone="13900139000")
        values = self._policy().copy_data({"number": "FORGED-1"})[0]
        values["partner_id"] = other.partner_id.id
        policy = self.env["insurance.policy"].with_user(self.agent).create(values)
        self.assertEqual(policy.partner_id, self.archive.partner_id)
        renewal = policy.renewal_date
        policy.write({"renewal_date": "2001-01-01", "partner_id": other.partner_id.id})
        self.assertEqual(policy.renewal_date, renewal)
        self.assertEqual(policy.partner_id, self.archive.partner_id)
        rate = self.archive.filing_rate
        self.archive.with_user(self.agent).write({"filing_rate": 99.5})
        self.assertEqual(self.archive.filing_rate, rate)

    def test_defaults_of_callers_do_not_fill_in_what_the_server_does(self):
        soon = fields.Datetime.now() + timedelta(days=1)
        forged = {"default_state_date": LATE, "default_state_reason": "Forged"}
        archive = (
            self.env["insurance.archive"]
            .with_user(self.agent)
            .with_context(**forged)
            .create({"name": "赵敏", "phone": "13900139001"})
        )
        self.assertLess(archive.state_date, soon)
        self.assertFalse(archive.state_reason)
        own = self.env(user=self.agent.id, su=False)
        own["ir.default"].set(
            "insurance.archive", "state_date", LATE, user_id=self.agent.id
        )
        archive = own["insurance.archive"].create(
            {"name": "赵强", "phone": "13900139002"}
        )
        self.assertLess(archive.state_date, soon)

    def test_what_the_product_notes_takes_nothing_from_the_context(self):
        """The history is written as superuser, in the context of the caller."""
        own = self.env(user=self.agent.id, su=False)
        soon = fields.Datetime.now() + timedelta(days=1)

        def latest():
            changes = self.env["insurance.change"].search(
                [("archive_id", "=", self.archive.id)]
            )
            return max(changes, key=lambda change: change.id)

        archive = self.archive.with_env(own)
        archive.with_context(default_date=LATE).write({"employer": "A"})
        self.assertLess(latest().date, soon)
        own["ir.default"].set("insurance.change", "date", LATE, user_id=own.uid)
        archive.write({"employer": "B"})
        self.assertEqual(latest().new_value, "B")
        self.assertLess(latest().date, soon)

    def test_what_talks_and_answers_tell_is_not_entered(self):
        own = self.env(user=self.agent.id, su=False)
        alert = own["insurance.churn.alert"].create({"archive_id": self.archive.id})
        claim = own["insurance.claim"].create(
            {"policy_id": self._policy(state="active").id}
        )
        plan = self.env["insurance.service.plan"].create({"name": "All"})
        line = self.env["insurance.service.plan.line"].create({"plan_id": plan.id})
        service = self.env["insurance.service.item"].create(
            {
                "archive_id": self.archive.id,
                "plan_id": plan.id,
                "line_id": line.id,
                "due_date": LATE,
            }
        )
        for record, name, value in (
            # by which retention runs
            (self.archive, "last_contact_date", "2001-01-01"),
            (self.archive, "satisfaction_score", 100),
            (self.archive, "satisfaction_trend", "better"),
            (alert, "score", 1),
            (alert, "closed_on", "2001-01-01"),
            (service, "line_id", False),
            (service, "reminded_on", "2001-01-01"),
            (claim, "number", "FORGED"),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                record.with_env(own).write({name: value})
        claim.write({"number": claim.number})

    def test_words_taken_away_follow_the_english_ones(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        work = self.env["insurance.occupation"].create(
            {"name": "Old", "code": "TEST-1"}
        )
        work.with_context(lang="zh_CN").name = "旧"
        own = work.with_user(self.insurance_admin).with_context(lang="en_US")
        own.web_override_translations({"name": "New"})
        work.invalidate_recordset()
        self.assertEqual(work.with_context(lang="zh_CN").name, "New")
        own.name = "Newer"
        self.assertEqual(work.with_context(lang="zh_CN").name, "Newer")

    def test_time_and_reason_of_a_state_come_with_the_step(self):
        archive = self.archive.with_user(self.agent)
        since = archive.state_date
        archive.write({"state_date": LATE, "state_reason": "Forged"})
        archive.write({"state": archive.state, "state_reason": "Forged"})
        self.assertEqual(archive.state_date, since)
        self.assertFalse(archive.state_reason)
        with self.assertRaises(UserError):
            archive.with_context(default_state="filed").create({"name": "赵敏"})

    def test_import_of_a_caller_is_no_installation(self):
        archives = self.env["insurance.archive"].with_user(self.agent)
        result = archives.with_context(install_mode=True).load(
            ["name", "phone", "gender"],
            [["赵敏", "13900139001", "none"], ["赵强", "13900139002", "male"]],
        )
        # good rows are taken, the others listed: as for everybody
        self.assertEqual(len(result["ids"]), 1)
        self.assertEqual(result["row_count"], 2)

    def test_reckoned_fields_of_all_models_are_known_as_such(self):
        """Show that the guard reaches every model that people write."""
        missed = []
        for name, model in self.env.items():
            own = model.with_user(self.agent)
            if not name.startswith("insurance.") or model._abstract:
                continue
            for field in model._fields.values():
                reckoned = field.store and field.compute and field.readonly
                if reckoned and not field.inverse and not model._transient:
                    if field.name in own._without_reckoned({field.name: 1}):
                        missed.append(f"{name}.{field.name}")
        self.assertFalse(missed)
