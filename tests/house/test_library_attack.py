"""Hostile users of the product library talk to the server by program."""

import rpc_channels

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_product_match.tests.common_recommendation import (
    RecommendationCase,
)

QUIET = (
    "odoo.http",
    "odoo.models",
    "odoo.sql_db",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)
PRODUCT = "product.template"
RATE = "insurance.product.premium"
COVER = "insurance.product.cover"
REVIEW = "insurance.product.review"
CHECKS = ("covers", "premiums", "conditions", "exclusions", "grade", "wording")


@tagged("post_install", "-at_install")
class TestLibraryAttack(RecommendationCase, HttpCase):
    """Nobody writes terms without the role, and nobody approves the own ones."""

    def _each_channel(self, user):
        for name, connect in (
            ("xml", rpc_channels.xml_rpc),
            ("json2", rpc_channels.json_2),
        ):
            with self.subTest(channel=name, user=user.login):
                yield connect(self, user)

    def _assert_refused(self, reply):
        self.assertTrue(reply.refused, reply.text)

    def _write(self, call, records, **values):
        return call(records._name, "write", records.ids, {"vals": values})

    def _create(self, call, model, **values):
        return call(model, "create", None, {"vals_list": [values]})

    @mute_logger(*QUIET)
    def test_agent_and_supervisor_write_no_terms(self):
        product = self.product
        rate, cover = product.insurance_premium_ids[:1], product.insurance_cover_ids[:1]
        before = (product.insurance_max_age, rate.rate, cover.percent)
        for user in (self.agent, self.supervisor):
            for call in self._each_channel(user):
                for values in (
                    {"insurance_max_age": 99},
                    {"insurance_grade": "p1"},
                    {"insurance_state": "approved"},
                    {"insurance_exclusions": "None"},
                    {"insurance_premium_ids": [[1, rate.id, {"rate": 0.1}]]},
                ):
                    self._assert_refused(self._write(call, product, **values))
                self._assert_refused(self._write(call, rate, rate=0.1))
                self._assert_refused(self._write(call, cover, percent=900))
                self._assert_refused(
                    self._create(call, RATE, product_id=product.id, rate=0.1)
                )
                self._assert_refused(call(RATE, "unlink", rate.ids, {}))
                self._assert_refused(
                    call(PRODUCT, "action_insurance_submit", product.ids, {})
                )
        self.env.invalidate_all()
        self.assertEqual((product.insurance_max_age, rate.rate, cover.percent), before)

    @mute_logger(*QUIET)
    def test_agent_gives_oneself_neither_licence_nor_grade(self):
        profile = self.env["insurance.agent.profile"].search(
            [("user_id", "=", self.agent.id)]
        )
        for user in (self.agent, self.agent2):
            for call in self._each_channel(user):
                self._assert_refused(
                    self._write(call, profile, licence_until="2199-01-01")
                )
                self._assert_refused(
                    self._create(
                        call,
                        "insurance.agent.profile",
                        user_id=user.id,
                        licence_number="X",
                        licence_until="2199-01-01",
                    )
                )
                self._assert_refused(
                    self._create(
                        call,
                        "insurance.agent.training",
                        profile_id=profile.id,
                        name="X",
                        topic="variable",
                    )
                )
                self._assert_refused(
                    self._write(call, profile.grade_id, max_grade="p5")
                )

    @mute_logger(*QUIET)
    def test_editor_changes_nothing_that_was_approved(self):
        product, rate = self.product, self.product.insurance_premium_ids[:1]
        for call in self._each_channel(self.editor):
            self._assert_refused(self._write(call, product, insurance_max_age=99))
            self._assert_refused(self._write(call, rate, rate=0.1))
            self._assert_refused(call(RATE, "unlink", rate.ids, {}))

    def _sign_off(self, call, product, **values):
        return self._create(
            call,
            REVIEW,
            product_id=product.id,
            verdict="fit",
            **{f"{name}_checked": True for name in CHECKS},
            **values,
        )

    @mute_logger(*QUIET)
    def test_editor_approves_nothing(self):
        product = self._product()
        product.action_insurance_submit()
        for call in self._each_channel(self.editor):
            self._assert_refused(self._write(call, product, insurance_state="approved"))
            self._assert_refused(self._sign_off(call, product))
        self.assertEqual(product.insurance_state, "review")

    @mute_logger(*QUIET)
    def test_specialist_does_not_approve_what_is_the_own(self):
        product = self._product()
        product.with_user(self.specialist).insurance_max_age = 61
        product.with_user(self.editor).action_insurance_submit()
        for call in self._each_channel(self.specialist):
            self._assert_refused(self._sign_off(call, product))
            # nor in somebody else's name
            self._assert_refused(
                self._sign_off(call, product, reviewer_id=self.editor.id)
            )
            self._assert_refused(self._write(call, product, insurance_state="approved"))
        self.assertEqual(product.insurance_state, "review")

    @mute_logger(*QUIET)
    def test_approval_is_neither_created_nor_imported(self):
        future = fields.Date.add(fields.Date.today(), years=9)
        for call in self._each_channel(self.editor):
            for values in (
                {"insurance_state": "approved"},
                {"insurance_version": 7},
                {"insurance_review_due": str(future), "insurance_state": "approved"},
            ):
                self._assert_refused(
                    self._create(
                        call,
                        PRODUCT,
                        name="Forged library",
                        type="service",
                        is_insurance=True,
                        **values,
                    )
                )
            reply = call(
                PRODUCT,
                "load",
                None,
                {
                    "fields": ["name", "is_insurance", "insurance_state"],
                    "data": [["Forged library", "1", "approved"]],
                },
            )
            self.assertTrue(reply.refused or not reply.value["ids"], reply.text)
        self.assertFalse(
            self.env[PRODUCT].search(
                [
                    ("name", "=", "Forged library"),
                    ("insurance_state", "!=", "draft"),
                ]
            )
        )
