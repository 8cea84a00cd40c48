from odoo import api, models


class InsuranceMatchProposal(models.Model):
    """What a proposal says, in the language of whoever reads it."""

    _inherit = "insurance.match.proposal"

    @api.depends("kind", "rule_id", "product_id", "factor", "points", "state")
    @api.depends_context("lang")
    def _compute_words(self):
        for proposal in self:
            proposal.subject = proposal._subject()
            proposal.finding = proposal._finding()
            proposal.advice = proposal._advice()

    def _subject(self):
        self.ensure_one()
        if self.rule_id:
            return self.rule_id.display_name
        if self.factor:
            factors = dict(self._fields["factor"]._description_selection(self.env))
            return self.env._("Weight of “%s”", factors[self.factor])
        product = self.product_id.display_name or ""
        if not self.segment_field:
            return product
        return f"{product} · {self._segment_label()}"

    def _segment_label(self):
        field = self.env["insurance.archive"]._fields[self.segment_field]
        labels = dict(field._description_selection(self.env))
        return labels.get(self.segment_value, self.segment_value)

    def _finding(self):
        """Return the evidence, with the bounds between which the truth lies."""
        texts = {
            "bought": self.env._(
                "Bought: %(rate).1f %% (%(low).1f to %(high).1f) of %(cases)s offers "
                "to %(clients)s clients; otherwise %(other).1f %% (%(other_low).1f to "
                "%(other_high).1f) of %(others)s."
            ),
            "kept": self.env._(
                "Kept for 13 months: %(rate).1f %% (%(low).1f to %(high).1f) of "
                "%(cases)s policies of %(clients)s clients; otherwise %(other).1f %% "
                "(%(other_low).1f to %(other_high).1f) of %(others)s."
            ),
            "complained": self.env._(
                "With a complaint: %(rate).1f %% (%(low).1f to %(high).1f) of "
                "%(cases)s policies of %(clients)s clients; otherwise %(other).1f %% "
                "(%(other_low).1f to %(other_high).1f) of %(others)s."
            ),
            "left_out": self.env._(
                "Left out by people: %(rate).1f %% (%(low).1f to %(high).1f) of "
                "%(cases)s times that the matching proposed it to %(clients)s clients; "
                "otherwise %(other).1f %% (%(other_low).1f to %(other_high).1f) of "
                "%(others)s."
            ),
        }
        return texts[self.measure] % {
            "rate": self.rate,
            "low": self.rate_low,
            "high": self.rate_high,
            "cases": self.cases,
            "clients": self.clients,
            "other": self.other_rate,
            "other_low": self.other_low,
            "other_high": self.other_high,
            "others": self.other_cases,
        }

    def _advice(self):
        points = self.points
        texts = {
            "boost_harm": self.env._("Take points away instead: %s.", points),
            "boost_idle": self.env._("Give %s points instead, or retire it.", points),
            "version": self.env._("Go back to the version before, as a new version."),
            "forbids_good": self.env._(
                "Do not forbid it any more, take points away: %s.", points
            ),
            "product": self.env._("A new rule that takes points away: %s.", points),
            "segment": self.env._(
                "A new rule that takes points away for these clients: %s.", points
            ),
            "kept_better": self.env._("A new rule that gives points: %s.", points),
            "left_out": self.env._("A new rule that takes points away: %s.", points),
            "weight": self.env._("Lower the weight to %s.", points),
        }
        return texts[self.kind]
