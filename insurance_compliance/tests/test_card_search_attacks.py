import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_contact_card import SECRETS, CardCase

#: as long and of the same shape as the true ones, and nobody's
WRONG = {
    "phone": "+86 139 9999 0000",
    "email": "nobody@example.net",
    "street": "Nowhere Street 9999",
    "street2": "House Nowhere",
    "zip": "999999",
    "city": "Nowherecity",
}
#: ways of asking for a value
OPERATORS = ("=", "ilike", "in", "not ilike")
#: from where, and by which way, the card of a client can be asked for
PATHS = {
    "res.partner": ("", "commercial_partner_id.", "child_ids.", "user_ids.partner_id."),
    "res.users": ("partner_id.",),
    "crm.lead": ("partner_id.", "partner_id.commercial_partner_id."),
    "insurance.archive": ("partner_id.", ""),
    "insurance.policy": ("archive_id.partner_id.", "partner_id."),
    "mail.followers": ("partner_id.",),
    "calendar.attendee": ("partner_id.",),
}
NAMED = ("res.partner", "res.users", "crm.lead", "insurance.archive")


@tagged("post_install", "-at_install")
class TestCardSearchAttacks(CardCase):
    """Whoever may not see a card finds nothing out by asking for its values.

    A right guess gets the very answer that a wrong one gets, whatever the question.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.child = cls.env["res.partner"].create(
            {"name": "Child", "parent_id": cls.partner.id, "type": "contact"}
        )
        cls.portal = new_test_user(
            cls.env,
            "canary portal",
            "base.group_portal",
            partner_id=cls.partner.id,
            name=cls.partner.name,
        )
        cls.partner.write(SECRETS)
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Lead", "partner_id": cls.partner.id, "team_id": cls.team_b.id}
        )
        cls.partner.message_subscribe(partner_ids=cls.partner.ids)
        # opens the archive, but neither phone nor address
        cls._grant(cls.department, ["basic"], cls.archive)
        cls.attackers = cls.stranger | cls.agent2 | cls.department | cls.compliance

    def _ask(self, user, model, method, *args, **kwargs):
        """Return the answer to a remote call, or the class of the refusal."""
        try:
            with mute_logger(
                "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
            ):
                answer = getattr(self.env[model].with_user(user), method)
                answer = answer(*args, **kwargs)
        except (AccessError, UserError, ValueError) as refusal:
            return type(refusal).__name__
        return getattr(answer, "ids", answer)

    def assertNoOracle(self, question):
        """Compare the answers to the right value and to a wrong one."""
        for user in self.attackers:
            for name, secret in SECRETS.items():
                with self.subTest(user=user.login, field=name):
                    right = question(user, name, secret)
                    wrong = question(user, name, WRONG[name])
                    self.assertEqual(str(right), str(wrong))

    def test_the_questions_can_find_something(self):
        found = self._ask(self.agent, "res.partner", "search", [("phone", "!=", False)])
        self.assertIn(self.partner.id, found)
        found = self._ask(
            self.agent, "insurance.archive", "name_search", SECRETS["phone"]
        )
        self.assertEqual([row[0] for row in found], self.archive.ids)
        found = self._ask(self.agent, "res.partner", "name_search", SECRETS["email"])
        self.assertIn(self.partner.id, [row[0] for row in found])

    def test_names_are_not_found_by_the_card(self):
        for model in NAMED:
            for method, *extra in (
                ("name_search",),
                ("web_name_search", {"display_name": {}}),
            ):
                self.assertNoOracle(self._by_name(model, method, extra))

    def test_digits_of_the_phone_find_nothing_either(self):
        def ask(user, name, value):
            return self._ask(
                user, "insurance.archive", "name_search", re.sub(r"\D", "", value)
            )

        self.assertTrue(ask(self.agent, "phone", SECRETS["phone"]))
        self.assertNoOracle(ask)

    def _by_name(self, model, method, extra=()):
        return lambda user, _name, value: self._ask(user, model, method, value, *extra)

    def test_no_domain_tells_a_right_guess(self):
        for model, ways in PATHS.items():
            for way in ways:
                for operator in OPERATORS:
                    self.assertNoOracle(self._by_domain(model, way, operator))

    def _by_domain(self, model, way, operator):
        last = self.env[model]
        for step in way.split(".")[:-1]:
            last = self.env[last._fields[step].comodel_name]

        def ask(user, name, value):
            # the ways through other models lead to the same fields: two are enough
            if name not in last._fields or (way and name not in ("phone", "email")):
                return None
            value = [value] if operator in ("in", "not in") else value
            domain = [(f"{way}{name}", operator, value)]
            return self._ask(user, model, "search", domain)

        return ask

    def test_values_that_compare_tell_nothing(self):
        for operator in (">", "<", ">=", "<="):
            self.assertNoOracle(self._by_comparison(operator))

    def _by_comparison(self, operator):
        def ask(user, name, value):
            domain = [("id", "=", self.partner.id), (name, operator, value)]
            return self._ask(user, "res.partner", "search_count", domain)

        return ask

    def test_labels_of_others_are_not_found_by_the_card(self):
        for model, path in (
            ("crm.lead", "partner_id"),
            ("res.partner", "parent_id"),
            ("insurance.policy", "archive_id"),
            ("insurance.archive", "partner_id"),
        ):
            self.assertNoOracle(self._by_label(model, path))

    def _by_label(self, model, path):
        return lambda user, _name, value: self._ask(
            user, model, "search", [(path, "ilike", value)]
        )

    def test_contacts_are_not_mentioned_by_the_card(self):
        self.assertNoOracle(self._by_name("res.partner", "get_mention_suggestions"))

    def test_order_is_that_of_an_empty_card(self):
        """The client moves to where empty values stand, first or last."""
        low, high = self.env["res.partner"].create(
            [
                {"name": "Order low", **dict.fromkeys(SECRETS, "0")},
                {"name": "Order high", **dict.fromkeys(SECRETS, "~~~")},
            ]
        )
        three = low | high | self.partner
        domain = Domain("id", "in", three.ids)
        for user in self.attackers - self.compliance:
            for name in SECRETS:
                with self.subTest(user=user.login, field=name):
                    found = self._ask(
                        user, "res.partner", "search", domain, order=f"{name}, id"
                    )
                    self.assertNotEqual(found[1], self.partner.id)

    def test_groups_are_those_of_an_empty_card(self):
        for user in self.attackers:
            for name in SECRETS:
                for model, path in (
                    ("res.partner", name),
                    ("insurance.archive", name),
                    ("crm.lead", name),
                ):
                    if name not in self.env[model]._fields:
                        continue
                    with self.subTest(user=user.login, model=model, field=name):
                        answer = self._ask(
                            user, model, "formatted_read_group", [], [path], ["__count"]
                        )
                        self.assertNotIn(SECRETS[name], str(answer))
                        answer = self._ask(
                            user,
                            model,
                            "formatted_read_group",
                            [],
                            [],
                            [f"{path}:max", f"{path}:count_distinct"],
                        )
                        self.assertNotIn(SECRETS[name], str(answer))
