from odoo import api, fields, models

from .insurance_rectification import COMPLIANCE


class InsuranceRectification(models.Model):
    """One sentence that says what is to be done next, and by whom."""

    _inherit = "insurance.rectification"

    next_step = fields.Char(compute="_compute_next_step")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    may_verify = fields.Boolean(compute="_compute_is_mine")
    may_manage = fields.Boolean(compute="_compute_is_mine")

    @api.depends("state", "responsible_id", "verifier_id", "deadline", "effect_due")
    @api.depends_context("lang", "uid")
    def _compute_next_step(self):
        for row in self:
            row.next_step = getattr(row, f"_next_when_{row.state}")()

    def _next_when_new(self):
        if not self.responsible_id:
            return self.env._("Compliance names a responsible person.")
        return self.env._(
            "%(person)s begins, finds the cause and mends it by %(day)s.",
            person=self.responsible_id.name,
            day=self._day(self.deadline),
        )

    def _next_when_progress(self):
        return self.env._(
            "%(person)s writes down the measure, adds evidence and reports it as done "
            "by %(day)s.",
            person=self.responsible_id.name,
            day=self._day(self.deadline),
        )

    def _next_when_done(self):
        if self._found_since_done():
            return self.env._("Found again since it was reported as done: return it.")
        if self.verifier_id:
            return self.env._("%s verifies it.", self.verifier_id.name)
        return self.env._(
            "A compliance officer verifies it: not %s, nor who added evidence.",
            self.done_by_id.name,
        )

    def _next_when_verified(self):
        return self.env._(
            "Until %s it is watched whether it comes back; then the effect is "
            "evaluated.",
            self._day(self.effect_due),
        )

    def _next_when_closed(self):
        return self.env._("Nothing. Should it come back, it is reopened here.")

    def _next_when_dropped(self):
        return self.env._("Nothing: it was found to be none.")

    def _day(self, day):
        return day and self.env["ir.qweb.field.date"].value_to_html(day, {}) or "–"

    @api.depends("state", "responsible_id", "verifier_id", "evidence_ids", "done_by_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        officer = self.env.user.has_group(COMPLIANCE)
        for row in self:
            row.may_manage = officer
            row.is_mine = row.responsible_id == self.env.user
            named = row.verifier_id == self.env.user
            asked = named or (officer and not row.verifier_id)
            # not yet stored rows have nothing to verify
            row.may_verify = (
                bool(row._origin) and asked and self.env.user not in row._mended_by()
            )
