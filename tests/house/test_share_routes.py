"""A recipient in the portal tries every other way to client data: none opens."""

import io
import itertools

import pypdf
import rpc_channels
from share_portal_case import SharePortalCase

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.tests.common_vault import CANARIES, ID_NUMBER

REGISTER = "insurance_compliance.report_share_register"
QUIET = (
    "odoo.http",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_actions_report",
)
METHODS = (
    ("search_read", None, {"domain": []}),
    ("search_count", None, {"domain": []}),
    ("web_search_read", None, {"domain": [], "specification": {"id": {}}}),
    ("formatted_read_group", None, {"domain": [], "groupby": [], "aggregates": []}),
    ("name_search", None, {"name": ""}),
    ("create", None, {"vals_list": [{}]}),
    ("read", True, {}),
    ("web_read", True, {"specification": {"display_name": {}}}),
    ("write", True, {"vals": {}}),
    ("unlink", True, {}),
    ("export_data", True, {"fields_to_export": ["id"]}),
    ("copy", True, {}),
)


@tagged("post_install", "-at_install")
class TestShareRoutes(SharePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.share = cls._delivered(parts=("identity", "id_number"))
        cls.share.sudo().write({"undertaken_on": "2026-01-01 00:00:00"})
        cls.env.flush_all()

    def _models(self):
        """Yield our models with a record of each, where there is one."""
        for name in sorted(self.registry):
            model = self.env[name]
            if name.startswith("insurance.") and not model._abstract:
                ids = model.sudo().search([], limit=1, order="id desc").ids
                # rows of a view may have numbers that XML-RPC can't carry
                yield name, [res_id for res_id in ids if res_id < 2**31]

    def test_no_model_answers_over_remote_calls(self):
        models = list(self._models())
        for channel in rpc_channels.CHANNELS:
            call = channel(self, self.recipient)
            asked = itertools.product(models, METHODS)
            # not all on each way: all of them go through the same method
            step = 2 if channel is rpc_channels.web_client else 11
            asked = itertools.islice(asked, 0, None, step)
            for (name, ids), (method, on_record, kwargs) in asked:
                with (
                    self.subTest(channel=channel.__name__, model=name, method=method),
                    mute_logger(*QUIET),
                ):
                    reply = call(
                        name, method, ids or [1] if on_record else None, kwargs
                    )
                    self.assertTrue(reply.refused, reply.text[:300])

    def test_no_step_of_a_share_is_open_to_remote_calls(self):
        self.authenticate(self.recipient.login, self.recipient.login)
        call = rpc_channels.web_client(self, self.recipient)
        names = [
            name
            for name in dir(self.env["insurance.share"])
            if name.startswith(("action_", "_portal", "_end", "_issue", "_check"))
        ]
        self.assertGreater(len(names), 15)
        for name in names:
            with self.subTest(name), mute_logger(*QUIET):
                reply = call("insurance.share", name, self.share.ids, {})
                self.assertTrue(reply.refused, reply.text[:300])
        self.assertEqual(self.share.state, "delivered")

    def test_no_address_gives_the_content_away(self):
        share, archive = self.share, self.archive
        self.log_in()
        token = "0123456789abcdef0123456789abcdef"
        pages = [
            f"/my/shares/{share.id}/download?file_format=pdf&access_token={token}",
            f"/my/shares/{share.id}/receipt?access_token={token}",
            f"/mail/view?model=insurance.share&res_id={share.id}&access_token={token}",
            f"/report/html/{REGISTER}/{share.id}",
            f"/report/pdf/{REGISTER}/{share.id}",
            f"/report/text/{REGISTER}/{share.id}",
            f"/web/content/insurance.share/{share.id}/signature",
            f"/web/content/insurance.archive/{archive.id}/id_number",
            f"/web/content?model=insurance.share&id={share.id}&field=number",
            f"/web/image/insurance.share/{share.id}/signature",
            f"/web/image/insurance.archive/{archive.id}/avatar_128",
            f"/odoo/shares/{share.id}",
            f"/odoo/insurance.archive/{archive.id}",
            f"/json/1/shares/{share.id}",
            f"/my/shares/{share.id}.pdf",
        ]
        secrets = [*CANARIES, self.partner.phone, self.partner.name]
        for path in pages:
            with self.subTest(path), mute_logger(*QUIET):
                response = self.url_open(path)
                self.assertRefused(response)
                for secret in secrets:
                    self.assertNotIn(secret, response.text)

    def test_the_counter_check_finds_what_is_looked_for(self):
        self.log_in()
        response = self.download(self.share)
        self.assertTrue(self.is_packet(response))
        self.assertIn(ID_NUMBER, self._text(response.content))

    def _text(self, content):
        return pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
