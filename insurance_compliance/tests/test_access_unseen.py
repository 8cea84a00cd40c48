from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common_vault import ID_NUMBER

from .common_request import RequestCase

NOBODYS = "110101199003070097"


@tagged("post_install", "-at_install")
class TestAccessUnseen(RequestCase):
    """Applications for clients that the applicant must not know to exist."""

    def test_client_and_nobody_look_alike_to_the_applicant(self):
        stranger = self.env["res.partner"].create({"name": "Nobody's client"})
        for known, unknown in (
            ({"number": "T-1"}, {"number": "T-404"}),
            ({"contact_id": self.partner.id}, {"contact_id": stranger.id}),
        ):
            one = self.submitted(self.department, line_ids=[Command.create(known)])
            two = self.submitted(self.department, line_ids=[Command.create(unknown)])
            self.assertEqual(self._seen_by_applicant(one), self._seen_by_applicant(two))

    def test_key_client_does_not_show_in_the_application(self):
        plain = self._seen_by_applicant(self.submitted(self.department))
        self.archive.key_client = True
        keyed = self._seen_by_applicant(self.submitted(self.department))
        self.assertEqual(plain, keyed)

    def test_archive_that_is_meant_is_kept_from_everybody(self):
        line = self.submitted(self.department).line_ids
        for user in (self.department, self.department_head, self.compliance):
            with self.assertRaises(AccessError):
                line.with_user(user).read(["target_id"])
            with self.assertRaises(AccessError):
                line.with_user(user).search([("target_id", "=", self.archive.id)])
            with self.assertRaises(AccessError):
                line.with_user(user).search([("target_id.name", "=", "张伟")])

    def test_who_decides_sees_the_number_and_what_is_not_found(self):
        request = self.submitted(
            self.department,
            line_ids=[
                Command.create({"contact_id": self.partner.id}),
                Command.create({"number": "T-404"}),
            ],
        )
        seen = request.with_user(self.department_head)
        self.assertEqual(seen.line_ids[0].client, "T-1")
        self.assertIn("no client", seen.line_ids[1].client)
        self.assertEqual((seen.client_count, seen.missing_count), (1, 1))

    def test_name_is_shown_to_those_alone_who_may_open_the_client(self):
        request = self.submitted(self.manager)
        self.assertIn("张伟", request.with_user(self.supervisor).line_ids.client)
        self.assertNotIn("张伟", request.with_user(self.compliance).line_ids.client)

    def test_application_for_nobody_is_not_approved(self):
        request = self.submitted(
            self.department, line_ids=[Command.create({"number": "T-404"})]
        )
        with self.assertRaisesRegex(UserError, "None of the named"):
            self.approve(request, self.department_head)

    def test_what_is_not_found_is_left_out_of_the_grant(self):
        request = self.submitted(
            self.department,
            line_ids=[
                Command.create({"number": "T-1"}),
                Command.create({"number": "T-404"}),
            ],
        )
        self.approve(request, self.department_head)
        self.assertEqual(request.grant_id.archive_line_ids.archive_id, self.archive)

    def test_archive_of_somebody_else_can_not_be_chosen(self):
        with self.assertRaises(AccessError):
            self.draft(
                self.agent2, line_ids=[Command.create({"archive_id": self.archive.id})]
            )

    def test_search_by_number_offers_the_same_for_hit_and_miss(self):
        offers = []
        for number in (ID_NUMBER, NOBODYS):
            with self.calling(self.department) as env:
                offer = env[self.requests._name].apply_by_identifier(
                    "id_number", number
                )
                request = env[self.requests._name].browse(offer.pop("res_id"))
                offers.append((offer, self._seen_by_applicant(request)))
        self.assertEqual(offers[0], offers[1])
        self.assertNotIn(ID_NUMBER, str(offers))

    def test_client_found_by_number_is_granted_after_the_decision(self):
        with self.calling(self.department) as env:
            offer = env[self.requests._name].apply_by_identifier("id_number", ID_NUMBER)
            request = env[self.requests._name].browse(offer["res_id"])
            request.purpose_id = self.claim.id
        self.submit(request)
        self.approve(request, self.department_head)
        self.assertEqual(request.grant_id.archive_line_ids.archive_id, self.archive)

    def test_search_that_begins_an_application_is_recorded_and_counts(self):
        self.uses.clear()
        with self.calling(self.department) as env:
            env[self.requests._name].apply_by_identifier("id_number", NOBODYS)
        self.assertIn(("search_miss", "done"), self.actions())
        self.assertEqual(self.spent[self.department.id, "search"], 1)

    def test_own_client_found_by_number_is_offered_as_such(self):
        with self.calling(self.agent) as env:
            offer = env[self.requests._name].apply_by_identifier("id_number", ID_NUMBER)
        self.assertNotIn("res_id", offer)
        [command] = offer["context"]["default_line_ids"]
        self.assertEqual(command[2], {"archive_id": self.archive.id})

    def _seen_by_applicant(self, request):
        """Return all that the applicant can read of an application, without names."""
        own = request.with_user(request.user_id)
        own.invalidate_recordset()
        ignored = {
            "id",
            "number",
            "display_name",
            "line_ids",
            "step_ids",
            "create_date",
            "write_date",
            "date_from",
            "date_to",
            "submitted_on",
            "state_date",
            "clients_text",
            "duration",
        }
        names = own.fields_get().keys() - ignored
        lines = own.line_ids.read(["identifier", "archive_id"])
        return own.read(sorted(names), load=None)[0] | {
            "id": 0,
            "lines": [line["identifier"] for line in lines],
        }
