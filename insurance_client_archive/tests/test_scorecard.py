from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MODULE
from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestScorecard(SegmentCase):
    """From a draft to the version in force, and who may do what."""

    def _approve(self, card):
        card.with_user(self.editor2).write({"state": "approved"})

    def _activate(self, card):
        card.with_user(self.editor2).write({"state": "active"})

    def test_every_dimension_has_a_shipped_version_in_force(self):
        active = self.env["insurance.scorecard"]._active()
        self.assertEqual(len(active), 5)
        for card in active.values():
            self.assertTrue(card.source)
            card._compiled()

    def test_versions_are_numbered_by_dimension(self):
        first = self._draft()
        self.assertEqual(self._draft().version, first.version + 1)
        self.assertEqual(self._draft(version=77).version, first.version + 2)

    def test_the_author_can_not_approve(self):
        draft = self._draft(self.editor)
        with self.assertRaisesRegex(UserError, "colleague"):
            draft.with_user(self.editor).write({"state": "approved"})
        self._approve(draft)
        self.assertEqual(draft.approved_by_id, self.editor2)

    def test_who_changed_a_line_is_an_author_too(self):
        draft = self._draft(self.editor)
        draft.factor_ids.band_ids.with_user(self.editor2).points = 12
        draft.level_ids[:1].with_user(self.editor2).threshold = -1
        with self.assertRaisesRegex(UserError, "colleague"):
            self._approve(draft)

    def test_who_writes_along_with_the_approval_is_an_author_too(self):
        draft = self._draft(self.editor)
        with self.assertRaisesRegex(UserError, "colleague"):
            draft.with_user(self.editor2).write({"state": "approved", "name": "Mine"})

    def test_authors_and_approvals_are_not_entered_by_hand(self):
        draft = self._draft(
            author_ids=[Command.clear()], approved_by_id=self.editor2.id
        )
        self.assertEqual(draft.author_ids, self.editor)
        self.assertFalse(draft.approved_by_id)
        for values in (
            {"author_ids": [Command.clear()]},
            {"approved_by_id": self.editor2.id},
            {"version": 1},
        ):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                draft.with_user(self.editor).write(values)

    def test_defaults_of_the_caller_approve_nothing(self):
        card = self._draft().with_context(
            default_state="approved", default_approved_by_id=self.editor2.id
        )
        made = card.create({"name": "Mine", "dimension": "value_tier"})
        self.assertEqual(made.state, "draft")
        self.assertFalse(made.approved_by_id)
        with self.assertRaisesRegex(UserError, "can't start"):
            card.create({"name": "Mine", "state": "approved"})

    def test_what_was_approved_is_not_changed(self):
        draft = self._draft()
        self._approve(draft)
        band = draft.factor_ids.band_ids
        attempts = [
            lambda: draft.write({"valid_from": "2020-01-01"}),
            lambda: draft.write({"factor_ids": [Command.clear()]}),
            lambda: band.write({"points": 99}),
            lambda: band.unlink(),
            lambda: band.copy(),
            lambda: draft.factor_ids.write({"sequence": 1}),
            lambda: draft.level_ids[:1].write({"threshold": 1}),
            lambda: draft.level_ids.unlink(),
            lambda: draft.unlink(),
        ]
        for attempt in attempts:
            with self.assertRaisesRegex(UserError, "new version"):
                attempt()

    def test_a_new_version_takes_over_and_the_old_one_retires(self):
        old, new = self._card(), self._draft()
        self._approve(new)
        self._activate(new)
        self.assertEqual((old.state, new.state), ("retired", "active"))
        self.assertEqual(self.env["insurance.scorecard"]._active()["value_tier"], new)

    def test_a_version_in_force_is_read_once(self):
        card = self._card()
        card._compiled()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            card._compiled()

    def test_what_was_not_put_into_force_in_the_end_is_read_anew(self):
        draft = self._draft()
        self._approve(draft)
        with self.env.cr.savepoint() as savepoint:
            self._activate(draft)
            self.assertEqual(draft._structure().factors[0].bands[0].points, 10)
            savepoint.rollback()
        self.env.invalidate_all()
        draft.with_user(self.editor2).write({"state": "draft", "state_reason": "No"})
        draft.factor_ids.band_ids.points = 20
        self._approve(draft)
        self._activate(draft)
        self.assertEqual(draft._structure().factors[0].bands[0].points, 20)

    def test_taking_over_classifies_all_clients_anew(self):
        self._refresh()
        draft = self._draft()
        self._approve(draft)
        self._activate(draft)
        sweep = self.env["insurance.sweep"].search([("kind", "=", "segment_classify")])
        self.assertEqual(sweep.state, "running")
        self.archive.birth_date = fields.Date.subtract(self.today, years=70)
        self._refresh()
        self.assertClass("value_tier", "high")

    def test_a_version_waits_for_its_day(self):
        draft = self._draft(valid_from=fields.Date.add(self.today, days=3))
        self._approve(draft)
        with self.assertRaisesRegex(UserError, "applies from"):
            self._activate(draft)
        Card = self.env["insurance.scorecard"]
        Card._cron_take_over()
        self.assertEqual(draft.state, "approved")
        later = fields.Date.add(self.today, days=3)
        with patch.object(fields.Date, "today", lambda: later):
            with patch.object(fields.Date, "context_today", lambda *args: later):
                Card._cron_take_over()
        self.assertEqual(draft.state, "active")

    def test_a_scorecard_without_levels_is_not_approved(self):
        draft = self._draft(level_ids=[])
        with self.assertRaisesRegex(ValidationError, "at least one level"):
            self._approve(draft)

    def test_text_in_place_of_a_number_is_refused_with_a_hint(self):
        draft = self._draft()
        band = draft.factor_ids.band_ids.with_user(self.editor)
        for text in ("0); DROP TABLE res_users; --", "1 OR 1=1", "many", "NaN"):
            with (
                self.subTest(text=text),
                self.assertRaisesRegex(ValidationError, "is no number"),
            ):
                band.low = text

    def test_a_band_that_holds_no_number_is_refused(self):
        band = self._draft().factor_ids.band_ids
        with self.assertRaisesRegex(ValidationError, "no number lies between"):
            band.high = "60"

    def test_values_of_another_figure_are_refused(self):
        draft = self._draft()
        option = self.env.ref(f"{MODULE}.score_option_client_kind_group")
        factor = draft.factor_ids
        with self.assertRaises(ValidationError):
            factor.band_ids = [
                Command.create({"option_ids": [Command.set(option.ids)]})
            ]

    def test_classes_of_another_dimension_are_refused(self):
        draft = self._draft()
        with self.assertRaisesRegex(ValidationError, "this dimension"):
            draft.level_ids[:1].segment_id = self._segment("behaviour", "steady")

    def test_a_forged_definition_does_not_become_sql(self):
        draft = self._draft()
        self.env.cr.execute(
            "UPDATE insurance_score_feature SET code = %s WHERE id = %s",
            ["age); DROP TABLE res_users; --", draft.factor_ids.feature_id.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "no figure"):
            draft._compiled()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_editors_write_scorecards(self):
        card = self._draft()
        for user in (
            self.agent,
            self.supervisor,
            self.department,
            self.insurance_admin,
        ):
            with self.subTest(user=user.login):
                self.assertTrue(card.with_user(user).name)
                with self.assertRaises(AccessError):
                    card.with_user(user).write({"name": "Mine"})
                with self.assertRaises(AccessError):
                    card.factor_ids.band_ids.with_user(user).write({"points": 1})
                with self.assertRaises(AccessError):
                    self._feature("age").with_user(user).write({"code": "id"})

    def test_preview_counts_clients_and_writes_nothing(self):
        self.archive.birth_date = fields.Date.subtract(self.today, years=70)
        self._refresh()
        before = self.archive.value_tier
        changes = self.Change.search_count([])
        draft = self._draft()
        preview = self.env["insurance.scorecard.preview"].browse(
            draft.with_user(self.editor2).action_preview()["res_id"]
        )
        scored = self.Feature.search_count(
            [("archive_id.state", "not in", ("restricted", "destroyed"))]
        )
        self.assertEqual(preview.client_count, scored)
        line = preview.line_ids.filtered(
            lambda line: (
                line.old_segment_id.code == before
                and line.new_segment_id.code == "high"
            )
        )
        self.assertGreaterEqual(line.client_count, 1)
        self.assertClass("value_tier", before)
        self.assertEqual(self.Change.search_count([]), changes)

    def test_the_preview_opens_the_clients_it_has_counted(self):
        self.archive.birth_date = fields.Date.subtract(self.today, years=70)
        self._refresh()
        draft = self._draft()
        domain = [("class_preview", "=", f"{draft.id}:{self.archive.value_tier}:high")]
        Archive = self.env["insurance.archive"]
        self.assertIn(self.archive, Archive.with_user(self.agent).search(domain))
        self.assertFalse(Archive.with_user(self.agent2).search(domain))

    def test_a_made_up_preview_is_refused(self):
        Archive = self.env["insurance.archive"].with_user(self.agent)
        for value in ("0::high", "x", "1; DROP TABLE res_users", "-1::"):
            with self.subTest(value=value), self.assertRaises(UserError):
                Archive.search([("class_preview", "=", value)])
        card = self._card().id
        self.assertFalse(
            Archive.search([("class_preview", "=", f"{card}:x' OR 1=1 --:high")])
        )
