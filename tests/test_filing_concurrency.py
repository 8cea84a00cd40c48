"""Two archivists file at the same moment, on connections of their own."""

import threading

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import SQL, mute_logger

MODULE = "insurance_client_archive"
EACH = 50
CLERKS = 2


@tagged("post_install", "-at_install")
class TestFilingConcurrency(BaseCase):
    """What is committed here is taken away again at the end."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            self._make(env)

    def _make(self, env):
        company = env["res.company"].create({"name": "Concurrent filing"})
        self.addCleanup(self._remove, company.id)
        self.company_id = company.id
        env["insurance.number.pattern"].create(
            {
                "name": "Concurrent filing",
                "company_id": company.id,
                "fonds": "C1",
                "unit_size": 20,
                "class_ids": [(0, 0, {"client_kind": "individual", "code": "01"})],
            }
        )
        archives = env["insurance.archive"].create(
            [
                {"name": "李秀英", "company_id": company.id, "agent_id": SUPERUSER_ID}
                for _number in range(EACH * CLERKS)
            ]
        )
        archives._write_multi([{"state": "entered"}] * len(archives))
        self.archive_ids = archives.ids
        self.clerk_ids = [
            new_test_user(
                env,
                f"concurrent archivist {number}",
                groups=f"base.group_user,{MODULE}.group_archivist",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            ).id
            for number in range(CLERKS)
        ]

    def _remove(self, company_id):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            mine = [("company_id", "=", company_id)]
            archives = env["insurance.archive"].search(mine)
            partners = archives.partner_id
            cr.execute(
                SQL("SELECT set_config('insurance_archive.deletion', 'allowed', true)")
            )
            if archives:
                cr.execute(
                    SQL(
                        "DELETE FROM insurance_change WHERE archive_id IN %s",
                        archives._ids,
                    )
                )
                cr.execute(
                    SQL("DELETE FROM insurance_archive WHERE id IN %s", archives._ids)
                )
            cr.execute(
                SQL(
                    "DELETE FROM insurance_number_counter WHERE company_id = %s",
                    company_id,
                )
            )
            env.invalidate_all(flush=False)
            env["insurance.number.pattern"].search(mine).unlink()
            partners.unlink()
            users = env["res.users"].search(mine)
            user_partners = users.partner_id
            users.unlink()
            user_partners.unlink()
            company = env["res.company"].browse(company_id)
            company_partner = company.partner_id
            company.unlink()
            company_partner.unlink()

    def _file(self, clerk_id, archive_ids, barrier, errors):
        try:
            with self.registry.cursor() as cr:
                env = api.Environment(cr, clerk_id, {})
                archives = env["insurance.archive"].browse(archive_ids)
                archives.mapped("state")  # each has its own snapshot from here on
                barrier.wait(30)
                retrying(archives.action_file, env)
        except Exception as error:  # the main thread reports it
            errors.append(error)

    def test_numbers_have_neither_gaps_nor_duplicates(self):
        barrier, errors = threading.Barrier(CLERKS), []
        threads = [
            threading.Thread(
                target=self._file,
                args=(clerk_id, self.archive_ids[turn::CLERKS], barrier, errors),
            )
            for turn, clerk_id in enumerate(self.clerk_ids)
        ]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertFalse(errors)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            archives = env["insurance.archive"].browse(self.archive_ids)
            items = sorted(archives.mapped("number_item"))
            self.assertEqual(items, list(range(1, EACH * CLERKS + 1)))
            self.assertEqual(len(set(archives.mapped("number"))), EACH * CLERKS)
            self.assertEqual(set(archives.mapped("state")), {"filed"})
            for clerk_id in self.clerk_ids:
                mine = archives.filtered(lambda a, user=clerk_id: a.filed_by.id == user)
                run = sorted(mine.mapped("number_item"))
                self.assertEqual(run, list(range(run[0], run[0] + EACH)))
            issues = env["insurance.number.issue"].search(
                [("company_id", "=", self.company_id)]
            )
            self.assertFalse(issues)
