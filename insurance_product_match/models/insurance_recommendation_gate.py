from odoo import api, fields, models

from .insurance_recommendation_life import NEXT

#: parameters that say how often each kind of diligence is demanded for an advice
DILIGENCE = {
    "matching": "analyses_matching",
    "recommendation": "analyses_recommendation",
}


class InsuranceRecommendation(models.Model):
    """What is missing for the next step: shown beforehand, enforced by the step."""

    _inherit = "insurance.recommendation"

    next_state = fields.Char(compute="_compute_missing")
    missing = fields.Text(
        string="Missing for the next step",
        compute="_compute_missing",
        compute_sudo=False,
    )
    diligence_ids = fields.One2many(
        "insurance.diligence", "recommendation_id", string="Analyses and rounds"
    )

    product_ids = fields.Many2many("product.template", compute="_compute_product_ids")

    @api.depends("line_ids.product_id")
    def _compute_product_ids(self):
        for recommendation in self:
            recommendation.product_ids = recommendation.line_ids.product_id

    @api.depends_context("uid", "lang")
    @api.depends(
        "state",
        "need_text",
        "budget",
        "opinion",
        "explained_ids",
        "line_ids.chosen",
        "line_ids.severity",
        "line_ids.override_reason",
        "line_ids.premium",
        "line_ids.insists",
        "diligence_ids",
        "evidence_ids",
    )
    def _compute_missing(self):
        for recommendation in self:
            target = NEXT.get(recommendation.state, "")
            recommendation.next_state = target
            missing = (
                recommendation.id and target and recommendation._missing_for(target)
            )
            recommendation.missing = "\n".join(missing or []) or False

    def _missing_for(self, target):
        """Return what is missing for the step to *target*, in the user's language."""
        self.ensure_one()
        return list(getattr(self, f"_demands_{target}")())

    def _demands_match(self):
        if not (self.need_text or "").strip():
            yield self._demand(self.env._("Write down what the client needs."), "SM-34")
        if self.budget <= 0:
            yield self._demand(
                self.env._("Enter what the client wants to spend a year."), "SCM-21"
            )
        if self.personalised and not self.archive_id._may_process("matching"):
            yield self._demand(
                self.env._(
                    "The client's data may not be used for matching. Ask for consent, "
                    "or go on without a profile."
                ),
                "PIPL-24",
            )
        yield from self._demands_client()

    def _demands_client(self):
        """Override to demand more of the client before products are looked for."""
        if self.archive_id.state in ("restricted", "destroyed"):
            yield self.env._("The client archive is closed.")

    def _demands_recommend(self):
        yield from self._demands_match()
        if not self.line_ids:
            yield self.env._("Add at least one product.")
        for line in self.line_ids:
            yield from line._demands()

    def _demands_talk(self):
        yield from self._demands_recommend()
        if not (self.opinion or "").strip():
            yield self._demand(
                self.env._("Write the match opinion: why these products fit."), "SM-34"
            )
        yield from self._demands_diligence()

    def _demands_confirmed(self):
        yield from self._demands_talk()
        today = fields.Date.context_today(self)
        if self.proposal_until and self.proposal_until < today:
            yield self.env._("The proposal has expired. Go back and issue it again.")
        if not self.chosen_count:
            yield self.env._("Tick the products that the client chooses.")
        open_notices = self._notices() - self.explained_ids
        if open_notices:
            yield self._demand(
                self.env._(
                    "Explain to the client: %s", ", ".join(open_notices.mapped("name"))
                ),
                "SM-37",
            )
        for kind in self._signatures_due():
            yield self._signature_demand(kind)

    def _demands_sold(self):
        yield from self._demands_confirmed()
        yield from self._demands_recording()

    def _demands_recording(self):
        """Override to demand the recordings of the sale."""
        return ()

    def _demands_diligence(self):
        """Demand what handbook 4.1 to 4.3 asks for before advice is issued."""
        labels = dict(
            self.env["insurance.diligence"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        for product in self._lines_at_issue().product_id:
            for kind, have, need in product._insurance_diligence_missing():
                if kind in ("information", "product"):
                    yield self.env._(
                        "%(product)s: %(have)s of %(need)s: %(kind)s (handbook 4.1)",
                        product=product.display_name,
                        have=have,
                        need=need,
                        kind=labels[kind],
                    )
        counting = self.diligence_ids.filtered_domain(
            self.env["insurance.diligence"]._counting_domain()
        )
        for kind, section in (("matching", "4.2"), ("recommendation", "4.3")):
            need = self.env["insurance.parameter"]._get(DILIGENCE[kind])
            have = len(counting.filtered(lambda row, k=kind: row.kind == k))
            if have < need:
                yield self.env._(
                    "%(kind)s: %(have)s of %(need)s written down (handbook "
                    "%(section)s)",
                    kind=labels[kind],
                    have=have,
                    need=need,
                    section=section,
                )

    def _demand(self, text, code):
        """Return a demand with the article that stands behind it."""
        # regulations are no secret
        regulation = (
            self.env["insurance.regulation"]
            .sudo()
            .search([("code", "=", code)], limit=1)
        )
        if not regulation:
            return text
        return self.env._(
            "%(text)s (%(article)s)", text=text, article=regulation.display_name
        )
