from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common_plans import PlanMixin

from .common_access import AccessCase

LIST = {name: {} for name in ("number", "name", "phone", "agent_id", "income_band")}


@tagged("post_install", "-at_install")
class TestAccessPlans(PlanMixin, AccessCase):
    """No question of a role reads all archives, or all contacts."""

    large = frozenset(
        {"insurance_archive", "insurance_access_grant_archive", "res_partner"}
    )

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

    def _explained(self, code):
        question = code.startswith("SELECT") and "insurance_archive" in code
        return super()._explained(code) and question

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
        # nor by a bitmap of all its rows
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        self.assertEqual(
            self._whole_tables(self.questions["count"], self.env["insurance.archive"]),
            {"insurance_archive"},
        )
