from odoo import api, fields, models

#: which kind of incident a rule's finding is
KIND_OF_RULE = {
    "mass_reveal": "leak",
    "mass_view": "abuse",
    "mass_export": "leak",
    "off_hours": "abuse",
    "foreign_network": "illegal",
    "honey": "abuse",
    "denials": "illegal",
    "misses": "abuse",
    "key_error": "system",
    "log_misfit": "tampering",
    "log_silent": "system",
    "restore": "system",
}


class InsuranceIncident(models.Model):
    """What the rules have found becomes an incident, or belongs to one."""

    _inherit = "insurance.incident"

    @api.model
    def _create_detected(self, rule, user, case):
        """Open an incident for what a rule has found, and tell the officers."""
        company = user.company_id or self.env.company
        incident = self.create(
            {
                "origin": "detected",
                "rule_id": rule.id,
                "kind": KIND_OF_RULE[rule.kind],
                "severity": rule.severity,
                "suspect_id": user.id,
                "company_id": company.id,
                "occurred_from": fields.Datetime.subtract(
                    case.date_from.replace(microsecond=0), minutes=rule.minutes
                ),
                "occurred_to": case.date_to.replace(microsecond=0),
            }
        )
        incident._alert()
        return incident

    def _detect(self, rule, case):
        """Append what a rule has found; a case that goes on is one detection."""
        begun = case.date_from.replace(microsecond=0)
        ended = case.date_to.replace(microsecond=0)
        last = self.detection_ids.filtered(
            lambda one: (
                one.rule_id == rule
                and one.user_number == (case.user_id or 0)
                and one.date_to >= fields.Datetime.subtract(begun, minutes=rule.minutes)
            )
        )[:1]
        if last:
            last.write(
                {
                    "date_to": max(last.date_to, ended),
                    "counted": max(last.counted, case.counted),
                }
            )
        else:
            self.env["insurance.incident.detection"].create(
                {
                    "incident_id": self.id,
                    "rule_id": rule.id,
                    "user_number": case.user_id or 0,
                    "date_from": begun,
                    "date_to": ended,
                    "counted": case.counted,
                    "threshold": rule.threshold,
                    "minutes": rule.minutes,
                    "measure": rule.measure,
                }
            )
            self._note("detected", rule.name)
        if not self.occurred_to or ended > self.occurred_to:
            self.occurred_to = ended
