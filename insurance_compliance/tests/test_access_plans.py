from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from .common_access import AccessCase

#: tables that grow with the clients
LARGE = {"insurance_archive", "insurance_access_grant_archive", "res_partner"}
LIST = {name: {} for name in ("number", "name", "phone", "agent_id", "income_band")}


@tagged("post_install", "-at_install")
class TestAccessPlans(AccessCase):
    """No question of a role reads all archives, or all contacts.

    With few rows the planner takes the whole table all the same, so it is told not to
    where it can.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._grant(cls.agent, cls.all_slices, standing=True)
        cls._grant(cls.department, ["claims"], cls.archive | cls.archive2)
        cls.questions = {
            "first page": lambda archives: archives.web_search_read([], LIST, limit=80),
            "name search": lambda archives: archives.name_search("张伟", limit=8),
            "form": lambda archives: archives.browse(cls.archive.id).web_read(LIST),
            "count": lambda archives: archives.search_count([]),
            "groups": lambda archives: archives.formatted_read_group(
                [], ["state"], ["__count"]
            ),
        }

    def _whole_tables(self, ask, archives):
        """Return the large tables that a question reads from end to end."""
        execute, plans = self.env.cr.execute, []

        def explain(query, params=None, **options):
            code = query.code if isinstance(query, SQL) else query
            if code.startswith("SELECT") and "insurance_archive" in code:
                values = list(query.params) if isinstance(query, SQL) else params
                execute(f"EXPLAIN (FORMAT JSON) {code}", values)
                [(plan,)] = self.env.cr.fetchall()
                plans.append(plan)
            return execute(query, params, **options)

        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        with patch.object(self.env.cr, "execute", explain):
            ask(archives)
        self.env.cr.execute("SET LOCAL enable_seqscan = on")
        self.assertTrue(plans)
        return {table for plan in plans for table in self._read(plan[0]["Plan"])}

    def _read(self, node):
        scan = node["Node Type"] in ("Seq Scan", "Index Scan", "Index Only Scan")
        if scan and node["Relation Name"] in LARGE and "Index Cond" not in node:
            yield node["Relation Name"]
        for below in node.get("Plans", ()):
            yield from self._read(below)

    def test_no_role_reads_all_archives(self):
        for user in (self.agent, self.manager, self.supervisor, self.department):
            for name, ask in self.questions.items():
                with self.subTest(user.login, question=name):
                    self.assertFalse(self._whole_tables(ask, self._as(user)))

    def test_a_page_of_one_role_needs_no_sorting(self):
        for user, index in (
            (self.agent, "insurance_archive_of_agent"),
            (self.manager, "insurance_archive_of_manager"),
            (self.supervisor, "insurance_archive_of_team"),
        ):
            with self.subTest(user.login):
                archives = self._as(user)
                query = archives._search([], limit=80, order=archives._order)
                sql = query.select()
                self.env.flush_all()
                self.env.cr.execute("SET LOCAL enable_seqscan = off")
                self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
                self.env.cr.execute(f"EXPLAIN {sql.code}", sql.params)
                plan = "\n".join(row[0] for row in self.env.cr.fetchall())
                self.assertIn(index, plan)
                self.assertNotIn("Sort", plan)

    def test_who_may_open_all_is_seen(self):
        """The test of the tests: the superuser reads the whole table."""
        self.assertEqual(
            self._whole_tables(self.questions["count"], self.env["insurance.archive"]),
            {"insurance_archive"},
        )
