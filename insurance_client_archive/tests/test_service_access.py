from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MODULE
from .common_service import TODAY, ServiceCase


@tagged("post_install", "-at_install")
class TestServiceAccess(ServiceCase):
    def test_services_open_with_the_archive(self):
        item = self.env["insurance.service.item"].create(
            {"archive_id": self.archive.id, "due_date": TODAY}
        )
        effect = self.env["insurance.service.effect"].browse(self.archive.id)
        benefit = self.env["insurance.incentive"].create(
            {
                "archive_id": self.archive.id,
                "name": "Talk",
                "kind_id": self.env.ref(f"{MODULE}.incentive_kind_talk").id,
            }
        )
        for record in item, effect, benefit:
            self.assertTrue(record.with_user(self.agent).has_access("read"))
            for user in (
                self.agent2,
                self.department,
                self.archivist,
                self.compliance,
                self.insurance_admin,
                self.accountant,
            ):
                with self.subTest(model=record._name, user=user.login):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["partner_id"])

    def test_service_is_not_hung_under_a_hidden_client(self):
        with self.assertRaises(AccessError):
            self.env["insurance.service.item"].with_user(self.agent2).create(
                {"archive_id": self.archive.id, "due_date": TODAY}
            )

    def test_reading_figures_of_a_client_is_a_use(self):
        effect = self.env["insurance.service.effect"].browse(self.archive.id)
        log = type(self.env["insurance.use.log"])
        with patch.object(log, "_record") as record:
            effect.with_user(self.agent).read(["execution_rate"])
        self.assertEqual(record.call_args.args, ("view",))
        self.assertEqual(record.call_args.kwargs["archives"], self.archive)
        self.assertEqual(record.call_args.kwargs["content"], [effect._name])

    def test_effect_compares_served_clients_with_others(self):
        item = self.env["insurance.service.item"].create(
            {"archive_id": self.archive.id, "due_date": date.today()}
        )
        item.action_done()
        old = {"state": "active", "start_date": date.today() - timedelta(days=900)}
        self._policy(**old)
        self._policy(state="active", start_date=date.today() - timedelta(days=5))
        self.env.flush_all()
        effect = self.env["insurance.service.effect"].browse(self.archive.id)
        self.assertRecordValues(
            effect.with_user(self.agent),
            [
                {
                    "served": "yes",
                    "planned_count": 1,
                    "execution_rate": 100,
                    "repurchase_rate": 100,
                    "loss_rate": 0,
                }
            ],
        )
