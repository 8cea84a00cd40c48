from unittest.mock import patch

from odoo.tools import SQL

SCANS = ("Seq Scan", "Index Scan", "Index Only Scan")


class PlanMixin:
    """Which tables must be read from end to end.

    With few rows the planner takes the whole table all the same, so it is told not to
    where it can; and it knows the rows that are there, whether or not the server has
    come to count them.
    """

    #: tables that grow with the clients
    large = frozenset()

    def _explained(self, code):
        """Override to tell whether the plan of a statement is looked at."""
        return True

    def _whole_tables(self, action, *args):
        """Return the large tables that the statements of an action must read whole."""
        self.env.flush_all()
        execute, plans = self.env.cr.execute, []

        def explain(query, params=None, **options):
            code = query.code if isinstance(query, SQL) else query
            if self._explained(code):
                values = list(query.params) if isinstance(query, SQL) else params
                execute(f"EXPLAIN (FORMAT JSON) {code}", values)
                [(plan,)] = self.env.cr.fetchall()
                plans.append(plan)
            return execute(query, params, **options)

        for table in sorted(self.large):
            execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        with patch.object(self.env.cr, "execute", explain):
            action(*args)
        self.env.cr.execute("SET LOCAL enable_seqscan = on")
        self.assertTrue(plans)
        return {table for plan in plans for table in self._read(plan[0]["Plan"])}

    def _read(self, node):
        """Yield the large tables that a part of a plan reads without a condition."""
        scan = node["Node Type"] in SCANS and "Index Cond" not in node
        if scan and node["Relation Name"] in self.large:
            yield node["Relation Name"]
        for below in node.get("Plans", ()):
            yield from self._read(below)
