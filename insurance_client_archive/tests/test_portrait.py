from datetime import datetime
from statistics import median_low

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.insurance_client_segment import DIMENSION_NAMES
from .common import MODULE
from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestPortrait(SegmentCase):
    """What the portrait of a client shows, and to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive.write({"birth_date": "1985-03-04", "income_band": "3"})
        cls.spouse = cls._person("spouse", "李娜", in_household=True)
        cls.child = cls._person("child", "张小宝", in_household=True)
        cls.child.birth_date = fields.Date.subtract(cls.today, years=2)
        cls.policy = cls._issued()
        cls.env["insurance.policy.insured"].create(
            {
                "policy_id": cls.policy.id,
                "person_kind": "related",
                "related_person_id": cls.spouse.id,
            }
        )
        cls.env["insurance.interaction"].create(
            {
                "archive_id": cls.archive.id,
                "name": "问候",
                "outcome": "reached",
                "user_id": cls.agent.id,
            }
        )
        cls._refresh()

    @classmethod
    def _person(cls, relation, name, **values):
        return cls.env["insurance.related.person"].create(
            {
                "archive_id": cls.archive.id,
                "relation": relation,
                "name": name,
                **values,
            }
        )

    def _portrait(self, user=None, archive=None):
        archive = archive or self.archive
        return archive.with_user(user or self.agent).portrait()

    def _norms(self, least):
        self.env["insurance.parameter"].search(
            [("key", "=", "portrait_min_clients")]
        ).value = str(least)
        self.env["insurance.portrait.norm"]._refresh(self.today)
        return self.env["insurance.portrait.norm"]

    # --- who sees it

    def test_a_portrait_is_for_those_who_may_open_the_client(self):
        for user in (self.agent2, self.editor, self.insurance_admin, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._portrait(user)

    def test_a_part_whose_records_are_closed_is_left_out(self):
        access = self.env["ir.model.access"].search(
            [("model_id.model", "in", ("insurance.policy", "insurance.claim"))]
        )
        access.active = False
        portrait = self._portrait()
        self.assertIs(portrait["cover"], False)
        self.assertFalse(portrait["household"]["known_cover"])
        closed = [lane for lane in portrait["timeline"]["lanes"] if lane["closed"]]
        self.assertEqual([lane["name"] for lane in closed], ["policy", "claim"])
        lanes = {event["lane"] for event in portrait["timeline"]["events"]}
        self.assertFalse(lanes & {"policy", "claim"})

    def test_an_archivist_gets_an_empty_portrait(self):
        self.archive.sudo().state = "entered"
        portrait = self._portrait(self.archivist)
        self.assertIs(portrait["radar"], False)
        self.assertIs(portrait["cover"], False)
        self.assertIs(portrait["household"], False)
        self.assertEqual(
            {event["model"] for event in portrait["timeline"]["events"]}, {False}
        )

    # --- radar

    def test_a_figure_gives_points_in_proportion_between_its_ends(self):
        self._only_factor("value", "policies_in_force", 0, 4)
        self.assertEqual(self._points("value"), 25)

    def test_beyond_its_ends_a_figure_gives_no_more_and_no_less(self):
        self._only_factor("value", "policies_in_force", 2, 4)
        self.assertEqual(self._points("value"), 0)
        self._only_factor("value", "policies_in_force", 0, 0.5)
        self.assertEqual(self._points("value"), 100)

    def test_less_can_be_more(self):
        self._only_factor("value", "policies_in_force", 2, 0)
        self.assertEqual(self._points("value"), 50)

    def test_a_choice_counts_by_its_place(self):
        self._only_factor("attribute", "income_band", 1, 5)
        self.assertEqual(self._points("attribute"), 50)

    def test_a_choice_beyond_the_ends_says_nothing(self):
        self.archive.health_grade = "ungraded"
        self._refresh()
        self._only_factor("risk", "health_grade", 2, 5)
        self.assertIs(self._points("risk"), False)

    def test_a_group_is_the_weighted_mean_of_what_is_known(self):
        factors = self._only_factor("value", "policies_in_force", 0, 4)
        factors.create(
            [
                {
                    "axis": "value",
                    "feature_id": self._feature(code).id,
                    "zero_at": 0,
                    "full_at": 1,
                    "weight": weight,
                }
                for code, weight in (("policies_issued", 2), ("satisfaction", 9))
            ]
        )
        # 25 × 1 and 100 × 2; the satisfaction is not known
        self.assertEqual(self._points("value"), 75)

    def test_a_group_without_figures_is_unknown(self):
        self.env["insurance.portrait.factor"].search([]).unlink()
        self.assertIs(self._points("psychology"), False)

    def _only_factor(self, axis, code, zero, full):
        Factor = self.env["insurance.portrait.factor"]
        Factor.search([("axis", "=", axis)]).unlink()
        return Factor.create(
            {
                "axis": axis,
                "feature_id": self._feature(code).id,
                "zero_at": zero,
                "full_at": full,
            }
        )

    def _points(self, axis):
        [found] = [
            group["points"]
            for group in self._portrait()["radar"]["axes"]
            if group["name"] == axis
        ]
        return found

    # --- medians

    def test_the_median_is_that_of_the_clients_of_the_class(self):
        self.env["insurance.client.feature"].search([]).unlink()
        self._only_factor("value", "policies_issued", 0, 10)
        archives = [
            self._archive(name=name) for name in ("赵一", "钱二", "孙三", "周四")
        ]
        for number, archive in enumerate(archives):
            for _policy in range(number * 2):
                self._issued(archive_id=archive.id)
        self._refresh(*archives)
        everybody = self._norms(2).search(
            [("company_id", "=", self.env.company.id), ("dimension", "=", "all")]
        )
        self.assertEqual(everybody.client_count, 4)
        self.assertEqual(everybody.value, median_low([0, 20, 40, 60]))

    def test_few_clients_have_no_median(self):
        self._refresh(self._archive(name="赵一"), self.archive)
        Norm = self._norms(2)
        mine = [
            ("dimension", "=", "value_tier"),
            ("code", "=", self.archive.value_tier),
        ]
        count = Norm.search(mine).client_count
        self.assertTrue(count)
        self.assertFalse(self._norms(count + 1).search(mine))

    def test_a_portrait_is_compared_with_the_classes_of_the_client(self):
        self._refresh(*(self._archive(name=name) for name in ("赵一", "钱二")))
        self.env["insurance.client.class"]._apply(self.archive.ids)
        self._norms(2)
        norms = self._portrait()["radar"]["norms"]
        names = [norm["name"] for norm in norms]
        self.assertEqual(names[-1], "all")
        self.assertLessEqual(set(names), {*DIMENSION_NAMES, "all"})

    def test_only_editors_change_how_portraits_are_drawn(self):
        factor = self.env.ref(f"{MODULE}.portrait_factor_value_tenure_months")
        factor.with_user(self.editor).weight = 3
        with self.assertRaises(AccessError):
            factor.with_user(self.agent).weight = 4

    # --- cover, household, time

    def test_the_gap_is_what_is_missing_to_the_need(self):
        bars = {bar["line"]: bar for bar in self._portrait()["cover"]}
        # income from 120,000 on, ten times; insured for 500,000
        self.assertEqual(bars["life"]["want"], self.archive._portrait_amount(1_200_000))
        self.assertEqual(bars["life"]["gap"], self.archive._portrait_amount(700_000))
        self.assertEqual(bars["life"]["filled"], 42)
        self.assertFalse(bars["accident"]["have_share"])

    def test_without_an_income_band_no_need_is_guessed(self):
        self.archive.income_band = False
        bars = {bar["line"]: bar for bar in self._portrait()["cover"]}
        self.assertIs(bars["life"]["want"], False)
        self.assertIs(bars["life"]["gap"], False)

    def test_organisations_need_cover_for_each_person(self):
        group = self._archive(name="上海星光合唱团", client_kind="group", headcount=10)
        self._refresh(group)
        bars = {bar["line"]: bar for bar in self._portrait(archive=group)["cover"]}
        self.assertEqual(bars["accident"]["want"], group._portrait_amount(3_000_000))
        self.assertNotIn("life", bars)

    def test_the_map_shows_who_is_insured_and_who_is_not(self):
        persons = {
            person["name"]: person
            for person in self._portrait()["household"]["persons"]
        }
        self.assertEqual(len(persons["李娜"]["cover"]), 1)
        self.assertEqual(persons["张小宝"]["cover"], [])
        self.assertEqual((persons["李娜"]["row"], persons["张小宝"]["row"]), (1, 2))

    def test_a_person_of_the_map_leads_to_the_own_archive_if_that_is_open(self):
        other = self._archive(name="李娜", agent_id=self.agent2.id)
        self.spouse.contact_id = other.partner_id
        person = self._portrait()["household"]["persons"][0]
        self.assertIs(person["archive"], False)
        other.agent_id = self.agent
        person = self._portrait()["household"]["persons"][0]
        self.assertEqual(person["archive"], other.id)

    def test_the_time_line_tells_what_was_and_what_comes(self):
        timeline = self._portrait()["timeline"]
        lanes = {}
        for event in timeline["events"]:
            lanes.setdefault(event["lane"], []).append(event["title"])
        self.assertIn("Birth", lanes["life"])
        self.assertIn("Birthday", lanes["life"])
        self.assertIn("Policy begins", lanes["policy"])
        self.assertEqual(len(lanes["contact"]), 1)
        days = [event["date"] for event in timeline["events"]]
        self.assertEqual(days, sorted(days, reverse=True))

    def test_the_time_line_goes_by_the_days_of_the_user(self):
        archive = self.archive.with_user(self.agent)
        evening = datetime(2026, 6, 1, 22)
        for zone, day in (("UTC", "2026-06-01"), ("Asia/Shanghai", "2026-06-02")):
            event = archive.with_context(tz=zone)._event(evening, "Archive opened")
            self.assertEqual(event["date"], day)

    def test_a_client_of_whom_nothing_is_known_has_an_empty_portrait(self):
        archive = self._archive(name="吴晓")
        portrait = self._portrait(archive=archive)
        self.assertFalse(portrait["classes"])
        self.assertIs(portrait["radar"], False)
        self.assertEqual(portrait["cover"], [])
        self.assertEqual(portrait["household"]["persons"], [])
        self.assertEqual(len(portrait["timeline"]["events"]), 1)

    def test_a_portrait_takes_few_queries_however_much_there_is(self):
        for number in range(15):
            self._issued()
            self._person("other", "王" + "一二三四五六七八九"[number % 9])
        self._refresh()
        self._portrait()
        self.env.invalidate_all()
        with self.assertQueryCount(70):
            self._portrait()
