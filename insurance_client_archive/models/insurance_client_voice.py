from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL


class InsuranceClientFeature(models.Model):
    """What the client says: the figures that feedback and surveys bring."""

    _inherit = "insurance.client.feature"

    @api.model
    def _flush_sources(self):
        result = super()._flush_sources()
        self.env["insurance.feedback"].flush_model()
        self.env["insurance.satisfaction"].flush_model()
        return result

    @api.model
    def _source_feedback(self, scope, day):
        return SQL(
            """
            SELECT feedback.archive_id, count(*) AS complaints_12m
            FROM insurance_feedback AS feedback
            WHERE %(scope)s
              AND feedback.kind = 'complaint'
              AND feedback.state <> 'withdrawn'
              AND feedback.received_on > %(from)s
              AND feedback.received_on <= %(day)s
            GROUP BY feedback.archive_id
            """,
            scope=scope.on(SQL("feedback.archive_id")),
            day=day,
            **{"from": day - relativedelta(months=12)},
        )

    @api.model
    def _source_satisfaction(self, scope, day):
        return SQL(
            """
            SELECT DISTINCT ON (answer.archive_id)
                   answer.archive_id, round(answer.score)::integer AS satisfaction
            FROM insurance_satisfaction AS answer
            WHERE %(scope)s
              AND answer.state = 'answered'
              AND answer.answered_on < %(end)s
            ORDER BY answer.archive_id, answer.answered_on DESC, answer.id DESC
            """,
            scope=scope.on(SQL("answer.archive_id")),
            end=day + relativedelta(days=1),
        )


class InsuranceFeedback(models.Model):
    _name = "insurance.feedback"
    _inherit = ["insurance.feedback", "insurance.client.event.mixin"]
    _event_fields = frozenset({"archive_id", "kind", "state", "received_on"})


class InsuranceSatisfaction(models.Model):
    _name = "insurance.satisfaction"
    _inherit = ["insurance.satisfaction", "insurance.client.event.mixin"]
    _event_fields = frozenset({"archive_id", "state", "score"})
