"""One user's ways to a running server: four for programs, and plain pages."""

import json
import xmlrpc.client
from typing import NamedTuple

import requests


class Answer(NamedTuple):
    """What came back: the whole of it, and the value where it is no error."""

    refused: bool
    body: bytes
    value: object = None


class Wire:
    """A user with a session in a browser, a password and a key for programs."""

    #: the four ways to call a method
    CALLS = ("call_kw", "xml_rpc", "json_rpc", "json_2")

    def __init__(self, url, database, user_id, login, password, key):
        self.url, self.database = url, database
        self.user_id, self.login = user_id, login
        self.password, self.key = password, key
        self.session = requests.Session()
        answer = self._json(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        assert not answer.refused, answer.body

    def call_kw(self, model, method, ids, arguments):
        """As the web client does."""
        return self._json(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": [] if ids is None else [ids],
                "kwargs": arguments,
            },
        )

    def xml_rpc(self, model, method, ids, arguments):
        call = xmlrpc.client.dumps(
            self._parameters(model, method, ids, arguments),
            "execute_kw",
            allow_none=True,
        )
        response = requests.post(f"{self.url}/xmlrpc/2/object", call.encode())
        refused = b"<fault>" in response.content or response.status_code != 200
        value = None
        if not refused:
            [value], _method = xmlrpc.client.loads(response.content)
        return Answer(refused, response.content, value)

    def json_rpc(self, model, method, ids, arguments):
        return self._json(
            "/jsonrpc",
            {
                "service": "object",
                "method": "execute_kw",
                "args": self._parameters(model, method, ids, arguments),
            },
            requests,
        )

    def json_2(self, model, method, ids, arguments):
        response = requests.post(
            f"{self.url}/json/2/{model}/{method}",
            json=arguments if ids is None else {"ids": ids, **arguments},
            headers={"Authorization": f"Bearer {self.key}"},
        )
        return self._answer(response)

    def page(self, path, data=None, files=None, key=False):
        """Get a page, or send a form, in the session or with the key alone."""
        sender = requests if key else self.session
        headers = {"Authorization": f"Bearer {self.key}"} if key else {}
        if data is None:
            response = sender.get(self.url + path, headers=headers)
        else:
            response = sender.post(
                self.url + path,
                {**data, "csrf_token": self._csrf_token()},
                files=files,
                headers=headers,
            )
        return self._answer(response)

    def confirm_password(self, archive_id):
        """Give the password again, as the dialog in front of some values asks."""
        asked = self.call_kw(
            "insurance.archive", "action_confirm_identity", [archive_id], {}
        )
        if "res_id" not in asked.value:
            return asked  # it was given a moment ago
        check = {"context": {"password": self.password}}
        wizard = [asked.value["res_id"]]
        return self.call_kw("res.users.identitycheck", "run_check", wizard, check)

    def _parameters(self, model, method, ids, arguments):
        positional = [] if ids is None else [ids]
        access = (self.database, self.user_id, self.key)
        return (*access, model, method, positional, arguments)

    def _csrf_token(self):
        if not hasattr(self, "_token"):
            page = self.session.get(f"{self.url}/odoo").text
            self._token = page.split('csrf_token: "')[1].split('"')[0]
        return self._token

    def _json(self, path, parameters, sender=None):
        message = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        response = (sender or self.session).post(self.url + path, json=message)
        try:
            reply = response.json()
        except json.JSONDecodeError:
            return Answer(True, response.content)
        return Answer("error" in reply, response.content, reply.get("result"))

    @staticmethod
    def _answer(response):
        refused = response.status_code != 200
        value = None
        if not refused and "json" in response.headers.get("Content-Type", ""):
            value = response.json()
        return Answer(refused, response.content, value)
