"""Grants over the wire: as every role, by all three remote interfaces.

What a reply holds is searched for canaries; what is refused must be in the use log.
"""

from datetime import timedelta

import rpc_channels

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

MODULE = "insurance_client_archive"
NAME = "Canaria Testina"
PHONE = "+86 138 0000 4711"
ID_NUMBER = "11010519491231002X"
NOTICE = "canary-7316"
QUIET = (
    "odoo.http",
    "odoo.models",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)
#: what a caller may say about itself
TRICKS = (
    {"tz": "Etc/GMT+12"},
    {"tz": "Etc/GMT-14"},
    {"lang": "zh_CN"},
    {"active_test": False},
    {"su": True, "uid": 1, "access_strict": False, "insurance_grant": 1},
)


@tagged("post_install", "-at_install")
class TestAccessHttp(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.agent = cls._user("agent")
        cls.department = cls._user("department")
        cls.roles = {
            "agent of another team": cls._user("agent2", "agent"),
            "account manager of others": cls._user("manager"),
            "supervisor of others": cls._user("supervisor"),
            "department": cls.department,
            "department head": cls._user("head", "department_head"),
            "archivist": cls._user("archivist"),
            "compliance officer": cls._user("compliance"),
            "insurance administrator": cls._user("insadmin", "admin"),
            "Odoo's administrator": cls.env.ref("base.user_admin"),
            "accountant": new_test_user(
                cls.env,
                "grants accountant",
                "base.group_user,base.group_partner_manager",
            ),
        }
        cls.archive = cls.env["insurance.archive"].create(
            {
                "name": NAME,
                "phone": PHONE,
                "country_id": cls.env.ref("base.cn").id,
                "agent_id": cls.agent.id,
                "id_number": ID_NUMBER,
                "health_notice": NOTICE,
                "health_grade": "d",
            }
        )
        parameters = cls.env["insurance.parameter"]
        parameters.search([("key", "=", "vault_reveal_over_api")]).value = "True"
        cls.purpose = cls.env.ref(f"{MODULE}.purpose_claim")
        cls.env.flush_all()

    @classmethod
    def _user(cls, name, role=None):
        groups = f"base.group_user,{MODULE}.group_{role or name}"
        return new_test_user(cls.env, f"grants {name}", groups)

    def _grant(self, user, *slices, **values):
        now = fields.Datetime.now()
        grant = self.env["insurance.access.grant"]._issue(
            user,
            slices,
            self.purpose,
            now - timedelta(hours=1),
            now + timedelta(seconds=55),
            archives=self.archive,
            **values,
        )
        self.env.flush_all()
        return grant

    def _ends(self, grant, seconds):
        """Move the end of a grant to so many seconds from now."""
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_access_grant"
                " SET date_to = (statement_timestamp() AT TIME ZONE 'UTC')"
                " + %s * interval '1 second' WHERE id = %s",
                seconds,
                grant.id,
            )
        )
        self.env.invalidate_all()

    def _read(self, call, context=None):
        arguments = {
            "domain": [["id", "=", self.archive.id]],
            "fields": ["name", "phone", "health_grade", "number", "state"],
        }
        if context:
            arguments["context"] = context
        return call("insurance.archive", "search_read", None, arguments)

    def _reveal(self, call, *names, purpose="claim", context=None):
        arguments = {"field_names": list(names), "purpose": purpose}
        if context:
            arguments["context"] = context
        return call("insurance.archive", "reveal", self.archive.ids, arguments)

    def test_without_an_application_nobody_gets_anything(self):
        for role, user in self.roles.items():
            for channel in rpc_channels.CHANNELS:
                with self.subTest(role, channel=channel.__name__), mute_logger(*QUIET):
                    call = channel(self, user)
                    reply = self._read(call)
                    self.assertNotIn(PHONE, reply.text)
                    self.assertTrue(reply.refused or reply.value == [], reply.text)
                    reply = self._reveal(call, "id_number")
                    self.assertTrue(reply.refused, reply.text)
                    self.assertNotIn(ID_NUMBER, reply.text)

    def test_grant_opens_by_every_channel_and_no_further_slice(self):
        self._grant(self.department, "basic")
        for channel in rpc_channels.CHANNELS:
            with self.subTest(channel=channel.__name__), mute_logger(*QUIET):
                call = channel(self, self.department)
                [row] = self._read(call).value
                self.assertEqual(row["name"], NAME)
                self.assertFalse(row["phone"])
                self.assertFalse(row["health_grade"])
                reply = self._reveal(call, "id_number")
                self.assertEqual(reply.value, {"id_number": ID_NUMBER})
                reply = self._reveal(call, "health_notice")
                self.assertTrue(reply.refused)
                self.assertNotIn(NOTICE, reply.text)
                reply = self._reveal(call, "id_number", purpose="quotation")
                self.assertTrue(reply.refused, "another purpose than the grant's")

    def test_grant_of_60_seconds_works_before_its_end_and_not_after(self):
        grant = self._grant(self.department, "basic")
        for channel in rpc_channels.CHANNELS:
            call = channel(self, self.department)
            for seconds, opened in ((55, True), (-1, False)):
                self._ends(grant, seconds)
                for context in ({}, *TRICKS):
                    with (
                        self.subTest(
                            channel=channel.__name__, seconds=seconds, context=context
                        ),
                        mute_logger(*QUIET),
                    ):
                        reply = self._read(call, context)
                        self.assertEqual(bool(reply.value), opened, reply.text)
                        reply = self._reveal(call, "id_number", context=context)
                        self.assertEqual(not reply.refused, opened, reply.text)

    def test_own_expired_and_a_colleagues_valid_grant_are_refused(self):
        mine = self._grant(self.department, "basic")
        self._grant(self.roles["department head"], "basic")
        self._ends(mine, -1)
        call = rpc_channels.web_client(self, self.department)
        with mute_logger(*QUIET):
            self.assertEqual(self._read(call).value, [])
            self.assertTrue(self._reveal(call, "id_number").refused)

    def test_revocation_acts_on_the_next_request(self):
        grant = self._grant(self.department, "basic")
        call = rpc_channels.json_2(self, self.department)
        self.assertTrue(self._read(call).value)
        grant._end("No longer needed")
        self.env.flush_all()
        with mute_logger(*QUIET):
            self.assertEqual(self._read(call).value, [])
            self.assertTrue(self._reveal(call, "id_number").refused)

    def test_grants_can_not_be_written_by_anybody(self):
        grant = self._grant(self.department, "basic")
        later = {"date_to": "2040-01-01 00:00:00", "slice_health": True}
        new = {
            **later,
            "date_from": "2020-01-01 00:00:00",
            "level": "agent",
            "scope": "portfolio",
            "purpose_id": self.purpose.id,
            "slice_basic": True,
        }
        attempts = [
            ("insurance.access.grant", "write", grant.ids, {"vals": later}),
            ("insurance.access.grant", "unlink", grant.ids, {}),
            (
                "insurance.access.grant",
                "web_save",
                grant.ids,
                {"vals": later, "specification": {}},
            ),
            ("insurance.access.grant", "_issue", None, {}),
            ("insurance.access.grant", "_spend", None, {"grant_id": grant.id}),
            ("insurance.access.grant", "_end", grant.ids, {"reason": "mine"}),
            ("insurance.archive", "_forget_access", None, {}),
        ]
        for role, user in {"agent": self.agent, **self.roles}.items():
            create = [{**new, "user_id": user.id}]
            for channel in rpc_channels.CHANNELS:
                call = channel(self, user)
                for attempt in [
                    *attempts,
                    ("insurance.access.grant", "create", None, {"vals_list": create}),
                ]:
                    with (
                        self.subTest(role, attempt=attempt[1], channel=channel),
                        mute_logger(*QUIET),
                    ):
                        self.assertTrue(call(*attempt).refused)
        self.env.invalidate_all()
        self.assertEqual(grant.uses_done, 0)
        self.assertEqual(grant.state, "active")

    def test_grant_of_three_uses_opens_three_times(self):
        grant = self._grant(self.department, "basic", uses=3)
        call = rpc_channels.web_client(self, self.department)
        with mute_logger(*QUIET):
            replies = [self._reveal(call, "id_number") for _use in range(5)]
        self.assertEqual([reply.refused for reply in replies], [False] * 3 + [True] * 2)
        grant.invalidate_recordset()
        self.assertEqual(grant.uses_done, 3)

    def test_exact_number_finds_nothing_out_of_reach(self):
        self._grant(self.agent, "basic")
        for user, expected in (
            (self.agent, self.archive.ids),
            (self.roles["agent of another team"], []),
        ):
            call = rpc_channels.web_client(self, user)
            reply = call(
                "insurance.archive",
                "search_by_identifier",
                None,
                {"field_name": "id_number", "value": ID_NUMBER},
            )
            self.assertEqual(reply.value, expected)

    def test_contact_stays_an_ordinary_contact(self):
        call = rpc_channels.web_client(self, self.department)
        names = ["name", "insurance_archive_id", "insurance_health_grade"]
        for granted, expected in ((False, False), (True, self.archive.id)):
            if granted:
                self._grant(self.department, "basic")
            reply = call(
                "res.partner", "read", self.archive.partner_id.ids, {"fields": names}
            )
            [row] = reply.value
            archive = row["insurance_archive_id"]
            self.assertEqual(archive and archive[0], expected)
            self.assertFalse(row["insurance_health_grade"])
