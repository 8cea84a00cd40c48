from odoo.tests import tagged

from .common_access import AccessCase

PAGE = 80
LIST = {
    name: {} for name in ("number", "name", "phone", "agent_id", "state", "income_band")
}
FORM = {**LIST, "email": {}, "city": {}, "health_grade": {}, "asset_band": {}}


@tagged("post_install", "-at_install")
class TestAccessSpeed(AccessCase):
    """Access costs a number of queries, however many clients and grants there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archives = cls.env["insurance.archive"].create(
            [
                {
                    "name": "李秀英",
                    "phone": "13800138000",
                    "agent_id": cls.agent.id,
                    "team_id": cls.team_a.id,
                    "income_band": "3",
                    "health_grade": "a",
                }
                for _number in range(PAGE)
            ]
        )
        cls._grant(cls.agent, cls.all_slices, standing=True)
        cls._grant(cls.department, ["claims"], cls.archives)

    def _assert_queries(self, user, number, ask):
        """Ask twice: what is the same for every request is known the second time."""
        ask(self._as(user))
        self.env.flush_all()
        archives = self._as(user)
        with self.assertQueryCount(number):
            return ask(archives)

    def test_opening_an_archive(self):
        # ways, archive, contact, the user's companies; lines of the named grants
        for user, number in ((self.agent, 4), (self.department, 5)):
            with self.subTest(user.login):
                self._assert_queries(
                    user,
                    number,
                    lambda archives: archives.browse(self.archives[0].id).web_read(
                        FORM
                    ),
                )

    def test_a_page_of_eighty(self):
        # besides: how many there are in all
        for user, number in ((self.agent, 5), (self.department, 6)):
            with self.subTest(user.login):
                page = self._assert_queries(
                    user,
                    number,
                    lambda archives: archives.web_search_read([], LIST, limit=PAGE),
                )
                self.assertEqual(len(page["records"]), PAGE)

    def test_finding_by_name_counting_and_grouping(self):
        questions = {
            "name": lambda archives: archives.name_search("李秀英", limit=8),
            "count": lambda archives: archives.search_count([]),
            "groups": lambda archives: archives.formatted_read_group(
                [], ["state"], ["__count"]
            ),
        }
        for user in self.agent | self.department:
            for name, ask in questions.items():
                with self.subTest(user.login, question=name):
                    # ways and the question; lines of named grants, to show the name
                    shown = user == self.department and name == "name"
                    self._assert_queries(user, 3 if shown else 2, ask)

    def test_whether_a_value_may_be_revealed(self):
        # ways, openings by responsibility and by grants, the grants, their purpose
        for user in self.agent | self.department:
            with self.subTest(user.login):
                name = "health_notice" if user == self.agent else "id_number"
                opened = self._assert_queries(
                    user,
                    4,
                    lambda archives, name=name: archives.browse(
                        self.archives[0].id
                    )._may_reveal([name], "claim"),
                )
                self.assertTrue(opened)

    def test_more_grants_take_no_more_queries(self):
        for _number in range(5):
            self._grant(self.department, ["health"], self.archives[:10])
        page = self._assert_queries(
            self.department,
            6,
            lambda archives: archives.web_search_read([], LIST, limit=PAGE),
        )
        self.assertEqual(page["length"], PAGE)
