from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_access import MODULE, AccessCase


@tagged("post_install", "-at_install")
class TestAccessReveal(AccessCase):
    """Who may open which sealed value for which purpose."""

    def _may(self, user, *names, purpose="claim"):
        archive = self._as(user).browse(self.archive.id)
        return archive._may_reveal(list(names), purpose)

    def test_responsibility_opens_the_id_number_alone(self):
        for user in (self.agent, self.manager, self.supervisor):
            with self.subTest(user.login):
                self.assertIs(self._may(user, "id_number"), True)
                for name in ("health_notice", "annual_income", "bank_account"):
                    self.assertFalse(self._may(user, name), name)
                self.assertFalse(self._may(user, "id_number", "health_notice"))

    def test_nobody_else_opens_anything(self):
        for user in self.agent2 | self.department | self.archivist | self.compliance:
            with self.subTest(user.login):
                self.assertFalse(self._may(user, "id_number"))

    def test_archivist_reads_the_archive_and_opens_nothing(self):
        self.archive.flush_recordset()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'entered' WHERE id = %s",
            [self.archive.id],
        )
        self.assertOpen(self.archivist, self.archive)
        self.assertFalse(self._may(self.archivist, "id_number"))

    def test_grant_opens_its_slice_for_its_purpose(self):
        grant = self._grant(self.department, ["health"], self.archive)
        self.assertEqual(self._may(self.department, "health_notice"), grant.id)
        self.assertEqual(self._may(self.department, "id_number"), grant.id)
        self.assertFalse(self._may(self.department, "annual_income"))
        other = self._may(self.department, "health_notice", purpose="audit")
        self.assertFalse(other)
        # the screen offers the eye before it knows the purpose
        self.assertTrue(self._may(self.department, "health_notice", purpose=None))

    def test_standing_grant_serves_every_purpose_of_daily_work(self):
        grant = self._grant(self.agent, ["health"], standing=True)
        for purpose in ("claim", "quotation"):
            opened = self._may(self.agent, "health_notice", purpose=purpose)
            self.assertEqual(opened, grant.id)

    def test_own_expired_and_a_colleagues_valid_grant_open_nothing(self):
        mine = self._grant(self.department, ["health"], self.archive)
        self._grant(self.department_head, ["health"], self.archive)
        past = fields.Datetime.now() - timedelta(seconds=1)
        self._move(mine, date_to=past)
        self.assertFalse(self._may(self.department, "health_notice"))

    def test_two_grants_do_not_add_up_to_one(self):
        """Fields asked for together are opened by one grant: that is what is logged."""
        self._grant(self.department, ["health"], self.archive)
        self._grant(self.department, ["financial"], self.archive)
        self.assertTrue(self._may(self.department, "health_notice"))
        self.assertTrue(self._may(self.department, "annual_income"))
        both = self._may(self.department, "health_notice", "annual_income")
        self.assertFalse(both)

    def test_restricted_archive_opens_nothing(self):
        self._grant(self.agent, self.all_slices, standing=True)
        self.archive.flush_recordset()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'restricted' WHERE id = %s",
            [self.archive.id],
        )
        for name in ("id_number", "health_notice"):
            self.assertFalse(self._may(self.agent, name))

    def test_uses_are_spent_one_by_one_and_no_more(self):
        grant = self._grant(self.department, ["health"], self.archive, uses=3)
        # what is spent is spent on a cursor of its own
        self.registry_enter_test_mode()
        Grant = grant.with_user(self.department)
        spent = [Grant._spend(grant.id) for _use in range(5)]
        self.assertEqual(spent, [True, True, True, False, False])
        grant.invalidate_recordset()
        self.assertEqual(grant.uses_done, 3)
        self.assertFalse(self._may(self.department, "health_notice"))

    def test_nobody_spends_the_grant_of_another(self):
        grant = self._grant(self.department, ["health"], self.archive, uses=3)
        self.registry_enter_test_mode()
        self.assertFalse(grant.with_user(self.department_head)._spend(grant.id))

    def test_ended_grant_can_not_be_spent(self):
        grant = self._grant(self.department, ["health"], self.archive, uses=3)
        grant._end("No longer needed")
        self.env.flush_all()
        self.registry_enter_test_mode()
        self.assertFalse(grant.with_user(self.department)._spend(grant.id))

    def test_policy_limits_the_uses_of_24_hours(self):
        self.env["insurance.access.policy"]._of_level("department").uses_per_day = 2
        self.env.flush_all()
        self.registry_enter_test_mode()
        quota = self.env["insurance.vault.quota"].with_user(self.department)
        check = self.env["insurance.access.policy"].with_user(self.department)
        for _use in range(2):
            quota._spend("reveal")
            check._check_uses_per_day()
        quota._spend("reveal")
        with self.assertRaises(UserError):
            check._check_uses_per_day()

    def test_exact_search_finds_only_where_the_slice_is_open(self):
        Archive = self._as(self.agent)
        [field] = Archive._sealed_fields(["bank_account"])
        mixin = f"odoo.addons.{MODULE}.models.insurance_sealed_search"
        target = f"{mixin}.InsuranceSealedMixin._sealed_search"
        with patch(target, return_value=self.archive.ids):
            self.assertEqual(Archive._sealed_search(field, "x"), [])
            self._grant(self.agent, ["financial"], standing=True)
            self.assertEqual(Archive._sealed_search(field, "x"), self.archive.ids)
