from odoo import api
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import use_log_writer
from ..models import insurance_use_denied
from ..models.insurance_use_record import InsuranceUseLog, UseLogUnavailable
from .common_use_log import UseLogCase

PURPOSE = {"insurance_purpose": "claim"}


@tagged("post_install", "-at_install")
class TestUseLogReads(UseLogCase):
    """What is recorded when client data are read, changed, handed out, refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = cls.env["insurance.archive"].union(
            *(cls._archive(name=name) for name in ("赵一", "钱二", "孙三"))
        )
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.uses()

    def as_user(self, user, record=None):
        record = self.archive if record is None else record
        return record.with_user(user)

    def one_use(self):
        uses = self.uses()
        self.assertEqual(len(uses), 1, uses)
        return uses[0]

    def test_opening_a_form_is_one_view(self):
        self.as_user(self.agent).web_read({"name": {}, "gender": {}})
        use = self.one_use()
        self.assertEqual((use["action"], use["archive_id"]), ("view", self.archive.id))
        self.assertEqual(use["user_id"], self.agent.id)
        self.assertEqual(use["content"], "insurance.archive")

    def test_looking_at_a_portrait_is_one_view(self):
        self.as_user(self.agent).portrait()
        use = self.one_use()
        self.assertEqual((use["action"], use["archive_id"]), ("view", self.archive.id))
        self.assertIn("insurance.claim", use["content"])

    def test_a_list_is_one_record_with_count_and_hash_of_ids(self):
        archives = self.as_user(self.agent, self.env["insurance.archive"])
        found = archives.web_search_read([], {"name": {}})
        use = self.one_use()
        self.assertEqual((use["action"], use["count"]), ("list", len(found["records"])))
        self.assertTrue(use["ids_hash"])
        self.assertFalse(use["archive_ids"])

    def test_read_and_search_read_over_the_interface_are_uses(self):
        archives = self.as_user(self.agent, self.archive | self.others)
        archives.read(["name"])
        self.assertEqual(self.one_use()["action"], "list")
        archives.search_read([("id", "=", self.archive.id)], ["name"])
        self.assertEqual(self.one_use()["action"], "view")

    def test_a_label_alone_is_no_use(self):
        self.as_user(self.agent).read(["display_name"])
        self.assertFalse(self.uses())

    def test_a_contact_form_that_shows_the_archive_is_a_view(self):
        self.as_user(self.agent, self.partner).web_read(
            {"name": {}, "insurance_gender": {}}
        )
        use = self.one_use()
        self.assertEqual((use["action"], use["archive_id"]), ("view", self.archive.id))

    def test_a_contact_form_without_right_to_the_archive_is_no_use(self):
        self.as_user(self.accountant, self.partner).web_read(
            {"name": {}, "insurance_gender": {}}
        )
        self.assertFalse(self.uses())

    def test_records_under_the_archive_are_uses_of_the_archive(self):
        policy = self._policy()
        self.env.flush_all()
        self.uses()
        self.as_user(self.agent, policy).read(["number", "premium", "archive_id"])
        use = self.one_use()
        self.assertEqual(use["archive_id"], self.archive.id)
        self.assertEqual(use["content"], "insurance.policy")

    def test_a_list_costs_no_query(self):
        archives = self.as_user(self.agent, self.env["insurance.archive"])
        specification = {"name": {}, "phone": {}, "state": {}, "agent_id": {}}

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            archives.web_search_read([], specification, limit=80)
            return self.env.cr.sql_log_count - before

        queries()
        logged = queries()
        with self.subTest("the uses were noted"):
            self.assertTrue(self.uses())
        self.patch(InsuranceUseLog, "_record", lambda log, *args, **event: None)
        self.assertEqual(logged, queries())

    def test_a_change_names_the_fields_and_not_the_values(self):
        self.as_user(self.agent).write({"employer": "Secret Works", "gender": "male"})
        use = self.one_use()
        self.assertEqual(use["action"], "edit")
        self.assertEqual(use["content"], "employer,gender")
        self.assertNotIn("Secret", str(use))

    def test_a_change_that_is_rolled_back_is_no_change(self):
        self.as_user(self.agent).write({"employer": "Works"})
        self.hand_over(committed=False)
        self.assertFalse(self.uses())

    def test_what_was_read_in_a_failed_transaction_is_a_use(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})
            log = env["insurance.use.log"]
            log._record("list", count=77, wait=False)
            cr.rollback()
        self.assertEqual(self.one_use()["count"], 77)

    def test_a_commit_hands_over_what_was_read(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})
            env["insurance.use.log"]._record("list", count=78, wait=False)
        self.assertEqual(self.one_use()["count"], 78)

    def test_an_export_names_every_archive_and_its_fields(self):
        self.agent.group_ids |= self.env.ref("base.group_allow_export")
        archives = self.archive | self.others
        exported = self.as_user(self.agent, archives).with_context(**PURPOSE)
        exported.export_data(["name", "phone"])
        use = self.one_use()
        self.assertEqual((use["action"], use["count"]), ("export", 4))
        self.assertEqual(use["archive_ids"], sorted(archives.ids))
        self.assertEqual(use["content"], "name,phone")

    def test_an_export_of_contacts_that_reaches_into_the_archive_is_recorded(self):
        self.agent.group_ids |= self.env.ref("base.group_allow_export")
        partner = self.as_user(self.agent, self.partner).with_context(**PURPOSE)
        partner.export_data(["name"])
        self.assertFalse([use for use in self.uses() if use["action"] == "export"])
        partner.export_data(["name", "insurance_archive_id/gender"])
        self.assertIn("export", [use["action"] for use in self.uses()])

    def test_without_the_log_nothing_is_exported(self):
        self.agent.group_ids |= self.env.ref("base.group_allow_export")
        with self.without_database(), self.assertRaises(UseLogUnavailable):
            self.as_user(self.agent).with_context(**PURPOSE).export_data(["name"])
        use_log_writer.stop_all(timeout=0.1)

    def test_a_refused_reading_is_in_the_log_at_once(self):
        with self.assertRaises(AccessError):
            self.as_user(self.agent2).read(["name"])
        uses = [row for row in self.rows() if row["action"] == "denied"]
        self.assertEqual(uses[-1]["user_id"], self.agent2.id)
        self.assertEqual(uses[-1]["archive_id"], self.archive.id)
        self.assertEqual(uses[-1]["content"], "insurance.archive:read")

    def test_a_user_without_any_role_is_recorded_when_refused(self):
        with self.assertRaises(AccessError):
            self.as_user(self.accountant).read(["name"])
        use = self.rows()[-1]
        self.assertEqual((use["action"], use["tier"]), ("denied", "none"))

    def test_a_refusal_holds_also_without_the_log(self):
        with (
            self.without_database(),
            mute_logger(insurance_use_denied.__name__),
            self.assertRaises(AccessError),
        ):
            self.as_user(self.agent2).read(["name"])
        use_log_writer.stop_all(timeout=0.1)

    def test_a_printed_archive_is_recorded_before_it_is_printed(self):
        view = self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "archive sheet",
                "key": "insurance_client_archive.test_sheet",
                "arch": "<t t-name='sheet'><t t-foreach='docs' t-as='doc'>"
                "<p t-out='doc.name'/></t></t>",
            }
        )
        report = self.env["ir.actions.report"].create(
            {
                "name": "Sheet",
                "model": "insurance.archive",
                "report_name": view.key,
                "report_type": "qweb-html",
            }
        )
        self.uses()
        printer = report.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "insurance_purpose"):
            printer._render_qweb_html(report.id, self.archive.ids)
        printer = printer.with_context(**PURPOSE)
        printer._render_qweb_html(report.id, self.archive.ids)
        uses = [use for use in self.uses() if use["action"] == "print"]
        self.assertEqual([use["archive_id"] for use in uses], [self.archive.id])
        self.assertEqual(uses[0]["purpose"], "claim")


@tagged("post_install", "-at_install")
class TestUseLogAccess(UseLogCase):
    """Who reads the log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._archive(agent_id=cls.agent2.id, team_id=cls.team_b.id)

    def insert(self, **values):
        """Put an event where this transaction sees it; nothing of it stays."""
        values = {
            "writer": 1,
            "n": next(self.numbers),
            "user_id": self.agent.id,
            "action": "view",
            "result": "done",
            "mac": b"",
            **values,
        }
        self.env.cr.execute(
            f"INSERT INTO insurance_use_log (date, {', '.join(values)})"
            f" VALUES (now(), {', '.join(['%s'] * len(values))}) RETURNING id",
            list(values.values()),
        )
        return self.log.browse(self.env.cr.fetchone()[0])

    def assert_readers(self, event, readers):
        users = (
            self.agent
            | self.agent2
            | self.manager
            | self.supervisor
            | self.compliance
            | self.department
            | self.archivist
            | self.insurance_admin
            | self.accountant
        )
        able = users.filtered(lambda user: event.with_user(user).has_access("read"))
        self.assertEqual(able.mapped("login"), readers.mapped("login"))

    def test_a_use_is_read_by_whoever_may_open_the_archive_and_by_compliance(self):
        event = self.insert(archive_id=self.archive.id)
        readers = self.agent | self.manager | self.supervisor | self.compliance
        self.assert_readers(event, readers)

    def test_an_export_of_many_is_read_by_those_it_concerns(self):
        event = self.insert(
            action="export", archive_ids=(self.archive | self.foreign).ids
        )
        readers = self.agent | self.agent2 | self.manager | self.supervisor
        self.assert_readers(event, readers | self.compliance)

    def test_what_concerns_no_archive_is_for_compliance(self):
        self.assert_readers(self.insert(action="writer_start"), self.compliance)

    def test_the_agent_of_a_decoy_never_sees_its_alarm(self):
        event = self.insert(action="alarm", archive_id=self.archive.id)
        self.assert_readers(event, self.compliance)

    def test_search_finds_what_may_be_read(self):
        own = self.insert(archive_id=self.archive.id)
        other = self.insert(archive_id=self.foreign.id)
        domain = [("id", "in", (own | other).ids)]
        self.assertEqual(self.log.with_user(self.agent).search(domain), own)
        self.assertEqual(
            self.log.with_user(self.compliance).search(domain), own | other
        )

    def test_the_archive_shows_who_used_it(self):
        viewed = self.insert(archive_id=self.archive.id)
        exported = self.insert(
            action="export", archive_ids=(self.archive | self.foreign).ids
        )
        self.insert(archive_id=self.foreign.id)
        action = self.archive.with_user(self.agent).action_open_uses()
        found = self.log.with_user(self.agent).search(action["domain"])
        self.assertEqual(found, exported | viewed)

    def test_the_words_of_a_user_are_not_for_other_agents(self):
        event = self.insert(archive_id=self.archive.id)
        with self.assertRaises(AccessError):
            event.with_user(self.agent).read(["note"])
        event.with_user(self.compliance).read(["note"])

    def test_a_record_outlives_the_user_and_the_archive_it_names(self):
        event = self.insert(user_id=2**30, archive_id=2**30, caller_id=2**30)
        shown = event.with_user(self.compliance)
        values = shown.web_read(
            {"user_id": {"fields": {"display_name": {}}}, "archive_id": {}}
        )
        self.assertEqual(values[0]["user_id"], False)
        self.assertEqual(values[0]["archive_id"], False)
        self.assertEqual(shown.user_number, 2**30)
        shown.formatted_read_group([("id", "=", event.id)], ["user_id", "archive_id"])

    def test_uses_are_counted_by_role_and_action(self):
        self.insert(archive_id=self.archive.id, tier="agent")
        groups = self.log.with_user(self.compliance)._read_group(
            [("archive_id", "=", self.archive.id)], ["tier", "action"], ["__count"]
        )
        self.assertEqual(groups, [("agent", "view", 1)])

    def test_the_purpose_is_shown_by_its_name(self):
        purpose = self.env.ref("insurance_client_archive.purpose_claim")
        event = self.insert(archive_id=self.archive.id, purpose="claim")
        self.assertEqual(event.purpose_id, purpose)
        found = self.log.search([("purpose_id", "=", purpose.id)])
        self.assertIn(event, found)
