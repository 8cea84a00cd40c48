from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.insurance_property_finding import CODES
from ..property_tests import TESTS
from .common_filing import FilingCase

ID_NUMBER = "11010519491231002X"
PDF = b"%PDF-1.7\n%%EOF\n"


@tagged("post_install", "-at_install")
class TestPropertyTest(FilingCase):
    """Each test of the four properties, both ways: a fault is found, health is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive.with_user(cls.archivist)._file({})
        cls.archive.invalidate_recordset()

    def _attach(self, **values):
        return self.env["ir.attachment"].create(
            {
                "name": "scan.pdf",
                "raw": PDF,
                "mimetype": "application/pdf",
                "res_model": "insurance.archive",
                "res_id": self.archive.id,
                **values,
            }
        )

    def test_every_test_has_a_label_and_a_property(self):
        self.assertEqual(set(TESTS), {code for code, _label in CODES})

    def test_healthy_archive_passes(self):
        self._attach()
        self.assertEqual(self._found(), {})

    def test_number_outside_of_its_series(self):
        self._write_sql(
            "UPDATE insurance_archive SET number_item = 999999 WHERE id = %s",
            self.archive.id,
        )
        self.assertIn("number", self._found())

    def test_nobody_known_to_have_made_it(self):
        self._write_sql(
            "UPDATE insurance_archive SET create_uid = NULL WHERE id = %s",
            self.archive.id,
        )
        self.assertIn("origin", self._found())

    def test_filed_without_a_record_of_it(self):
        self._write_sql(
            "DELETE FROM insurance_filing WHERE archive_id = %s", self.archive.id
        )
        self.assertIn("filing", self._found())

    def test_signature_without_its_hash(self):
        text = self.env["insurance.notice.text"].search([], limit=1)
        evidence = self.env["insurance.consent.evidence"].create(
            {
                "archive_id": self.archive.id,
                "evidence": "signature",
                "signature_hash": "0" * 64,
                "given_by": "client",
                "text_id": text.id,
                "taken_on": "2026-01-01 08:00:00",
            }
        )
        self.assertNotIn("evidence", self._found())
        self._write_sql(
            "UPDATE insurance_consent_evidence SET signature_hash = NULL WHERE id = %s",
            evidence.id,
        )
        self.assertIn("evidence", self._found())

    def test_use_record_that_was_changed(self):
        self.env.cr.execute(
            "SELECT id, archive_id FROM insurance_use_log log"
            " WHERE EXISTS (SELECT FROM insurance_archive WHERE id = log.archive_id)"
            " ORDER BY id DESC LIMIT 1"
        )
        log_id, archive_id = self.env.cr.fetchone() or (None, None)
        if log_id is None:
            # a database of tests without any use yet: one row, as the writer leaves it
            log_id, archive_id = self._use_record()
        archive = self.env["insurance.archive"].browse(archive_id)
        check = self.env["insurance.use.check"].create({})
        self._write_sql(
            "UPDATE insurance_use_check SET state = 'ok' WHERE id = %s", check.id
        )
        self.assertNotIn("use_log", self._found(archive))
        self._write_sql(
            "UPDATE insurance_use_check SET state = 'misfit', log_id = %s"
            " WHERE id = %s",
            log_id,
            check.id,
        )
        self.assertIn("use_log", self._found(archive))

    def _use_record(self):
        self.env.cr.execute(
            "INSERT INTO insurance_use_log (n, date, user_id, action, result,"
            " archive_id) VALUES (1, now(), %s, 'view', 'done', %s)"
            " RETURNING id, archive_id",
            [self.agent.id, self.archive.id],
        )
        return self.env.cr.fetchone()

    def test_required_data_are_missing(self):
        self._write_sql(
            "UPDATE insurance_archive SET completeness = 80 WHERE id = %s",
            self.archive.id,
        )
        self.assertIn("complete", self._found())

    def test_original_without_a_place(self):
        self.env["insurance.document"].create(
            {
                "archive_id": self.archive.id,
                "type_id": self.env["insurance.document.type"].search([], limit=1).id,
                "form": "original",
            }
        )
        self.assertIn("paper_place", self._found())
        self._write_sql(
            "UPDATE insurance_document SET storage_place = 'B-1' WHERE archive_id = %s",
            self.archive.id,
        )
        self.assertNotIn("paper_place", self._found())

    def test_record_that_names_another_client(self):
        policy = self._policy()
        self.assertNotIn("linked", self._found())
        other = self._archive(name="王芳")
        self._write_sql(
            "UPDATE insurance_policy SET partner_id = %s WHERE id = %s",
            other.partner_id.id,
            policy.id,
        )
        self.assertIn("linked", self._found())

    def test_file_that_is_gone(self):
        attachment = self._attach()
        self._write_sql(
            "UPDATE ir_attachment SET store_fname = NULL, db_datas = NULL"
            " WHERE id = %s",
            attachment.id,
        )
        self.assertIn("file_there", self._found())

    def test_file_that_was_changed(self):
        attachment = self._attach()
        self._write_sql(
            "UPDATE ir_attachment SET checksum = %s WHERE id = %s",
            "0" * 40,
            attachment.id,
        )
        self.assertIn("file_hash", self._found())

    def test_client_without_an_active_contact(self):
        self._write_sql(
            "UPDATE res_partner SET name = ' ' WHERE id = %s", self.partner.id
        )
        self.assertIn("named", self._found())

    def test_paper_file_without_a_place(self):
        self._write_sql(
            "UPDATE insurance_archive SET storage_medium = 'paper',"
            " storage_place = NULL WHERE id = %s",
            self.archive.id,
        )
        self.assertIn("place", self._found())

    def test_format_that_does_not_last(self):
        self._attach(name="notes.txt", raw=b"x", mimetype="text/plain")
        self.assertIn("format", self._found())

    def test_formats_are_a_parameter(self):
        self._attach(name="notes.txt", raw=b"x", mimetype="text/plain")
        self.env["insurance.parameter"].search(
            [("key", "=", "archive_file_formats")]
        ).value = "text/plain"
        self.assertNotIn("format", self._found())

    def test_file_with_a_strangers_password(self):
        self._attach(raw=b"%PDF-1.7\ntrailer << /Encrypt 5 0 R >>\n%%EOF")
        self.assertIn("file_opens", self._found())

    def test_file_that_is_not_what_it_says(self):
        attachment = self._attach(name="a.jpg", raw=b"no picture at all")
        self._write_sql(
            "UPDATE ir_attachment SET mimetype = 'image/jpeg' WHERE id = %s",
            attachment.id,
        )
        self.assertIn("file_opens", self._found())

    def test_sealed_value_without_its_key(self):
        self.env.cr.execute(
            "INSERT INTO insurance_vault_value (archive_id, slot, generation, sealed)"
            " VALUES (%s, 'id_number', 7, 'x')",
            [self.archive.id],
        )
        self.assertIn("key", self._found())

    def test_id_number_in_a_text(self):
        talk = self.env["insurance.interaction"].create(
            {"archive_id": self.archive.id, "name": "Call", "channel": "phone"}
        )
        self.assertNotIn("plain_number", self._found())
        self._write_sql(
            "UPDATE insurance_interaction SET name = %s WHERE id = %s",
            f"证件 {ID_NUMBER}。",
            talk.id,
        )
        self.assertIn("plain_number", self._found())
        # eighteen figures that are no ID number: an application, a bank slip
        self._write_sql(
            "UPDATE insurance_interaction SET name = '110105194912310021'"
            " WHERE id = %s",
            talk.id,
        )
        self.assertNotIn("plain_number", self._found())

    def test_program_disguised_as_a_document(self):
        for name in ("policy.pdf.exe", "policy.pdf.txt", "look.js"):
            with self.subTest(name):
                attachment = self._attach(name=name)
                self.assertIn("file_name", self._found())
                attachment.unlink()

    def test_file_that_is_open_by_a_link(self):
        self._attach(public=True)
        self.assertIn("public", self._found())

    def test_follower(self):
        self._write_sql(
            "INSERT INTO mail_followers (res_model, res_id, partner_id)"
            " VALUES ('insurance.archive', %s, %s)",
            self.archive.id,
            self.agent2.partner_id.id,
        )
        self.assertIn("follower", self._found())

    def test_access_of_somebody_who_has_left(self):
        grant = self.env["insurance.access.grant"]._issue(
            self.department,
            ["claims"],
            self.env["insurance.purpose"].search([], limit=1),
            "2026-01-01 00:00:00",
            "2099-01-01 00:00:00",
            archives=self.archive,
        )
        self.assertTrue(grant)
        self.assertNotIn("access", self._found())
        self._write_sql(
            "UPDATE res_users SET active = false WHERE id = %s", self.department.id
        )
        self.assertIn("access", self._found())


@tagged("post_install", "-at_install")
class TestPropertyResults(FilingCase):
    """Results stay, block filing, and go to an inspection."""

    def _fail(self, archive=None):
        archive = archive or self.archive
        self._write_sql(
            "INSERT INTO mail_followers (res_model, res_id, partner_id)"
            " VALUES ('insurance.archive', %s, %s)",
            archive.id,
            self.agent2.partner_id.id,
        )

    def _latest(self):
        return self.env["insurance.property.test"].search(
            [("archive_id", "=", self.archive.id), ("latest", "=", True)]
        )

    def test_filing_leaves_a_result(self):
        self._file()
        test = self._latest()
        self.assertEqual((test.kind, test.result), ("filing", "passed"))
        self.assertEqual(test.user_id, self.archivist)
        self.assertEqual(test.test_count, len(TESTS))
        self.assertEqual(self.archive.property_result, "passed")

    def test_what_fails_is_not_filed_and_stays_on_record(self):
        self._fail()
        notice = self.archive.with_user(self.archivist).action_file()
        self.assertEqual(notice["params"]["type"], "warning")
        self.assertEqual(self.archive.state, "entered")
        test = self._latest()
        self.assertEqual(test.result, "failed")
        self.assertEqual(test.failures, {"follower": 1})
        self.assertEqual((test.security, test.integrity), ("failed", "passed"))
        with self.assertRaises(UserError):
            self.archive.write({"state": "filed"})

    def test_exception_of_a_second_person_lets_it_be_filed(self):
        self._fail()
        self.archive.with_user(self.archivist).action_file()
        exceptions = self.env["insurance.property.exception"]
        values = {"test_id": self._latest().id, "reason": "Being moved."}
        for user in (self.archivist, self.agent):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                exceptions.with_user(user).create(values)
        decision = exceptions.with_user(self.compliance).create(
            {**values, "user_id": self.agent.id, "codes": ["number"]}
        )
        self.assertEqual(decision.user_id, self.compliance)
        self.assertEqual(decision.codes, ["follower"])
        self._file()
        self.assertEqual(self.archive.state, "filed")

    def test_exception_covers_only_what_had_failed(self):
        self._fail()
        self.archive.with_user(self.archivist).action_file()
        self.env["insurance.property.exception"].with_user(self.compliance).create(
            {"test_id": self._latest().id, "reason": "Being moved."}
        )
        self._write_sql(
            "UPDATE insurance_archive SET create_uid = NULL WHERE id = %s",
            self.archive.id,
        )
        self.archive.with_user(self.archivist).action_file()
        self.assertEqual(self.archive.state, "entered")

    def test_exception_needs_a_reason(self):
        self._fail()
        self.archive.with_user(self.archivist).action_file()
        with self.assertRaises(UserError):
            self.env["insurance.property.exception"].with_user(self.compliance).create(
                {"test_id": self._latest().id, "reason": "  "}
            )

    def test_nobody_forges_a_result(self):
        self._file()
        test = self._latest()
        values = {
            "archive_id": self.archive.id,
            "company_id": self.archive.company_id.id,
            "date": "2026-01-01 00:00:00",
            "kind": "yearly",
            "result": "passed",
            "authenticity": "passed",
            "integrity": "passed",
            "usability": "passed",
            "security": "passed",
        }
        for user in (self.agent, self.archivist, self.compliance, self.supervisor):
            mine = test.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    mine.create(values)
                with self.assertRaises(UserError):
                    mine.write({"result": "passed"})
                with self.assertRaises(UserError):
                    mine.unlink()
        with self.assertRaises(UserError):
            test.unlink()

    def test_superuser_sql_does_not_change_a_result(self):
        self._file()
        test = self._latest()
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    "UPDATE insurance_property_test SET result = 'failed'"
                    " WHERE id = %s",
                    [test.id],
                )
        self.assertIn("stays as it is", str(caught.exception))

    def test_agent_sees_results_of_own_clients_alone(self):
        self._file()
        test = self._latest()
        self.assertTrue(test.with_user(self.agent).result)
        hidden = self.env["insurance.property.test"].with_user(self.agent2)
        self.assertFalse(hidden.search([("id", "=", test.id)]))
        with self.assertRaises(AccessError):
            test.with_user(self.agent2).read(["result"])

    def test_failed_tests_go_to_an_inspection(self):
        self._fail()
        self.archive.with_user(self.archivist).action_file()
        test = self._latest()
        with self.assertRaises(AccessError):
            test.with_user(self.agent).action_inspect()
        test.with_user(self.archivist).action_inspect()
        inspection = test.inspection_ids
        self.assertEqual(inspection.security, "failed")
        self.assertEqual(inspection.integrity, "passed")
        self.assertTrue(inspection.due_date)
        self.assertTrue(inspection.findings)
        # not twice
        test.with_user(self.archivist).action_inspect()
        self.assertEqual(len(test.inspection_ids), 1)

    def test_searches_know_the_latest_result(self):
        self._fail()
        mine = [("id", "=", self.archive.id)]
        Archive = self.env["insurance.archive"]
        untested = [*mine, ("property_result", "=", False)]
        self.assertIn(self.archive, Archive.search(untested))
        self.archive._test_properties("demand")
        failed = [*mine, ("property_result", "=", "failed")]
        self.assertIn(self.archive, Archive.search(failed))
        self.assertNotIn(self.archive, Archive.search(untested))
        self._write_sql(
            "DELETE FROM mail_followers WHERE res_id = %s"
            " AND res_model = 'insurance.archive'",
            self.archive.id,
        )
        self.archive._test_properties("demand")
        self.assertNotIn(self.archive, Archive.search(failed))
        findings = self.env["insurance.property.finding"]
        self.assertFalse(findings.search([("archive_id", "=", self.archive.id)]))

    def test_what_is_imported_is_tested(self):
        archive = self._archive()
        importer = self.env["base_import.import"].create(
            {"res_model": "insurance.archive"}
        )
        self.env["insurance.import.log"]._record(
            importer, {"ids": archive.ids, "refused": [], "row_count": 1}, True
        )
        test = self.env["insurance.property.test"].search(
            [("archive_id", "=", archive.id)]
        )
        self.assertEqual((test.kind, test.result), ("import", "passed"))

    def test_many_are_tested_by_few_queries(self):
        archives = self.archive
        for _number in range(20):
            archives |= self._archive()
        archives._write_multi([{"state": "entered"}] * len(archives))
        archives.invalidate_recordset()
        self.env.flush_all()
        self.archive._test_properties("demand")
        # one for each model with texts, one for all other tests, one to write
        with self.assertQueryCount(50):
            archives._test_properties("demand")
