import logging

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError

from .insurance_client_segment import DIMENSIONS
from .insurance_live_mixin import Use

_logger = logging.getLogger(__name__)

#: versions that the product brings, of some dimensions more than one
SHIPPED_VERSIONS = (1, 2)


class InsuranceScorecard(models.Model):
    """From the approval to the day on which a newer version takes over."""

    _inherit = "insurance.scorecard"

    def write(self, vals):
        if vals.get("state") == "active":
            self.filtered(lambda card: card.state == "approved")._retire_predecessors()
        return super().write(vals)

    def _on_state(self, before):
        result = super()._on_state(before)
        # should this be rolled back, nobody keeps what was read meanwhile
        self.env.registry.clear_cache()
        activated = self.filtered(lambda card: card.state == "active")
        if activated:
            # as superuser: since when is not entered by hand
            activated.sudo().activated_on = fields.Datetime.now()
            activated._on_activated()
        return result

    def _check_approve(self):
        self.ensure_one()
        self._compiled()
        self._check_not_author()
        self._check_may_go_live()

    def _check_activate(self):
        self.ensure_one()
        if self.valid_from > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "This version applies from %s on. It takes over by itself on that "
                    "day.",
                    self.valid_from,
                )
            )
        self._compiled()
        self._check_may_go_live()

    def _uses_when_live(self):
        tests = self.rule_ids.condition_ids.feature_id | self.factor_ids.feature_id
        figures = frozenset(tests.mapped("code"))
        return [
            *super()._uses_when_live(),
            Use("automated", f"scorecard:{self.dimension}", figures),
        ]

    def _retire_predecessors(self):
        old = self.search(
            [("dimension", "in", self.mapped("dimension")), ("state", "=", "active")]
        )
        if old:
            old.write(
                {
                    "state": "retired",
                    "state_reason": self.env._("A newer version has taken over."),
                }
            )
            # the index that allows one active version must see it first
            old.flush_recordset(["state"])

    @api.model
    def _cron_take_over(self):
        """Put approved versions into force on their day."""
        due = self.search(
            [("state", "=", "approved"), ("valid_from", "<=", fields.Date.today())],
            order="valid_from, version",
        )
        for scorecard in due:
            try:
                with self.env.cr.savepoint():
                    scorecard.write({"state": "active"})
            except (UserError, RedirectWarning) as refusal:
                # the others take over all the same; the card stays approved, and
                # whoever puts it into force by hand reads why it can't be
                _logger.warning(
                    "Scorecard %s did not take over: %s", scorecard.id, refusal
                )

    @api.model
    def _put_shipped_into_force(self):
        """Put the versions that the product brings into force, where there are none.

        A house that has a version in force gets newer ones as drafts, to be looked at,
        previewed and approved.
        """
        active = self._active()
        for dimension, _label in DIMENSIONS:
            if dimension in active:
                continue
            for number in SHIPPED_VERSIONS:
                shipped = self.env.ref(
                    f"insurance_client_archive.scorecard_{dimension}_{number}", False
                )
                if shipped and shipped.state == "draft":
                    shipped.write({"state": "approved"})
                    shipped.write({"state": "active"})

    @api.model
    def _active(self):
        """Return {dimension: the version in force}."""
        # as superuser: everybody's clients are classified by the same scorecards
        cards = self.sudo().search([("state", "=", "active")])
        return {card.dimension: card for card in cards}

    def _on_activated(self):
        """Override to act when versions take over; all clients are classified anew."""
