"""The users of bench_load.py: what they ask for, and which record that must leave."""

import itertools

import load_data
import web_user

FIELDS = ("id_number", "annual_income", "id_number")
#: rows of a list, as the web client asks for them
PAGE = 80


class _User:
    model = ""

    def __init__(self, port, login):
        self.web = web_user.WebUser(port, login, load_data.PASSWORD).log_in()
        self.columns = self.web.specification(self.model, "list")
        self.fields = self.web.specification(self.model, "form")
        self.first_page = self._page()
        self.ids = itertools.cycle(self.first_page)

    def _page(self):
        answer = self.web.call(
            self.model,
            "web_search_read",
            self.domain,
            self.columns,
            limit=PAGE,
            count_limit=10001,
        )
        return [record["id"] for record in answer["records"]]

    def list(self):
        return self._page()

    def form(self):
        record_id = next(self.ids)
        self.web.call(self.model, "web_read", [record_id], self.fields)
        return record_id


class ContactUser(_User):
    """Works on Odoo's own contacts; no use is recorded."""

    model = "res.partner"

    @property
    def domain(self):
        return [("user_id", "=", self.web.uid)]

    def reveal(self):
        self.web.call(self.model, "read", [next(self.ids)], ["vat"])

    def use(self, kind, answer):
        return None


class ArchiveUser(_User):
    model = web_user.ARCHIVE
    domain = ()

    def __init__(self, port, login):
        super().__init__(port, login)
        # as on any working day the password has been given; it is asked for again
        # when ten minutes have passed
        self.web.confirm_identity(self.first_page[0])
        self.names = itertools.cycle(FIELDS)
        self.numbers = itertools.count(1)

    def reveal(self):
        record_id, words = next(self.ids), f"{self.web.login} {next(self.numbers)}"
        value = self.web.reveal(record_id, next(self.names), "claim", words)
        assert value, record_id
        return record_id, words

    def use(self, kind, answer):
        """Return the record that an answer must have left in the log."""
        from odoo.addons.insurance_client_archive.tools import canonical

        uid = self.web.uid
        if kind == "list":
            return uid, "list", None, canonical.ids_hash(answer), None
        if kind == "form":
            return uid, "view", answer, None, None
        return uid, "reveal", answer[0], None, answer[1]
