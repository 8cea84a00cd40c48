import logging

from odoo import api, fields, models

from odoo.addons.insurance_client_archive.models.insurance_sweep_work import MET_OTHERS

from .insurance_rectification_reminder import WAITING

_logger = logging.getLogger(__name__)
#: these are watched for the longer time
GRAVE = ("high", "critical")


class InsuranceRectification(models.Model):
    """Whether it stayed mended: asked of what had found it, after a time."""

    _inherit = "insurance.rectification"

    effect_due = fields.Date(
        string="Evaluate the effect on",
        readonly=True,
        copy=False,
        help="Until then it is watched whether the finding comes back.",
    )
    effect = fields.Selection(
        [("effective", "Effective"), ("not_effective", "Not effective")],
        readonly=True,
        copy=False,
        help="Of the latest measure whose effect was evaluated.",
    )
    effect_by_id = fields.Many2one(
        "res.users", string="Effect evaluated by", readonly=True, copy=False
    )

    def _observe(self):
        """Begin to watch whether it comes back."""
        length = "long" if self.severity in GRAVE else "short"
        days = self.env["insurance.parameter"]._get(f"rectify_effect_{length}_days")
        today = fields.Date.context_today(self)
        self.effect_due = fields.Date.add(today, days=days)

    @api.model
    def _evaluate_effects(self):
        """Ask what has found it, or an officer, once the time is over."""
        for row in self.search(WAITING["effect"]):
            try:
                with self.env.cr.savepoint():
                    row._evaluate_effect()
            except MET_OTHERS:
                raise
            except Exception as error:
                # it stays due; the others have their turn
                _logger.warning("%s: %s", row.number, type(error).__name__)

    def _evaluate_effect(self):
        self.ensure_one()
        outcome = self._outcome()
        if outcome:
            self.write({"state": "closed"})
        elif outcome is None:
            self._tell("effect", self._officers() - self._mended_by(), self.effect_due)
        else:
            reason = self.env._("Checked again: it is still there.")
            self.write({"state": "new", "state_reason": reason})
            self._tell_responsible()

    def _outcome(self):
        """Return whether it stayed away; None when nobody has looked since."""
        self.ensure_one()
        model = self.env.get(self.source_model or "")
        if model is None or not hasattr(model, "_rectification_outcome"):
            return None
        source = model.browse(self.source_id).exists()
        return source._rectification_outcome(self.verified_on) if source else None

    def _on_state(self, before):
        result = super()._on_state(before)
        for row in self.sudo():  # said by the server, or by the officer who is asked
            left = before[row.id]
            if row.state == "closed":
                row.write({"effect": "effective", "effect_by_id": self.env.uid})
            elif row.state == "new" and left in ("verified", "closed"):
                row.write({"effect": "not_effective", "effect_by_id": self.env.uid})
        return result
