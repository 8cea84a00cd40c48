from odoo import fields
from odoo.fields import Command

from .common_needs import NeedsCase

MODULE = "insurance_product_match"


class EngineCase(NeedsCase):
    """An assessed client, a licensed agent, and three products that could be sold.

    critical illness at 10 per 1,000, term life at 2, a household product without
    assessment; the library of the demo data is left out.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.agent.profile"].create(
            {
                "user_id": cls.agent.id,
                "licence_number": "L-1",
                "licence_until": fields.Date.add(fields.Date.today(), years=1),
                "grade_id": cls.env.ref(f"{MODULE}.agent_grade_senior").id,
            }
        )
        cls.archive.write({"gender": "male", "birth_date": "1985-05-05"})
        cls.env["insurance.match.rule"].search([("state", "=", "active")]).write(
            {"state": "retired", "state_reason": "Tests have rules of their own"}
        )
        cls.illness = cls._offered("critical_illness", rate=10.0)
        cls.life = cls._offered("death", "term_life", rate=2.0)
        cls.home = cls._offered(
            "home", "household", rate=0.2, insurance_sum_max=2_000_000
        )
        cls.offered = cls.illness | cls.life | cls.home

    @classmethod
    def _offered(cls, kind, category="critical_illness", rate=10.0, **values):
        """Return a product on sale that covers one kind."""
        return cls._sellable_product(
            insurance_category_id=cls.env.ref(
                f"insurance_client_archive.product_category_{category}"
            ).id,
            insurance_cover_ids=[
                Command.create(
                    {"cover_kind_id": cls.env.ref(f"{MODULE}.cover_kind_{kind}").id}
                )
            ],
            insurance_premium_ids=cls._rates((18, 60, rate)),
            **values,
        )

    def setUp(self):
        super().setUp()
        self._assessed("need", budget=20_000)
        self._assessed("finance", budget=20_000)
        self._assessed("tolerance", share=1)

    def _match(self, products=None, archive=None, user=None, **options):
        archive = (archive or self.archive).with_user(user or self.agent)
        return archive._match(products or self.offered, **options)

    def _line(self, match, product):
        return match.line_ids.filtered(lambda line: line.product_id == product)

    def _codes(self, match, product):
        return [finding["code"] for finding in self._line(match, product).findings]

    @classmethod
    def _rule(cls, effect="exclude", state="active", **values):
        """Return a rule that has gone all the way, by two people."""
        rule = (
            cls.env["insurance.match.rule"]
            .with_user(cls.editor)
            .create(
                {
                    "name": f"Rule {next(cls.numbers)}",
                    "effect": effect,
                    "points": 10 if effect == "boost" else 0,
                    "reason": "The house thinks so.",
                    **values,
                }
            )
        )
        if state != "draft":
            rule.action_backtest()
            rule = rule.with_user(cls.specialist)
            rule.write({"state": "approved"})
            if state == "active":
                rule.write({"state": "active"})
        return rule.with_env(cls.env)
