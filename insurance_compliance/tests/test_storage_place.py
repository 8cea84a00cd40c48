from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_backup import BackupCase

GOOD = dict.fromkeys(("fire_ok", "quake_ok", "damp_ok", "dust_ok", "access_ok"), True)


@tagged("post_install", "-at_install")
class TestStoragePlace(BackupCase):
    """Places where archives and backups lie are inspected, and that stays on record."""

    def _inspect(self, user=None, **values):
        inspections = self.env["insurance.storage.inspection"]
        return inspections.with_user(user or self.archivist).create(
            {
                "place_id": self.place.id,
                "temperature": 20,
                "humidity": 50,
                **GOOD,
                **values,
            }
        )

    def test_new_place_waits_for_its_first_inspection(self):
        self.assertTrue(self.place.inspection_overdue)
        self._inspect()
        self.assertFalse(self.place.inspection_overdue)
        self.assertTrue(self.place.last_passed)
        late = self.env["insurance.storage.place"].search(
            [("inspection_overdue", "=", True)]
        )
        self.assertNotIn(self.place, late)
        self.assertIn(self.away, late)

    def test_climate_out_of_range_needs_words_and_is_not_passed(self):
        with self.assertRaisesRegex(ValidationError, "write what was found"):
            self._inspect(humidity=75)
        inspection = self._inspect(humidity=75, note="Window open.")
        self.assertFalse(inspection.passed)
        self.assertFalse(self.place.last_passed)

    def test_one_bad_point_is_not_passed(self):
        self.assertFalse(self._inspect(fire_ok=False, note="Door wedged.").passed)

    def test_instrument_that_shows_nothing_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "instruments"):
            self._inspect(humidity=0, note="No battery.")

    def test_who_and_when_are_the_servers(self):
        inspection = self._inspect(user_id=self.agent.id, date="2020-01-01 00:00:00")
        self.assertEqual(inspection.user_id, self.archivist)
        self.assertNotEqual(inspection.date.year, 2020)

    def test_inspection_stays_as_it_was_written(self):
        inspection = self._inspect()
        for user in (self.archivist, self.compliance, self.insurance_admin):
            with self.assertRaises(UserError):
                inspection.with_user(user).write({"temperature": 21})
        with self.assertRaises(UserError):
            inspection.sudo().unlink()

    def test_archivists_inspect_but_do_not_change_places(self):
        with self.assertRaises(AccessError):
            self.place.with_user(self.archivist).write({"name": "Other"})
        with self.assertRaises(AccessError):
            self._inspect(user=self.agent)
