"""What the use log holds after each use over the wire: one record, and the right one.

Real users do what the web client and programs do; the log is read by a connection of
its own, since the writer commits apart from the request.
"""

import json

import rpc_channels

from odoo import sql_db
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged, test_cursor
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive import use_log_writer

MODULE = "insurance_client_archive"
MODEL = "insurance.archive"
ID_NUMBER = "11010519491231002X"

QUIET = (
    "odoo.http",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.web.controllers.export",
)
_commit = test_cursor.TestCursor.commit


def commit_with_hooks(cr):
    """Commit as a real cursor does: the cursor of tests leaves the hooks out."""
    hooks = list(cr.postcommit._funcs)
    _commit(cr)
    for hook in hooks:
        hook()


@tagged("post_install", "-at_install")
class TestUseLogHttp(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._user("agent")
        cls.stranger = cls._user("stranger", "agent")
        cls.outsider = new_test_user(cls.env, "log outsider", "base.group_user")
        cls.archive, cls.other = cls.env[MODEL].create(
            [
                {"name": name, "agent_id": cls.agent.id, "employer": "Works"}
                for name in ("张伟", "李娜")
            ]
        )
        cls.archive.id_number = ID_NUMBER
        cls.product = cls.env["product.template"].create(
            {
                "name": "Term life",
                "type": "service",
                "is_insurance": True,
                "insurance_category_id": cls.env.ref(
                    f"{MODULE}.product_category_term_life"
                ).id,
            }
        )
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.patch(test_cursor.TestCursor, "commit", commit_with_hooks)
        self.seen = self._last_id()

    @classmethod
    def _user(cls, name, role=None):
        groups = f"base.group_allow_export,{MODULE}.group_{role or name}"
        return new_test_user(cls.env, f"log {name}", groups)

    def _sql(self, query, *params):
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute(query, params)
            return cr.dictfetchall()

    def _last_id(self):
        # the writer works in order: with this record all before it are committed
        return self.env["insurance.use.log"]._record("login")

    def _uses(self):
        first, self.seen = self.seen, self._last_id()
        return self._sql(
            "SELECT * FROM insurance_use_log WHERE id > %s AND id < %s ORDER BY id",
            first,
            self.seen,
        )

    def call(self, method, ids=None, user=None, channel=rpc_channels.web_client, **kw):
        model = kw.pop("model", MODEL)
        call = channel(self, user or self.agent)
        self._uses()
        with mute_logger(*QUIET):
            return call(model, method, ids, kw)

    def assert_one_use(self, action, archives=None, content=None, **expected):
        uses = self._uses()
        self.assertEqual([use["action"] for use in uses], [action], uses)
        (use,) = uses
        expected = {"result": "done", "user_id": self.agent.id, **expected}
        self.assertEqual({name: use[name] for name in expected}, expected)
        if archives is not None:
            ids = use["archive_ids"] or [use["archive_id"]]
            self.assertEqual(ids, sorted(archives.ids) or [None])
        if content is not None:
            self.assertEqual(use["content"], content)
        self.assertNotIn(ID_NUMBER, str(use))
        return use

    def specification(self, view_type):
        """Return what the web client reads for a view."""
        views = self.env[MODEL].with_user(self.agent).get_views([(False, view_type)])
        names = {name for names in views["models"].values() for name in names["fields"]}
        fields = self.env[MODEL]._fields
        return {
            name: {"fields": {"display_name": {}}} if fields[name].relational else {}
            for name in names
            if name in fields
            and self.env[MODEL]
            .with_user(self.agent)
            ._has_field_access(fields[name], "read")
        }

    def test_opening_a_form_is_one_view_with_all_that_hangs_under_the_client(self):
        specification = self.specification("form")
        self.call("web_read", self.archive.ids, specification=specification)
        use = self.assert_one_use("view", self.archive)
        self.assertIn(MODEL, use["content"])
        self.assertEqual((use["tier"], use["channel"]), ("agent", "web"))

    def test_a_list_is_one_use_with_its_number_of_clients(self):
        domain = [("id", "in", (self.archive | self.other).ids)]
        specification = self.specification("list")
        self.call("web_search_read", domain=domain, specification=specification)
        use = self.assert_one_use("list", content=MODEL, count=2)
        self.assertTrue(use["ids_hash"])

    def test_a_program_that_reads_is_seen_as_one(self):
        self.call(
            "read", self.archive.ids, channel=rpc_channels.json_2, fields=["name"]
        )
        self.assert_one_use("view", self.archive, content=MODEL, channel="api")

    def test_a_revealed_value_is_named_with_its_purpose(self):
        self.call(
            "reveal", self.archive.ids, field_names=["id_number"], purpose="claim"
        )
        self.assert_one_use("reveal", self.archive, "id_number", purpose="claim")

    def test_a_copied_value_is_named(self):
        self.call("log_copy", self.archive.ids, field_name="id_number", purpose="claim")
        self.assert_one_use("copy", self.archive, "id_number", purpose="claim")

    def test_an_exact_search_is_a_hit_or_a_miss(self):
        search = {"field_name": "id_number", "value": ID_NUMBER}
        self.call("search_by_identifier", **search)
        self.assert_one_use("search_hit", self.archive, "id_number")
        search["value"] = "330106197003075211"
        self.call("search_by_identifier", **search)
        self.assert_one_use("search_miss", content="id_number")

    def test_an_export_names_every_client_the_fields_and_the_purpose(self):
        both = self.archive | self.other
        self.call(
            "export_data",
            both.ids,
            fields_to_export=["name", "employer"],
            context={"insurance_purpose": "quotation"},
        )
        self.assert_one_use("export", both, "employer,name", purpose="quotation")

    def test_an_export_by_the_browser_is_one_use(self):
        self.authenticate(self.agent.login, self.agent.login)
        data = {
            "model": MODEL,
            "fields": [{"name": "name", "label": "Name"}],
            "ids": self.archive.ids,
            "domain": [],
            "import_compat": False,
            "context": {"insurance_purpose": "claim"},
        }
        self._uses()
        self.url_open(
            "/web/export/csv",
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        self.assert_one_use("export", self.archive, "name", purpose="claim")

    def test_an_export_without_a_purpose_gives_nothing_over_any_channel(self):
        for channel in rpc_channels.CHANNELS:
            with self.subTest(channel=channel.__name__):
                reply = self.call(
                    "export_data",
                    self.archive.ids,
                    channel=channel,
                    fields_to_export=["employer"],
                )
                self.assertTrue(reply.refused)
                self.assertIn("insurance_purpose", reply.text)
                self.assertNotIn("Works", reply.text)
                self.assertEqual(self._uses(), [])

    def test_a_printed_paper_is_recorded_with_its_purpose(self):
        view = self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "sheet",
                "key": f"{MODULE}.http_sheet",
                "arch": "<t t-name='sheet'><t t-foreach='docs' t-as='doc'>"
                "<p t-out='doc.name'/></t></t>",
            }
        )
        self.env["ir.actions.report"].create(
            {
                "name": "Sheet",
                "model": MODEL,
                "report_name": view.key,
                "report_type": "qweb-html",
            }
        )
        self.authenticate(self.agent.login, self.agent.login)
        path = f"/report/html/{view.key}/{self.archive.id}"
        self._uses()
        with mute_logger(*QUIET):
            self.assertEqual(self.url_open(path).status_code, 422)
        self.assertEqual(self._uses(), [])
        stated = json.dumps({"insurance_purpose": "client_request"})
        self.assertIn("张伟", self.url_open(f"{path}?context={stated}").text)
        self.assert_one_use("print", self.archive, view.key, purpose="client_request")

    def test_a_change_names_its_fields_and_never_the_values(self):
        self.call("write", self.archive.ids, vals={"employer": "Secret Works"})
        use = self.assert_one_use("edit", self.archive, "employer")
        self.assertNotIn("Secret", str(use))

    def test_a_changed_sealed_value_names_its_field(self):
        self.call("write", self.archive.ids, vals={"health_notice": "Secret illness"})
        use = self.assert_one_use("edit", self.archive)
        self.assertIn("health_notice", use["content"])
        self.assertNotIn("illness", str(use))

    def test_a_new_record_under_the_client_is_a_change(self):
        vals = {
            "archive_id": self.archive.id,
            "number": "P-HTTP-1",
            "product_id": self.product.id,
            "start_date": "2026-01-01",
            "term_years": 20,
            "payment_years": 20,
            "premium": 1000,
            "sum_insured": 500000,
        }
        reply = self.call("create", [vals], model="insurance.policy")
        self.assertFalse(reply.refused, reply.text)
        use = self.assert_one_use("edit", self.archive)
        self.assertIn("insurance.policy", use["content"])

    def test_a_new_archive_names_the_fields_that_were_filled_in(self):
        reply = self.call("create", [{"name": "王芳", "employer": "Mill"}])
        self.assertFalse(reply.refused, reply.text)
        archive = self.env[MODEL].browse(reply.value)
        use = self.assert_one_use("create", archive)
        self.assertTrue({"name", "employer"} <= set(use["content"].split(",")))
        self.assertNotIn("王芳", str(use))

    def test_a_refused_archive_is_one_denial_of_that_user(self):
        reply = self.call(
            "read", self.archive.ids, user=self.stranger, fields=["employer"]
        )
        self.assertTrue(reply.refused)
        self.assert_one_use(
            "denied",
            self.archive,
            f"{MODEL}:read",
            result="denied",
            user_id=self.stranger.id,
        )

    def test_a_user_without_any_role_is_denied_with_record(self):
        self.call("search_read", user=self.outsider, domain=[], fields=["employer"])
        self.assert_one_use(
            "denied",
            content=f"{MODEL}:read",
            result="denied",
            user_id=self.outsider.id,
            tier="none",
        )

    def test_a_refused_reveal_is_recorded_as_denied(self):
        self.call(
            "reveal",
            self.archive.ids,
            user=self.stranger,
            field_names=["id_number"],
            purpose="claim",
        )
        uses = self._uses()
        found = {(use["action"], use["result"], use["user_id"]) for use in uses}
        self.assertIn(("reveal", "denied", self.stranger.id), found)
        self.assertFalse([use for use in uses if use["result"] == "done"])

    def test_without_the_log_nothing_is_revealed_and_lists_still_work(self):
        use_log_writer.stop_all()
        reveal = {"field_names": ["id_number"], "purpose": "claim"}
        call = rpc_channels.web_client(self, self.agent)

        def refused(database):
            raise use_log_writer.psycopg2.OperationalError("refused")

        self.patch(use_log_writer, "connection_parameters", refused)
        with mute_logger(*QUIET, use_log_writer.__name__):
            reply = call(MODEL, "reveal", self.archive.ids, reveal)
            self.assertTrue(reply.refused)
            self.assertNotIn(ID_NUMBER, reply.text)
            listed = call(MODEL, "search_read", None, {"domain": [], "limit": 2})
            self.assertFalse(listed.refused)
            use_log_writer.stop_all(timeout=0.1)
