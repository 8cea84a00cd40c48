"""The three ways in which a program talks to Odoo, with one face.

Each channel is called as ``channel(model, method, ids, kwargs)`` and answers with a
`Reply`. ``ids`` is None for methods of the model itself.
"""

import json
from datetime import date, timedelta
from typing import NamedTuple
from xmlrpc.client import Fault

from odoo.tests.common import get_db_name


class Reply(NamedTuple):
    refused: bool
    text: str
    value: object = None


def web_client(case, user):
    """Call as the web client does, by ``/web/dataset/call_kw`` in a session."""
    case.authenticate(user.login, user.login)

    def call(model, method, ids, kwargs):
        response = case.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "params": {
                    "model": model,
                    "method": method,
                    "args": [] if ids is None else [ids],
                    "kwargs": kwargs,
                },
            },
        )
        reply = response.json()
        return _reply("error" in reply, reply.get("error", reply.get("result")))

    return call


def xml_rpc(case, user):
    """Call by ``/xmlrpc/2/object`` with login and password."""
    password = f"{user.login} password"
    user.sudo().password = password
    case.env.flush_all()
    case.opener.cookies.clear()

    def call(model, method, ids, kwargs):
        try:
            value = case.xmlrpc_object.execute_kw(
                get_db_name(),
                user.id,
                password,
                model,
                method,
                [] if ids is None else [ids],
                kwargs,
            )
        except Fault as fault:
            return _reply(True, fault.faultString)
        return _reply(False, value)

    return call


def json_2(case, user):
    """Call by ``/json/2`` with an API key."""
    case.authenticate(None, None)
    keys = case.env["res.users.apikeys"].with_user(user).sudo()
    key = keys._generate(None, "test", date.today() + timedelta(days=1))
    case.env.flush_all()
    headers = {"Authorization": f"Bearer {key}"}

    def call(model, method, ids, kwargs):
        body = kwargs if ids is None else {"ids": ids, **kwargs}
        response = case.url_open(
            f"/json/2/{model}/{method}", json=body, headers=headers, method="POST"
        )
        return _reply(response.status_code != 200, response.json())

    return call


CHANNELS = (web_client, xml_rpc, json_2)


def _reply(refused, value):
    # not escaped: canaries are looked for in the text as it was entered
    text = json.dumps(value, default=str, ensure_ascii=False)
    return Reply(refused, text, value)
