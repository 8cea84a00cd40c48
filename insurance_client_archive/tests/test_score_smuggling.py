import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_segments import SegmentCase

EVIL = "0) OR (SELECT count(*) FROM res_users) > 0; DROP TABLE res_users; --"


@tagged("post_install", "-at_install")
class TestScoreSmuggling(SegmentCase):
    """Whatever people send in place of a scorecard, it stays a value or is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls._user("smuggler", role="segment_editor")
        cls.root.group_ids += cls.env.ref("base.group_system") + cls.env.ref(
            "insurance_client_archive.group_admin"
        )

    def _forge(self, table, column, row_id, value=EVIL):
        """Write past all checks, as whoever owns the database can."""
        self.env.flush_all()
        self.env.cr.execute(
            f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [value, row_id]
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def assertRefused(self, action, *args):
        """Whoever says it, this is nothing: a check, or the type of the column."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                action(*args)
        except psycopg2.errors.SyntaxError:
            raise  # a text has become part of the command
        except (KeyError, TypeError, ValueError, UserError, psycopg2.Error):
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            return
        self.fail("This was accepted.")

    def _classified(self):
        self._refresh()
        return self.Class.search([("archive_id", "=", self.archive.id)])

    def _load(self, model, names, *rows):
        """Import as the web client does; return (ids, messages)."""
        found = self.env[model].with_user(self.root).load(names, [*rows])
        return found["ids"], [message["message"] for message in found["messages"]]

    def test_limits_of_any_type_are_figures_or_refused(self):
        band = self._draft().factor_ids.band_ids.with_user(self.root)
        for value in (EVIL, [EVIL], {"a": EVIL}, True, b"1 OR 1", 1e308 * 10, "1e400"):
            with self.subTest(value=value), self.assertRaises(UserError):
                band.low = value
                band.flush_recordset()

    def test_points_and_thresholds_are_whole_numbers(self):
        draft = self._draft().with_user(self.root)
        for record, name in (
            (draft.factor_ids.band_ids, "points"),
            (draft.level_ids[:1], "threshold"),
        ):
            for value in (EVIL, [1], "1; DROP"):
                with self.subTest(name=name, value=value):
                    self.assertRefused(record.write, {name: value})

    def test_points_that_no_column_can_hold_are_not_approved(self):
        draft = self._draft()
        draft.factor_ids.band_ids.points = 2_000_000_000
        with self.assertRaisesRegex(UserError, "2000000000"):
            draft.with_user(self.editor2).write({"state": "approved"})
        draft.factor_ids.band_ids.points = 5
        draft.level_ids[-1:].threshold = 2_000_000_000
        with self.assertRaisesRegex(UserError, "2000000000"):
            draft.with_user(self.editor2).write({"state": "approved"})

    def test_figures_are_chosen_not_named(self):
        draft = self._draft().with_user(self.root)
        for value in (EVIL, "age", ["age"], {"code": EVIL}):
            line = Command.create({"feature_id": value})
            with self.subTest(value=value):
                self.assertRefused(draft.write, {"factor_ids": [line]})

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_definitions_are_written_by_no_administrator(self):
        age = self._feature("age").with_user(self.root)
        option = self.env.ref(
            "insurance_client_archive.score_option_client_kind_group"
        ).with_user(self.root)
        segment = self._segment("value_tier", "high").with_user(self.root)
        for record, values in (
            (age, {"code": EVIL}),
            (option, {"code": EVIL}),
            (segment, {"code": EVIL}),
            (self._classified().with_user(self.root), {"value_tier": EVIL}),
        ):
            with self.subTest(model=record._name):
                with self.assertRaises(AccessError):
                    record.write(values)
                with self.assertRaises(AccessError):
                    record.create(values)

    def test_imported_bands_are_checked_as_typed_ones(self):
        factor = self._draft().factor_ids
        names = ["factor_id/.id", "low", "high", "points"]
        for row in (
            [str(factor.id), EVIL, "", "5"],
            [str(factor.id), "1", EVIL, "5"],
            [str(factor.id), "1", "", EVIL],
            [EVIL, "1", "", "5"],
        ):
            with self.subTest(row=row), mute_logger("odoo.sql_db"):
                ids, messages = self._load("insurance.scorecard.band", names, row)
                self.assertFalse(ids)
                self.assertTrue(messages)
        self.assertEqual(len(factor.band_ids), 1)

    def test_imported_factors_name_figures_that_exist(self):
        draft = self._draft()
        for name in (EVIL, "id", "archive_id", "partner_id"):
            with self.subTest(name=name):
                ids, messages = self._load(
                    "insurance.scorecard.factor",
                    ["scorecard_id/.id", "feature_id"],
                    [str(draft.id), name],
                )
                self.assertFalse(ids)
                self.assertTrue(messages)

    def test_columns_that_are_no_figures_are_refused(self):
        draft = self._draft()
        for code in ("id", "archive_id", "partner_id", "as_of", "xmin", "tableoid"):
            self._forge(
                "insurance_score_feature", "code", self._feature("age").id, code
            )
            with (
                self.subTest(code=code),
                self.assertRaisesRegex(UserError, "no figure"),
            ):
                draft._compiled()

    def test_a_forged_value_of_a_figure_stays_a_value(self):
        draft = self._draft()
        option = self.env.ref("insurance_client_archive.score_option_client_kind_group")
        draft.factor_ids = [
            Command.create(
                {
                    "feature_id": self._feature("client_kind").id,
                    "band_ids": [
                        Command.create(
                            {"option_ids": [Command.set(option.ids)], "points": 7}
                        )
                    ],
                }
            )
        ]
        self._forge("insurance_score_option", "code", option.id)
        compiled = draft._compiled()
        self.assertNotIn("DROP", compiled.points.code)
        self.assertIn(EVIL, compiled.points.params)
        self._refresh()
        self.assertTrue(draft._preview(self.env.companies.ids))
        self.assertTrue(self.env["res.users"].search_count([]))

    def _classify_forged(self, table, column, row_id):
        self._forge(table, column, row_id)
        self._refresh()

    def test_a_forged_dimension_or_class_stops_the_work(self):
        card = self._card()
        self._classified()
        for table, column, row_id in (
            ("insurance_scorecard", "dimension", card.id),
            ("insurance_client_segment", "code", self._segment("value_tier", "low").id),
        ):
            with self.subTest(column=column):
                self.assertRefused(self._classify_forged, table, column, row_id)
        self.assertTrue(self._classified())
