"""Users who go on working, whatever breaks, and note each answer they got."""

import collections
import itertools
import threading
import time
from typing import NamedTuple

import web_user
from prefork import until
from web_user import ARCHIVE

KINDS = ("list", "form", "reveal", "reveal")
FIELDS = ("id_number", "annual_income")


class Answer(NamedTuple):
    kind: str
    began: float
    seconds: float
    #: what was wrong; an exception of `web_user.Refused` came from the server
    error: Exception | None
    #: words that the user gave for a reveal; they are in the log
    token: str = ""


class Load:
    """Use as a context: users work in threads until it is left."""

    _numbers = itertools.count(1)

    def __init__(self, clients):
        self.clients = clients
        self.answers = []
        self.began = time.monotonic()
        self._ends = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=[client]) for client in clients
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def good(self, kind, since=0.0):
        return [a for a in self.answers if self._is(a, kind, since) and not a.error]

    def bad(self, kind, since=0.0):
        return [a for a in self.answers if self._is(a, kind, since) and a.error]

    def wait_for_more(self, count=3):
        """Let *count* more of each kind be answered, and well."""
        known = {kind: len(self.good(kind)) for kind in KINDS}
        until(
            lambda: all(len(self.good(kind)) >= known[kind] + count for kind in known),
            "lists, forms and reveals are answered",
        )

    def tokens(self):
        """Return what the users gave as purpose of the reveals they were shown."""
        return collections.Counter(answer.token for answer in self.good("reveal"))

    def _is(self, answer, kind, since):
        return answer.kind == kind and answer.began >= since

    def _work(self, client):
        for kind in itertools.cycle(KINDS):
            if self._ends.is_set():
                return
            token, began, error = "", time.monotonic(), None
            if kind == "reveal":
                token = f"{client.user.login} {next(self._numbers)} {time.time_ns()}"
            try:
                client.do(kind, token)
            except (web_user.Refused, *web_user.BROKEN) as caught:
                error = caught
            seconds = time.monotonic() - began
            self.answers.append(Answer(kind, began, seconds, error, token))
            if error:
                # a server that is down refuses at once: let it come up
                self._ends.wait(0.05)


class Client:
    """A user with an own list of clients, and what the web client asks for."""

    def __init__(self, port, login):
        self.user = web_user.WebUser(port, login).log_in()
        self.columns = self.user.specification(ARCHIVE, "list")
        self.fields = self.user.specification(ARCHIVE, "form")
        answer = self._list()
        self.ids = itertools.cycle([record["id"] for record in answer["records"]])
        self.names = itertools.cycle(FIELDS)

    def do(self, kind, token):
        if kind == "list":
            self._list()
        elif kind == "form":
            self.user.call(ARCHIVE, "web_read", [next(self.ids)], self.fields)
        else:
            self.user.reveal(next(self.ids), next(self.names), "claim", token)

    def _list(self):
        return self.user.call(ARCHIVE, "web_search_read", [], self.columns, limit=80)
