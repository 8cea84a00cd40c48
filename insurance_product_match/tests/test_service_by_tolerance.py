from odoo.tests import tagged

from .common_needs import NeedsCase


@tagged("post_install", "-at_install")
class TestServiceByTolerance(NeedsCase):
    """How a client is looked after follows from the tolerance of risk as well."""

    def test_plan_of_a_tolerance_gets_its_clients_alone(self):
        plans = self.env["insurance.service.plan"]
        plans.search([]).active = False
        careful = plans.create(
            {"name": "Careful", "client_filter": "[('risk_tolerance', '=', 'c1')]"}
        )
        other = plans.create({"name": "Others", "sequence": 99})
        self.archive.sudo()._write_multi([{"state": "entered"}])
        self.env.invalidate_all()
        self._assessed("tolerance", 0)
        self.assertEqual(self.archive.risk_tolerance, "c1")
        plans.action_assign_now()
        self.assertEqual(self.archive.service_plan_id, careful)
        self._assessed("tolerance", 1)
        self.archive._latest_tolerance().with_user(self.agent).action_confirm()
        plans.action_assign_now()
        self.env.invalidate_all()
        self.assertEqual(self.archive.service_plan_id, other)
