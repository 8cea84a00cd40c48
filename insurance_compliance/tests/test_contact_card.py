from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..contact_card import Card
from ..models.res_partner_card import CARD_FIELDS
from .common_access import AccessCase

PHONE = "+86 138 0000 4711"
SECRETS = {
    "phone": PHONE,
    "email": "canaria@example.com",
    "street": "Canary Street 4711",
    "street2": "House Canaria",
    "zip": "471147",
    "city": "Canariacity",
}


class CardCase(AccessCase):
    """The card of the agent's client, and people without access to the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write(SECRETS)
        cls.stranger = new_test_user(
            cls.env,
            "test card stranger",
            "base.group_user,base.group_partner_manager,base.group_allow_export,"
            "sales_team.group_sale_salesman_all_leads",
        )
        cls.plain = cls.env["res.partner"].create(
            {"name": "No client", "phone": "12345678", "city": "Opentown"}
        )
        cls._protect(True)

    @classmethod
    def _protect(cls, on):
        parameter = cls.env["insurance.parameter"].search(
            [("key", "=", "contact_card_protection")]
        )
        parameter.value = str(on)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _as_stranger(self, record=None):
        self.env.invalidate_all()
        record = self.partner if record is None else record
        return record.with_user(self.stranger)

    def _texts(self, records):
        """Return the texts of these records, as the web client would read them."""
        return records.read(
            [
                name
                for name, field in records._fields.items()
                if field.type in ("char", "text", "html", "many2one", "selection")
                and not field.groups
                and not name.startswith("insurance_")
            ]
        )

    def assertHidden(self, answer):
        for secret in SECRETS.values():
            self.assertNotIn(secret, str(answer))


@tagged("post_install", "-at_install")
class TestContactCard(CardCase):
    def test_all_fields_of_the_card_are_of_the_class_that_hides(self):
        for name in CARD_FIELDS:
            self.assertIsInstance(self.env["res.partner"]._fields[name], Card, name)
        for name in ("phone", "email_from", "street", "zip", "city"):
            self.assertIsInstance(self.env["crm.lead"]._fields[name], Card, name)
        for name in ("login", *CARD_FIELDS):
            self.assertIsInstance(self.env["res.users"]._fields[name], Card, name)

    def test_no_field_of_another_model_takes_the_card_as_superuser(self):
        # about employees and the own company, whose cards are not hidden
        colleagues = {"res.company", "resource.resource", "crm.team.member"}
        sources = CARD_FIELDS | {"email_formatted", "contact_address", "login"}
        open_ways = set()
        for name, model in self.env.items():
            for field in model._fields.values():
                *path, last = (field.related or "").split(".")
                if last not in sources or not field.compute_sudo:
                    continue
                source = model
                for step in path:
                    source = source[step]
                if source._name in ("res.partner", "res.users", "crm.lead"):
                    open_ways.add(name)
        # a link for payment is made for the document that asks for it
        self.assertLessEqual(open_ways, colleagues | {"payment.link.wizard"})

    def test_followers_and_attendees_show_nothing(self):
        self.partner.message_subscribe(partner_ids=self.partner.ids)
        event = self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": "2030-01-01 10:00:00",
                "stop": "2030-01-01 11:00:00",
                "partner_ids": [(6, 0, self.partner.ids)],
            }
        )
        for records in (self.partner.message_follower_ids, event.attendee_ids):
            self.assertEqual(records.sudo()[0].email, SECRETS["email"])
            seen = self._as_stranger(records)
            self.assertHidden(self._texts(seen))
            self.assertFalse(seen.search([("email", "=", SECRETS["email"])]))
            self.assertEqual(seen.sudo()[0].email, SECRETS["email"])

    def test_users_read_before_by_strangers_are_whole_for_superuser_code(self):
        portal = new_test_user(
            self.env,
            "canaria portal",
            "base.group_portal",
            partner_id=self.partner.id,
            name="张伟",
        )
        self.partner.email = SECRETS["email"]
        self.assertFalse(self._as_stranger(portal).email)
        self.assertEqual(self._as_stranger(portal).sudo().email, SECRETS["email"])

    def test_reading_shows_nothing(self):
        partner = self._as_stranger()
        self.assertHidden(self._texts(partner))
        self.assertHidden(partner.web_read({name: {} for name in SECRETS}))
        self.assertHidden(partner.mapped("phone") + partner.mapped("email"))
        self.assertEqual(partner.name, "张伟")

    def test_what_superuser_code_read_before_shows_nothing(self):
        partner = self._as_stranger()
        self.assertEqual(partner.sudo().phone, PHONE)
        self.assertEqual(partner.sudo().contact_address.count("Canary"), 1)
        self.assertHidden(self._texts(partner))
        self.assertHidden([partner.contact_address, partner.email_formatted])

    def test_what_a_stranger_read_before_is_whole_for_superuser_code(self):
        partner = self._as_stranger()
        self.assertFalse(partner.phone)
        self.assertEqual(partner.sudo().phone, PHONE)
        self.assertIn("Canary", partner.sudo().contact_address)

    def test_those_with_access_see_the_card(self):
        for user in (self.agent, self.manager, self.supervisor):
            self.env.invalidate_all()
            self.assertEqual(self.partner.with_user(user).phone, PHONE, user.name)

    def test_roles_without_the_contact_slice_see_nothing(self):
        for user in (
            self.agent2,
            self.department,
            self.compliance,
            self.insurance_admin,
            self.env.ref("base.user_admin"),
        ):
            self.env.invalidate_all()
            self.assertHidden(self.partner.with_user(user).read(list(SECRETS)))

    def test_grant_of_the_contact_slice_opens_the_card(self):
        self._grant(self.department, ["contact"], self.archive)
        self.env.invalidate_all()
        self.assertEqual(self.partner.with_user(self.department).phone, PHONE)

    def test_grant_of_another_slice_does_not(self):
        self._grant(self.department, ["claims"], self.archive)
        self.env.invalidate_all()
        self.assertFalse(self.partner.with_user(self.department).phone)

    def test_other_contacts_are_not_touched(self):
        plain = self._as_stranger(self.plain)
        self.assertEqual(plain.phone, "12345678")
        self.assertIn(plain, plain.search([("city", "=", "Opentown")]))

    def test_contacts_of_a_client_are_hidden_with_it(self):
        child = self.env["res.partner"].create(
            {"name": "Office", "parent_id": self.partner.id, "phone": PHONE}
        )
        self.assertHidden(self._as_stranger(child).read(["phone"]))

    def test_colleagues_who_are_clients_stay_reachable(self):
        self.accountant.partner_id.write({"name": "Anna Account", "phone": PHONE})
        self._archive(partner_id=self.accountant.partner_id.id)
        self.assertTrue(self._as_stranger(self.accountant.partner_id).phone)

    def test_search_finds_nothing(self):
        Partner = self._as_stranger(self.env["res.partner"])
        for name, secret in SECRETS.items():
            for domain in (
                [(name, "=", secret)],
                [(name, "ilike", secret[:6])],
                [(name, "in", [secret, "x"])],
                [(name, "!=", False), ("id", "=", self.partner.id)],
                [(name, "=like", secret[:5] + "%")],
                [(name, ">=", secret), ("id", "=", self.partner.id)],
                [("child_ids", "=", False), (name, "like", secret)],
            ):
                self.assertNotIn(self.partner.id, Partner.search(domain).ids, domain)
            self.assertIn(
                self.partner.id, Partner.search([(name, "not ilike", secret)]).ids
            )

    def test_search_of_those_with_access_finds_the_client(self):
        Partner = self.env["res.partner"].with_user(self.agent)
        for name, secret in SECRETS.items():
            found = Partner.search([(name, "ilike", secret)])
            self.assertIn(self.partner.id, found.ids, name)

    def test_phone_number_search_finds_nothing(self):
        Partner = self._as_stranger(self.env["res.partner"])
        for value in ("+8613800004711", "138 0000", "13800004711"):
            found = Partner.search([("phone_mobile_search", "ilike", value)])
            self.assertNotIn(self.partner.id, found.ids, value)
        found = self.env["res.partner"].search(
            [("phone_mobile_search", "ilike", "13800004711")]
        )
        self.assertIn(self.partner.id, found.ids)

    def test_name_search_by_mail_finds_nothing(self):
        Partner = self._as_stranger(self.env["res.partner"])
        self.assertFalse(Partner.name_search("canaria@example.com"))
        self.assertTrue(Partner.name_search("张伟"))

    def test_groups_totals_and_order_show_nothing(self):
        Partner = self._as_stranger(self.env["res.partner"])
        domain = [("id", "in", (self.partner | self.plain).ids)]
        for name in ("city", "zip", "phone", "email"):
            self.assertHidden(Partner.formatted_read_group(domain, [name]))
            self.assertHidden(
                Partner.formatted_read_group(domain, [], [f"{name}:array_agg"])
            )
        ordered = Partner.search(domain, order="city, id")
        self.assertEqual(ordered[0].id, self.plain.id)
        self.assertHidden(Partner.search_read(domain, list(SECRETS), order="phone"))

    def test_export_shows_nothing(self):
        partner = self._as_stranger()
        self.assertHidden(partner.export_data([*SECRETS, "display_name"]))

    def test_labels_show_nothing(self):
        partner = self._as_stranger().with_context(show_address=1, show_email=1)
        self.assertHidden(partner.display_name)
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.partner.id, "user_id": self.stranger.id}
        )
        lead = self._as_stranger(lead).with_context(show_address=1, show_email=1)
        self.assertHidden(lead.read(["partner_id"]))
        self.assertHidden(
            lead.web_read({"partner_id": {"fields": {"display_name": {}, "phone": {}}}})
        )
        formatted = partner.with_context(formatted_display_name=True)
        self.assertHidden(formatted.name_search("张伟"))

    def test_opportunities_of_the_client_show_nothing(self):
        lead = (
            self.env["crm.lead"]
            .with_user(self.stranger)
            .create({"name": "L", "partner_id": self.partner.id})
        )
        self.assertHidden(self._texts(self._as_stranger(lead)))
        known = self.env["crm.lead"].create(
            {"name": "K", "partner_id": self.partner.id}
        )
        self.assertEqual(known.phone, PHONE)
        self.assertHidden(self._texts(self._as_stranger(known)))
        Lead = self._as_stranger(self.env["crm.lead"])
        self.assertNotIn(known.id, Lead.search([("phone", "ilike", "4711")]).ids)
        self.assertNotIn(
            known.id, Lead.search([("phone_mobile_search", "ilike", "13800004711")]).ids
        )
        self.assertHidden(Lead.formatted_read_group([], ["city"]))
        self.assertEqual(known.with_user(self.agent).sudo().phone, PHONE)

    def test_form_of_a_new_opportunity_shows_nothing(self):
        Lead = self._as_stranger(self.env["crm.lead"])
        spec = {
            name: {}
            for name in ("phone", "email_from", "street", "zip", "city", "partner_name")
        }
        answer = Lead.onchange(
            {"partner_id": self.partner.id}, ["partner_id"], {"partner_id": {}, **spec}
        )
        self.assertHidden(answer)

    def test_copy_carries_nothing_along(self):
        copied = self._as_stranger().copy()
        self.assertHidden(copied.sudo().read(list(SECRETS)))

    def test_users_in_the_portal_show_no_login(self):
        portal = new_test_user(
            self.env,
            "canaria@example.com",
            "base.group_portal",
            partner_id=self.partner.id,
            name="张伟",
        )
        self.partner.email = SECRETS["email"]
        user = self._as_stranger(portal)
        self.assertHidden(self._texts(user))
        Users = self._as_stranger(self.env["res.users"])
        for name in (*SECRETS, "partner_id.email"):
            secret = SECRETS[name.rpartition(".")[2]]
            self.assertFalse(Users.search([(name, "=", secret)]), name)
        for name in ("login", "email", "phone"):
            self.assertHidden(Users.formatted_read_group([], [name]))
        users = portal | self.stranger
        self.stranger.partner_id.phone = "555666777"
        for name in ("login", "email", "phone"):
            ordered = Users.search(
                [("id", "in", users.ids)], order=f"{name} nulls last"
            )
            self.assertEqual(ordered[-1].id, portal.id, name)
        self.assertFalse(Users.search([("login", "=", "canaria@example.com")]))
        self.assertFalse(Users.name_search("canaria@example.com"))
        own = portal.with_user(portal)
        self.assertEqual(own.login, "canaria@example.com")
        self.assertEqual(own.partner_id.phone, PHONE)

    def test_suggested_recipients_and_mentions_show_nothing(self):
        partner = self._as_stranger()
        self.assertHidden(partner._message_get_suggested_recipients())
        self.assertHidden(partner.get_mention_suggestions("张伟"))
        self.assertHidden(partner.search_for_channel_invite("张伟"))

    def test_changes_in_the_chatter_show_nothing(self):
        partner = self.partner.with_context(tracking_disable=False)
        partner.phone = "+86 139 9999 9999"
        self.env.flush_all()
        self.env.cr.flush()
        values = self.env["mail.tracking.value"].search(
            [("mail_message_id", "in", partner.message_ids.ids)]
        )
        self.assertTrue(values)
        self.assertFalse(self._as_stranger()._track_filter_for_display(values))
        own = self.partner.with_user(self.agent)
        self.assertTrue(own._track_filter_for_display(values))

    def test_card_printed_in_a_template_shows_nothing(self):
        template = self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "key": "insurance_compliance.test_card",
                "arch": """<t t-name="insurance_compliance.test_card"><div>
                    <span t-field="user.partner_id" t-options='{"widget": "contact"}'/>
                    <span t-out="partner" t-options='{"widget": "contact"}'/>
                    <span t-field="partner.phone"/><span t-out="partner.email"/>
                    <span t-field="partner.self" t-options='{"widget": "contact"}'/>
                </div></t>""",
            }
        )
        partner = self._as_stranger()
        html = (
            self.env["ir.qweb"]
            .with_user(self.stranger)
            ._render(template.id, {"partner": partner, "user": self.stranger})
        )
        self.assertHidden(html)

    def test_visiting_card_shows_nothing(self):
        self.assertHidden(self._as_stranger()._get_vcard_file().decode())

    def test_nobody_overwrites_what_they_do_not_see(self):
        partner = self._as_stranger()
        with self.assertRaises(UserError):
            partner.write({"phone": "1"})
        partner.write({"comment": "A note"})
        self.partner.with_user(self.agent).write({"phone": "+86 139 9999 9999"})
        lead = self.env["crm.lead"].create({"name": "K", "partner_id": self.partner.id})
        self._as_stranger(lead).write({"phone": "1", "email_from": "x@example.com"})
        self.assertEqual(self.partner.phone, "+86 139 9999 9999")

    def test_contact_added_below_keeps_the_address(self):
        self.partner.is_company = True
        child = self.env["res.partner"].with_user(self.stranger)
        child = child.create({"name": "Office", "parent_id": self.partner.id})
        self.assertEqual(child.sudo().street, SECRETS["street"])
        self.assertHidden(self._as_stranger(child).read(["street"]))

    def test_context_of_the_caller_opens_nothing(self):
        for value in (True, 1, "UNMASKED", "UNMASKED_KEY"):
            partner = self._as_stranger().with_context(
                insurance_unmasked_card=value, show_address=1
            )
            self.assertHidden(partner.read([*SECRETS, "display_name"]))
            self.assertFalse(partner.search([("phone", "=", PHONE)]))

    def test_handed_over_client_changes_sight_at_once(self):
        own = self.partner.with_user(self.agent)
        self.assertEqual(own.phone, PHONE)
        self.archive.agent_id = self.agent2
        self.archive.team_id = self.team_b
        self.assertFalse(own.phone)

    def test_restricted_client_is_hidden_from_the_agent(self):
        self.archive.sudo()._write_multi([{"state": "restricted"}])
        self.env.invalidate_all()
        self.assertFalse(self.partner.with_user(self.agent).phone)


@tagged("post_install", "-at_install")
class TestContactCardOff(CardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._protect(False)

    def test_everybody_sees_contacts_as_ever(self):
        partner = self._as_stranger()
        self.assertEqual(partner.phone, PHONE)
        self.assertIn(partner, partner.search([("phone", "=", PHONE)]))
        self.assertIn("Canary", partner.with_context(show_address=1).display_name)
        partner.phone = "+86 139 9999 9999"

    def test_reading_a_list_takes_no_query_more(self):
        partners = self._as_stranger(self.env["res.partner"]).search([], limit=80)
        self.env.invalidate_all()
        self.env["insurance.parameter"]._get("contact_card_protection")
        partners.has_access("read")
        with self.assertQueryCount(1):
            partners.read(["phone", "email", "street", "zip", "city"])

    def test_setting_switches_it(self):
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.contact_card_protection)
        settings.contact_card_protection = True
        settings.execute()
        self.assertFalse(self._as_stranger().phone)
        change = (
            self.env["insurance.parameter"]
            .search([("key", "=", "contact_card_protection")])
            .change_ids
        )
        self.assertTrue(change)
