from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import MODULE, ArchiveCase

CORE_FORMS = {
    "res.partner": "base.view_partner_form",
    "crm.lead": "crm.crm_lead_view_form",
}


def specification(model, node):
    """Return what the web client asks for when it opens this part of a view."""
    fields_spec = {}
    for child in node.iterdescendants("field"):
        if next(child.iterancestors("field"), None) not in (None, node):
            continue
        name = child.get("name")
        field = model._fields[name]
        fields_spec[name] = {}
        if field.relational:
            subview = next((part for part in child if part.tag != "field"), None)
            comodel = model.env[field.comodel_name]
            nested = {} if subview is None else specification(comodel, child)
            if field.type == "many2one" or not nested:
                nested = {"display_name": {}}
            fields_spec[name] = {"fields": nested}
    return fields_spec


class ViewCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Family cover",
                "partner_id": cls.partner.id,
                "user_id": cls.agent.id,
                "team_id": cls.team_a.id,
            }
        )
        cls.env["insurance.related.person"].create(
            {"archive_id": cls.archive.id, "name": "王芳", "relation": "spouse"}
        )
        cls.talk = cls.env["insurance.interaction"].create(
            {"archive_id": cls.archive.id, "lead_id": cls.lead.id}
        )
        cls.roles = (
            cls.agent
            | cls.agent2
            | cls.manager
            | cls.supervisor
            | cls.department
            | cls.department_head
            | cls.archivist
            | cls.compliance
            | cls.insurance_admin
            | cls.accountant
            | cls.env.ref("base.user_admin")
        )

    def _specification(self, model, view_type, view_id=False):
        views = model.get_views([(view_id, view_type)])["views"]
        arch = etree.fromstring(views[view_type]["arch"])
        return specification(model, arch)

    def _form_specification(self, model, xmlid):
        return self._specification(model, "form", self.env.ref(xmlid).id)


@tagged("post_install", "-at_install")
class TestViews(ViewCase):
    def test_every_menu_opens_for_the_roles_that_see_it(self):
        seen = 0
        for user in self.roles:
            for action in self._visible_actions(user):
                model = self.env[action.res_model].with_user(user)
                for view_id, view_type in action.views:
                    with self.subTest(
                        user=user.login, action=action.name, view=view_type
                    ):
                        self._open_view(model, view_type, view_id)
                        seen += 1
        self.assertGreater(seen, 100)

    def _visible_actions(self, user):
        ours = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.menu"), ("module", "=", MODULE)]
        )
        shown = self.env["ir.ui.menu"].with_user(user).load_menus(debug=False)
        menus = self.env["ir.ui.menu"].browse(
            res_id for res_id in ours.mapped("res_id") if res_id in shown
        )
        # others, such as a search dialog, open no view
        return [
            menu.action
            for menu in menus
            if menu.action and menu.action._name == "ir.actions.act_window"
        ]

    def _open_view(self, model, view_type, view_id):
        fields_spec = self._specification(model, view_type, view_id)
        if view_type != "form":
            model.web_search_read([], fields_spec, limit=5)
            return
        record = model.search([], limit=1)
        record.web_read(fields_spec)
        if model.has_access("create") and not model.is_transient():
            model.onchange({}, [], fields_spec)

    def test_contact_and_opportunity_open_for_everybody(self):
        for user in self.roles:
            for record in self.partner | self.env["res.partner"].search([], limit=3):
                self._read_core_form(record, user)
            if self.lead.with_user(user).has_access("read"):
                self._read_core_form(self.lead, user)

    def _read_core_form(self, record, user):
        with self.subTest(user=user.login, record=record):
            record = record.with_user(user)
            fields_spec = self._form_specification(record, CORE_FORMS[record._name])
            record.web_read(fields_spec)

    def test_outsiders_have_no_insurance_on_the_contact_form(self):
        view = self.env.ref(CORE_FORMS["res.partner"])
        for user in self.accountant | self.env.ref("base.user_demo", False):
            partners = self.env["res.partner"].with_user(user)
            arch = partners.get_views([(view.id, "form")])["views"]["form"]["arch"]
            self.assertNotIn("insurance", arch)

    def test_another_agent_sees_no_trace_on_the_contact_form(self):
        fields_spec = self._form_specification(
            self.partner.with_user(self.agent2), CORE_FORMS["res.partner"]
        )
        values = self.partner.with_user(self.agent2).web_read(fields_spec)[0]
        traces = {
            name: value
            for name, value in values.items()
            if name.startswith("insurance_") and value
        }
        self.assertFalse(traces)

    def test_contact_card_shows_the_archive_to_the_agent(self):
        for user, seen in ((self.agent, True), (self.agent2, False)):
            statistics = self.partner.with_user(user).application_statistics
            icons = [item["iconClass"] for item in statistics or []]
            self.assertEqual("fa-umbrella" in icons, seen)

    def test_contact_form_costs_few_queries(self):
        for user, budget in ((self.agent, 45), (self.accountant, 40)):
            partner = self.partner.with_user(user)
            fields_spec = self._form_specification(partner, CORE_FORMS["res.partner"])
            partner.web_read(fields_spec)
            self.env.invalidate_all()
            with self.assertQueryCount(budget):
                partner.web_read(fields_spec)

    def test_clients_on_a_page_cost_the_same_queries_as_one(self):
        archives = self.env["insurance.archive"].create(
            [
                {"name": name, "agent_id": self.agent.id, "team_id": self.team_a.id}
                for name in ("赵云", "钱进", "孙权", "李白", "周瑜", "吴用")
            ]
        )
        for view_type in ("list", "kanban"):
            model = archives.with_user(self.agent)
            fields_spec = self._specification(model, view_type)
            counts = []
            for page in (model[:1], model):
                self.env.invalidate_all()
                page.web_read(fields_spec)
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                page.web_read(fields_spec)
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(*counts, view_type)


@tagged("post_install", "-at_install")
class TestArchiveForm(ViewCase):
    def _form(self, record=None, user=None, **context):
        model = self.env["insurance.archive"] if record is None else record
        return Form(model.with_user(user or self.agent).with_context(**context))

    def test_agent_opens_archives_of_the_three_kinds(self):
        for kind, name in (
            ("individual", "赵敏"),
            ("enterprise", "上海明珠机械有限公司"),
            ("group", "东方中学教职工团体"),
        ):
            with self.subTest(kind=kind):
                with self._form() as form:
                    form.client_kind = kind
                    form.name = name
                    form.phone = "13900139000"
                    if kind != "individual":
                        form.headcount = 85
                archive = form.record
                self.assertEqual(archive.partner_id.name, name)
                self.assertEqual(archive.partner_id.is_company, kind != "individual")
                self.assertEqual(archive.agent_id, self.agent)
                self.assertEqual(archive.team_id, self.team_a)

    def test_new_archive_of_a_contact_shows_the_contact(self):
        partner = self.env["res.partner"].create(
            {"name": "孙丽", "phone": "13700137000", "city": "上海市"}
        )
        action = partner.with_user(self.agent).action_open_insurance_archive()
        with self._form(**action["context"]) as form:
            self.assertEqual(form.name, "孙丽")
            self.assertEqual(form.phone, "13700137000")
            self.assertEqual(form.city, "上海市")
            form.email = "sunli@example.com"
        self.assertEqual(form.record.partner_id, partner)
        self.assertEqual(partner.email, "sunli@example.com")
        again = partner.with_user(self.agent).action_open_insurance_archive()
        self.assertEqual(again["res_id"], form.record.id)

    def test_new_archive_can_be_edited_by_whoever_opens_it(self):
        archive = self.env["insurance.archive"].with_user(self.agent).new({})
        self.assertTrue(archive.editable)
        archive = self.env["insurance.archive"].with_user(self.department).new({})
        self.assertFalse(archive.editable)

    def test_closed_archive_is_read_only_on_the_form(self):
        self.archive.sudo()._write_multi([{"state": "restricted"}])
        self.archive.invalidate_recordset()
        form = self._form(self.archive)
        for name in ("name", "birth_date", "intent_level"):
            with self.assertRaisesRegex(AssertionError, "readonly"):
                form[name] = False

    def test_bad_entry_is_told_before_saving(self):
        answer = self.env["insurance.archive"].onchange(
            {"name": "测试", "phone": "123", "client_kind": "individual"},
            ["phone"],
            {"name": {}, "phone": {}, "client_kind": {}},
        )
        self.assertIn("123", answer["warning"]["message"])

    def test_agent_cannot_hand_over_on_the_form(self):
        form = self._form(self.archive)
        with self.assertRaisesRegex(AssertionError, "readonly"):
            form.agent_id = self.agent2
        with self._form(self.archive, user=self.supervisor) as form:
            form.agent_id = self.manager
        self.assertEqual(self.archive.agent_id, self.manager)

    def test_counts_open_what_they_count(self):
        archive = self.archive.with_user(self.agent)
        for count, action in (
            (archive.interaction_count, archive.action_open_interactions()),
            (archive.opportunity_count, archive.action_open_opportunities()),
        ):
            Model = self.env[action["res_model"]].with_user(self.agent)
            self.assertEqual(count, 1)
            self.assertEqual(Model.search_count(action["domain"]), count)

    def test_counts_are_nought_for_whom_the_counted_is_closed(self):
        self.archive.sudo()._write_multi([{"state": "entered"}])
        self.archive.invalidate_recordset()
        archive = self.archive.with_user(self.archivist)
        self.assertEqual(archive.interaction_count, 0)
        self.assertEqual(archive.opportunity_count, 0)

    def test_birthdays_of_the_month_are_found(self):
        archive = self.archive.with_user(self.agent)
        today = self.env["insurance.archive"]._fields["birth_date"].today()
        archive.birth_date = today.replace(year=1980, day=1)
        found = archive.search([("birthday_this_month", "=", True)])
        self.assertIn(archive, found)
        self.assertTrue(archive.birthday_this_month)
        others = archive.search([("birthday_this_month", "=", False)])
        self.assertNotIn(archive, others)

    def test_name_stands_in_the_title_before_a_number_is_given(self):
        archive = self.archive.with_context(show_client_name=True)
        self.assertEqual(archive.with_user(self.agent).display_name, "张伟")
        self.assertNotIn("张伟", archive.with_user(self.agent2).display_name)

    def test_only_who_may_open_archives_gets_to_a_new_one(self):
        partner = self.env["res.partner"].create({"name": "孙丽"})
        with self.assertRaises(AccessError):
            partner.with_user(self.accountant).action_open_insurance_archive()
