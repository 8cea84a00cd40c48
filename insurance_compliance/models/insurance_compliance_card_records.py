from odoo import fields, models

#: the archivist's overview begins with what is due
TOPICS = [
    ("filing", "Filing"),
    ("property", "Four properties"),
    ("inspection", "Inspections"),
    ("paper", "Paper files"),
    ("end", "Retention and destruction"),
]


class InsuranceComplianceCard(models.Model):
    """The archivist's overview: the same cards on another desk."""

    _inherit = "insurance.compliance.card"

    desk = fields.Selection(
        [("compliance", "Compliance"), ("records", "Records management")],
        required=True,
        readonly=True,
        default="compliance",
    )
    topic = fields.Selection(
        selection_add=TOPICS, ondelete={key: "cascade" for key, _label in TOPICS}
    )

    def _domain_records_to_file(self):
        return list(self.env["insurance.archive"]._filing_domain())

    def _domain_records_overdue(self):
        return [("filing_due_date", "<", "today")]

    def _domain_records_failing(self):
        return [("result", "=", "failed"), ("latest", "=", True)]

    def _domain_records_untested(self):
        return [
            ("state", "in", ("filed", "restricted")),
            ("property_result", "=", False),
        ]

    def _domain_records_inspections_due(self):
        return [
            ("state", "in", ("filed", "restricted")),
            ("next_inspection_date", "<=", "today"),
        ]

    def _domain_records_sample_open(self):
        return [("plan_state", "=", "running"), ("result", "=", False)]

    def _domain_records_defects(self):
        return [("result", "=", "failed"), ("resolved", "=", False)]

    def _domain_records_defects_late(self):
        return [*self._domain_records_defects(), ("due_date", "<", "today")]

    def _domain_records_ending(self):
        return [
            ("status", "=", "dated"),
            ("until", ">=", "today =1m =1d"),
            ("until", "<", "today =1m =1d +1y"),
        ]

    def _domain_records_destructions(self):
        return [
            ("state", "in", ("draft", "submitted", "approved", "supervised", "running"))
        ]

    def _domain_records_lent(self):
        return [("state", "=", "lent")]

    def _domain_records_lent_late(self):
        return [("overdue", "=", True)]

    def _domain_records_missing(self):
        return [("state", "=", "missing")]
