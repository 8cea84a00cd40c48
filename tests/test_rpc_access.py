"""Who gets what of a client over the wire: only those who may open the archive.

Every text of one client's archive is a canary. All the ways to ask that Odoo has are
tried on every model under the archive, and on the models around it, over all three
remote interfaces.
"""

import re

import archive_tree
import rpc_channels
from archive_tree import BAIT, FIRST_ID, SECRET
from lxml import etree

from odoo.fields import NO_ACCESS
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

MODULE = "insurance_client_archive"
AROUND = ("res.partner", "res.users", "crm.lead")
#: the ways from a model to the archive, where it is not ``archive_id``
TO_ARCHIVE = {
    "res.partner": ["insurance_archive_id"],
    "res.users": ["insurance_archive_id", "partner_id.insurance_archive_id"],
    "crm.lead": ["insurance_archive_id", "partner_id.insurance_archive_id"],
    archive_tree.ROOT: ["related_person_ids.archive_id", "change_ids.archive_id"],
}
SECRETS = re.compile(SECRET)
ROW_ID = re.compile(rf"\b{FIRST_ID // 10**6}\d{{6}}\b")
QUIET = (
    "odoo.http",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.models",
    "py.warnings",
)


@tagged("post_install", "-at_install")
class TestRpcAccess(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.agent = cls._user("agent")
        cls.manager = cls._user("manager")
        cls.supervisor = cls._user("supervisor")
        cls.team = cls._team("Team A", cls.agent | cls.manager, cls.supervisor)
        cls.client = cls.env["res.partner"].create(
            {"name": "Canaria Testina", "phone": "+86 138 0000 4711"}
        )
        cls.outsiders = {
            "agent of another team": cls._user("agent2", "agent"),
            "accountant": new_test_user(
                cls.env,
                "wire accountant",
                "base.group_user,base.group_partner_manager,base.group_allow_export",
            ),
            "Odoo's administrator": cls.env.ref("base.user_admin"),
            "department": cls._user("department"),
            "compliance officer": cls._user("compliance"),
            "client in the portal": new_test_user(
                cls.env,
                "wire portal",
                "base.group_portal",
                partner_id=cls.client.id,
                name=cls.client.name,
            ),
        }
        cls._team("Team B", cls.outsiders["agent of another team"])
        # an own client, so that what the other agent gets is not simply nothing
        cls.env["insurance.archive"].create(
            {
                "name": "Oscar Otherman",
                "agent_id": cls.outsiders["agent of another team"].id,
            }
        )
        cls.tree = archive_tree.ArchiveTree(
            cls.env,
            partner_id=cls.client.id,
            agent_id=cls.agent.id,
            manager_id=cls.manager.id,
            team_id=cls.team.id,
        )
        cls.models = (*archive_tree.tree_models(cls.env), *AROUND)
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Opportunity",
                "partner_id": cls.client.id,
                "user_id": cls.agent.id,
                "team_id": cls.team.id,
            }
        )
        cls.env.flush_all()

    @classmethod
    def _user(cls, name, role=None):
        groups = f"base.group_allow_export,{MODULE}.group_{role or name}"
        return new_test_user(cls.env, f"wire {name}", groups)

    @classmethod
    def _team(cls, name, members, leader=False):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "user_id": leader and leader.id,
                "member_ids": [(6, 0, members.ids)],
            }
        )

    # --- the ways to ask

    def _names(self, model):
        """Return the fields worth asking for: on models around, the archive's.

        One that is closed to everybody would have the whole question refused.
        """
        return [
            name
            for name, field in self.env[model]._fields.items()
            if field.type != "binary"
            and field.groups != NO_ACCESS
            and (model not in AROUND or name.startswith("insurance_"))
        ]

    def _specification(self, model):
        return {
            name: {"fields": {"display_name": {}}}
            if self.env[model]._fields[name].relational
            else {}
            for name in self._names(model)
        }

    def _texts(self, model):
        fields = self.env[model]._fields
        return [
            name
            for name in self._names(model)
            if fields[name].type in ("char", "text")
            and fields[name]._description_searchable
        ]

    def _rows(self, model):
        around = {
            "res.partner": self.client,
            "res.users": self.client.user_ids,
            "crm.lead": self.lead,
        }
        return around.get(model) or self.tree.rows[model]

    def _questions(self, model):
        """Yield (method, ids or None, arguments) for reading the rows of a model."""
        ids = self._rows(model).ids
        names, specification = self._names(model), self._specification(model)
        yield "search", None, {"domain": [["create_uid", "!=", 0]]}
        for domain in ([], [["id", "in", ids]]):
            found = {"domain": domain, "fields": names}
            yield "search_read", None, found
            found = {"domain": domain, "specification": specification}
            yield "web_search_read", None, found
        yield "read", ids, {"fields": names}
        yield "web_read", ids, {"specification": specification}
        stated = {"insurance_purpose": "claim"}
        yield "export_data", ids, {"fields_to_export": names, "context": stated}
        yield "get_metadata", ids, {}
        yield "name_search", None, {"name": ""}
        yield "name_search", None, {"name": BAIT, "operator": "ilike"}
        yield "default_get", None, {"fields": names, "context": self._defaults(model)}
        yield "onchange", [], self._change(model, {}, [])
        yield from self._link_questions(model)
        if model not in AROUND:  # copies of ordinary contacts are nobody's secret
            yield "copy", ids, {}
            yield "copy_data", ids, {}
        name = (self._texts(model) or names)[0]
        grouped = {"domain": [], "groupby": [name], "aggregates": ["__count"]}
        yield "web_read_group", None, grouped
        yield "read_group", None, {"domain": [], "fields": [name], "groupby": [name]}

    def _field_questions(self, model):
        """Yield questions that may let out one field: groups, totals, order."""
        fields = self.env[model]._fields
        for name in self._names(model):
            if not (fields[name].store or fields[name].related):
                continue  # the ORM can make no SQL of it
            grouped = {"domain": [], "groupby": [name], "aggregates": ["__count"]}
            yield "formatted_read_group", None, grouped
            listed = {"domain": [], "groupby": [], "aggregates": [f"{name}:array_agg"]}
            yield "formatted_read_group", None, listed
        for name in self._texts(model):
            found = {"domain": [], "fields": ["display_name", name], "order": name}
            yield "search_read", None, found

    def _link_questions(self, model):
        """Name a record that is out of sight, and look what Odoo fills in."""
        for link in ("archive_id", "partner_id"):
            field = self.env[model]._fields.get(link)
            if field is not None and not field.readonly:
                target = self.tree.archive if link == "archive_id" else self.client
                yield "onchange", [], self._change(model, {link: target.id}, [link])

    def _change(self, model, values, names):
        return {
            "values": values,
            "field_names": names,
            "fields_spec": self._specification(model),
            "context": self._defaults(model),
        }

    def _defaults(self, model):
        if model in AROUND:
            return {"default_partner_id": self.client.id}
        return {"default_archive_id": self.tree.archive.id}

    def _oracles(self, model):
        """Yield domains that find a row of the model if the bait is believed."""
        for name in self._texts(model):
            yield [[name, "ilike", BAIT]]
        archive = self.tree.archive
        for path in TO_ARCHIVE.get(model, ["archive_id"]):
            yield [[path, "=", archive.id]]
            yield [[path, "ilike", BAIT]]
            yield [[path, "any", [["employer", "ilike", BAIT]]]]
            yield [[f"{path}.employer", "ilike", BAIT]]
            if model in AROUND:
                yield from self._oracles_below(path)

    def _oracles_below(self, path):
        for name, field in self.tree.archive._fields.items():
            if field.type == "one2many" and field.comodel_name in self.tree.rows:
                for text in self._texts(field.comodel_name):
                    yield [[f"{path}.{name}.{text}", "ilike", BAIT]]

    # --- what may not come back

    def assertNothingLeaks(self, user, channel, questions, models):
        call = channel(self, user)
        for model in models:
            for method, ids, arguments in questions(model):
                reply = call(model, method, ids, arguments)
                # who names an id may hear it again
                known = set(ROW_ID.findall(f"{ids} {arguments}"))
                found = {*ROW_ID.findall(reply.text), *SECRETS.findall(reply.text)}
                if found - known:
                    asked = f"{model}.{method}({ids}, {arguments})"
                    self.fail(f"{asked} tells {found - known}: {reply.text}")

    def assertNothingLeaksToOutsiders(self, channel, questions, models=None):
        for role, user in self.outsiders.items():
            with self.subTest(role), mute_logger(*QUIET):
                asked = models or self._models_open_to(user)
                self.assertNothingLeaks(user, channel, questions, asked)

    def _models_open_to(self, user):
        """Return the archive and what the user has any right to, to spare refusals."""
        return [
            model
            for model in self.models
            if model == archive_tree.ROOT
            or self.env[model].with_user(user).has_access("read")
        ]

    def test_web_client_gives_outsiders_nothing(self):
        channel = rpc_channels.web_client
        self.assertNothingLeaksToOutsiders(channel, self._questions, self.models)

    def test_xml_rpc_gives_outsiders_nothing(self):
        self.assertNothingLeaksToOutsiders(rpc_channels.xml_rpc, self._questions)

    def test_json_2_gives_outsiders_nothing(self):
        self.assertNothingLeaksToOutsiders(rpc_channels.json_2, self._questions)

    def test_groups_totals_and_order_let_nothing_out(self):
        channel = rpc_channels.web_client
        self.assertNothingLeaksToOutsiders(channel, self._field_questions)

    def test_searching_for_what_is_hidden_finds_nothing(self):
        for role, user in self.outsiders.items():
            with self.subTest(role), mute_logger(*QUIET):
                for model, domain, reply in self._ask_oracles(user):
                    self.assertTrue(reply.refused or reply.value == 0, (model, domain))

    def test_searching_as_the_agent_finds_the_client(self):
        with mute_logger(*QUIET):
            found = {
                model
                for model, _domain, reply in self._ask_oracles(self.agent)
                if not reply.refused and reply.value
            }
        expected = {"res.partner", "crm.lead", *self.tree.open_rows}
        self.assertGreaterEqual(found, expected)

    def _ask_oracles(self, user):
        call = rpc_channels.web_client(self, user)
        for model in self._models_open_to(user):
            for domain in self._oracles(model):
                reply = call(model, "search_count", None, {"domain": domain})
                yield model, domain, reply

    def test_those_who_may_open_get_all_by_every_channel(self):
        """The counter-check: the same questions do bring the canaries to light."""
        for user in (self.agent, self.manager, self.supervisor):
            for channel in rpc_channels.CHANNELS:
                call = channel(self, user)
                for model in self.tree.open_rows:
                    with self.subTest(user=user.login, model=model, channel=channel):
                        # some fields are for supervisors alone
                        asked = self.env[model].with_user(user)
                        names = [
                            name
                            for name in self._names(model)
                            if asked._has_field_access(asked._fields[name], "read")
                        ]
                        reply = call(model, "search_read", None, {"fields": names})
                        self.assertFalse(reply.refused, reply.text)
                        self.assertIn(f"{BAIT}{SECRET}", reply.text)

    # --- what may not be changed

    def test_outsiders_can_neither_change_nor_add_nor_delete(self):
        for role, user in self.outsiders.items():
            call = rpc_channels.web_client(self, user)
            for model in self.tree.rows:
                for method, ids, arguments in self._changes(model):
                    with self.subTest(role, model=model, method=method, ids=ids):
                        with mute_logger(*QUIET):
                            reply = call(model, method, ids, arguments)
                        self.assertTrue(reply.refused, reply.text)

    def _changes(self, model):
        fields, ids = self.env[model]._fields, self.tree.rows[model].ids
        texts = [name for name in self._texts(model) if fields[name].store]
        dates = [name for name, field in fields.items() if field.type == "date"]
        values = {dates[0]: "2030-01-01"} if dates else {"state": "destroyed"}
        if texts:
            values = {texts[0]: "changed"}
        link = {**values, "archive_id": self.tree.archive.id}
        yield "write", ids, {"vals": values}
        yield "web_save", ids, {"vals": values, "specification": {}}
        yield "unlink", ids, {}
        yield "create", None, {"vals_list": [link]}
        yield "web_save", [], {"vals": link, "specification": {}}

    # --- and yet the contact is an ordinary contact

    def test_contact_and_opportunity_open_without_an_error(self):
        users = [self.agent, self.manager, self.supervisor, *self.outsiders.values()]
        for user in users:
            if user.share:
                continue  # the portal has no backend forms
            call = rpc_channels.web_client(self, user)
            for model in ("res.partner", "crm.lead"):
                # Odoo's own rights: who may see this opportunity at all
                if self._rows(model).with_user(user).has_access("read"):
                    with self.subTest(user=user.login, model=model):
                        self._open_form(call, model)

    def _open_form(self, call, model):
        kinds = [[False, kind] for kind in ("form", "list", "kanban", "search")]
        views = call(model, "get_views", None, {"views": kinds})
        self.assertFalse(views.refused, views.text)
        specification = self._form_specification(model, views.value)
        self.assertTrue(specification)
        ids = self._rows(model).ids
        reply = call(model, "web_read", ids, {"specification": specification})
        self.assertFalse(reply.refused, reply.text)

    def _form_specification(self, model, views):
        """Return what the web client asks for when it shows the form."""
        form = etree.fromstring(views["views"]["form"]["arch"])
        names = {
            node.get("name")
            for node in form.iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }
        fields = self.env[model]._fields
        return {
            name: {"fields": {"display_name": {}}}
            if fields[name].type == "many2one"
            else {}
            for name in names
        }
