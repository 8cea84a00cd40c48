from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common_sweep import (
    forget_sweeps,
    run_sweeps,
)

from .common_filing import FilingCase

WORD = "Zqxkanary Testina"


@tagged("post_install", "-at_install")
class TestRecordsOverview(FilingCase):
    """The archivist's cards, long lists, printed catalogues: nothing of a client."""

    def test_every_card_opens_what_it_counts(self):
        cards = self.env["insurance.compliance.card"].with_user(self.archivist)
        found = cards.search([])
        self.assertEqual(set(found.mapped("desk")), {"records"})
        for card in found:
            action = card.action_open()
            self.assertEqual(action["res_model"], card.model, card.key)
            model = self.env[card.model].with_user(self.archivist)
            self.assertEqual(model.search_count(action["domain"]), card.count, card.key)

    def test_compliance_has_another_desk_and_agents_none(self):
        cards = self.env["insurance.compliance.card"]
        desks = set(cards.with_user(self.compliance).search([]).mapped("desk"))
        self.assertEqual(desks, {"compliance"})
        with self.assertRaises(AccessError):
            cards.with_user(self.agent).search([])

    def test_long_list_is_filed_in_the_background(self):
        forget_sweeps(self.env)
        self.env["insurance.parameter"].search(
            [("key", "=", "filing_at_once")]
        ).value = "2"
        archives = self.archive
        for _number in range(5):
            archives |= self._archive()
        archives._write_multi([{"state": "entered"}] * 6)
        archives.invalidate_recordset()
        archives._recount_completeness()
        bad = archives[3]
        self._write_sql(
            "UPDATE insurance_archive SET create_uid = NULL WHERE id = %s", bad.id
        )
        wizard = (
            self.env["insurance.archive.file"]
            .with_user(self.archivist)
            .create(
                {
                    "archive_ids": [(6, 0, archives.ids)],
                    "storage_medium": "both",
                    "storage_place": "C-7",
                }
            )
        )
        action = wizard.action_confirm()
        self.assertEqual(action["res_model"], "insurance.sweep")
        self.assertEqual(set(archives.mapped("state")), {"entered"})
        run_sweeps(self)
        sweep = self.env["insurance.sweep"].browse(action["res_id"])
        self.assertEqual(sweep.state, "done", sweep.message)
        filed = archives - bad
        self.assertEqual(set(filed.mapped("state")), {"filed"})
        self.assertEqual(set(filed.mapped("filed_by")), set(self.archivist))
        self.assertEqual(set(filed.mapped("storage_place")), {"C-7"})
        self.assertEqual(bad.state, "entered")
        self.assertEqual(sweep.item_ids.mapped("res_id"), bad.ids)
        self.assertEqual(sweep.state, "done")

    def test_only_archivists_file_long_lists(self):
        batches = self.env["insurance.filing.batch"]
        for user in (self.agent, self.compliance):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                batches.with_user(user)._file(self.archive, {})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                batches.with_user(user).create({"archive_ids": self.archive.ids})

    def test_yearly_test_takes_each_archive_once(self):
        forget_sweeps(self.env)
        self._file()
        self._write_sql("DELETE FROM insurance_property_exception")
        self._write_sql(
            "DELETE FROM insurance_property_test WHERE archive_id = %s",
            self.archive.id,
        )
        sweeps = self.env["insurance.sweep"].with_user(self.archivist)
        sweeps._start("property_test")
        run_sweeps(self)
        tests = self.env["insurance.property.test"]
        mine = [("archive_id", "=", self.archive.id)]
        self.assertEqual(tests.search(mine).kind, "yearly")
        self.assertFalse(self.archive.search(self.archive._untested_domain()))
        self.env["insurance.archive"]._sweep_property_test_chunk(
            sweeps, 0, self.archive.id, 100
        )
        self.assertEqual(tests.search_count(mine), 1)

    def _catalogue(self, user=None, **values):
        self.partner.name = WORD
        self._file()
        return (
            self.env["insurance.archive.catalogue"]
            .with_user(user or self.archivist)
            .create({"archive_ids": [(6, 0, self.archive.ids)], **values})
        )

    def test_catalogue_names_numbers_and_no_client(self):
        catalogue = self._catalogue()
        self.assertEqual(catalogue.archive_count, 1)
        for what in ("catalogue", "label", "box"):
            report = f"insurance_compliance.report_archive_{what}"
            html = (
                self.env["ir.actions.report"]
                .with_user(self.archivist)
                ._render_qweb_html(report, catalogue.ids)[0]
                .decode()
            )
            with self.subTest(what):
                self.assertIn(self.archive.number, html)
                self.assertNotIn(WORD, html)

    def test_only_archivists_print(self):
        with self.assertRaises(AccessError):
            self._catalogue(user=self.agent)
        catalogue = self._catalogue()
        with self.assertRaises(AccessError):
            catalogue.with_user(self.compliance).action_print()
        with self.assertRaises(AccessError):
            catalogue.sudo().with_user(self.compliance).sudo()._rows()

    def test_year_has_four_figures(self):
        catalogue = self._catalogue(year="26")
        with self.assertRaises(UserError):
            catalogue.action_print()

    def test_archivist_reads_nothing_of_the_client(self):
        self._policy()
        self._file()
        for model in ("insurance.policy", "insurance.interaction", "insurance.claim"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.archivist).search_read(
                    [("archive_id", "=", self.archive.id)], ["id"]
                )
        archive = self.archive.with_user(self.archivist)
        self.assertTrue(archive.read(["filing_waiting", "property_result"]))
        with self.assertRaises(AccessError):
            archive.reveal(["id_number"], "audit")
