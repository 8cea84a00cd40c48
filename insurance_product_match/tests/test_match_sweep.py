from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.client_scope import Scope
from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps

from .common_match import EngineCase


@tagged("post_install", "-at_install")
class TestMatchSweep(EngineCase):
    """Many clients at once get what each would get alone."""

    def setUp(self):
        super().setUp()
        self.other = self._archive(
            name="王小明", birth_date="1992-03-03", gender="female", income_band="4"
        )
        self.clients = self.archive | self.other

    def _swept(self, archive):
        return self.env["insurance.match"].search(
            [("archive_id", "=", archive.id), ("source", "=", "sweep")]
        )

    def _match_many(self):
        self.env.flush_all()
        return self.env["insurance.match"]._match_many(
            Scope(archive_ids=tuple(self.clients.ids)),
            self.offered,
            fields.Date.today(),
        )

    def test_bulk_work_says_what_a_match_of_the_client_says(self):
        self.assertEqual(self._match_many(), len(self.clients))
        for archive in self.clients:
            alone = self._match(archive=archive)
            swept = self._swept(archive)
            self.assertEqual(swept.kept_count, alone.kept_count)
            for line in swept.line_ids:
                twin = self._line(alone, line.product_id)
                for name in ("rank", "points", "sum_insured", "annual_premium"):
                    self.assertEqual(line[name], twin[name], name)

    def test_the_best_products_of_each_client_are_kept(self):
        parameter = self.env.ref("insurance_product_match.parameter_match_sweep_keep")
        parameter.value = "1"
        self._match_many()
        lines = self._swept(self.archive).line_ids
        self.assertEqual(lines.mapped("rank"), [1])

    def test_matching_again_replaces_what_bulk_work_has_found(self):
        self._match_many()
        alone = self._match()
        self._match_many()
        self.assertEqual(len(self._swept(self.archive)), 1)
        self.assertTrue(alone.exists())

    def test_a_restricted_client_is_left_out(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'restricted' WHERE id = %s",
            self.other.ids,
        )
        self.assertEqual(self._match_many(), 1)
        self.assertFalse(self._swept(self.other))

    def test_a_supervisor_starts_the_work_and_an_agent_does_not(self):
        with self.assertRaises(AccessError):
            self.env["insurance.match"].with_user(self.agent).action_match_all()
        self.env["insurance.match"].with_user(self.supervisor).action_match_all()
        run_sweeps(self)
        self.assertTrue(self._swept(self.archive))
