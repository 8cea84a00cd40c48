import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..client_scope import Scope
from .common_segments import SegmentCase

#: tables that grow with the clients
LARGE = {
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

WORK = re.compile(r"INSERT INTO insurance|UPDATE insurance|AS\s+SELECT client")


@tagged("post_install", "-at_install")
class TestClientQueryPlans(SegmentCase):
    """Work on some clients finds their rows by an index, in each table.

    With few rows the planner takes the whole table all the same, so it is told not to
    where it can.
    """

    def _scanned(self, action, *args):
        """Return the tables that the statements of an action must read as a whole."""
        self.env.flush_all()
        execute, plans = self.env.cr.execute, []

        def explain(query, params=None, **options):
            code = query.code if isinstance(query, SQL) else query
            if WORK.search(code):
                values = list(query.params) if isinstance(query, SQL) else params
                execute(f"EXPLAIN (FORMAT JSON) {code}", values)
                [(plan,)] = self.env.cr.fetchall()
                plans.append(plan)
            return execute(query, params, **options)

        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        with patch.object(self.env.cr, "execute", explain):
            action(*args)
        self.env.cr.execute("SET LOCAL enable_seqscan = on")
        self.assertTrue(plans)
        return {table for plan in plans for table in self._whole(plan[0]["Plan"])}

    def _whole(self, node):
        """Yield the large tables that a part of a plan reads without a condition."""
        scan = node["Node Type"] in ("Seq Scan", "Index Scan", "Index Only Scan")
        if scan and node["Relation Name"] in LARGE and "Index Cond" not in node:
            yield node["Relation Name"]
        for below in node.get("Plans", ()):
            yield from self._whole(below)

    def test_work_on_all_clients_reads_all(self):
        self.assertIn(
            "insurance_policy",
            self._scanned(self.Feature._refresh, Scope(), self.today),
        )

    def test_figures_and_classes_of_some_clients(self):
        some = Scope(archive_ids=(self.archive.id,))
        for scope in (some, Scope(self.archive.id, self.archive.id + 9)):
            for action in (self.Feature._refresh, self.Class._classify):
                with self.subTest(scope=scope, action=action.__name__):
                    self.assertFalse(self._scanned(action, scope, self.today))

    def test_signs_of_leaving_of_a_range_of_clients(self):
        Alert = self.env["insurance.churn.alert"]
        signs = self.env["insurance.churn.indicator"].search([])
        first = self.archive.id
        self.assertFalse(self._scanned(Alert._monitor_range, signs, first, first + 9))

    def test_plans_and_services_of_a_range_of_clients(self):
        plans = self.env["insurance.service.plan"].search([])
        first = self.archive.id
        self.assertFalse(self._scanned(plans._assign_range, first, first + 9))
        for line in plans.line_ids:
            with self.subTest(kind=line.kind):
                self.assertFalse(
                    self._scanned(line._plan_services, Scope(first, first + 9))
                )
