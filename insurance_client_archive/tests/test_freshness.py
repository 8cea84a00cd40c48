from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MODULE, ArchiveCase


@tagged("post_install", "-at_install")
class TestFreshness(ArchiveCase):
    """When each part of a record is due to be verified."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameter = cls.env["insurance.parameter"]
        cls.ordinary = parameter._get("refresh_ordinary_months")
        cls.key = parameter._get("refresh_key_months")
        cls.lead = parameter._get("review_lead_days")
        cls.today = fields.Date.today()

    def _due(self, archive=None):
        return {
            block.block: block.due_on for block in (archive or self.archive).block_ids
        }

    def _in_months(self, months):
        return fields.Date.add(self.today, months=months)

    def test_new_archive_is_due_after_the_ordinary_interval(self):
        self.assertEqual(set(self._due().values()), {self._in_months(self.ordinary)})
        self.assertEqual(self.archive.next_review_date, self._in_months(self.ordinary))
        self.assertEqual(self.archive.freshness, "never")

    def test_key_clients_are_due_earlier(self):
        self.archive.key_client = True
        self.assertEqual(self.archive.next_review_date, self._in_months(self.key))
        self.archive.key_client = False
        self.assertEqual(self.archive.next_review_date, self._in_months(self.ordinary))

    def test_stage_of_life_shortens_the_interval_and_never_stretches_it(self):
        self.patch_parameter("refresh_declining_months", 1)
        self.patch_parameter("refresh_mature_months", self.ordinary + 9)
        # superuser: as the scorecards would set it
        mine = self.archive.sudo()
        for stage, months in (("declining", 1), ("mature", self.ordinary)):
            mine.lifecycle_stage = stage
            self.assertIn(mine, mine.search(mine._stale_schedule()), stage)
            mine._schedule_reviews()
            self.assertEqual(mine.next_review_date, self._in_months(months), stage)
            self.assertNotIn(mine, mine.search(mine._stale_schedule()), stage)

    def test_organisations_have_no_health(self):
        enterprise = self._archive(
            name="上海浦江贸易有限公司", client_kind="enterprise"
        )
        self.assertNotIn("health", self._due(enterprise))
        self.assertIn("health", self._due())

    def test_verified_part_moves_the_date(self):
        with freeze_time(fields.Date.add(self.today, days=20)):
            self.archive.with_user(self.agent)._check_off(["identity"])
            due = fields.Date.add(fields.Date.today(), months=self.ordinary)
            self.assertEqual(self._due()["identity"], due)
            self.assertEqual(self.archive.accuracy_checked_on, fields.Date.today())
        # the other parts keep the earlier date
        self.assertEqual(self.archive.next_review_date, self._in_months(self.ordinary))

    def test_freshness_follows_the_calendar(self):
        due = self.archive.next_review_date
        steps = {
            "never": fields.Date.subtract(due, days=self.lead + 1),
            "due_soon": fields.Date.subtract(due, days=self.lead),
            "overdue": fields.Date.add(due, days=1),
        }
        for freshness, day in steps.items():
            with self.subTest(freshness=freshness), freeze_time(day):
                self.assertFreshness(freshness)

    def assertFreshness(self, freshness):
        self.archive.invalidate_recordset(["freshness"])
        self.assertEqual(self.archive.freshness, freshness)
        mine = [("id", "=", self.archive.id)]
        found = self.archive.search([*mine, ("freshness", "=", freshness)])
        self.assertTrue(found)
        self.assertFalse(self.archive.search([*mine, ("freshness", "!=", freshness)]))

    def test_verified_archive_is_fresh(self):
        self.archive._check_off(self.archive.block_ids.mapped("block"))
        self.assertFreshness("fresh")

    def test_changed_intervals_reach_all_archives(self):
        self.patch_parameter("refresh_ordinary_months", self.ordinary + 1)
        self.assertIn(self.archive, self.archive.search(self.archive._stale_schedule()))
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_refresh_quality").method_direct_trigger()
        self.archive.invalidate_recordset()
        self.assertEqual(
            self.archive.next_review_date, self._in_months(self.ordinary + 1)
        )
        self.assertFalse(self.archive.search(self.archive._stale_schedule()))

    def test_new_policy_is_verified_within_its_own_interval(self):
        after = self.env["insurance.parameter"]._get("after_policy_refresh_months")
        self.patch_parameter("refresh_ordinary_months", after + 6)
        self.archive._schedule_reviews()
        product = self.env["product.template"].create(
            {
                "name": "Test cover",
                "is_insurance": True,
                "insurance_category_id": self.env.ref(
                    f"{MODULE}.product_category_term_life"
                ).id,
            }
        )
        policy = self.env["insurance.policy"].create(
            {
                "archive_id": self.archive.id,
                "product_id": product.id,
                "number": "P-1",
                "start_date": self.today,
                "state": "active",
            }
        )
        self.assertEqual(self._due()["policies"], self._in_months(after))
        self.assertEqual(self._due()["identity"], self._in_months(after + 6))
        policy.write({"state": "terminated", "state_reason": "Test"})
        self.assertEqual(self._due()["policies"], self._in_months(after + 6))

    def patch_parameter(self, key, value):
        parameter = type(self.env["insurance.parameter"])
        get = parameter._get
        self.patch(
            parameter,
            "_get",
            lambda model, asked: value if asked == key else get(model, asked),
        )

    def test_restricted_archives_are_not_reviewed(self):
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'restricted' WHERE id = %s",
            [self.archive.id],
        )
        self.archive.invalidate_recordset()
        self.archive._update_next_review()
        self.assertFalse(self.archive.next_review_date)

    def test_contact_shows_freshness_to_the_agent_only(self):
        self.assertEqual(
            self.partner.with_user(self.agent).insurance_freshness, "never"
        )
        question = [("id", "=", self.partner.id), ("insurance_freshness", "=", "never")]
        self.assertTrue(self.partner.with_user(self.agent).search(question))
        for user in self.outsiders:
            with self.subTest(user=user.login):
                partner = self.partner.with_user(user)
                self.assertFalse(partner.insurance_freshness)
                self.assertFalse(partner.search(question))

    def test_parts_open_with_the_archive_and_nobody_edits_them(self):
        block = self.archive.block_ids[0]
        with self.assertRaises(AccessError):
            block.with_user(self.agent2).read(["due_on"])
        with self.assertRaises(AccessError):
            block.with_user(self.agent).write({"checked_on": self.today})
        with self.assertRaises(AccessError):
            self.archive.with_user(self.agent2)._check_off(["identity"])

    def test_deleting_a_new_archive_takes_its_parts_along(self):
        blocks = self.archive.block_ids
        self.archive.with_user(self.agent).unlink()
        self.assertFalse(blocks.exists())
