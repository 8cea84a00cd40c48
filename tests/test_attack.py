"""Canaries in every sealed field of 200 clients: none comes out but by the door.

Everything here is committed and asked of the running server, so that at the end the
log, the files and a dump of the whole database can be searched.
"""

import contextlib
import itertools
import json
import logging
import os
import secrets
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import attack_code
import attack_questions
import canary
from attack_questions import ON_CONTACT, SEALED
from passlib.context import CryptContext
from wire import Wire

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import SQL, config
from odoo.tools.misc import exec_pg_environ, find_pg_tool

MODULE = "insurance_client_archive"
CLIENTS = 200
PASSWORD = "Attack-2026"
#: user: groups. Those of the first line may open the archives
INSIDE = ("agent", "manager", "supervisor")
ROLES = {
    **{name: f"{MODULE}.group_{name}" for name in INSIDE},
    "agent of another team": f"{MODULE}.group_agent",
    "department": f"{MODULE}.group_department",
    "department head": f"{MODULE}.group_department_head",
    "archivist": f"{MODULE}.group_archivist",
    "compliance officer": f"{MODULE}.group_compliance",
    "insurance administrator": f"{MODULE}.group_admin",
    "accountant": "base.group_user,base.group_partner_manager",
    "client in the portal": "base.group_portal",
    "Odoo's administrator": "base.group_system,base.group_partner_manager",
}
#: with the client in their reach, or with the rights of the server
NEAREST = ("agent", "Odoo's administrator")
#: appears in the dump, so that an empty dump is no proof
CLIENT_NAME = "Attacca Testina"


class Listener(logging.Handler):
    """Keeps what a server with Odoo's usual level of logging writes."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install", "-at_install")
class TestAttack(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.started = time.time()
        cls.registry = Registry(get_db_name())
        port = odoo.service.server.server.httpd.server_port
        cls.url = f"http://127.0.0.1:{port}"
        cls.made = []
        cls._listen()
        cls._hash_quickly()
        with cls._environment() as env:
            cls._make_users(env)
            cls._make_clients(env)
        cls.addClassCleanup(cls._remove)
        cls.wires = {
            role: Wire(cls.url, get_db_name(), *cls.users[role]) for role in ROLES
        }

    @classmethod
    @contextlib.contextmanager
    def _environment(cls):
        with cls.registry.cursor() as cr:
            context = {"tracking_disable": True, "no_reset_password": True}
            yield api.Environment(cr, SUPERUSER_ID, context)

    @classmethod
    def _listen(cls):
        cls.listener = Listener()
        logger, level = logging.getLogger(), logging.getLogger("odoo").level
        logger.addHandler(cls.listener)
        logging.getLogger("odoo").setLevel(logging.INFO)
        cls.addClassCleanup(logger.removeHandler, cls.listener)
        cls.addClassCleanup(logging.getLogger("odoo").setLevel, level)

    @classmethod
    def _hash_quickly(cls):
        """Twelve passwords would take longer than most of the attacks."""
        quick = CryptContext(["pbkdf2_sha512"], pbkdf2_sha512__rounds=1)
        users = cls.registry["res.users"]
        patcher = patch.object(users, "_crypt_context", lambda user: quick)
        patcher.start()
        cls.addClassCleanup(patcher.stop)

    @classmethod
    def _make_users(cls, env):
        cls.users = {}
        # those of an earlier run are still there
        run = secrets.token_hex(3)
        for role, groups in ROLES.items():
            exporter = "" if "portal" in groups else ",base.group_allow_export"
            user = new_test_user(
                env, f"{role} {run}", f"{groups}{exporter}", password=PASSWORD
            )
            keys = env["res.users.apikeys"].with_user(user).sudo()
            key = keys._generate(None, "attack", date.today() + timedelta(days=1))
            cls.users[role] = (user.id, user.login, PASSWORD, key)

    @classmethod
    def _make_clients(cls, env):
        agent, manager, supervisor = (cls.users[role][0] for role in INSIDE)
        team = env["crm.team"].create(
            {
                "name": "Attack",
                "user_id": supervisor,
                "member_ids": [(6, 0, [agent, manager])],
            }
        )
        archives = env["insurance.archive"].create(
            [
                {
                    "name": CLIENT_NAME,
                    "agent_id": agent,
                    "manager_id": manager,
                    "team_id": team.id,
                    **canary.values(number),
                }
                for number in range(CLIENTS)
            ]
        )
        env["crm.lead"].create(
            {"name": "Attack", "partner_id": archives[0].partner_id.id}
        )
        portal = env["res.users"].browse(cls.users["client in the portal"][0])
        portal.write({"partner_id": archives[0].partner_id.id})
        cls.team_id = team.id
        cls.target = {
            "insurance.archive": archives[0].id,
            "res.partner": archives[0].partner_id.id,
            "res.users": portal.id,
            "all": archives.ids,
            "contacts": archives.partner_id.ids,
            "model": env["ir.model"]._get_id("insurance.archive"),
            "partner_model": env["ir.model"]._get_id("res.partner"),
        }

    @classmethod
    def _remove(cls):
        with cls._environment() as env:
            attack_code.remove(env, cls.made)
        with cls._environment() as env:
            archives = env["insurance.archive"].browse(cls.target["all"])
            # users remain, as what they did is in the log
            ids = [values[0] for values in cls.users.values()]
            env["res.users"].browse(ids).active = False
            portal = env["res.users"].browse(cls.target["res.users"])
            portal.partner_id = portal.partner_id.copy({"name": portal.login})
            partners = archives.partner_id
            env["crm.lead"].search([("partner_id", "in", partners.ids)]).unlink()
            env.cr.execute(
                SQL(
                    "DELETE FROM insurance_change WHERE archive_id = ANY(%s)",
                    cls.target["all"],
                )
            )
            archives.unlink()
            partners.unlink()
            env["crm.team"].browse(cls.team_id).unlink()

    # --- what may not come back

    def assertNoCanary(self, content, where):
        found = canary.find(content)
        self.assertFalse(found, f"{where}: {content[:600]!r}")

    def _ask(self, wire, call, asked):
        """Ask all questions; return how many were answered."""
        answered = 0
        for model, method, ids, arguments in asked:
            answer = getattr(wire, call)(model, method, ids, dict(arguments))
            if call == "call_kw":
                # a question that is put wrongly proves nothing
                self.assertNotIn(b"TypeError", answer.body, (model, method))
            answered += not answer.refused
            self.assertNoCanary(answer.body, (model, method, arguments))
        return answered

    def test_answers_to_calls_hold_no_value(self):
        for number, (role, call) in enumerate(itertools.product(ROLES, Wire.CALLS)):
            with self.subTest(role, call=call):
                # all questions to those who come nearest; else some, others each time
                step = 1 if role in NEAREST and call == "call_kw" else 12
                asked = attack_questions.questions(self.target)
                asked = itertools.islice(asked, number % step, None, step)
                answered = self._ask(self.wires[role], call, asked)
                if role == "agent" and call == "call_kw":
                    self.assertGreater(answered, 20)

    def test_answers_about_all_clients_hold_no_value(self):
        for role, wire in self.wires.items():
            with self.subTest(role):
                self._ask(wire, "call_kw", attack_questions.lists(self.target))
        agent = self.wires["agent"]
        found = next(attack_questions.lists(self.target))
        self.assertEqual(agent.call_kw(*found).value["length"], CLIENTS)

    # --- pages and files

    def test_answers_of_pages_and_files_hold_no_value(self):
        for role, wire in self.wires.items():
            for path, data, files in self._pages():
                with self.subTest(role, path=path):
                    answer = wire.page(path, data, files, key=path.startswith("/json"))
                    self.assertNoCanary(answer.body, path)

    def test_answers_of_the_database_manager_hold_no_dump(self):
        order = {"master_pwd": "admin", "name": get_db_name(), "backup_format": "dump"}
        answer = self.wires["Odoo's administrator"].page("/web/database/backup", order)
        self.assertLess(len(answer.body), 10_000)

    def test_answers_with_files_are_real_files(self):
        """The counter-check: to the agent these pages are open."""
        for path, data, _files in self._exports():
            answer = self.wires["agent"].page(path, data)
            self.assertFalse(answer.refused, answer.body[:500])
            self.assertGreater(len(answer.body), 1000)

    def _pages(self):
        yield from ((path, data, files) for path, data, files in self._exports())
        archive, contact = self.target["insurance.archive"], self.target["res.partner"]
        for place, name in (("/web/content", SEALED[0]), ("/web/image", SEALED[-1])):
            yield f"{place}/insurance.archive/{archive}/{name}", None, None
            yield f"{place}/res.partner/{contact}/insurance_{name}", None, None
            yield f"{place}?model=insurance.vault.value&id=1&field=sealed", None, None
            yield f"{place}?model=insurance.vault.key&id=1&field=wrapped", None, None
        for report in ("base.report_irmodeloverview", attack_code.REPORT):
            for kind in ("html", "text"):
                yield f"/report/{kind}/{report}/{contact}", None, None
        yield f"/web/partner/vcard?partner_ids={contact}", None, None
        yield f"/odoo/clients/{archive}", None, None
        yield "/json/1/clients?view_type=list&limit=200", None, None
        yield f"/json/1/clients/{archive}", None, None
        yield "/my/account", None, None
        yield f"/web/session/get_session_info?archive={archive}", None, None

    def _exports(self):
        columns = ["name", "display_name", *SEALED]
        on_contact = ["name", *ON_CONTACT, "insurance_archive_id/id_number"]
        for kind in ("csv", "xlsx"):
            for model, names, ids, groupby in (
                ("insurance.archive", columns, self.target["all"], []),
                ("insurance.archive", columns, [], []),
                ("res.partner", on_contact, self.target["contacts"], []),
                ("insurance.archive", columns, [], ["state"]),
            ):
                if groupby and kind == "csv":
                    continue
                order = {
                    "model": model,
                    "fields": [
                        {"name": name, "label": name, "type": "char"} for name in names
                    ],
                    "ids": ids,
                    "domain": [["agent_id", "!=", False]],
                    "groupby": groupby,
                    "import_compat": False,
                    # refused for want of a purpose, it would try nothing
                    "context": {"insurance_purpose": "claim"},
                }
                yield f"/web/export/{kind}", {"data": json.dumps(order)}, None

    # --- what an administrator sets up

    def test_code_of_the_administrator_gets_no_value(self):
        administrator = self.wires["Odoo's administrator"]
        agent = self.wires["agent"]
        trap = attack_code.Trap(administrator, agent.user_id, self.target, self.made)
        self.addCleanup(trap.close)
        for what, wire, asked in trap.attacks(agent):
            with self.subTest(what):
                answer = wire.call_kw(*asked)
                self.assertNoCanary(answer.body, what)
        self.assertNoCanary(trap.received(), "webhook")
        self.assertTrue(trap.received(), "the webhook was never called")

    def test_code_of_the_administrator_in_a_rule_gets_no_value(self):
        """A rule is evaluated inside of the agent's own call of reveal."""
        administrator, agent = self.wires["Odoo's administrator"], self.wires["agent"]
        rule = attack_code.rule_that_reveals(self.target)
        made = administrator.call_kw("ir.rule", "create", [rule], {})
        self.assertFalse(made.refused, made.body)
        try:
            self._reveal(agent, self.target["all"][1], ["id_number"])
        finally:
            administrator.call_kw("ir.rule", "unlink", made.value, {})
        comment = administrator.call_kw(
            "res.partner",
            "read",
            [self.target["contacts"][2]],
            {"fields": ["comment", "function"]},
        )
        self.assertNoCanary(comment.body, "what the rule wrote")

    # --- the door

    def _reveal(self, wire, archive_id, names, call="call_kw"):
        return getattr(wire, call)(
            "insurance.archive",
            "reveal",
            [archive_id],
            {"field_names": names, "purpose": "claim"},
        )

    def test_door_gives_the_rightful_agent_the_values(self):
        """The counter-check of it all: there are canaries, and they can be found."""
        wire = self.wires["agent"]
        for number in (0, 7, CLIENTS - 1):
            archive_id = self.target["all"][number]
            wire.confirm_password(archive_id)
            answer = self._reveal(wire, archive_id, SEALED)
            self.assertFalse(answer.refused, answer.body)
            expected = canary.values(number)
            for name in ("annual_income", "total_assets"):
                expected[name] = float(expected[name])
            self.assertEqual(answer.value, expected)
            marks = {(name, "plain") for name in SEALED}
            self.assertLessEqual(marks, canary.find(answer.body))

    def test_door_is_closed_to_all_others(self):
        for role, wire in self.wires.items():
            if role in INSIDE:
                continue
            for call in Wire.CALLS:
                with self.subTest(role, call=call):
                    archive_id = self.target["insurance.archive"]
                    answer = self._reveal(wire, archive_id, ["id_number"], call)
                    self.assertTrue(answer.refused)
                    self.assertNoCanary(answer.body, role)

    def test_door_is_closed_to_programs(self):
        wire = self.wires["agent"]
        for call in Wire.CALLS[1:]:
            answer = self._reveal(wire, self.target["all"][0], ["id_number"], call)
            self.assertTrue(answer.refused, call)
            self.assertNoCanary(answer.body, call)

    def test_import_file_with_sealed_columns_is_forgotten_at_once(self):
        wire = self.wires["agent"]
        row = canary.values(CLIENTS + 1)
        file = f"Name,ID number\nAttack import,{row['id_number']}\n"
        for model, column, headed in (
            ("insurance.archive", "id_number", True),
            ("insurance.archive", "id_number", False),
            ("res.partner", "insurance_id_number", True),
        ):
            values = [{"res_model": model}]
            made = wire.call_kw("base_import.import", "create", values, {})
            [wizard] = made.value
            sent = {"ufile": ("clients.csv", file.encode(), "text/csv")}
            wire.page("/base_import/set_file", {"id": wizard}, sent)
            options = {"quoting": '"', "separator": ",", "has_headers": headed}
            preview = wire.call_kw(
                "base_import.import", "parse_preview", [wizard], {"options": options}
            )
            self.assertIn("Leave out", preview.value["error"])
            tried = {"fields": ["name", column], "columns": ["a", "b"]}
            tried |= {"options": options, "dryrun": True}
            wire.call_kw("base_import.import", "execute_import", [wizard], tried)
            kept = wire.call_kw("base_import.import", "read", [wizard], {})
            self.assertNoCanary(kept.body, model)

    # --- traces: alphabetical order brings these behind the attacks

    def test_traces_in_the_log_hold_no_value(self):
        wire = self.wires["agent"]
        [path, data, _files] = next(self._exports())
        wire.page(path, data)
        text = "\n".join(self.listener.lines)
        self.assertIn("exported", text)  # the listener does hear
        self.assertNoCanary(text, "log")

    def test_traces_in_files_hold_no_value(self):
        places = [config.filestore(get_db_name()), config.session_dir]
        for path in itertools.chain(*(Path(place).rglob("*") for place in places)):
            try:
                recent = path.is_file() and path.stat().st_mtime >= self.started
                content = path.read_bytes() if recent else b""
            except FileNotFoundError:
                continue  # a session that ended
            self.assertNoCanary(content, path)

    def test_traces_in_the_dump_of_the_database_hold_no_value(self):
        dump = subprocess.run(
            [find_pg_tool("pg_dump"), "--no-owner", get_db_name()],
            env={**os.environ, **exec_pg_environ()},
            check=True,
            capture_output=True,
        ).stdout
        self.assertGreaterEqual(dump.count(CLIENT_NAME.encode()), CLIENTS)
        found = canary.find(dump)
        places = [
            line[:300] for line in dump.splitlines() if found and canary.find(line)
        ]
        self.assertFalse(found, places[:5])
