from odoo.tests import tagged
from odoo.tools import SQL

from .common_risk import RiskCase


@tagged("post_install", "-at_install")
class TestRiskMap(RiskCase):
    """The matrix says what the table holds, and opens what it counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.risks = cls.env["insurance.risk"].search([("state", "!=", "closed")])

    def _by_sql(self, phase):
        """Return {(likelihood, impact): number} by plain SQL."""
        self.env.flush_all()
        likelihood = SQL.identifier(f"likelihood_{phase}")
        impact = SQL.identifier(f"impact_{phase}")
        return {
            (row[0], row[1]): row[2]
            for row in self.env.execute_query(
                SQL(
                    "SELECT %s, %s, count(*) FROM insurance_risk"
                    " WHERE state <> 'closed' AND assessed_on IS NOT NULL"
                    " AND (company_id IS NULL OR company_id = %s) GROUP BY 1, 2",
                    likelihood,
                    impact,
                    self.env.company.id,
                )
            )
        }

    def _map(self, user=None, **filters):
        model = self.env["insurance.risk"].with_user(user or self.compliance)
        return model.with_context(lang="en_US").heat_map(**filters)

    def _cells(self, heat_map, phase):
        return {
            (row["likelihood"], cell["impact"]): cell[phase]
            for row in heat_map["rows"]
            for cell in row["cells"]
        }

    def test_figures_are_those_of_the_table(self):
        for grades in ("5511", "5511", "4232", "3322"):
            self._assess(self.department_head, self._risk(), grades)
        heat_map = self._map()
        for phase in ("before", "after"):
            cells = self._cells(heat_map, phase)
            self.assertEqual(len(cells), 25)
            counted = {place: number for place, number in cells.items() if number}
            self.assertEqual(counted, self._by_sql(phase))
        self.assertEqual(
            sum(level["after"] for level in heat_map["levels"]), heat_map["total"]
        )

    def test_cell_opens_what_it_counts(self):
        self._assess(self.department_head, self.risk, "5511")
        cells = self._cells(self._map(), "before")
        own = self.env["insurance.risk"].with_user(self.compliance)
        action = own.action_open_cell("before", "5", "5")
        found = own.search(action["domain"])
        self.assertIn(self.risk, found)
        self.assertEqual(len(found), cells["5", "5"])
        action = own.action_open_cell("none", False, False)
        self.assertEqual(len(own.search(action["domain"])), self._map()["unassessed"])

    def test_level_of_a_cell_is_that_of_its_risks(self):
        self._assess(self.department_head, self.risk, "5534")
        cells = {
            (row["likelihood"], cell["impact"]): cell["level"]
            for row in self._map()["rows"]
            for cell in row["cells"]
        }
        self.assertEqual(cells["3", "4"], self.risk.level_after)
        self.assertEqual(cells["5", "5"], self.risk.level_before)

    def test_user_counts_own_risks_alone(self):
        self._assess(self.department_head, self.risk, "5511")
        self.assertEqual(self._map(self.archivist)["total"], 0)
        risk = self._risk(owner_id=self.archivist.id)
        self._assess(self.archivist, risk, "5511")
        self.assertEqual(self._map(self.archivist)["total"], 1)
        self.assertEqual(self._map(self.agent)["total"], 0)

    def test_filters_narrow_the_map(self):
        before = self._map(threat="physical", stage="transmit")["total"]
        risk = self._risk(threat="physical", stage="transmit")
        self._assess(self.department_head, risk)
        after = self._map(threat="physical", stage="transmit")["total"]
        self.assertEqual(after, before + 1)
        self.assertEqual(self._map(mine=True)["total"], 0)

    def test_map_costs_the_same_for_few_and_for_many(self):
        risks = self.env["insurance.risk"].create(
            [
                {"name": f"Risk {number}", "owner_id": self.department_head.id}
                for number in range(50)
            ]
        )
        for risk in risks[:20]:
            self._assess(self.department_head, risk)
        self._map()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self._map()
