from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_access import AccessCase
from .common_consent import give_consent

SECRET = {
    "income_band": "financial",
    "asset_band": "financial",
    "health_grade": "health",
    "phone": "contact",
    "city": "contact",
}


@tagged("post_install", "-at_install")
class TestSlicesRead(AccessCase):
    """A field of a closed slice is empty, however one asks for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bands = dict(cls.env["insurance.band"]._selection("income"))
        assets = dict(cls.env["insurance.band"]._selection("asset"))
        cls.values = {
            "income_band": list(bands)[1],
            "asset_band": list(assets)[1],
            "health_grade": "c",
            "phone": "+86 139 1234 0000",
            "city": "Canaryville",
        }
        cls.archive.write(cls.values)
        policy = cls._policy()
        policy.flush_recordset()
        cls.env.cr.execute(
            "UPDATE insurance_policy SET state = 'active' WHERE id = %s", [policy.id]
        )
        policy.invalidate_recordset()
        cls.claim = cls.env["insurance.claim"].create(
            {
                "policy_id": policy.id,
                "kind": "medical",
                "event_date": fields.Date.today(),
                "claimed_amount": 4711,
            }
        )
        cls.document = cls.env["insurance.document"].create(
            {
                "archive_id": cls.archive.id,
                "type_id": cls.env["insurance.document.type"].search([], limit=1).id,
            }
        )
        give_consent(cls.archive, "profiling")
        cls._grant(cls.department, ["basic"], cls.archive)
        cls.env.flush_all()

    def _of(self, user):
        return self._as(user).browse(self.archive.id)

    def _closed_to(self, user):
        opened = self._of(user)._open_slices()[self._of(user)]
        return [name for name, slice_ in SECRET.items() if slice_ not in opened]

    def _users(self):
        return self.department | self.agent

    def test_reads_are_empty(self):
        for user in self._users():
            archive, names = self._of(user), self._closed_to(user)
            self.assertTrue(names)
            with self.subTest(user.login):
                self.assertFalse(any(archive[name] for name in names))
                [row] = archive.read(list(SECRET))
                for name, value in self.values.items():
                    self.assertEqual(row[name], False if name in names else value)
                found = archive.search_read([("id", "=", archive.id)], names)
                self.assertFalse(any(found[0][name] for name in names))
                [row] = archive.web_read({name: {} for name in names})
                self.assertFalse(any(row[name] for name in names))
                self.assertFalse(any(archive.mapped(names[0])))

    def test_exports_are_empty(self):
        for user in self._users():
            user.group_ids += self.env.ref("base.group_allow_export")
            archive = self._of(user).with_context(insurance_purpose="claim")
            names = self._closed_to(user)
            rows = archive.export_data(names)["datas"]
            self.assertEqual(rows, [[""] * len(names)])

    def test_searches_find_what_is_closed_only_as_empty(self):
        for user in self._users():
            for name in self._closed_to(user):
                value = self.values[name]
                mine = [("id", "=", self.archive.id)]
                found = {
                    domain: bool(self._as(user).search([*mine, domain]))
                    for domain in (
                        (name, "=", value),
                        (name, "in", (value,)),
                        (name, "ilike", value[:4]),
                        (name, "!=", False),
                        (name, "=", False),
                        (name, "!=", value),
                    )
                }
                with self.subTest(user.login, name=name):
                    self.assertEqual(
                        list(found.values()), [False, False, False, False, True, True]
                    )

    def test_searches_of_an_open_slice_find(self):
        for name in SECRET:
            self._grant(self.agent, [SECRET[name]], standing=True)
        for name, value in self.values.items():
            found = self._as(self.agent).search([(name, "=", value)])
            self.assertIn(self.archive.id, found.ids, name)
            found = self._as(self.agent).search([(name, "=", False)])
            self.assertNotIn(self.archive.id, found.ids, name)

    def test_groups_totals_and_order_show_nothing(self):
        for user in self._users():
            for name in self._closed_to(user):
                if SECRET[name] == "contact":
                    continue  # the ORM makes no SQL of a field of the contact
                mine = [("id", "=", self.archive.id)]
                Archive = self._as(user)
                with self.subTest(user.login, name=name):
                    groups = Archive._read_group(mine, [name], ["__count"])
                    self.assertEqual(groups, [(False, 1)])
                    [(values,)] = Archive._read_group(mine, [], [f"{name}:array_agg"])
                    self.assertFalse(any(values))
                    groups = Archive.formatted_read_group(mine, [name], ["__count"])
                    self.assertFalse(groups[0][name])

    def test_order_by_a_closed_field_tells_nothing(self):
        other = self._archive(health_grade="a", agent_id=self.agent.id)
        mine = [("id", "in", (self.archive | other).ids)]
        for order in ("health_grade, id", "health_grade desc, id"):
            found = self._as(self.agent).search(mine, order=order)
            self.assertEqual(found.ids, sorted(found.ids))

    def test_contact_and_opportunity_show_no_closed_field(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Opportunity",
                "partner_id": self.partner.id,
                "user_id": self.agent.id,
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        partner = self.partner.with_user(self.agent)
        self.assertEqual(partner.insurance_archive_id.id, self.archive.id)
        self.assertFalse(partner.insurance_health_grade)
        self.assertFalse(partner.insurance_income_band)
        found = partner.search(
            [("insurance_health_grade", "=", "c"), ("id", "=", partner.id)]
        )
        self.assertFalse(found)
        found = lead.with_user(self.agent).search(
            [("insurance_archive_id.health_grade", "=", "c")]
        )
        self.assertFalse(found)

    def test_server_keeps_seeing_what_the_user_does_not(self):
        """Neither side takes from the other's memory."""
        archive = self._of(self.agent)
        self.assertFalse(archive.health_grade)
        self.assertEqual(archive.sudo().health_grade, "c")
        self.assertFalse(archive.health_grade)
        self.env.invalidate_all()
        self.assertEqual(archive.sudo().health_grade, "c")
        self.assertFalse(archive.health_grade)
        archive.write({"employer": "Somebody"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.archive.health_grade, "c")

    def test_form_opens_and_saves_with_closed_slices(self):
        archive = self._of(self.agent)
        with Form(archive) as form:
            self.assertFalse(form.health_grade)
            form.employer = "Somebody"
        self.env.invalidate_all()
        self.assertEqual(self.archive.employer, "Somebody")
        self.assertEqual(self.archive.health_grade, "c")
        self.assertEqual(self.archive.income_band, self.values["income_band"])

    def test_records_of_closed_slices_are_not_there(self):
        for user in self._users():
            archive = self._of(user)
            for record in (self.claim, self.document):
                with self.subTest(user.login, model=record._name):
                    seen = record.with_user(user)
                    mine = [("archive_id", "=", self.archive.id)]
                    self.assertFalse(seen.search(mine))
                    self.assertEqual(seen.search_count(mine), 0)
                    with (
                        mute_logger("odoo.addons.base.models.ir_rule"),
                        self.assertRaises(AccessError),
                    ):
                        seen.read(["archive_id"])
            self.assertFalse(archive.claim_ids)
            self.assertFalse(archive.claim_count)
            self.assertFalse(archive.document_ids)

    def test_records_of_an_open_slice_are_there(self):
        self._grant(self.department, ["claims"], self.archive)
        claim = self.claim.with_user(self.department)
        self.env.invalidate_all()
        self.assertEqual(claim.search([("archive_id", "=", self.archive.id)]), claim)
        self.assertEqual(self._of(self.department).claim_count, 1)
        self.assertFalse(self._of(self.department).document_ids)

    def test_history_of_closed_fields_is_closed(self):
        self.archive.write({"health_grade": "d", "employer": "New"})
        self.archive.partner_id.phone = "+86 139 9999 0000"
        names = {
            user: set(self._of(user).change_ids.mapped("field_name"))
            for user in self._users()
        }
        self.assertIn("employer", names[self.agent])
        self.assertIn("phone", names[self.agent])
        self.assertNotIn("health_grade", names[self.agent])
        self.assertIn("employer", names[self.department])
        self.assertNotIn("phone", names[self.department])

    def test_figures_of_closed_slices_are_empty(self):
        self.env["insurance.client.class"]._refresh(self.archive.ids)
        row = self.env["insurance.client.feature"].search(
            [("archive_id", "=", self.archive.id)]
        )
        self.assertEqual(row.health_grade, "c")
        self.env.invalidate_all()
        mine = row.with_user(self.agent)
        self.assertFalse(mine.health_grade)
        self.assertFalse(mine._values(row.id)["health_grade"])
        self.assertFalse(mine.search([("health_grade", "=", "c")]))
        groups = mine._read_group(
            [("id", "=", row.id)], ["income_band"], ["claims_36m:sum"]
        )
        self.assertEqual(
            groups, [(False, 0)] if groups[0][1] == 0 else [(False, False)]
        )
        archive = self._of(self.agent)
        self.assertFalse(archive.class_explanation)
        portrait = archive.portrait()
        self.assertFalse(portrait["radar"])
        self.assertFalse(portrait["classes"])

    def test_portrait_is_whole_where_all_is_open(self):
        self.env["insurance.client.class"]._refresh(self.archive.ids)
        self._grant(self.agent, self.all_slices, standing=True)
        portrait = self._of(self.agent).portrait()
        self.assertTrue(portrait["radar"])
        self.assertTrue(portrait["classes"])
