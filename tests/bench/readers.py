"""Agents who read while other things happen, each in a process of their own."""

import collections
import itertools
import multiprocessing
import time

import web_user

ARCHIVE = web_user.ARCHIVE
#: rows of a list, as the web client asks for them
PAGE = 80
#: an agent asks again after so many seconds
PACE = 0.1


class Reader:
    """A process that reads as one agent, whenever it is told to."""

    def __init__(self, registry, uid):
        context = multiprocessing.get_context("fork")
        self.pipe, below = context.Pipe()
        self.process = context.Process(target=_serve, args=(below, registry, uid))
        self.process.start()

    def begin(self, seconds):
        self.pipe.send(seconds)

    def times(self):
        """Return {what was asked: seconds of each answer}."""
        return self.pipe.recv()

    def end(self):
        self.pipe.send(None)
        self.process.join()


def _serve(pipe, registry, uid):
    agent = Agent(registry, uid)
    while seconds := pipe.recv():
        pipe.send(agent.read(seconds))
    from odoo.addons.insurance_client_archive import use_log_writer

    use_log_writer.stop_all()


class Agent:
    def __init__(self, registry, uid):
        self.registry, self.uid = registry, uid
        with registry.cursor() as cr:
            archives = self._archives(cr)
            views = archives.get_views([(False, "list"), (False, "form")])
            self.columns = web_user.specification(views, ARCHIVE, "list")
            self.fields = web_user.specification(views, ARCHIVE, "form")
            self.mine = itertools.cycle(archives.search([]).ids)
        self.numbers = itertools.count(1)
        self.asks = itertools.cycle([self.list, self.form, self.search])

    def _archives(self, cr):
        from odoo import api

        return api.Environment(cr, self.uid, {"lang": "en_US"})[ARCHIVE]

    def list(self, archives):
        archives.web_search_read([], self.columns, limit=PAGE, count_limit=10001)

    def form(self, archives):
        archives.browse(next(self.mine)).web_read(self.fields)

    def search(self, archives):
        archives.web_search_read(
            [("partner_id", "ilike", f"Client {next(self.numbers)}")],
            self.columns,
            limit=PAGE,
            count_limit=10001,
        )

    def read(self, seconds):
        found = collections.defaultdict(list)
        end = time.monotonic() + seconds
        while (begun := time.monotonic()) < end:
            ask = next(self.asks)
            with self.registry.cursor() as cr:
                ask(self._archives(cr))
            spent = time.monotonic() - begun
            found[ask.__name__].append(spent)
            time.sleep(max(0, PACE - spent))
        return dict(found)
