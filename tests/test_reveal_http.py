"""The one door over the wire: who gets a sealed value, and that nobody else does.

Each channel is tried by the client's agent, outsiders and Odoo's administrator, with
canaries in every sealed field. Neither a reply nor the server's log may hold one.
"""

import logging

import rpc_channels

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

MODULE = "insurance_client_archive"
ID_NUMBER = "11010519491231002X"
SECRETS = {
    "id_number": ID_NUMBER,
    "bank_account": "6222021001112233445",
    "annual_income": "737373",
    "total_assets": "91919191",
    "health_notice": "canary-7316",
}
NAMES = list(SECRETS)
QUIET = (
    "odoo.http",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)


class Listener(logging.Handler):
    """Keeps every line that any logger of the server would write."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install", "-at_install")
class TestRevealHttp(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._user("agent")
        cls.outsiders = [
            cls._user("agent2", "agent"),
            cls._user("archivist"),
            cls._user("compliance"),
            cls._user("admin"),
            new_test_user(
                cls.env,
                "wire accountant",
                "base.group_user,base.group_partner_manager,base.group_allow_export",
            ),
            cls.env.ref("base.user_admin"),
        ]
        cls.archive = cls.env["insurance.archive"].create(
            {"name": "张伟", "agent_id": cls.agent.id, **SECRETS}
        )
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.listener = Listener()
        logging.getLogger().addHandler(self.listener)
        self.addCleanup(logging.getLogger().removeHandler, self.listener)

    @classmethod
    def _user(cls, name, role=None):
        groups = f"base.group_user,{MODULE}.group_{role or name}"
        return new_test_user(cls.env, f"wire {name}", groups=groups)

    def reveal(self, call, *names, purpose="claim"):
        return call(
            "insurance.archive",
            "reveal",
            self.archive.ids,
            {"field_names": list(names), "purpose": purpose},
        )

    def assertNoCanary(self, text, where):
        for canary in SECRETS.values():
            self.assertNotIn(canary, text, where)

    def test_agent_in_the_browser_opens_the_id_number(self):
        reply = self.reveal(rpc_channels.web_client(self, self.agent), "id_number")
        self.assertFalse(reply.refused, reply.text)
        self.assertEqual(reply.value, {"id_number": ID_NUMBER})
        self.assertNoCanary("\n".join(self.listener.lines), "log")

    def test_health_and_finance_need_the_password_again(self):
        call = rpc_channels.web_client(self, self.agent)
        for name in ("health_notice", "annual_income", "total_assets", "bank_account"):
            reply = self.reveal(call, name)
            self.assertTrue(reply.refused)
            self.assertIn("IdentityCheckNeeded", reply.text)
            self.assertNoCanary(reply.text, name)

    def test_password_opens_health_for_a_while(self):
        call = rpc_channels.web_client(self, self.agent)
        asked = call(
            "insurance.archive", "action_confirm_identity", [self.archive.id], {}
        )
        wizard = asked.value["res_id"]
        check = {"context": {"password": "wrong"}}
        with mute_logger(*QUIET):
            wrong = call("res.users.identitycheck", "run_check", [wizard], check)
        self.assertTrue(wrong.refused)
        self.assertTrue(self.reveal(call, "health_notice").refused)
        check = {"context": {"password": self.agent.login}}
        call("res.users.identitycheck", "run_check", [wizard], check)
        reply = self.reveal(call, "health_notice", "annual_income")
        self.assertEqual(
            reply.value, {"health_notice": "canary-7316", "annual_income": 737373.0}
        )

    def test_programs_open_nothing(self):
        for channel in (rpc_channels.xml_rpc, rpc_channels.json_2):
            with self.subTest(channel=channel.__name__), mute_logger(*QUIET):
                reply = self.reveal(channel(self, self.agent), "id_number")
                self.assertTrue(reply.refused)
                self.assertNoCanary(reply.text, channel.__name__)

    def test_programs_of_the_agent_open_where_a_parameter_allows(self):
        self.env["insurance.parameter"].search(
            [("key", "=", "vault_reveal_over_api")]
        ).value = "true"
        for channel in (rpc_channels.xml_rpc, rpc_channels.json_2):
            with self.subTest(channel=channel.__name__):
                reply = self.reveal(channel(self, self.agent), "id_number")
                self.assertEqual(reply.value, {"id_number": ID_NUMBER})

    def test_outsiders_open_nothing_over_any_channel(self):
        for user in self.outsiders:
            for channel in rpc_channels.CHANNELS:
                with (
                    self.subTest(user=user.login, channel=channel.__name__),
                    mute_logger(*QUIET),
                ):
                    reply = self.reveal(channel(self, user), "id_number")
                    self.assertTrue(reply.refused)
                    self.assertNoCanary(reply.text, user.login)
                    self.assertNotIn("002X", reply.text)

    def test_no_other_method_gives_a_value_away(self):
        contact = self.archive.partner_id.id
        on_contact = [f"insurance_{name}" for name in NAMES]
        mine = [("id", "=", self.archive.id)]
        stated = {"insurance_purpose": "claim"}
        export = {"fields_to_export": NAMES, "context": stated}
        attempts = [
            ("insurance.archive", "read", self.archive.ids, {"fields": NAMES}),
            ("insurance.archive", "export_data", self.archive.ids, export),
            ("insurance.archive", "copy", self.archive.ids, {}),
            ("insurance.archive", "open_values", self.archive.ids, {}),
            ("insurance.archive", "_unsealed", self.archive.ids, {}),
            ("res.partner", "read", [contact], {"fields": on_contact}),
            ("insurance.vault.value", "search_read", None, {"domain": []}),
            ("insurance.vault.key", "search_read", None, {"domain": []}),
        ]
        attempts += [
            (
                "insurance.archive",
                "search_read",
                None,
                {"domain": [*mine, (name, operator, SECRETS[name][:5])]},
            )
            for name in NAMES
            for operator in ("=", "like", ">", "!=")
        ]
        attempts += [
            (
                "insurance.archive",
                "formatted_read_group",
                None,
                {"domain": mine, "groupby": [name], "aggregates": ["__count"]},
            )
            for name in NAMES
        ]
        for user in (self.agent, *self.outsiders):
            for channel in rpc_channels.CHANNELS:
                call = channel(self, user)
                for attempt in attempts:
                    with (
                        self.subTest(user=user.login, attempt=attempt),
                        mute_logger(*QUIET),
                    ):
                        reply = call(*attempt)
                        self.assertNoCanary(reply.text, attempt)
        self.assertNoCanary("\n".join(self.listener.lines), "log")

    def test_agent_finds_by_number_and_the_log_does_not_keep_it(self):
        call = rpc_channels.web_client(self, self.agent)
        reply = call(
            "insurance.archive",
            "search_by_identifier",
            None,
            {"field_name": "id_number", "value": ID_NUMBER},
        )
        self.assertEqual(reply.value, self.archive.ids)
        self.assertNoCanary("\n".join(self.listener.lines), "log")
