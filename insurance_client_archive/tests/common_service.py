from odoo.tests import freeze_time

from .common import MODULE, ArchiveCase
from .common_sweep import forget_sweeps

TODAY = "2026-06-15"


class ServiceCase(ArchiveCase):
    """One plan for key clients, one for all others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.service.plan"].search([]).active = False
        # whatever else is in the database is none of our clients
        cls.env["insurance.archive"].search([("id", "!=", cls.archive.id)]).write(
            {"service_plan_fixed": True, "service_plan_id": False}
        )
        cls.archive.sudo()._write_multi([{"state": "entered"}])
        cls.env.invalidate_all()
        cls.archive.last_contact_date = "2026-04-01 08:00:00"
        cls.key_plan = cls._plan("Key", [("key_client", "=", True)], sequence=1)
        cls.plan = cls._plan("All", [], sequence=2)

    @classmethod
    def _plan(cls, name, domain, **values):
        return cls.env["insurance.service.plan"].create(
            {"name": name, "client_filter": repr(domain), **values}
        )

    def _line(self, plan=None, **values):
        return self.env["insurance.service.plan.line"].create(
            {"plan_id": (plan or self.plan).id, **values}
        )

    def _run_cron(self, day=TODAY):
        # each run is that of another day
        forget_sweeps(self.env)
        with freeze_time(f"{day} 08:00:00"), self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_plan_services").method_direct_trigger()
        self.env.invalidate_all()

    def _items(self):
        return self.archive.service_item_ids

    def _reminders(self):
        kind = self.env.ref(f"{MODULE}.mail_activity_type_client_care")
        return self.env["mail.activity"].search(
            [("res_id", "=", self.partner.id), ("activity_type_id", "=", kind.id)]
        )

    def _talk(self, **values):
        return (
            self.env["insurance.interaction"]
            .with_user(self.agent)
            .create({"archive_id": self.archive.id, "purpose": "care", **values})
        )
