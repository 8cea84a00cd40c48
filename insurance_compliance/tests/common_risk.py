from .common_rectification import RectificationCase


class RiskCase(RectificationCase):
    """A risk of the department head, and a second head."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the demo data have under way is not what these tests are about
        cls.env.cr.execute(
            "UPDATE insurance_risk_round SET state = 'closed' WHERE state = 'running'"
        )
        cls.env.invalidate_all()
        cls.head2 = cls._user("head2", role="department_head")
        cls.risk = cls._risk()

    @classmethod
    def _risk(cls, **values):
        return cls.env["insurance.risk"].create(
            {
                "name": "Test risk",
                "owner_id": cls.department_head.id,
                "treatment": "mitigate",
                "treatment_note": "More locks.",
                **values,
            }
        )

    def _assess(self, user, risk, grades="4343", note="As last year."):
        """Judge a risk: likelihood, impact without and with controls."""
        names = (
            "likelihood_before",
            "impact_before",
            "likelihood_after",
            "impact_after",
        )
        values = dict(zip(names, grades, strict=True))
        with self._logged_in(user) as own:
            return own["insurance.risk.assessment"].create(
                {"risk_id": risk.id, "note": note, **values}
            )

    def _result(self, check, state):
        """Let a check have a newest result."""
        run = self.env["insurance.check.run"].sudo().create({})
        return (
            self.env["insurance.check.result"]
            .sudo()
            .create({"run_id": run.id, "check_id": check.id, "state": state})
        )
