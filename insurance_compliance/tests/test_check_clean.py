from odoo import fields
from odoo.tests import tagged

from ..check_catalogue import CHECKS
from .check_cases_access import agreement, share
from .check_records import CheckCase, day, moment
from .common_request import RequestCase

#: what the server is, not what is in the database; each has a proof of its own
ENVIRONMENT = {
    "backup_old",
    "cron_late",
    "database_unencrypted",
    "drill_missing",
    "incident_rule_stale",
    "keyring_unsafe",
    "log_unsealed",
    "log_unverified",
    "log_verbose",
    "log_within_reach",
    "master_key_old",
    "server_open",
    "vault_locked",
    "vault_not_examined",
    "web_unencrypted",
}
#: of which there is something in the house
LOOKED_AT = {
    "notice_missing",
    "sensitive_without_consent",
    "profiled_without_right",
    "filed_without_number",
    "grant_without_application",
    "approval_by_nobody",
    "use_outside_grant",
    "use_without_right",
    "use_without_purpose",
    "share_without_consent",
    "share_without_agreement",
    "retention_missing",
    "hold_overdue",
    "sealed_without_key",
    "complaint_late",
    "second_factor_off",
}


@tagged("post_install", "-at_install")
class TestCheckClean(RequestCase, CheckCase):
    """A small house where everything is done by the rules: nothing is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the number that the tests of applications have given past filing
        cls.env.cr.execute(
            "UPDATE insurance_archive SET number = NULL WHERE id = %s",
            [cls.archive.id],
        )
        cls.env.cr.execute(
            "UPDATE res_users SET totp_secret = 'x' WHERE login LIKE 'test %'"
        )
        cls.env.invalidate_all()

    def test_a_lawful_house_breaks_no_demand(self):
        before = self._all()
        self._live_by_the_rules()
        after = self._all()
        for code, (_population, found) in after.items():
            with self.subTest(code):
                self.assertEqual(found - before[code][1], set())
                if not self._has_demo():
                    self.assertEqual(found, set())
        looked_at = {code for code, (population, _found) in after.items() if population}
        # the house is no empty one
        self.assertEqual(LOOKED_AT - looked_at, set())

    def _has_demo(self):
        module = self.env["ir.module.module"].search(
            [("name", "=", "insurance_compliance")]
        )
        return module.demo

    def _all(self):
        return {code: self.ask(code) for code in CHECKS if code not in ENVIRONMENT}

    def _live_by_the_rules(self):
        clients = self.archive | self._archive(name="王芳") | self._archive(name="赵敏")
        for client in clients:
            self._give("service", "health", "bank", "profiling", archive=client)
            self.assertTrue(self.entered_by_agent(client))
        clients.with_user(self.archivist).action_file()
        self._archive(name="刘洋")  # still being collected
        self._classified(clients[0])
        self._policy(archive_id=clients[1].id)
        self._complaint()
        self._grant_and_use()
        self._shares()
        self._hold(clients[2])
        self.env["insurance.retention"]._solve_archives(clients.ids)

    def entered_by_agent(self, client):
        client.with_user(self.agent).action_enter()
        return client.state == "entered"

    def _classified(self, client):
        classes = self.env["insurance.client.class"]
        if not classes.search([("archive_id", "=", client.id)]):
            # where no scorecard is in force
            self.row(classes._name, archive_id=client.id, client_type="ordinary")

    def _complaint(self):
        self.env["insurance.feedback"].create(
            {
                "archive_id": self.archive.id,
                "kind": "complaint",
                "name": "Too slow",
                "channel": "phone",
                "received_on": fields.Date.today(),
            }
        )

    def _grant_and_use(self):
        application = self.approved(slices=("contact",))
        self.use(date=moment(minutes=1), grant_id=application.grant_id.id)
        self.use(action="view", purpose=None, grant_id=0)

    def _shares(self):
        recipient = self.env["res.partner"].create({"name": "Recipient"})
        consent = self._give("sharing", recipient=recipient)
        shared = share(self)
        self.env.cr.execute(
            "INSERT INTO insurance_share_consent_rel (share_id, consent_id)"
            " VALUES (%s, %s)",
            [shared, consent.id],
        )
        known = agreement(self, checked_on=day(0))
        share(self, kind="cooperation", basis="contract", agreement_id=known)

    def _hold(self, archive):
        hold = (
            self.env["insurance.legal.hold"]
            .with_user(self.compliance)
            .create(
                {
                    "name": "Case 47",
                    "reason": "Court.",
                    "partner_ids": archive.partner_id.ids,
                }
            )
        )
        hold.action_place()
