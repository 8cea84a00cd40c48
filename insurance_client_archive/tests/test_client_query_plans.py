import re

from odoo.tests import tagged

from ..client_scope import Scope
from .common_plans import PlanMixin
from .common_segments import SegmentCase

WORK = re.compile(r"INSERT INTO insurance|UPDATE insurance|AS\s+SELECT client")


@tagged("post_install", "-at_install")
class TestClientQueryPlans(PlanMixin, SegmentCase):
    """Work on some clients finds their rows by an index, in each table."""

    large = frozenset(
        {
            "insurance_archive",
            "insurance_claim",
            "insurance_client_class",
            "insurance_client_class_change",
            "insurance_client_class_override",
            "insurance_client_feature",
            "insurance_feedback",
            "insurance_interaction",
            "insurance_policy",
            "insurance_related_person",
            "insurance_satisfaction",
            "insurance_service_item",
        }
    )

    def _explained(self, code):
        return super()._explained(code) and WORK.search(code)

    def test_work_on_all_clients_reads_all(self):
        self.assertIn(
            "insurance_policy",
            self._whole_tables(self.Feature._refresh, Scope(), self.today),
        )

    def test_figures_and_classes_of_some_clients(self):
        some = Scope(archive_ids=(self.archive.id,))
        for scope in (some, Scope(self.archive.id, self.archive.id + 9)):
            for action in (self.Feature._refresh, self.Class._classify):
                with self.subTest(scope=scope, action=action.__name__):
                    self.assertFalse(self._whole_tables(action, scope, self.today))

    def test_signs_of_leaving_of_a_range_of_clients(self):
        Alert = self.env["insurance.churn.alert"]
        signs = self.env["insurance.churn.indicator"].search([])
        first = self.archive.id
        self.assertFalse(
            self._whole_tables(Alert._monitor_range, signs, first, first + 9)
        )

    def test_plans_and_services_of_a_range_of_clients(self):
        plans = self.env["insurance.service.plan"].search([])
        first = self.archive.id
        self.assertFalse(self._whole_tables(plans._assign_range, first, first + 9))
        for line in plans.line_ids:
            with self.subTest(kind=line.kind):
                self.assertFalse(
                    self._whole_tables(line._plan_services, Scope(first, first + 9))
                )
