import os
import shutil
import tempfile
from datetime import date
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from .. import vault_process, vault_store
from ..sealed import MASK
from ..tools import keyring, resident_id
from ..vault_process import Location, VaultLocked
from .common_vault import ACCOUNT, CANARIES, HEALTH, ID_NUMBER, VaultCase


@tagged("post_install", "-at_install")
class TestVault(VaultCase):
    """What is kept, shown and found of a sealed value."""

    def test_database_holds_no_plaintext(self):
        self.env.cr.execute(
            "SELECT slot, encode(sealed, 'escape') FROM insurance_vault_value"
            " WHERE archive_id = %s",
            (self.archive.id,),
        )
        rows = self.env.cr.fetchall()
        self.assertEqual(
            {slot for slot, _sealed in rows},
            {
                "id_number",
                "id_number#tail",
                "bank_account",
                "bank_account#tail",
                "annual_income",
                "total_assets",
                "health_notice",
            },
        )
        for canary in CANARIES:
            self.assertNotIn(canary, str(rows))

    def test_owner_sees_a_mask_with_last_characters(self):
        with self.calling(self.agent) as env:
            archive = self.archive.with_env(env)
            self.assertEqual(archive.id_number, MASK + "002X")
            self.assertEqual(archive.bank_account, MASK + "3445")
            for name in ("annual_income", "total_assets", "health_notice"):
                self.assertEqual(archive[name], MASK)

    def test_superuser_and_borrowed_environments_see_the_mask_alone(self):
        for archive in (
            self.archive.sudo(),
            self.archive.with_user(self.agent),
            self.archive.with_user(self.agent).sudo(),
        ):
            archive.invalidate_recordset()
            self.assertEqual(archive.id_number, MASK)

    def test_field_without_value_shows_nothing(self):
        archive = self._archive(name="王芳")
        self.assertFalse(archive.id_number)
        self.assertFalse(archive.health_notice)

    def test_removing_a_value_leaves_nothing(self):
        self.archive.write({"id_number": False, "bank_account": ""})
        self.assertFalse(self.archive.id_number)
        self.assertFalse(self.archive.bank_account)
        slots = {
            cell.slot for cell in vault_store.kept_cells(self.env, [self.archive.id])
        }
        self.assertEqual(slots, {"annual_income", "total_assets", "health_notice"})
        self.env.cr.execute(
            "SELECT count(*) FROM insurance_vault_index WHERE archive_id = %s",
            (self.archive.id,),
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_mask_is_never_sealed(self):
        for value in (MASK, MASK + "002X", "•1"):
            with self.assertRaisesRegex(ValidationError, "mask"):
                self.archive.id_number = value
        self.assertEqual(self.reveal(self.agent, "id_number")["id_number"], ID_NUMBER)

    def test_typed_value_does_not_stay_in_the_cache(self):
        with self.calling(self.agent) as env:
            archive = self.archive.with_env(env)
            archive.write({"health_notice": "canary in the cache"})
            self.assertEqual(archive.health_notice, MASK)
            partner = archive.partner_id
            partner.insurance_id_number = ID_NUMBER
            self.assertEqual(partner.insurance_id_number, MASK + "002X")

    def test_sealing_again_gives_another_ciphertext_of_the_same_length(self):
        before = self.stored("health_notice")
        self.archive.health_notice = HEALTH[::-1]
        after = self.stored("health_notice")
        self.assertNotEqual(before, after)
        self.assertEqual(len(before), len(after))

    def test_one_key_for_one_archive(self):
        other = self._archive(name="王芳", bank_account="6222021001110000000")
        self.env.cr.execute(
            "SELECT archive_id, generation, state FROM insurance_vault_key"
            " WHERE archive_id IN %s ORDER BY archive_id",
            ((self.archive | other)._ids,),
        )
        self.assertEqual(
            self.env.cr.fetchall(),
            [(self.archive.id, 1, "live"), (other.id, 1, "live")],
        )

    def test_many_archives_are_sealed_with_few_queries(self):
        values = [
            {
                "name": "王芳",
                "agent_id": self.agent.id,
                "bank_account": f"62220210{number:08d}",
                "annual_income": str(number),
            }
            for number in range(50)
        ]
        Archive = self.env["insurance.archive"]
        Archive.create([dict(values[0], bank_account="6222021099999999")])
        self.env.flush_all()
        plain = [
            {**vals, "bank_account": False, "annual_income": False} for vals in values
        ]
        before = self.env.cr.sql_log_count
        Archive.create(plain)
        self.env.flush_all()
        baseline = self.env.cr.sql_log_count - before
        before = self.env.cr.sql_log_count
        Archive.create([dict(vals) for vals in values])
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before - baseline, 25)

    def test_deleting_an_archive_deletes_key_values_and_index(self):
        archive = self._archive(name="王芳", bank_account="6222021001110000000")
        archive_id = archive.id
        archive.unlink()
        for table in ("key", "value", "index"):
            rows = self.env.execute_query(
                SQL(
                    "SELECT FROM %s WHERE archive_id = %s",
                    SQL.identifier(f"insurance_vault_{table}"),
                    archive_id,
                )
            )
            self.assertFalse(rows, table)

    def test_uuid_never_changes(self):
        with (
            self.assertRaises(psycopg2.Error),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.sql(
                "UPDATE insurance_archive SET uuid = gen_random_uuid() WHERE id = %s",
                self.archive.id,
            )


@tagged("post_install", "-at_install")
class TestSealedEntry(VaultCase):
    """What may be entered, and what follows from it."""

    def test_wrong_id_number_is_refused_without_repeating_it(self):
        with self.assertRaisesRegex(ValidationError, "typing error") as refused:
            self.archive.id_number = "110105194912310021"
        self.assertNotIn("1949", str(refused.exception))

    def test_passport_needs_no_check_digit(self):
        self.archive.write({"id_type": "passport", "id_number": "e 1234 5678"})
        self.assertEqual(self.reveal(self.agent, "id_number")["id_number"], "E12345678")

    def test_changing_the_document_asks_for_the_number_again(self):
        self.archive.write({"id_type": "passport", "id_number": "E12345678"})
        with self.assertRaisesRegex(UserError, "again"):
            self.archive.id_type = "resident_id"
        self.archive.write({"id_type": "resident_id", "id_number": ID_NUMBER})

    def test_id_number_fills_birth_date_and_gender(self):
        self.assertEqual(str(self.archive.birth_date), "1949-12-31")
        self.assertEqual(self.archive.gender, "female")

    def test_contradiction_to_the_id_number_is_refused(self):
        contradictions = (("birth_date", "1950-01-01", 8), ("gender", "male", 10))
        for name, value, sequence in contradictions:
            archive = self._archive(name="王芳", **{name: value})
            born = self.archive.birth_date
            number = resident_id.make_resident_id("110105", born, sequence)
            with self.assertRaisesRegex(ValidationError, "contradicts"):
                archive.id_number = number

    def test_typing_the_id_number_fills_the_form(self):
        form = Form(self.env["insurance.archive"].with_user(self.agent))
        form.name = "王芳"
        form.id_number = ID_NUMBER
        self.assertEqual(str(form.birth_date), "1949-12-31")
        self.assertEqual(form.gender, "female")

    def test_same_id_number_in_one_company_is_refused(self):
        values = {"name": "王芳", "agent_id": self.agent2.id}
        for typed in (ID_NUMBER, ID_NUMBER.lower(), "110105491231002"):
            with self.assertRaisesRegex(ValidationError, "ID number") as refused:
                self._archive(**values, id_number=typed)
            message = str(refused.exception)
            for secret in ("张伟", "1949", str(self.archive.id), self.agent.name):
                self.assertNotIn(secret, message)
        self.assertIn(("search_hit", "denied"), self.actions())

    def test_same_id_number_in_two_companies_is_allowed(self):
        other = self.env["res.company"].create({"name": "Other insurer"})
        archive = self._archive(
            name="王芳", id_number=ID_NUMBER, company_id=other.id, team_id=False
        )
        self.assertTrue(archive.id_number)

    def test_index_follows_the_company(self):
        other = self.env["res.company"].create({"name": "Other insurer"})
        self.archive.sudo().write({"company_id": other.id, "team_id": False})
        archive = self._archive(name="王芳", id_number=ID_NUMBER)
        self.assertTrue(archive.id_number)

    def test_two_clients_may_share_an_account(self):
        self.assertTrue(self._archive(name="王芳", bank_account=ACCOUNT).bank_account)

    def test_wrong_account_is_refused(self):
        for value in ("1234567", "6222 0210 账户 0000"):
            with self.assertRaisesRegex(ValidationError, "account"):
                self.archive.bank_account = value

    def test_amounts_are_kept_as_numbers(self):
        for typed, amount in (("¥ 12,500.5", 12500.5), ("３５万", 350000.0), (7, 7.0)):
            self.archive.annual_income = typed
            opened = self.reveal(self.agent, "annual_income")
            self.assertEqual(opened["annual_income"], amount)

    def test_wrong_amounts_are_refused(self):
        for typed in ("much", "-5", "1e400", "1.2.3"):
            with self.assertRaises(ValidationError):
                self.archive.annual_income = typed

    def test_bands_follow_the_amounts(self):
        self.assertEqual(self.archive.income_band, "4")
        self.assertEqual(self.archive.asset_band, "4")
        self.archive.annual_income = "59999.99"
        self.assertEqual(self.archive.income_band, "1")
        self.archive.annual_income = "60000"
        self.assertEqual(self.archive.income_band, "2")
        self.archive.annual_income = False
        self.assertFalse(self.archive.income_band)

    def test_edges_of_bands_are_data(self):
        self.env.ref("insurance_client_archive.band_income_2").lower = 70000
        self.archive.annual_income = "60000"
        self.assertEqual(self.archive.income_band, "1")

    def test_health_grade_follows_the_notice(self):
        self.assertEqual(self.archive.health_grade, "ungraded")
        self.archive.health_grade = "c"
        self.archive.health_notice = "Diabetes"
        self.assertEqual(self.archive.health_grade, "c")
        self.archive.health_notice = False
        self.assertFalse(self.archive.health_grade)

    def test_completeness_knows_whether_there_is_a_value(self):
        names = ("id_number", "health_notice", "annual_income")
        for name in names:
            field = self.env["ir.model.fields"]._get("insurance.archive", name)
            self.env["insurance.requirement"].create(
                {"what": "field", "field_id": field.id, "stage": "file"}
            )
        archive = self._archive(name="王芳")
        self.assertEqual(archive.completeness, 0)
        archive.write({"annual_income": "1", "health_notice": "None known"})
        self.assertEqual(archive.completeness, 66)
        mine = archive.with_user(self.agent)
        self.assertEqual(mine.missing_ids.field_name, "id_number")
        mine.id_number = resident_id.make_resident_id("110105", date(1990, 2, 3), 4)
        self.assertEqual((archive.completeness, len(mine.missing_ids)), (100, 0))
        mine.health_notice = False
        self.env.flush_all()
        self.assertEqual(archive.completeness, 66)
        # who else is asked learns what is missing, and opens nothing
        self.assertFalse(
            {"reveal", "search_hit"} & {use["action"] for use in self.uses}
        )

    def test_edit_is_logged_with_the_field_alone(self):
        self.archive.health_notice = "Diabetes"
        [use] = [use for use in self.uses if use["action"] == "edit"]
        self.assertEqual(use["content"], ["health_notice"])
        self.assertNotIn("Diabetes", str(use))


@tagged("post_install", "-at_install")
class TestLockedVault(VaultCase):
    """Without the right keys nothing is opened and nothing is written."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "keyring")

    def _keyring_at(self, path, development=False):
        self.env.cr.cache.clear()
        place = Location("file", path, development)
        return patch.object(vault_process, "location", lambda: place)

    def assertLocked(self, code):
        with self.assertRaises(VaultLocked) as locked:
            self.archive.health_notice = "Diabetes"
        self.assertEqual(locked.exception.code, code)
        with self.assertRaises(VaultLocked):
            self.reveal(self.agent, "health_notice")
        with self.calling(self.agent) as env:
            # lists and forms stay readable
            self.archive.invalidate_recordset()
            self.assertEqual(self.archive.with_env(env).id_number, MASK)

    def test_missing_keyring_locks(self):
        with self._keyring_at(self.path):
            self.assertLocked("missing")

    def test_lost_development_keyring_is_not_replaced(self):
        with self._keyring_at(self.path, development=True):
            self.assertLocked("missing")
        self.assertFalse(os.path.exists(self.path))

    def test_form_says_that_sealed_data_are_locked(self):
        with self.calling(self.agent) as env:
            self.assertFalse(self.archive.with_env(env).sealed_lock)
        with self._keyring_at(self.path):
            self.archive.invalidate_recordset()
            with self.calling(self.agent) as env:
                message = self.archive.with_env(env).sealed_lock
        self.assertIn("locked", message)
        self.assertIn("missing", message)

    def test_wrong_keyring_locks_before_anything_is_written(self):
        keyring.create(self.path)
        before = self.stored("health_notice")
        with self._keyring_at(self.path):
            self.assertLocked("fingerprint")
        self.assertEqual(self.stored("health_notice"), before)

    def test_keyring_that_others_may_read_locks(self):
        keyring.create(self.path)
        os.chmod(self.path, 0o644)
        with self._keyring_at(self.path):
            self.assertLocked("permissions")

    def test_keyring_is_not_replaced_when_its_traces_are_removed(self):
        self.sql("DELETE FROM insurance_vault_fingerprint")
        with self._keyring_at(self.path, development=True):
            self.assertLocked("missing")
        self.assertFalse(os.path.exists(self.path))

    def _forget_keys(self):
        for table in ("index", "value", "key", "fingerprint"):
            query = SQL("DELETE FROM %s", SQL.identifier(f"insurance_vault_{table}"))
            self.env.cr.execute(query)

    def test_first_development_keyring_is_made_and_reported(self):
        self._forget_keys()
        with self._keyring_at(self.path, development=True):
            vault_process.keys(self.env, sealing=True)
            status = vault_process.status(self.env)
        self.assertTrue(status["development"])
        self.assertEqual(status["state"], "open")
        self.assertFalse(status["backup_confirmed"])

    def test_new_master_key_is_taken_up(self):
        self._forget_keys()
        with self._keyring_at(self.path, development=True):
            vault_process.keys(self.env, sealing=True)
            older = shutil.copy(self.path, f"{self.path}.older")
            keyring.add_master(self.path)
            keyring.activate_master(self.path, 2)
            self.assertEqual(vault_process.keys(self.env, True).versions(), [1, 2])
            # a keyring older than the database is a wrong one
            os.replace(older, self.path)
            self.env.cr.cache.clear()
            with self.assertRaises(VaultLocked):
                vault_process.keys(self.env)

    def test_neutralised_copy_is_locked_and_keyless(self):
        path = os.path.join(os.path.dirname(__file__), "../data/neutralize.sql")
        with open(path) as file:
            self.sql(file.read())
        self.env.cr.cache.clear()
        self.assertLocked("neutralized")
        self.env.cr.execute(
            "SELECT count(*) FROM insurance_vault_key WHERE wrapped IS NOT NULL"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
