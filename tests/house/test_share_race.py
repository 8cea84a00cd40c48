"""Many downloads at the same moment: the limit of the packet holds exactly.

Committed and asked of the running server, whose workers share nothing but the database.
"""

import base64
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import requests

import odoo
from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.auth_totp.models.totp import TIMESTEP, hotp

SECRET = "GZUGGZTUMFTGC3TDMFZGK3TBMVXGO4TP"
PASSWORD = "Race-2026-packet"
LIMIT = 3
ASKING = 20


@tagged("post_install", "-at_install")
class TestShareRace(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        port = odoo.service.server.server.httpd.server_port
        cls.url = f"http://127.0.0.1:{port}"
        with cls._environment() as env:
            cls._make(env)
        cls.addClassCleanup(cls._remove)

    @classmethod
    def _environment(cls):
        return Environment(cls.registry)

    @classmethod
    def _make(cls, env):
        run = secrets.token_hex(3)
        partner = env["res.partner"].create({"name": f"Race Re {run}"})
        user = new_test_user(
            env,
            f"race {run}",
            "base.group_portal",
            password=PASSWORD,
            partner_id=partner.id,
        )
        user.totp_secret = SECRET
        archive = env["insurance.archive"].create(
            {"name": "Race Testina", "agent_id": SUPERUSER_ID}
        )
        share = env["insurance.share"].create(
            {
                "kind": "cooperation",
                "archive_id": archive.id,
                "recipient_id": partner.id,
                "recipient_user_id": user.id,
                "purpose_id": env["insurance.purpose"].search([], limit=1).id,
                "basis": "legal_duty",
                "basis_article": "Test",
                "part_ids": env["insurance.share.part"].search(
                    [("code", "=", "identity")]
                ),
                "download_limit": LIMIT,
                "undertaken_on": fields.Datetime.now(),
                "agreement_id": cls._agreement(env, partner).id,
            }
        )
        # how it came to be delivered is tested elsewhere
        env.flush_all()
        env.cr.execute(
            SQL(
                "UPDATE insurance_share SET state = 'delivered' WHERE id = %s", share.id
            )
        )
        limit = env["insurance.parameter"].search(
            [("key", "=", "share_downloads_per_hour")]
        )
        cls.per_hour, limit.value = limit.value, "1000"
        cls.user_id, cls.login = user.id, user.login
        cls.share_id, cls.archive_id = share.id, archive.id

    @classmethod
    def _agreement(cls, env, partner):
        agreement = env["insurance.share.agreement"].create(
            {
                "partner_id": partner.id,
                "purpose_ids": env["insurance.purpose"].search([], limit=1),
                "date_to": fields.Date.add(fields.Date.today(), days=9),
            }
        )
        env.flush_all()
        env.cr.execute(
            SQL(
                "UPDATE insurance_share_agreement SET state = 'approved' WHERE id = %s",
                agreement.id,
            )
        )
        return agreement

    @classmethod
    def _remove(cls):
        # the share stays on the register, as all do; nobody can open it any more
        with cls._environment() as env:
            share = env["insurance.share"].browse(cls.share_id)
            share.write({"state": "ended", "state_reason": "Test"})
            env["res.users"].browse(cls.user_id).active = False
            env["insurance.parameter"].search(
                [("key", "=", "share_downloads_per_hour")]
            ).value = cls.per_hour

    def _session(self):
        """Log in on a page, as a person does: password, then the code."""
        session = requests.Session()
        page = session.get(f"{self.url}/web/login").text
        session.post(
            f"{self.url}/web/login",
            data={
                "csrf_token": token_of(page),
                "login": self.login,
                "password": PASSWORD,
            },
        )
        page = session.get(f"{self.url}/web/login/totp").text
        code = hotp(base64.b32decode(SECRET), int(time.time() / TIMESTEP))
        session.post(
            f"{self.url}/web/login/totp",
            data={"csrf_token": token_of(page), "totp_token": f"{code:06}"},
        )
        return session

    def test_limit_holds_under_parallel_downloads(self):
        session = self._session()
        page = session.get(f"{self.url}/my/shares/{self.share_id}").text
        self.assertIn("o_insurance_share_download", page)
        data = {"csrf_token": token_of(page), "file_format": "pdf"}
        url = f"{self.url}/my/shares/{self.share_id}/download"

        def download(_number):
            return requests.post(url, data=data, cookies=session.cookies)

        with ThreadPoolExecutor(ASKING) as pool:
            answers = list(pool.map(download, range(ASKING)))
        packets = [answer for answer in answers if answer.content[:4] == b"%PDF"]
        self.assertEqual(len(packets), LIMIT)
        self.assertEqual({answer.status_code for answer in answers}, {200})
        with self._environment() as env:
            share = env["insurance.share"].browse(self.share_id)
            self.assertEqual(share.download_count, LIMIT)
            events = share.event_ids.filtered(lambda event: event.event == "download")
            self.assertEqual(len(events), LIMIT)


class Environment:
    """A transaction of its own, committed at the end."""

    def __init__(self, registry):
        self.registry = registry

    def __enter__(self):
        self.cr = self.registry.cursor()
        context = {"tracking_disable": True, "no_reset_password": True}
        return api.Environment(self.cr, SUPERUSER_ID, context)

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.cr.commit()
        self.cr.close()


def token_of(page):
    return page.split('name="csrf_token" value="')[1].split('"')[0]
