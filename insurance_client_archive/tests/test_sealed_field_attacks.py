import logging

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..sealed import MASK
from .common_attack import AttackCase
from .common_vault import ID_NUMBER

SEALED = ("id_number", "bank_account", "annual_income", "total_assets", "health_notice")
ON_CONTACT = tuple(f"insurance_{name}" for name in SEALED)


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
