from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.insurance_archive_process import InsuranceArchive
from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestProcessingHook(SegmentCase):
    """A client whose data may not be processed is left out, by the one hook."""

    @contextmanager
    def _refusing(self, archive, *purposes):
        """Let the client refuse; everybody else agrees to everything."""

        def may(model, purpose, alias):
            refused = archive.id if purpose in purposes else 0
            return SQL("%s <> %s", SQL.identifier(alias, "id"), refused)

        with patch.object(InsuranceArchive, "_may_process_sql", may):
            yield

    def test_client_who_refuses_has_no_profile_in_the_portrait(self):
        self._refresh()
        with self._refusing(self.archive, "profiling"):
            portrait = self.archive.with_user(self.agent).portrait()
        self.assertFalse(portrait["profiled"])
        for part in ("classes", "radar", "cover"):
            self.assertIs(portrait[part], False)
        self.assertTrue(portrait["timeline"]["events"])

    def test_client_who_refuses_has_no_former_classes_in_the_portrait(self):
        low, high = (self._segment("value_tier", code) for code in ("low", "high"))
        self.Change.create(
            {
                "archive_id": self.archive.id,
                "day": self.today,
                "dimension": "value_tier",
                "old_segment_id": low.id,
                "new_segment_id": high.id,
                "reason": "score",
            }
        )

        def told():
            events = self.archive.with_user(self.agent).portrait()["timeline"]["events"]
            return [event["title"] for event in events]

        name = high.with_user(self.agent).display_name
        self.assertIn(name, told())
        with self._refusing(self.archive, "profiling"):
            self.assertNotIn(name, told())

    def test_client_who_refuses_marketing_is_no_contact_of_a_segment(self):
        segment = self.env["insurance.segment"].create({"name": "全部"})
        domain = segment.action_open_contacts()["domain"]
        Partner = self.env["res.partner"].with_user(self.agent)
        segment.group_ids = self.env.ref("insurance_client_archive.group_agent")
        self.assertIn(self.partner, Partner.search(domain))
        with self._refusing(self.archive, "marketing"):
            self.assertNotIn(self.partner, Partner.search(domain))
        self.assertIn(
            self.archive,
            self.env["insurance.archive"].search(
                segment.with_user(self.agent).action_open_clients()["domain"]
            ),
        )

    def test_client_who_refuses_leaves_the_automated_classes(self):
        self._issued()
        self._refresh()
        self.assertTrue(self.archive.value_tier)
        with self._refusing(self.archive, "profiling"):
            self._refresh()
            self.assertFalse(self.archive.value_tier)
            self.assertFalse(self.archive.class_explanation)
        change = self.Change.search(
            [("archive_id", "=", self.archive.id), ("dimension", "=", "value_tier")],
            limit=1,
        )
        self.assertRecordValues(
            change, [{"reason": "own_wish", "new_code": False, "factors": False}]
        )

    def test_nothing_is_known_of_who_refuses_and_all_again_of_who_agrees(self):
        self._issued()
        with self._refusing(self.archive, "profiling"):
            figures = self._figures()
        self.assertFalse(figures["policies"] if "policies" in figures else None)
        self.assertFalse(any(value for key, value in figures.items() if key != "as_of"))
        self._refresh()
        self.assertTrue(self.archive.value_tier)

    def test_class_that_a_person_sets_stays(self):
        with self._refusing(self.archive, "profiling"):
            self.Override.create(
                {
                    "archive_id": self.archive.id,
                    "segment_id": self._segment("value_tier", "high").id,
                    "reason": "Asked for it",
                    "expires_on": fields.Date.add(self.today, days=30),
                }
            )
            self._refresh()
            self.assertEqual(self.archive.value_tier, "high")
            self.assertFalse(self.archive.behaviour)

    def test_who_refuses_is_not_due_every_night(self):
        with self._refusing(self.archive, "profiling"):
            self._refresh()
            due = self.Class._due_ids(
                self.today, self.archive.id - 1, self.archive.id, 9
            )
        self.assertFalse(due)

    def test_nobody_is_asked_who_does_not_want_surveys(self):
        with (
            self._refusing(self.archive, "satisfaction"),
            self.assertRaisesRegex(UserError, "does not want to be asked"),
        ):
            self.env["insurance.satisfaction"].with_user(self.agent).create(
                {"archive_id": self.archive.id, "channel": "link"}
            )

    def test_restricted_clients_are_processed_for_nothing(self):
        other = self._archive(name="王芳")
        both = self.archive | other
        self.assertEqual(both._processable("profiling"), both)
        other._write_multi([{"state": "restricted"}])
        self.env.invalidate_all()
        self.assertEqual(both._processable("profiling"), self.archive)
        self.assertFalse(both._may_process("profiling"))
        found = self.env["insurance.archive"].search(
            self.env["insurance.archive"]._may_process_domain("anything")
        )
        self.assertIn(self.archive, found)
        self.assertNotIn(other, found)
