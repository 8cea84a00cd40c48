from datetime import datetime, timedelta
from itertools import count

from odoo.tools import SQL

from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps
from odoo.addons.insurance_client_archive.tests.common_vault import VaultCase

#: long ago, so that nothing else happened on these days; a Wednesday
NOON = datetime(2001, 5, 16, 4, 0)  # noon in Shanghai
TEXTS = {
    "what_text": "An employee has opened sealed values without need.",
    "cause_text": "Too wide rights.",
    "harm_text": "Unwanted calls.",
    "remedy_text": "The account was suspended.",
    "advice_text": "Be careful with calls in our name.",
    "contact_text": "Data protection, service hotline",
}


class IncidentCase(VaultCase):
    """A use log with what the tests put into it, two officers, and incidents."""

    places = count(1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._user("officer2", role="compliance")
        cls.other = cls._archive(name="王芳", phone="13900139000")
        cls.third = cls._archive(name="赵敏", phone="13900139001")

    def use(self, action, user=None, at=NOON, archives=None, **values):
        """Put a use into the log, as its writer does, at a time long ago."""
        ids = (self.archive if archives is None else archives).ids
        values = {
            "writer": -7316,
            "n": next(self.places),
            "date": at,
            "user_id": (user or self.agent).id,
            "action": action,
            "result": "done",
            "channel": "web",
            "archive_id": ids[0] if len(ids) == 1 else None,
            "archive_ids": ids if len(ids) > 1 else None,
            "count": len(ids),
            "content": "insurance.archive",
            "mac": b"-",
            **values,
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO insurance_use_log (%s) VALUES %s",
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
            )
        )

    def rule(self, kind, **values):
        values = {"measure": "uses", "threshold": 3, "minutes": 60, **values}
        return self.env["insurance.incident.rule"].create(
            {"name": kind, "kind": kind, "severity": "high", **values}
        )

    def cases(self, rule, at=NOON):
        """Return (user, counted) of what the rule finds on the day."""
        day = timedelta(hours=12)
        return [
            (case.user_id, case.counted) for case in rule._cases(at - day, at + day)
        ]

    def as_person(self, user):
        """Return the environment of a user who is logged in, and calls."""
        env = self.env(user=user.id, su=False, context={"lang": "en_US"})
        before = self.env.transaction.default_env
        self.env.transaction.default_env = env
        self.addCleanup(setattr, self.env.transaction, "default_env", before)
        return env

    def own(self, record, user):
        """Return a record as seen by a user who is logged in."""
        return record.with_env(self.as_person(user))

    def incident(self, **values):
        """Return an incident of the agent, which the first officer has taken on."""
        incident = self.env["insurance.incident"].create(
            {
                "title": "Case",
                "severity": "high",
                "suspect_id": self.agent.id,
                "occurred_from": NOON - timedelta(hours=1),
                "occurred_to": NOON + timedelta(hours=1),
                **values,
            }
        )
        self.own(incident, self.compliance).action_assess()
        return incident

    def tell(self, clock, user=None, **values):
        own = self.own(clock, user or self.compliance)
        told_on = values.get("told_on") or clock.begun_on
        own._tell(told_on, values.get("reference", "No. 1"))

    def file(self, archive, number):
        """Give an archive the number that filing gives it."""
        self.env.flush_all()
        self.sql(
            "UPDATE insurance_archive SET number = %s, state = 'filed' WHERE id = %s",
            number,
            archive.id,
        )

    def affected(self, *archives):
        """Return an incident that has affected these archives."""
        for archive in archives or (self.archive, self.other):
            self.use("reveal", archives=archive, content="id_number,health_notice")
        incident = self.incident()
        self.own(incident, self.compliance).action_compute_affected()
        return incident

    def lettered(self):
        """Return an incident whose letters are approved."""
        incident = self.affected()
        mine = self.own(incident, self.compliance)
        mine.write(TEXTS)
        mine.action_contained()
        mine.action_decide_tell()
        mine.action_prepare_letters()
        run_sweeps(self)
        self.own(incident, self.officer).action_approve_letters()
        return incident
