"""Who gets what of a client's contact card over the wire, with the protection on."""

import json

from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_compliance.tests.test_contact_card import SECRETS, CardCase

PASSWORD = "a long enough password"
LEAD_FIELDS = ("phone", "email_from", "street", "zip", "city")


@tagged("post_install", "-at_install")
class TestContactCardWire(CardCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger.password = cls.agent.password = PASSWORD
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Opportunity", "partner_id": cls.partner.id}
        )
        cls.partner.message_subscribe(partner_ids=cls.partner.ids)
        cls.env.flush_all()

    def _call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _questions(self):
        """Yield what a curious colleague would ask for, as model, method, arguments."""
        partner, ids = "res.partner", self.partner.ids
        names = list(SECRETS)
        shown = {"show_address": 1, "show_email": 1, "insurance_unmasked_card": True}
        yield partner, "read", (ids, names), {}
        yield partner, "web_read", (ids, dict.fromkeys(names, {})), {}
        yield partner, "search_read", ([], names), {}
        yield partner, "web_search_read", ([], dict.fromkeys(names, {})), {}
        yield partner, "export_data", (ids, [*names, "display_name"]), {}
        yield partner, "name_search", ("张伟",), {"context": shown}
        yield partner, "read", (ids, ["display_name"]), {"context": shown}
        yield partner, "copy_data", (ids,), {}
        yield partner, "onchange", (ids, {}, [], dict.fromkeys(names, {})), {}
        yield partner, "get_mention_suggestions", ("张伟",), {}
        yield "crm.lead", "read", (self.lead.ids, list(LEAD_FIELDS)), {}
        yield "crm.lead", "read", (self.lead.ids, ["partner_id"]), {"context": shown}
        yield (
            "crm.lead",
            "onchange",
            ([], {"partner_id": self.partner.id}, ["partner_id"]),
            {"fields_spec": {"partner_id": {}, **dict.fromkeys(LEAD_FIELDS, {})}},
        )
        yield "mail.followers", "search_read", ([], ["email", "display_name"]), {}
        for name in names:
            grouped = {"groupby": [name], "aggregates": ["__count"]}
            yield partner, "formatted_read_group", ([],), grouped
            listed = {"groupby": [], "aggregates": [f"{name}:array_agg"]}
            yield partner, "formatted_read_group", ([],), listed

    @mute_logger("odoo.http")
    def _answers(self):
        for model, method, args, kwargs in self._questions():
            try:
                yield model, method, self._call(model, method, *args, **kwargs)
            except JsonRpcException as refusal:
                yield model, method, str(refusal)

    def test_no_question_gets_the_card(self):
        self.authenticate(self.stranger.login, PASSWORD)
        for model, method, answer in self._answers():
            with self.subTest(model=model, method=method):
                self.assertHidden(json.dumps(answer, ensure_ascii=False))

    def test_the_agent_gets_it(self):
        self.authenticate(self.agent.login, PASSWORD)
        [card] = self._call("res.partner", "read", self.partner.ids, list(SECRETS))
        for name, secret in SECRETS.items():
            self.assertEqual(card[name], secret)

    def test_no_domain_is_an_oracle(self):
        self.authenticate(self.stranger.login, PASSWORD)
        for name, secret in SECRETS.items():
            for value in (secret, secret[:4] + "%"):
                for operator in ("=", "=ilike", "like", "ilike", ">="):
                    domain = [["id", "=", self.partner.id], [name, operator, value]]
                    found = self._call("res.partner", "search_count", domain)
                    self.assertEqual(found, 0, domain)

    def test_programs_get_no_more(self):
        common = self.xmlrpc_common
        database = self.env.cr.dbname
        uid = common.login(database, self.stranger.login, PASSWORD)
        answer = self.xmlrpc_object.execute(
            database, uid, PASSWORD, "res.partner", "read", self.partner.ids, [*SECRETS]
        )
        self.assertHidden(answer)

    def test_pages_show_no_card(self):
        self.authenticate(self.stranger.login, PASSWORD)
        partner = self.partner.id
        for path in (
            f"/web/partner/vcard?partner_ids={partner}",
            f"/web_partner/{partner}/vcard",
            f"/json/1/contacts/{partner}",
        ):
            self.assertHidden(self.url_open(path).text)
