from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .insurance_assessment import TOLERANCES

#: what client data are used for here; consent may be asked for it
MATCHING = "matching"
#: what tests say, and nobody else
OF_TESTS = frozenset(
    {
        "risk_tolerance",
        "risk_tolerance_until",
        "risk_tolerance_to_confirm",
        "risk_tolerance_tests",
    }
)


class InsuranceArchive(models.Model):
    """How much risk a client bears, as tested; never entered by hand."""

    _inherit = "insurance.archive"

    legal_capacity = fields.Selection(
        [("full", "Full"), ("limited", "Limited"), ("none", "None")],
        string="Legal capacity",
        default="full",
        access_slice="basic",
        help="Of adults too: a court may have limited it. Nothing is sold to somebody "
        "without full legal capacity.",
    )
    risk_tolerance = fields.Selection(
        TOLERANCES,
        string="Risk tolerance",
        readonly=True,
        copy=False,
        index="btree_not_null",
        access_slice="basic",
        help="From the latest test. While a changed class is not confirmed the lower "
        "one counts.",
    )
    risk_tolerance_until = fields.Date(
        string="Tolerance valid until",
        readonly=True,
        copy=False,
        access_slice="basic",
    )
    risk_tolerance_to_confirm = fields.Boolean(
        string="Tolerance to be confirmed",
        readonly=True,
        copy=False,
        access_slice="basic",
    )
    risk_tolerance_tests = fields.Integer(
        string="Tolerance tests ever taken",
        readonly=True,
        copy=False,
        access_slice="basic",
        aggregator=None,
    )
    assessment_ids = fields.One2many(
        "insurance.assessment",
        "archive_id",
        string="Assessments",
        access_slice="basic",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_of_tests(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_of_tests(vals)
        return super().write(vals)

    def _check_of_tests(self, vals):
        if not self.env.su and not OF_TESTS.isdisjoint(vals):
            raise UserError(
                self.env._("The tolerance comes from a test. Ask the client by one.")
            )

    def _history_fields(self, vals):
        names = super()._history_fields(vals)
        return [name for name in names if name != "risk_tolerance_tests"]

    def _assessment(self, kind):
        """Return the assessment of the kind that holds today, or none."""
        self.ensure_one()
        latest = self._latest_assessment(kind)
        return latest if latest.is_valid else latest.browse()

    def _latest_assessment(self, kind):
        return self.env["insurance.assessment"].search(
            [("archive_id", "=", self.id), ("kind", "=", kind), ("state", "=", "done")],
            order="done_on desc, id desc",
            limit=1,
        )

    def _latest_tolerance(self):
        self.ensure_one()
        return self._latest_assessment("tolerance")

    def _last_tolerance(self):
        """Return the class of the latest test, to compare a new one with."""
        return self._latest_tolerance().tolerance

    def _assessed_finance(self):
        """Return what is known of the means from a valid assessment, as the user."""
        return self.env["insurance.assessment.finance"].search(
            [("assessment_id", "in", self._assessment("finance").ids)],
            order="id desc",
            limit=1,
        )

    def _update_tolerance(self):
        """Let the archive say what the latest test says."""
        # superuser: fields that only tests fill, of archives whose test was just filled
        for archive in self.sudo():
            latest = archive._latest_tolerance()
            classes = [latest.tolerance]
            if latest.to_confirm:
                classes.append(latest.tolerance_before)
            archive.write(
                {
                    "risk_tolerance": min(filter(None, classes), default=False),
                    "risk_tolerance_until": latest.valid_until,
                    "risk_tolerance_to_confirm": latest.to_confirm,
                }
            )

    def _check_tolerance_tests(self):
        """Refuse a test too many before the client begins it."""
        self.ensure_one()
        day, year = self._tolerance_tests_done()
        if day >= self._test_limit("day"):
            raise UserError(
                self.env._(
                    "This client has been tested %(count)s times today, and no more is "
                    "allowed (Suitability Measures, art. 29). Test again tomorrow.",
                    count=day,
                )
            )
        if year >= self._test_limit("year"):
            raise UserError(
                self.env._(
                    "This client has been tested %(count)s times in 12 months, and no "
                    "more is allowed (Suitability Measures, art. 29).",
                    count=year,
                )
            )

    def _count_tolerance_test(self):
        """Count one test more; tell whether it was still allowed.

        Two tests at once can't both be the last one: the second to write the row waits
        for the first, fails under REPEATABLE READ, and is tried again from the start.
        """
        self.ensure_one()
        self.flush_recordset(["risk_tolerance_tests"])
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_archive"
                " SET risk_tolerance_tests = COALESCE(risk_tolerance_tests, 0) + 1"
                " WHERE id = %s",
                self.id,
            )
        )
        self.invalidate_recordset(["risk_tolerance_tests"], flush=False)
        day, year = self._tolerance_tests_done()
        return day < self._test_limit("day") and year < self._test_limit("year")

    def _tolerance_tests_done(self):
        """Return how many tests were answered today, and in the last 12 months.

        Tests that were made void later count: else one could be repeated until it fits.
        """
        today = fields.Date.context_today(self)
        # superuser: how many tests there were, not what came of them
        Assessment = self.env["insurance.assessment"].sudo()
        tests = [("archive_id", "=", self.id), ("kind", "=", "tolerance")]
        return (
            Assessment.search_count([*tests, ("done_on", "=", today)]),
            Assessment.search_count(
                [*tests, ("done_on", ">", today - relativedelta(months=12))]
            ),
        )

    def _test_limit(self, period):
        return self.env["insurance.parameter"]._get(f"tolerance_max_per_{period}")
