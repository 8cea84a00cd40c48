import csv
import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_use_log import UseLogCase

MODULE = "insurance_client_archive"
PURPOSE = {"insurance_purpose": "claim"}


@tagged("post_install", "-at_install")
class TestExportPurpose(UseLogCase):
    """Client data leave the screen for a stated purpose, which is recorded first."""

    def setUp(self):
        super().setUp()
        self.agent.group_ids |= self.env.ref("base.group_allow_export")
        self.uses()

    def export(self, records, *paths, user=None, **context):
        exported = records.with_user(user or self.agent).with_context(**context)
        return exported.export_data(list(paths))["datas"]

    def exports(self):
        return [use for use in self.uses() if use["action"] == "export"]

    def assert_purpose_asked(self, records, *paths):
        with self.assertRaisesRegex(UserError, "insurance_purpose"):
            self.export(records, *paths)
        self.assertFalse(self.exports())

    def test_without_a_purpose_no_client_data_are_exported(self):
        self.assert_purpose_asked(self.archive, "name")
        self.assert_purpose_asked(self._policy(), "number")
        self.assert_purpose_asked(self.partner, "name", "insurance_gender")
        self.assert_purpose_asked(self.partner, "insurance_archive_id/gender")

    def test_a_way_through_another_model_is_found(self):
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.partner.id, "user_id": self.agent.id}
        )
        self.assert_purpose_asked(lead, "name", "partner_id/insurance_gender")
        self.assert_purpose_asked(lead, "partner_id/insurance_archive_id/state")
        child = self.env["res.partner"].create(
            {"name": "Child", "parent_id": self.partner.id}
        )
        self.assert_purpose_asked(child, "parent_id/insurance_archive_id.id")

    def test_other_data_need_no_purpose(self):
        self.assertTrue(self.export(self.partner, "name", "country_id/name"))
        self.assertTrue(self.export(self.env.company, "name", user=self.accountant))
        self.assertFalse(self.exports())

    def test_a_contact_of_nobody_needs_no_purpose(self):
        nobody = self.env["res.partner"].create({"name": "No client"})
        self.assertTrue(self.export(nobody, "name", "insurance_gender"))

    def test_the_purpose_is_recorded_with_the_fields(self):
        rows = self.export(self.archive, "name", "gender", **PURPOSE)
        self.assertEqual(rows[0][0], "张伟")
        (use,) = self.exports()
        self.assertEqual((use["purpose"], use["content"]), ("claim", "gender,name"))
        self.assertEqual((use["user_id"], use["archive_id"]), self.who())

    def who(self):
        return self.agent.id, self.archive.id

    def test_a_made_up_purpose_is_refused(self):
        with self.assertRaises(UserError):
            self.export(self.archive, "name", insurance_purpose="curiosity")

    def test_a_purpose_that_asks_for_words_wants_them(self):
        with self.assertRaises(UserError):
            self.export(self.archive, "name", insurance_purpose="audit")
        words = {"insurance_purpose": "audit", "insurance_purpose_text": "Audit of May"}
        self.assertTrue(self.export(self.archive, "name", **words))
        (use,) = self.exports()
        self.assertTrue(use["note_hash"])

    def test_an_export_that_is_refused_is_no_export(self):
        self.agent2.group_ids |= self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            self.export(self.archive, "name", user=self.agent2, **PURPOSE)
        self.assertEqual([use["result"] for use in self.exports()], [])

    def test_a_user_without_the_right_to_export_is_recorded_as_denied(self):
        self.agent.group_ids -= self.env.ref("base.group_allow_export")
        with self.assertRaises(UserError):
            self.export(self.archive, "name", **PURPOSE)
        (use,) = self.exports()
        self.assertEqual(use["result"], "denied")

    def test_terms_are_asked_for_client_data_alone(self):
        purposes = self.env["insurance.purpose"].with_user(self.agent)
        self.assertTrue(purposes.export_terms("insurance.policy", ["number"]))
        self.assertTrue(purposes.export_terms("res.partner", ["insurance_gender"]))
        self.assertFalse(purposes.export_terms("res.partner", ["name"]))
        self.assertFalse(purposes.export_terms("no.such.model", ["name"]))
        self.assertFalse(purposes.print_terms("no_such.report"))


@tagged("post_install", "-at_install")
class TestExportHttp(HttpCase):
    """The export as the browser asks for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = new_test_user(
            cls.env,
            "export agent",
            f"base.group_user,base.group_allow_export,{MODULE}.group_agent",
        )
        cls.archive = cls.env["insurance.archive"].create(
            {
                "name": "王小明",
                "agent_id": cls.agent.id,
                "employer": "=HYPERLINK(1)",
                "intent_note": "@cmd",
            }
        )

    def setUp(self):
        super().setUp()
        self.authenticate(self.agent.login, self.agent.login)

    def export(self, kind, context=None, model="insurance.archive", names=None):
        names = names or ["employer", "intent_note"]
        data = {
            "model": model,
            "fields": [{"name": name, "label": name} for name in names],
            "ids": self.archive.ids,
            "domain": [],
            "import_compat": False,
            "context": {"lang": "en_US", **(context or {})},
        }
        return self.url_open(
            f"/web/export/{kind}",
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )

    def test_the_browser_states_the_purpose(self):
        with mute_logger("odoo.addons.web.controllers.export", "odoo.http"):
            refused = self.export("csv")
        self.assertEqual(refused.status_code, 500)
        self.assertIn("Say what you need the data for", refused.text)
        self.assertEqual(self.export("csv", PURPOSE).status_code, 200)

    def test_no_cell_of_a_csv_is_a_formula(self):
        rows = list(csv.reader(io.StringIO(self.export("csv", PURPOSE).text)))
        self.assertEqual(rows[1], ["'=HYPERLINK(1)", "'@cmd"])

    def test_no_cell_of_a_workbook_is_a_formula(self):
        content = self.export("xlsx", PURPOSE).content
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        self.assertNotIn("<f>", sheet)

    def pivot(self, **stated):
        table = {
            "title": "Clients",
            "model": "insurance.archive",
            "measure_count": 1,
            "col_group_headers": [[{"title": "=A1", "width": 1, "height": 1}]],
            "measure_headers": [{"title": "Count", "is_bold": False}],
            "rows": [{"title": "=1+1", "indent": 0, "values": [{"value": "@x"}]}],
        }
        return self.url_open(
            "/web/pivot/export_xlsx",
            data={
                "data": json.dumps(table),
                "csrf_token": Request.csrf_token(self),
                **stated,
            },
        )

    def test_a_table_is_taken_away_for_a_purpose_and_without_formulas(self):
        with mute_logger("odoo.http"):
            self.assertNotEqual(self.pivot().status_code, 200)
        reply = self.pivot(**PURPOSE)
        self.assertEqual(reply.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(reply.content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        self.assertNotIn("<f>", sheet)


@tagged("post_install", "-at_install")
class TestExportTour(UseLogCase, HttpCase):
    """The export dialog asks what for."""

    def test_the_browser_asks_for_the_purpose_before_it_exports(self):
        self.agent.group_ids |= self.env.ref("base.group_allow_export")
        # Odoo's own route does not know the token that Odoo's own client sends
        with mute_logger("odoo.http"):
            self.start_tour("/odoo/clients", "insurance_export", login=self.agent.login)
        exports = [use for use in self.rows() if use["action"] == "export"]
        self.assertEqual(len(exports), 1)
        self.assertEqual(exports[0]["purpose"], "claim")
        self.assertEqual(exports[0]["archive_id"], self.archive.id)
