import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_sweep_work import MET_OTHERS

from .insurance_check import SWEEP

_logger = logging.getLogger(__name__)


class InsuranceCheckRun(models.Model):
    """Runs of automatic checks: begin, progress, end."""

    _inherit = "insurance.check.run"

    sweep_id = fields.Many2one("insurance.sweep", readonly=True, copy=False)
    sweep_state = fields.Selection(related="sweep_id.state", string="State of the work")
    progress = fields.Float(related="sweep_id.progress")

    @api.model
    def _begin_automatic(self, checks, plan=None):
        """Create a run of these checks and let the server make them."""
        checks = checks.filtered(lambda check: check.kind == "automatic")
        if not checks:
            raise UserError(self.env._("The plan has no check that could be made."))
        # who may start such work: asked of the user, not of the superuser
        self.env["insurance.sweep"]._check_kind(SWEEP)
        run = self._lay_out(checks, plan or self.env["insurance.check.plan"])
        run.sweep_id = self.env["insurance.sweep"]._start(
            SWEEP, {"run_id": run.id}, run.name
        )
        return run.with_env(self.env)

    def _lay_out(self, checks, plan):
        """Return a run with a result for each check, none of them made."""
        run = self._server().create(
            {
                "kind": "automatic",
                "way": "system",
                "plan_id": plan.id,
                "company_id": plan.company_id.id,
                "check_ids": [fields.Command.set(checks.ids)],
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
            }
        )
        run.state = "running"
        run._add_results()
        self.env.flush_all()
        return run

    def _add_results(self):
        """Put down what is to be checked, with the severity of this day."""
        self.env["insurance.check.result"].create(
            [
                {
                    "run_id": self.id,
                    "check_id": check.id,
                    "company_id": self.company_id.id,
                    "date": self.date,
                    "stage": check.stage,
                    "quality": check.quality,
                    "severity": check.severity,
                }
                for check in self.check_ids.sorted("sequence")
            ]
        )

    def action_pause(self):
        """Stop after the check that is being made; nothing is lost."""
        self.sweep_id.action_pause()
        return True

    def action_resume(self):
        """Go on with the checks that are not made yet."""
        self.sweep_id.action_resume()
        return True

    def action_stop(self):
        """End the work for good; the results that are there stay."""
        self.sweep_id.action_cancel()
        return True

    def _on_cancelled(self):
        """Close what will not be made any more."""
        self.result_ids.filtered(lambda result: result.state == "open").unlink()
        self.filtered(lambda run: run.state == "running").write(
            {
                "state": "cancelled",
                "state_reason": self.env._("The work was cancelled."),
            }
        )

    def _finish(self):
        """Reckon what came out, and tell whoever answers for it."""
        for run in self:
            run._sum_up()
            run.state = "done"
            run._hand_over()
            run._tell()

    def _sum_up(self):
        """Write the figures of the run; see docs/checks.md for what they mean."""
        self.ensure_one()
        self.env.flush_all()
        weights = self.env["insurance.check.result"]._weights()
        weight = SQL(
            "CASE severity WHEN 'low' THEN %(low)s WHEN 'medium' THEN %(medium)s"
            " WHEN 'high' THEN %(high)s ELSE %(critical)s END::numeric",
            **weights,
        )
        query = SQL(
            """
            SELECT coalesce(sum(rate::numeric * %(weight)s) FILTER (WHERE made)
                            / nullif(sum(%(weight)s) FILTER (WHERE made), 0), 0)::float,
                   coalesce(sum(risk_points), 0),
                   count(*) FILTER (WHERE made),
                   count(*) FILTER (WHERE state = 'passed'),
                   count(*) FILTER (WHERE state = 'failed'),
                   count(*) FILTER (WHERE state = 'error'),
                   count(*) FILTER (WHERE state = 'failed' AND severity = 'critical')
              FROM (SELECT *, state IN ('passed', 'failed') AS made
                      FROM insurance_check_result WHERE run_id = %(run)s) result
            """,
            weight=weight,
            run=self.id,
        )
        names = (
            "rate",
            "risk_points",
            "check_count",
            "passed_count",
            "failed_count",
            "error_count",
            "critical_count",
        )
        figures = self.env.execute_query(query)[0]
        self.write(
            {
                **dict(zip(names, figures, strict=True)),
                "date_end": fields.Datetime.now(),
                "previous_id": self._run_before().id,
            }
        )

    def _run_before(self):
        """Return the run that this one is compared with."""
        return self.search(
            [
                ("id", "<", self.id),
                ("state", "=", "done"),
                ("kind", "=", self.kind),
                ("company_id", "=", self.company_id.id),
                ("plan_id", "=", self.plan_id.id),
            ],
            order="id desc",
            limit=1,
        )

    def _lang(self):
        """Return the language in which is kept what was found: that of its readers."""
        person = self.plan_id.responsible_id or self.user_id
        if person._is_superuser():
            person = self.env.company.partner_id
        return person.lang or self.env.lang

    def _hand_over(self):
        """Let each failed check be mended by somebody: the rectification ledger."""
        ledger = self.env["insurance.rectification"]
        own = self.with_context(lang=self._lang())
        for result in own.result_ids.filtered(lambda one: one.state == "failed"):
            check = result.check_id
            try:
                with self.env.cr.savepoint():
                    ledger._find(
                        check,
                        check.name,
                        result.severity,
                        f"check:{check.code}",
                        archives=result._archive_count(),
                        description=check.description,
                        regulations=check.regulation_ids,
                        company=self.company_id,
                    )
            except MET_OTHERS:
                raise
            except Exception as error:
                # the result is there all the same, and says what has failed
                _logger.warning(
                    "No rectification of %s: %s", check.code, type(error).__name__
                )

    def _tell(self):
        """Give the responsible person a task when something severe has failed."""
        severe = self.result_ids.filtered(
            lambda result: (
                result.state in ("failed", "error")
                and result.severity in ("high", "critical")
            )
        )
        user = self.plan_id.responsible_id
        if severe and user:
            self._remind(user, "check_failed")

    def _remind(self, user, kind):
        kind = self.env.ref(f"insurance_compliance.mail_activity_type_{kind}")
        kind._remind_user(user, fields.Date.today())
