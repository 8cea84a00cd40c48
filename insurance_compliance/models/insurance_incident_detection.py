from odoo import api, fields, models

from .insurance_incident_rule import MEASURES


class InsuranceIncidentDetection(models.Model):
    """What a rule has counted: it explains itself, whoever reads it when."""

    _name = "insurance.incident.detection"
    _description = "Detection"
    _order = "date_to desc, id desc"
    _rec_name = "rule_id"

    incident_id = fields.Many2one(
        "insurance.incident",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    rule_id = fields.Many2one(
        "insurance.incident.rule", readonly=True, index=True, ondelete="restrict"
    )
    #: 0: the server; remains when the user goes
    user_number = fields.Integer(readonly=True, aggregator=None)
    date_from = fields.Datetime(string="From", readonly=True)
    date_to = fields.Datetime(string="Until", readonly=True)
    counted = fields.Integer(readonly=True, aggregator="max")
    threshold = fields.Integer(string="Allowed below", readonly=True, aggregator=None)
    minutes = fields.Integer(string="Within minutes", readonly=True, aggregator=None)
    measure = fields.Selection(MEASURES, string="What is counted", readonly=True)
    explanation = fields.Char(compute="_compute_explanation")

    _last_lookup = models.Index("(rule_id, user_number, date_to)")

    @api.depends("counted", "threshold", "minutes", "measure", "date_from", "date_to")
    @api.depends_context("lang", "tz")
    def _compute_explanation(self):
        labels = dict(self._fields["measure"]._description_selection(self.env))
        kinds = dict(
            self.env["insurance.incident.rule"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        for detection in self:
            # superuser: how the rule is called
            kind = kinds.get(detection.sudo().rule_id.kind, "")
            detection.explanation = self.env._(
                "%(kind)s (%(measure)s): %(counted)s within %(minutes)s minutes; an "
                "incident from %(threshold)s on.",
                kind=kind,
                measure=labels.get(detection.measure, ""),
                counted=detection.counted,
                minutes=detection.minutes,
                threshold=detection.threshold,
            )
