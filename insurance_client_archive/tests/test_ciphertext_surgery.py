from odoo.exceptions import UserError
from odoo.tests import tagged

from ..sealed import MASK
from .common_attack import AttackCase
from .common_vault import ID_NUMBER


@tagged("post_install", "-at_install")
class TestCiphertextSurgery(AttackCase):
    """Whoever writes to the database directly gets an error, never a wrong value."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._archive(
            name="王芳", bank_account="6222021009998877665", annual_income="1"
        )
        cls.env.flush_all()

    def assertDamaged(self, name="bank_account", archive=None):
        with self.assertRaisesRegex(UserError, "can't be opened") as refused:
            self.reveal(self.agent, name, archive=archive)
        self.assertNoCanary(str(refused.exception))
        self.assertEqual(self.actions()[-1], ("reveal", "failed"))
        self.assertIn(("alarm", "failed"), self.actions())

    def test_values_of_two_archives_swapped(self):
        self.sql(
            "UPDATE insurance_vault_value mine SET sealed = theirs.sealed"
            " FROM insurance_vault_value theirs WHERE mine.slot = theirs.slot"
            " AND mine.archive_id = %s AND theirs.archive_id = %s",
            self.archive.id,
            self.other.id,
        )
        self.assertDamaged()

    def test_values_of_two_fields_swapped(self):
        self.sql(
            "UPDATE insurance_vault_value mine SET sealed = theirs.sealed"
            " FROM insurance_vault_value theirs WHERE mine.slot = 'total_assets'"
            " AND theirs.slot = 'annual_income' AND mine.archive_id = %s"
            " AND theirs.archive_id = mine.archive_id",
            self.archive.id,
        )
        self.assertDamaged("total_assets")

    def test_last_characters_put_in_place_of_the_value(self):
        self.sql(
            "UPDATE insurance_vault_value mine SET sealed = theirs.sealed"
            " FROM insurance_vault_value theirs WHERE mine.slot = 'bank_account'"
            " AND theirs.slot = 'bank_account#tail' AND mine.archive_id = %s"
            " AND theirs.archive_id = mine.archive_id",
            self.archive.id,
        )
        self.assertDamaged()

    def test_flipped_bits(self):
        for position in range(0, 90, 7):
            with self.subTest(position=position):
                self.sql(
                    "UPDATE insurance_vault_value SET sealed = set_byte(sealed, %s,"
                    " get_byte(sealed, %s) # 1)"
                    " WHERE archive_id = %s AND slot = 'bank_account'",
                    *(position % len(self.stored("bank_account")),) * 2,
                    self.archive.id,
                )
                self.assertDamaged()

    def test_cut_and_empty_values(self):
        for blob in (b"", b"\x01", self.stored("bank_account")[:-1]):
            self.sql(
                "UPDATE insurance_vault_value SET sealed = %s"
                " WHERE archive_id = %s AND slot = 'bank_account'",
                blob,
                self.archive.id,
            )
            self.assertDamaged()

    def test_another_archives_wrapped_key(self):
        self.sql(
            "UPDATE insurance_vault_key mine SET wrapped = theirs.wrapped"
            " FROM insurance_vault_key theirs"
            " WHERE mine.archive_id = %s AND theirs.archive_id = %s",
            self.archive.id,
            self.other.id,
        )
        self.assertDamaged()

    def test_keys_and_values_moved_together(self):
        # the other client's key and values under this archive
        for table in ("index", "value", "key"):
            self.sql(
                f"DELETE FROM insurance_vault_{table} WHERE archive_id = %s",
                self.archive.id,
            )
            self.sql(
                f"UPDATE insurance_vault_{table} SET archive_id = %s"
                " WHERE archive_id = %s",
                self.archive.id,
                self.other.id,
            )
        self.assertDamaged()

    def test_replayed_older_generation(self):
        self.sql(
            "UPDATE insurance_vault_key SET state = 'retired', wrapped = NULL"
            " WHERE archive_id = %s",
            self.archive.id,
        )
        self.assertDamaged()

    def test_generation_written_over(self):
        self.sql(
            "UPDATE insurance_vault_value SET generation = 2 WHERE archive_id = %s",
            self.archive.id,
        )
        self.assertDamaged()
        self.sql(
            "UPDATE insurance_vault_key SET generation = 2 WHERE archive_id = %s",
            self.archive.id,
        )
        self.assertDamaged()

    def test_version_of_the_master_key_written_over(self):
        self.sql(
            "UPDATE insurance_vault_key SET kek_version = 2 WHERE archive_id = %s",
            self.archive.id,
        )
        self.assertDamaged()

    def test_damaged_key_is_not_replaced_unseen(self):
        self.sql(
            "UPDATE insurance_vault_key SET wrapped = set_byte(wrapped, 30,"
            " get_byte(wrapped, 30) # 1) WHERE archive_id = %s",
            self.archive.id,
        )
        with self.assertRaisesRegex(UserError, "can't be opened"):
            self.archive.health_notice = "New notice"

    def test_destroyed_key_is_not_followed_by_a_new_one(self):
        self.sql(
            "UPDATE insurance_vault_key SET state = 'destroyed', wrapped = NULL"
            " WHERE archive_id = %s",
            self.archive.id,
        )
        with self.assertRaises(UserError):
            self.archive.health_notice = "New notice"

    def test_damaged_last_characters_leave_the_list_readable(self):
        self.sql(
            "UPDATE insurance_vault_value SET sealed = '\\x00'"
            " WHERE slot = 'id_number#tail' AND archive_id = %s",
            self.archive.id,
        )
        with self.calling(self.agent) as env:
            self.assertEqual(self.archive.with_env(env).id_number, MASK)

    def test_moved_index_entry_shows_nobody_elses_client(self):
        self.sql(
            "UPDATE insurance_vault_index SET res_id = %s WHERE res_id = %s"
            " AND field LIKE '%%id_number'",
            self.other.id,
            self.archive.id,
        )
        self.other.sudo().agent_id = self.agent2
        with self.calling(self.agent, "x.search_by_identifier") as env:
            found = env["insurance.archive"].search_by_identifier(
                "id_number", ID_NUMBER
            )
        self.assertEqual(found, [])
