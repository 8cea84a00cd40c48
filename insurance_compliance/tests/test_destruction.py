from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_shred, vault_store
from odoo.addons.insurance_client_archive.vault_store import Cell

from ..destruction_plan import Plan
from ..destruction_registry import BLANKED, DELETED, KEPT
from .common_destruction import DestructionCase
from .retention_cases import day

WORD = "Zqxkanary"
NAME = f"{WORD} Testina"


@tagged("post_install", "-at_install")
class TestDestruction(DestructionCase):
    """From the list to the certificate; nothing of the client is left."""

    def _words(self):
        """Return where the database still has the word, as (table, column)."""
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                "SELECT c.table_name, c.column_name FROM information_schema.columns c"
                " JOIN information_schema.tables t ON t.table_name = c.table_name"
                "  AND t.table_schema = c.table_schema AND t.table_type = 'BASE TABLE'"
                " WHERE c.table_schema = current_schema() AND c.data_type IN"
                " ('text', 'character varying', 'jsonb')"
            )
        )
        found = set()
        for table, column in columns:
            query = SQL(
                "SELECT EXISTS (SELECT FROM %s WHERE %s::text ILIKE %s)",
                SQL.identifier(table),
                SQL.identifier(column),
                f"%{WORD}%",
            )
            if self.env.execute_query(query)[0][0]:
                found.add((table, column))
        return found

    def _spread(self):
        """Leave the word wherever a client's data may get in daily work."""
        partner = self.archive.partner_id
        partner.write(
            {
                "name": NAME,
                "email": f"{WORD}@example.com",
                "street": WORD,
                "comment": WORD,
                "function": WORD,
                "ref": WORD,
                "category_id": [(0, 0, {"name": "Tag"})],
            }
        )
        self.archive.write({"employer": WORD, "intent_note": WORD})
        self.archive.employer = "Other"
        lead = self.env["crm.lead"].create(
            {"name": WORD, "partner_id": partner.id, "description": WORD}
        )
        message = lead.message_post(body=WORD)
        lead.message_post(body=WORD, attachments=[(f"{WORD}.txt", WORD)])
        partner.message_post(body=WORD, subject=WORD)
        partner.activity_schedule("mail.mail_activity_data_todo", summary=WORD)
        self.env["ir.attachment"].create(
            {
                "name": f"{WORD}.txt",
                "raw": WORD,
                "res_model": "res.partner",
                "res_id": partner.id,
            }
        )
        interaction = self.env["insurance.interaction"].create(
            {"archive_id": self.archive.id, "client_words": WORD, "lead_id": lead.id}
        )
        self.env["ir.attachment"].create(
            {
                "name": WORD,
                "raw": WORD,
                "res_model": interaction._name,
                "res_id": interaction.id,
            }
        )
        related = self.env["res.partner"].create({"name": NAME, "comment": WORD})
        self.env["insurance.related.person"].create(
            {
                "archive_id": self.archive.id,
                "relation": "spouse",
                "name": NAME,
                "contact_id": related.id,
            }
        )
        self.env["calendar.event"].create(
            {
                "name": WORD,
                "start": "2020-01-01 08:00:00",
                "stop": "2020-01-01 09:00:00",
                "description": WORD,
                "partner_ids": [(6, 0, partner.ids)],
            }
        )
        # the interaction of today makes it younger
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET last_contact_date = create_date,"
                " state = 'filed' WHERE id = %s",
                self.archive.id,
            )
        )
        self.env.invalidate_all()
        return message

    def test_no_word_of_the_client_is_left(self):
        self._spread()
        self.assertGreater(len(self._words()), 10)
        run = self._destroyed()
        self.assertEqual(
            run.line_ids.mapped("state"),
            ["done", "done"],
            run.line_ids.mapped("message"),
        )
        self.assertEqual(self._words(), set())
        self.assertEqual(self.archive.state, "destroyed")
        self.assertFalse(self.archive.partner_id.active)

    def test_nothing_sealed_opens_and_no_number_is_found(self):
        self._destroyed()
        self.assertEqual(self.keys_of(), [(1, "destroyed", True)])
        for table in ("value", "index"):
            self.assertEqual(self.rows_of(table), 0)
        cells = [Cell(self.archive.id, "id_number")]
        self.assertFalse(vault_store.get(self.env, cells))

    def test_number_stays_and_nothing_else(self):
        number = self.archive.number
        self.archive.write({"gender": "male", "birth_date": "1950-01-01"})
        self._destroyed()
        self.env.invalidate_all()
        archive = self.archive
        self.assertEqual(archive.number, number)
        for name in ("gender", "birth_date", "agent_id", "manager_id", "employer"):
            self.assertFalse(archive[name], name)
        self.assertFalse(archive.with_user(self.agent).has_access("read"))

    def test_other_clients_are_untouched(self):
        keeper = self._archive(name="陈静", phone="13700137000")
        policy = self._policy(archive_id=keeper.id)
        self._destroyed()
        self.assertEqual(keeper.name, "陈静")
        self.assertTrue(policy.exists())

    def test_contact_that_something_else_needs_stays(self):
        self.env["res.company"].create(
            {"name": "Needs it", "partner_id": self.archive.partner_id.id}
        )
        name = self.archive.partner_id.name
        run = self._destroyed()
        line = run.line_ids.filtered(lambda one: one.archive_id == self.archive)
        self.assertTrue(line.contact_kept)
        self.assertEqual(self.archive.partner_id.name, name)
        self.assertEqual(self.archive.state, "destroyed")

    def test_contact_of_a_relative_who_is_a_client_stays(self):
        keeper = self._archive(name="陈静", phone="13700137000")
        self.env["insurance.related.person"].create(
            {
                "archive_id": self.archive.id,
                "relation": "spouse",
                "name": "陈静",
                "contact_id": keeper.partner_id.id,
            }
        )
        self._destroyed()
        self.assertEqual(keeper.partner_id.name, "陈静")

    def test_contact_of_a_relative_with_an_opportunity_stays(self):
        relative = self.env["res.partner"].create({"name": "陈静"})
        self.env["insurance.related.person"].create(
            {
                "archive_id": self.archive.id,
                "relation": "spouse",
                "name": "陈静",
                "contact_id": relative.id,
            }
        )
        own = self.env["crm.lead"].create({"name": "A", "partner_id": relative.id})
        stranger = self.env["res.partner"].create({"name": "Somebody else"})
        other = self.env["crm.lead"].create({"name": "B", "partner_id": stranger.id})
        self.env["insurance.interaction"].create(
            {
                "archive_id": self.archive.id,
                "date": "1990-01-01 08:00:00",
                "client_words": "Hello",
                "lead_id": other.id,
            }
        )
        self._destroyed()
        self.env.invalidate_all()
        self.assertEqual(self.archive.state, "destroyed")
        self.assertEqual((relative.name, own.name), ("陈静", "A"))
        self.assertEqual((other.name, other.partner_id), ("B", stranger))

    def test_nothing_is_left_of_the_people_of_an_enterprise(self):
        partner = self.archive.partner_id
        person = self.env["res.partner"].create(
            {"name": NAME, "parent_id": partner.id, "phone": "13812345678"}
        )
        lead = self.env["crm.lead"].create({"name": WORD, "partner_id": person.id})
        self._destroyed()
        self.env.invalidate_all()
        self.assertEqual(self._words(), set())
        self.assertFalse(lead.phone or lead.contact_name or lead.partner_id)

    def test_work_that_is_ended_ends_its_list(self):
        run = self._supervised()
        self._act(self.archivist, run, "action_execute")
        self._act(self.archivist, run.sweep_id, "action_cancel")
        self.assertEqual(run.state, "done")
        self.assertEqual(set(run.line_ids.mapped("state")), {"kept"})
        self.assertEqual(self.archive.state, "filed")
        self.assertTrue(run._verify())
        # and they come onto the next one
        self.assertEqual(len(self._list().line_ids), 2)

    def test_paper_that_is_borrowed_keeps_the_archive(self):
        files = self.env["insurance.paper.file"]
        lent = files.create([{"archive_id": self.archive.id}])
        lent.sudo().write({"state": "lent", "back_by": day(1), "active": False})
        files.create([{"archive_id": self.other.id}])
        run = self._list()
        # whatever is said about the medium
        self.assertEqual(run.paper_count, 2)
        paper = {
            "paper_method": "shred",
            "paper_place": "Cellar",
            "paper_witnesses": "吴静，蒋雯",
        }
        self._act(self.archivist, run, "write", **paper)
        self._act(self.archivist, run, "action_submit")
        self._act(self.compliance, run, "action_approve")
        self._act(self.department_head, run, "action_supervise")
        self._act(self.archivist, run, "action_execute")
        self._work()
        self.env.invalidate_all()
        line = run.line_ids.filtered(lambda one: one.archive_id == self.archive)
        self.assertEqual((line.state, self.archive.state), ("kept", "filed"))
        self.assertIn("borrowed", line.message)
        self.assertEqual(self.other.state, "destroyed")

    def test_archive_without_a_number_is_told_apart(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'entered', number = NULL"
            " WHERE id = %s",
            [self.archive.id],
        )
        self.env.invalidate_all()
        line = self._list().line_ids.filtered(
            lambda one: one.archive_id == self.archive
        )
        self.assertEqual(line.number, f"#{self.archive.id}")

    def test_certificate_says_when_and_by_whom_and_names_no_client(self):
        run = self._destroyed()
        self.assertEqual(run.state, "done")
        self.assertEqual(len(run.list_hash), 64)
        dates = run._dates()
        self.assertTrue(dates["live"])
        self.assertTrue(dates["backups_planned"])
        self.assertTrue(run._verify())
        report = self.env["ir.actions.report"]
        html = report._render_qweb_html(
            "insurance_compliance.report_destruction_certificate", run.ids
        )[0].decode()
        self.assertIn(run.list_hash, html)
        for user in (self.archivist, self.compliance, self.department_head):
            self.assertIn(user.name, html)
        for archive in self.archive | self.other:
            self.assertNotIn(f"D-{archive.id}", html)
        self.assertNotIn("张伟", html)
        self.assertNotIn("王芳", html)

    def test_no_certificate_of_what_was_not_destroyed(self):
        run = self._list()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "insurance_compliance.report_destruction_certificate", run.ids
        )[0]
        self.assertIn(run.name, html.decode())
        self.assertNotIn("SHA-256", html.decode())

    def test_changed_list_does_not_fit_the_certificate(self):
        run = self._destroyed()
        run.line_ids[:1].sudo().row_count += 1
        self.assertFalse(run._verify())

    def test_kept_archive_has_a_new_end(self):
        run = self._list()
        line = run.line_ids.filtered(lambda one: one.archive_id == self.archive)
        with self.assertRaises(ValidationError):
            self._act(self.archivist, line, "write", decision="keep")
        self._act(
            self.archivist,
            line,
            "write",
            decision="keep",
            keep_reason="Of lasting interest",
            kept_until=day(5),
        )
        self._act(self.archivist, run, "action_submit")
        self._act(self.compliance, run, "action_approve")
        row = self.env["insurance.retention"].search(
            [("archive_id", "=", self.archive.id)]
        )
        self.assertEqual((row.until, row.rule_id.code), (day(5), "APPRAISAL"))
        self.assertEqual(run.destroy_count, 1)

    def test_archive_is_on_one_list_at_a_time(self):
        first = self._list()
        second = self._list()
        self.assertEqual(len(first.line_ids), 2)
        self.assertFalse(second.line_ids)

    def test_list_leaves_out_what_is_held_or_runs(self):
        self._hold(self.archive)
        self.assertEqual(self._list().line_ids.archive_id, self.other)

    def test_empty_list_is_not_handed_in(self):
        run = self._list()
        run.line_ids.sudo().unlink()
        with self.assertRaisesRegex(UserError, "No archive"):
            self._act(self.archivist, run, "action_submit")

    def test_destruction_is_in_the_use_log_and_in_the_ledger(self):
        self.uses.clear()
        self._destroyed()
        used = [use for use in self.uses if self.archive.id in use["ids"]]
        self.assertIn("destroy", {use["action"] for use in used})
        self.assertEqual({use["user"] for use in used}, {self.archivist.id})
        self.assertEqual(len(self.entries()), 2)
        known = {entry.content["uuid"] for entry in self.entries()}
        self.assertEqual(known, set((self.archive | self.other).mapped("uuid")))

    def test_every_model_under_an_archive_is_declared(self):
        plan = Plan(self.env.cr, self.archive.id)
        tables = {
            model._table: name
            for name, model in self.env.registry.items()
            if not model._abstract and not model._transient and model._auto
        }
        linked = {
            link.table
            for link in plan.schema.links
            if link.parent == "insurance_archive" and link.table in tables
        }
        # a model of another addon that says what it holds is deleted like all others
        undeclared = {
            tables[table]
            for table in linked
            if table not in KEPT
            and table not in BLANKED
            and not getattr(self.env[tables[table]], "_access_slices", ())
        } - DELETED
        self.assertFalse(
            {name for name in undeclared if name.startswith("insurance.")},
            "Say in destruction_registry.py what happens to them.",
        )

    def test_ledger_of_a_destroyed_archive_is_carried_out_once(self):
        self._destroyed()
        vault_shred.shred(self.archive)
        self.assertEqual(len(self.entries()), 2)
