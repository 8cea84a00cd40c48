from odoo import api, fields, models


class InsuranceFeedbackTopic(models.Model):
    """What clients speak about, and how large a share of the feedback it makes."""

    _name = "insurance.feedback.topic"
    _description = "Topic of feedback"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    benchmark_key = fields.Char(
        string="Parameter of the benchmark",
        help="Key of a parameter with the share that others report.",
    )
    feedback_count = fields.Integer(
        string="Feedback in 12 months",
        compute="_compute_share",
        compute_sudo=False,
        help="Of the clients that you may open.",
    )
    complaint_count = fields.Integer(
        string="Complaints in 12 months", compute="_compute_share", compute_sudo=False
    )
    share = fields.Float(
        string="Share (%)", compute="_compute_share", compute_sudo=False, digits=(5, 1)
    )
    benchmark = fields.Float(
        string="Benchmark (%)", compute="_compute_benchmark", digits=(5, 1)
    )

    _name_unique = models.UniqueIndex(
        "(name) WHERE active IS TRUE", "There is a topic of this name already."
    )

    @api.depends_context("uid")
    def _compute_share(self):
        counts, complaints, total = {}, {}, 0
        Feedback = self.env["insurance.feedback"]
        if Feedback.has_access("read"):
            for topic, kind, count in Feedback._read_group(
                self._year_domain(), ["topic_id", "kind"], ["__count"]
            ):
                total += count
                counts[topic] = counts.get(topic, 0) + count
                if kind == "complaint":
                    complaints[topic] = count
        for topic in self:
            topic.feedback_count = counts.get(topic, 0)
            topic.complaint_count = complaints.get(topic, 0)
            topic.share = 100 * topic.feedback_count / total if total else 0

    @api.depends("benchmark_key")
    def _compute_benchmark(self):
        Parameter = self.env["insurance.parameter"]
        for topic in self:
            key = topic.benchmark_key
            topic.benchmark = Parameter._get(key) if key else 0

    def action_open_feedback(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_feedback_action"
            ),
            "domain": [*self._year_domain(), ("topic_id", "=", self.id)],
            "context": {"default_topic_id": self.id, "show_client_name": True},
        }

    @api.model
    def _year_domain(self):
        return [("topic_id", "!=", False), ("received_on", ">=", "today -12m")]
