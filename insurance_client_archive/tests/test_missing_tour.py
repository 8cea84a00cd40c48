from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestMissingTour(ArchiveCase, HttpCase):
    def test_what_is_missing_leads_to_where_it_is_entered(self):
        """A field on another page, a paper and a person, each by one click."""
        Requirement = self.env["insurance.requirement"]
        for name in ("employer", "intent_level"):
            field = self.env["ir.model.fields"]._get("insurance.archive", name)
            Requirement.create({"what": "field", "field_id": field.id})
        Requirement.create({"what": "person", "relation": "spouse"})
        paper = self.env["insurance.document.type"].create(
            {"code": "TOUR", "name": "Tour paper"}
        )
        Requirement.create({"what": "paper", "document_type_id": paper.id})
        self.start_tour(
            f"/odoo/clients/{self.archive.id}",
            "insurance_missing",
            login=self.agent.login,
        )
        self.assertEqual(self.archive.employer, "Tour employer")
        self.assertEqual(self.archive.document_ids.type_id, paper)
        self.assertEqual(self.archive.related_person_ids.relation, "spouse")
        self.assertEqual(self.archive.completeness, 75)

    def test_archivist_sees_what_is_missing_without_buttons(self):
        field = self.env["ir.model.fields"]._get("insurance.archive", "employer")
        self.env["insurance.requirement"].create(
            {"what": "field", "field_id": field.id}
        )
        self.archive.sudo()._write_multi([{"state": "entered"}])
        self.start_tour(
            f"/odoo/clients/{self.archive.id}",
            "insurance_missing_readonly",
            login=self.archivist.login,
        )

    def test_review_is_verified_from_the_queue(self):
        self.archive.block_ids.checked_on = "2026-01-10"
        self.archive._schedule_reviews()
        self.start_tour(
            "/odoo/client-reviews", "insurance_verify", login=self.agent.login
        )
        self.assertEqual(self.archive.accuracy_checked_on, fields.Date.today())
