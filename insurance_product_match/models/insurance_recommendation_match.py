from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: so many of the best products are taken over where no combination was found
TAKEN = 3


class InsuranceRecommendation(models.Model):
    """Products from the matching: taken over, explained, and recognised later."""

    _inherit = "insurance.recommendation"

    match_id = fields.Many2one(
        "insurance.match",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The matching that proposed the products.",
    )
    rules_version = fields.Char(related="match_id.rules_version", string="Rules as of")

    def action_find_products(self):
        """Match the client, and take over the best combination inside the budget."""
        for recommendation in self:
            recommendation.check_access("write")
            if recommendation.state not in ("match", "recommend"):
                raise UserError(
                    self.env._("Products are looked for in the step “Match”.")
                )
            match = recommendation.archive_id._match(
                budget=recommendation.budget or None,
                personalised=recommendation.personalised,
            )
            # superuser: which matching it was is no entry by hand
            recommendation.sudo().match_id = match
            recommendation._take_over(match)
        return True

    def action_open_match(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.match",
            "res_id": self.match_id.id,
            "view_mode": "form",
        }

    def _take_over(self, match):
        """Add what the matching proposes and is not there yet."""
        self.ensure_one()
        kept = match.line_ids.filtered(lambda line: line.verdict == "kept")
        proposed = kept.filtered("in_combination") or kept.sorted("rank")[:TAKEN]
        there = self.line_ids.product_id
        self.env["insurance.recommendation.line"].create(
            [
                {
                    "recommendation_id": self.id,
                    "product_id": line.product_id.id,
                    "sequence": line.rank,
                    **self._proposed_sum(line),
                }
                for line in proposed
                if line.product_id not in there
            ]
        )
        self.line_ids._evaluate()

    @api.model
    def _proposed_sum(self, line):
        amount = line.combination_sum_insured if line.in_combination else 0
        amount = amount or line.sum_insured
        return {"sum_insured": amount} if amount else {}

    def _match_basis(self):
        if not self.match_id:
            return super()._match_basis()
        return self.env._(
            "Needs and budget as you have stated them, the insurance that you have "
            "already, and the matching rules as of %s.",
            self.match_id.rules_version or fields.Date.to_string(self.match_id.day),
        )


class InsuranceRecommendationLine(models.Model):
    _inherit = "insurance.recommendation.line"

    def _source(self):
        match = self.recommendation_id.match_id
        kept = match.line_ids.filtered(lambda line: line.verdict == "kept")
        if self.product_id in kept.product_id:
            return "engine"
        return super()._source()


class InsuranceRecommendationEffect(models.Model):
    _inherit = "insurance.recommendation.effect"

    def _match_parts(self):
        return {
            "version": SQL("match.rules_version"),
            "need_covered": SQL(
                # not LEAST alone: it passes over what is not known
                "CASE WHEN match_line.sum_insured > 0 THEN LEAST(100.0,"
                " 100.0 * line.sum_insured / match_line.sum_insured)::float8 END"
            ),
            "match": SQL(
                "LEFT JOIN insurance_match match ON match.id = advice.match_id"
                " LEFT JOIN insurance_match_line match_line"
                " ON match_line.match_id = match.id"
                " AND match_line.product_id = line.product_id"
            ),
        }
