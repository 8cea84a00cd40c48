"""A hostile agent talks to the server by program: advice that the law forbids.

What is refused must say why, and name the article where there is one.
"""

import rpc_channels

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_product_match.tests import common_recommendation as common

QUIET = (
    "odoo.http",
    "odoo.models",
    "odoo.sql_db",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)
ADVICE = "insurance.recommendation"
LINE = "insurance.recommendation.line"


@tagged("post_install", "-at_install")
class TestRecommendationAttack(common.RecommendationCase, HttpCase):
    """The same refusals by each remote interface as by a button."""

    def _each_channel(self, user):
        for name, connect in (
            ("xml", rpc_channels.xml_rpc),
            ("json2", rpc_channels.json_2),
        ):
            with self.subTest(channel=name):
                yield connect(self, user)

    def _assert_refused(self, reply, code=None):
        self.assertTrue(reply.refused, reply.text)
        if code:
            article = self.env["insurance.regulation"].search([("code", "=", code)])
            number = article.article.split(",")[0]
            self.assertIn(number, reply.text)

    def _move(self, call, advice, state):
        return call(ADVICE, "write", advice.ids, {"vals": {"state": state}})

    @mute_logger(*QUIET)
    def test_withdrawn_product(self):
        advice = self._advice("confirmed")
        self.product.with_user(self.editor).write(
            {"insurance_state": "stopped", "insurance_state_reason": "Withdrawn"}
        )
        for call in self._each_channel(self.agent):
            self._assert_refused(self._move(call, advice, "sold"), "SM-32")
        self.assertEqual(advice.state, "confirmed")

    @mute_logger(*QUIET)
    def test_product_above_the_tolerance(self):
        self._assessed("tolerance", 0.3)
        risky = self._sellable_product(name="Risky", insurance_grade="p4")
        advice = self._advice("match")
        self._line(advice, product_id=risky.id)
        for call in self._each_channel(self.agent):
            self._assert_refused(self._move(call, advice, "recommend"), "SM-13")

    @mute_logger(*QUIET)
    def test_stale_assessment(self):
        advice = self._advice("match")
        self._line(advice)
        self.archive.assessment_ids.valid_until = "2020-01-01"
        for call in self._each_channel(self.agent):
            self._assert_refused(self._move(call, advice, "recommend"), "SM-34")

    @mute_logger(*QUIET)
    def test_missing_diligence(self):
        advice = self._advice("recommend")
        advice.opinion = "Fits"
        for call in self._each_channel(self.agent):
            reply = self._move(call, advice, "talk")
            self._assert_refused(reply)
            self.assertIn("4.3", reply.text)

    @mute_logger(*QUIET)
    def test_unaffordable_premium(self):
        dear = self._sellable_product(
            name="Dear", insurance_premium_ids=self._rates((18, 60, 900.0))
        )
        advice = self._advice("match")
        self._line(advice, product_id=dear.id, sum_insured=1_000_000)
        for call in self._each_channel(self.agent):
            self._assert_refused(self._move(call, advice, "recommend"), "SM-12")

    @mute_logger(*QUIET)
    def test_somebody_elses_client(self):
        advice = self._advice("talk")
        for call in self._each_channel(self.agent2):
            self._assert_refused(
                call(ADVICE, "create", None, {"vals_list": [self._values()]})
            )
            self._assert_refused(call(ADVICE, "read", advice.ids, {"fields": []}))
            self._assert_refused(self._move(call, advice, "recommend"))
            self._assert_refused(
                call(
                    ADVICE,
                    "action_sign",
                    advice.ids,
                    {
                        "kind": "confirmation",
                        "signature": common.PICTURE,
                        "signer_name": "X",
                    },
                )
            )

    @mute_logger(*QUIET)
    def test_forged_totals_and_jumped_steps(self):
        advice = self._advice("match")
        line = self._line(advice)
        for call in self._each_channel(self.agent):
            for values in (
                {"annual_premium": 1},
                {"severity": "none"},
                {"number": "R1"},
                {"state": "sold"},
                {"state": "confirmed"},
                {"line_ids": [[1, line.id, {"annual_premium": 1}]]},
                {"line_ids": [[1, line.id, {"source": "engine"}]]},
            ):
                reply = call(ADVICE, "write", advice.ids, {"vals": values})
                self._assert_refused(reply)
            for values in ({"state": "sold"}, {"annual_premium": 1}):
                reply = call(
                    ADVICE, "create", None, {"vals_list": [self._values(**values)]}
                )
                self._assert_refused(reply)
            reply = call(
                LINE,
                "create",
                None,
                {
                    "vals_list": [
                        {
                            "recommendation_id": advice.id,
                            "product_id": self.product.id,
                            "sum_insured": 300_000,
                            "premium": 1,
                        }
                    ]
                },
            )
            self._assert_refused(reply)
        self.assertEqual(line.annual_premium, 2_000)

    @mute_logger(*QUIET)
    def test_import_is_no_way_around(self):
        for call in self._each_channel(self.agent):
            reply = call(
                ADVICE,
                "load",
                None,
                {
                    "fields": ["archive_id/.id", "state"],
                    "data": [[str(self.archive.id), "sold"]],
                },
            )
            self.assertTrue(reply.refused or not reply.value["ids"], reply.text)
        self.assertFalse(
            self.env[ADVICE].search(
                [("archive_id", "=", self.archive.id), ("state", "=", "sold")]
            )
        )

    def _values(self, **values):
        return {"archive_id": self.archive.id, **values}
