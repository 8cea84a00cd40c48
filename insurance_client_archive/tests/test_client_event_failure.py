from unittest.mock import patch

from psycopg2 import DatabaseError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.insurance_client_classify import InsuranceClientClass
from ..models.insurance_client_event_failure import ALL_BAD
from .common_segments import SegmentCase

CRON = "insurance_client_archive.ir_cron_client_events"


@tagged("post_install", "-at_install")
class TestClientEventFailure(SegmentCase):
    """One client that can't be refreshed stands in nobody else's way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Failure = cls.env["insurance.client.event.failure"]
        cls.Event = cls.env["insurance.client.event"]
        cls.others = [cls._archive(name=f"王{name}") for name in "一二三四五六"]
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.Event.search([]).unlink()
        cls.Failure.search([]).unlink()
        cls.Feature.search([]).unlink()

    def setUp(self):
        super().setUp()
        self.bad = {self.others[2].id}
        original = InsuranceClientClass._refresh

        def refresh(model, archive_ids=None, day=None):
            if self.bad.intersection(archive_ids):
                # an error of the database, as a value that can't be worked out brings
                model.env.cr.execute("SELECT 1 / 0")
            return original(model, archive_ids, day)

        patcher = patch.object(InsuranceClientClass, "_refresh", refresh)
        patcher.start()
        self.addCleanup(patcher.stop)

    @mute_logger("odoo.sql_db")
    def _run(self, archives=()):
        for archive in archives:
            self.Event.create({"archive_id": archive.id, "source": "test"})
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()

    def _refreshed(self):
        return self.Feature.search([]).archive_id

    def test_the_other_clients_of_the_batch_are_refreshed(self):
        self._run(self.others)
        good = [archive for archive in self.others if archive.id not in self.bad]
        self.assertEqual(set(self._refreshed()), set(good))
        self.assertFalse(self.Event.search([]))

    def test_the_bad_client_is_listed_without_any_content(self):
        self._run(self.others)
        failure = self.Failure.search([])
        self.assertRecordValues(
            failure,
            [{"res_id": self.others[2].id, "attempts": 1, "state": "waiting"}],
        )
        self.assertEqual(failure.message, "DivisionByZero")

    def test_it_is_tried_again_when_its_time_has_come_and_not_before(self):
        self._run(self.others)
        self._run()
        self.assertEqual(self.Failure.search([]).attempts, 1)
        self.Failure.search([]).retry_on = fields.Datetime.now()
        self._run()
        self.assertEqual(self.Failure.search([]).attempts, 2)

    def test_after_three_tries_a_person_decides(self):
        for _try in range(3):
            self._run(self.others)
        self.assertEqual(self.Failure.search([]).state, "aside")
        self.Failure.search([]).retry_on = fields.Datetime.now()
        self._run()
        self.assertEqual(self.Failure.search([]).attempts, 3)

    def test_what_works_again_leaves_the_list(self):
        self._run(self.others)
        self.bad.clear()
        self.Failure.search([]).with_user(self.editor).action_retry()
        self._run()
        self.assertFalse(self.Failure.search([]))
        self.assertIn(self.others[2], self._refreshed())

    def test_a_client_that_was_deleted_leaves_the_list(self):
        self._run(self.others)
        self.others[2].with_user(self.agent).unlink()
        self.Failure.search([]).retry_on = fields.Datetime.now()
        self._run()
        self.assertFalse(self.Failure.search([]))

    def test_when_nobody_works_it_is_not_the_clients_fault(self):
        archives = [self._archive(name="赵一") for _client in range(ALL_BAD)]
        self.bad.update(archive.id for archive in archives)
        with self.assertRaises(DatabaseError), mute_logger("odoo.sql_db"):
            self.Class._refresh_good([archive.id for archive in archives])

    def test_who_met_others_is_not_set_aside(self):
        self.bad = set()

        def refresh(model, archive_ids=None, day=None):
            # what PostgreSQL raises of whom others were faster
            model.env.cr.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '40001'; END $$"
            )

        with (
            patch.object(InsuranceClientClass, "_refresh", refresh),
            self.assertRaises(DatabaseError),
            mute_logger("odoo.sql_db"),
        ):
            self.Class._refresh_good([self.archive.id])

    def test_only_those_who_watch_over_it_retry(self):
        self._run(self.others)
        failure = self.Failure.search([])
        with self.assertRaises(AccessError):
            failure.with_user(self.agent).action_retry()
        with self.assertRaises(AccessError):
            failure.with_user(self.agent).read(["message"])
