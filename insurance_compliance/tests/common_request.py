from odoo import Command, fields

from odoo.addons.insurance_client_archive.tests.common_vault import VaultCase

from ..access_slice import column


class RequestCase(VaultCase):
    """Applications, acted on as the server does when the user calls in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claim = cls.env.ref("insurance_client_archive.purpose_claim")
        cls.audit = cls.env.ref("insurance_client_archive.purpose_audit")
        cls.requests = cls.env["insurance.access.request"]
        cls.officer2 = cls._user("officer2", role="compliance")
        cls.head2 = cls._user("head2", role="department_head")
        cls.supervisor2 = cls._user("supervisor2", role="supervisor")
        cls.audit_department = cls.env["insurance.department"].create(
            {
                "name": "Test audit",
                "head_ids": [
                    Command.set((cls.department_head | cls.head2).ids),
                ],
                "member_ids": [
                    Command.set((cls.department | cls.department_head | cls.head2).ids),
                ],
            }
        )
        # policies of the tests' own: installations differ
        for level, rule in (
            ("agent", "team_leader"),
            ("manager", "manager_supervisor"),
            ("department", "department_head"),
        ):
            cls._policy_of(level).write(
                {
                    "approver_rule": rule,
                    "max_days": 30,
                    "max_archives": 3,
                    "uses_per_day": 0,
                    "second_approver_sensitive": True,
                    "second_approver_health": True,
                    "standing_allowed": level != "department",
                    **{f"slice_{name}": True for name in cls.slices()},
                }
            )
        # numbers are given when archives are filed
        cls.env.cr.execute(
            "UPDATE insurance_archive SET number = 'T-1' WHERE id = %s",
            [cls.archive.id],
        )
        cls.env.invalidate_all()

    @classmethod
    def _policy_of(cls, level):
        return cls.env["insurance.access.policy"].search([("level", "=", level)])

    @staticmethod
    def slices():
        return ("basic", "contact", "financial", "health", "claims", "documents")

    def as_user(self, user, records):
        return records.with_user(user)

    def draft(self, user=None, slices=("financial",), **values):
        """Return a draft; by default of the agent for the own client."""
        user = user or self.agent
        if "line_ids" not in values and values.get("scope") != "portfolio":
            name = {"archive_id": self.archive.id}
            if user in (self.department, self.department_head, self.agent2):
                name = {"number": "T-1"}
            values["line_ids"] = [Command.create(name)]
        with self.calling(user) as env:
            return env[self.requests._name].create(
                {
                    "purpose_id": self.claim.id,
                    "date_to": fields.Datetime.add(fields.Datetime.now(), days=7),
                    **{column(name): True for name in slices},
                    **values,
                }
            )

    def submitted(self, user=None, **values):
        request = self.draft(user, **values)
        self.submit(request)
        return request

    def submit(self, request):
        with self.calling(request.user_id) as env:
            request.with_env(env).action_submit()

    def approve(self, request, user=None, revision=None):
        user = user or self.supervisor
        with self.calling(user) as env:
            request = request.with_env(env)
            request.action_approve(revision or request.revision)

    def refuse(self, request, user=None, reason="Not needed"):
        with self.calling(user or self.supervisor) as env:
            dialog = request.with_env(env).action_refuse()
            decide = env[dialog["res_model"]].browse(dialog["res_id"])
            decide.reason = reason
            decide.action_confirm()

    def approved(self, *users, **values):
        request = self.submitted(**values)
        for user in users or [self.supervisor]:
            self.approve(request, user)
        return request
