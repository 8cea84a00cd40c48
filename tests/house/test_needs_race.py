"""Two tests of one client at the same moment, in transactions of their own."""

import threading

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

ASKING = 4


@tagged("post_install", "-at_install")
class TestNeedsRace(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = cls._environment(cr)
            archive = env["insurance.archive"].create(
                {"name": "Race Testina", "agent_id": SUPERUSER_ID}
            )
            cls.archive_id = archive.id
        cls.addClassCleanup(cls._remove)

    @classmethod
    def _environment(cls, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    @classmethod
    def _remove(cls):
        with cls.registry.cursor() as cr:
            env = cls._environment(cr)
            archive = env["insurance.archive"].browse(cls.archive_id)
            archive.assessment_ids.unlink()
            archive.unlink()

    def test_the_second_test_waits_and_is_tried_again(self):
        outcome = []
        begun = threading.Event()

        def second():
            with self.registry.cursor() as cr:
                archive = self._environment(cr)["insurance.archive"].browse(
                    self.archive_id
                )
                # the snapshot of this transaction is older than the other's commit
                archive.read(["risk_tolerance_tests"])
                begun.set()
                try:
                    archive._count_tolerance_test()
                    outcome.append("counted")
                except SerializationFailure:
                    outcome.append("again")
                    cr.rollback()

        with mute_logger("odoo.sql_db"), self.registry.cursor() as cr:
            archive = self._environment(cr)["insurance.archive"].browse(self.archive_id)
            archive._count_tolerance_test()
            other = threading.Thread(target=second)
            other.start()
            self.assertTrue(begun.wait(30))
            cr.commit()
            other.join(30)
        self.assertEqual(outcome, ["again"])

    def test_of_many_who_ask_at_once_one_does(self):
        outcome = []
        line = threading.Barrier(ASKING)

        def ask():
            with self.registry.cursor() as cr:
                env = self._environment(cr)
                line.wait(30)
                try:
                    env["insurance.assessment"].create(
                        {
                            "archive_id": self.archive_id,
                            "kind": "tolerance",
                            "channel": "link",
                        }
                    )
                    cr.commit()
                    outcome.append("asked")
                except (IntegrityError, SerializationFailure):
                    cr.rollback()
                    outcome.append("refused")

        threads = [threading.Thread(target=ask) for _number in range(ASKING)]
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertEqual(sorted(outcome), ["asked"] + ["refused"] * (ASKING - 1))
