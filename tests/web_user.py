"""A user in a browser, without the browser: login, session, the web client's calls."""

import http.client
import json
import re
import urllib.parse

from lxml import etree

ARCHIVE = "insurance.archive"
#: what a request throws when the server or the way to it breaks
BROKEN = (OSError, http.client.HTTPException)


class Refused(Exception):
    """The server answered, and the answer is an error."""

    def __init__(self, error):
        data = error.get("data") or {}
        self.name = data.get("name", "")
        self.message = data.get("message") or error.get("message", "")
        self.debug = data.get("debug", "")
        super().__init__(f"{self.name}: {self.message}")


class WebUser:
    """One user with a session of their own. Not for two threads at once."""

    def __init__(self, port, login, password=None, timeout=60):
        self.login = login
        self.password = password or login
        self.cookies = {}
        self.uid = None
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def log_in(self):
        page = self._request("GET", "/web/login")
        [token] = re.findall(r'name="csrf_token" value="(\w+)"', page.decode())
        form = {"csrf_token": token, "login": self.login, "password": self.password}
        self._request(
            "POST",
            "/web/login",
            urllib.parse.urlencode(form),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        session = self._json("/web/session/get_session_info", {})
        if session["username"] != self.login:
            raise PermissionError(f"{self.login} could not log in")
        self.uid = session["uid"]
        return self

    def call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._json(f"/web/dataset/call_kw/{model}/{method}", params)

    def reveal(self, archive_id, field, purpose, text):
        """Open a sealed value; give the password where the server asks for it."""
        arguments = [[archive_id], [field], purpose, text]
        try:
            values = self.call(ARCHIVE, "reveal", *arguments)
        except Refused as refusal:
            if not refusal.name.endswith("IdentityCheckNeeded"):
                raise
            self.confirm_identity(archive_id)
            values = self.call(ARCHIVE, "reveal", *arguments)
        return values[field]

    def confirm_identity(self, archive_id):
        asked = self.call(ARCHIVE, "action_confirm_identity", [archive_id])
        if asked.get("res_model"):
            context = {"password": self.password}
            wizard = [asked["res_id"]]
            self.call(asked["res_model"], "run_check", wizard, context=context)

    def specification(self, model, kind):
        """Return what the web client reads for a view of the model."""
        views = self.call(
            model, "get_views", [(False, kind)], {"toolbar": False, "load_filters": 0}
        )
        return specification(views, model, kind)

    def _json(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        reply = self._request("POST", path, body, {"Content-Type": "application/json"})
        reply = json.loads(reply)
        if "error" in reply:
            raise Refused(reply["error"])
        return reply.get("result")

    def _request(self, verb, path, body=None, headers=None):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**(headers or {}), "Cookie": cookie}
        try:
            self.connection.request(verb, path, body, headers)
            response = self.connection.getresponse()
            content = response.read()
        except BROKEN:
            self.connection.close()
            raise
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        if response.status >= 400:
            raise http.client.HTTPException(f"{path}: status {response.status}")
        return content


def specification(views, model, kind):
    """Return what the web client reads, given the answer of ``get_views``."""
    arch = etree.fromstring(views["views"][kind]["arch"])
    return _specification(arch, model, views["models"])


def _specification(view, model, models):
    specification = {}
    for node in _own_fields(view):
        field = models[model]["fields"][node.get("name")]
        known = specification.setdefault(node.get("name"), {})
        if field["type"] == "many2one":
            known["fields"] = {"display_name": {}}
        elif field["type"] in ("one2many", "many2many"):
            known["fields"] = {"display_name": {}}
            known["limit"] = 40
            if len(node):
                below = _specification(node[0], field["relation"], models)
                known["fields"] |= below
    return specification


def _own_fields(node):
    """Yield the fields of a view, without those of the views within them."""
    for child in node.iterchildren(tag=etree.Element):
        if child.tag == "field":
            yield child
        else:
            yield from _own_fields(child)
