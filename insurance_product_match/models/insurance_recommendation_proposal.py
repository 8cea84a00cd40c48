from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

#: columns that a person can still compare
MOST_COMPARED = 4
MOST_RECENT = 3


class InsuranceRecommendation(models.Model):
    """What is shown: the client in a line, products side by side, the proposal."""

    _inherit = "insurance.recommendation"

    client_facts = fields.Char(compute="_compute_client_facts", compute_sudo=False)
    comparison_html = fields.Html(
        string="Side by side",
        compute="_compute_comparison_html",
        compute_sudo=False,
        sanitize=False,
    )

    @api.depends("archive_id")
    @api.depends_context("uid", "lang")
    def _compute_client_facts(self):
        for recommendation in self:
            archive = recommendation.archive_id
            facts = []
            if archive and archive.sudo(False).has_access("read"):
                facts = recommendation._client_facts(archive.sudo(False))
            recommendation.client_facts = " · ".join(filter(None, facts))

    def _client_facts(self, archive):
        """Return what an agent wants to know at a glance, read as the user."""
        self.ensure_one()
        gender = dict(archive._fields["gender"]._description_selection(self.env))
        in_force = archive.env["insurance.policy"].search(
            [("archive_id", "=", archive.id), ("state", "in", ("active", "paid_up"))]
        )
        facts = [gender.get(archive.gender)]
        if archive.birth_date:
            facts.append(self.env._("%s years", archive.age))
        if archive.occupation_id:
            facts.append(archive.occupation_id.name)
        facts.append(
            self.env._(
                "Policies in force: %(count)s (%(premium)s a year)",
                count=len(in_force),
                premium=format_amount(
                    self.env, sum(in_force.mapped("annual_premium")), self.currency_id
                ),
            )
        )
        return facts

    @api.depends("line_ids", "line_ids.premium", "line_ids.severity")
    @api.depends_context("uid", "lang")
    def _compute_comparison_html(self):
        for recommendation in self:
            lines = recommendation.line_ids.filtered("id")[:MOST_COMPARED]
            recommendation.comparison_html = len(lines) > 1 and self.env[
                "ir.qweb"
            ]._render(
                "insurance_product_match.recommendation_comparison",
                {"rows": recommendation._comparison_rows(lines), "lines": lines},
            )

    def _comparison_rows(self, lines):
        """Return [(label, [text for each line])] for the products side by side."""
        money = lambda amount: format_amount(self.env, amount, self.currency_id)  # noqa: E731
        texts = {
            self.env._("Covers"): lambda line: "\n".join(line._cover_texts()),
            self.env._("Sum insured"): lambda line: money(line.sum_insured),
            self.env._("Term"): lambda line: line._term_text(),
            self.env._("Payment"): lambda line: line._payment_text(),
            self.env._("Premium a year"): lambda line: money(line.annual_premium),
            self.env._("Total premium"): lambda line: money(line.total_premium),
            self.env._("Suitable persons"): lambda line: (
                line.product_id.insurance_suitable_persons
            ),
            self.env._("Exclusions"): lambda line: line.product_id.insurance_exclusions,
            self.env._("Cautions"): lambda line: line.product_id.insurance_cautions,
            self.env._("Loss on surrender"): lambda line: (
                line.product_id.insurance_surrender_text
            ),
            self.env._("Findings"): lambda line: "\n".join(
                line.finding_ids.mapped("text")
            ),
        }
        rows = [
            (label, [text(line) or "" for line in lines])
            for label, text in texts.items()
        ]
        return [row for row in rows if any(row[1])]

    def action_print_proposal(self):
        """Print the proposal in the client's language; the print is recorded."""
        self.ensure_one()
        if self.state in ("collect", "match"):
            raise UserError(
                self.env._("A proposal is printed from the step “Recommend” on.")
            )
        report = self.env.ref("insurance_product_match.recommendation_report")
        action = report.with_context(
            insurance_purpose="quotation", lang=self._client_lang()
        ).report_action(self, config=False)
        action["context"] = {
            **(action.get("context") or {}),
            "insurance_purpose": "quotation",
        }
        return action

    def action_open_archive(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.archive",
            "res_id": self.archive_id.id,
            "view_mode": "form",
        }

    def _proposal_date(self):
        """Return the day of the proposal as people write it."""
        day = self.issued_on or fields.Datetime.now()
        return format_date(
            self.env, fields.Datetime.context_timestamp(self, day).date()
        )

    def _match_basis(self):
        """Override to say what the products were chosen by."""
        return self.env._(
            "Your needs as you have stated them, your budget, and the insurance that "
            "you have already."
        )


class InsuranceRecommendationLine(models.Model):
    _inherit = "insurance.recommendation.line"

    def _cover_texts(self):
        """Return each cover with what it pays at most, in the user's language."""
        self.ensure_one()
        texts = []
        for kind, amount in self.product_id._insurance_cover_amounts(
            self.sum_insured
        ).items():
            paid = self.env._("as the terms say")
            if amount:
                paid = format_amount(self.env, amount, self.currency_id)
            texts.append(
                self.env._("%(cover)s: %(amount)s", cover=kind.name, amount=paid)
            )
        return texts

    def _term_text(self):
        self.ensure_one()
        if not self.term_years:
            return self.env._("whole life")
        if self.term_years == 1:
            return self.env._("1 year")
        return self.env._("%s years of cover", self.term_years)

    def _payment_text(self):
        self.ensure_one()
        modes = dict(self._fields["payment_mode"]._description_selection(self.env))
        mode = modes[self.payment_mode]
        if self.payment_mode == "single" or self.payment_years <= 1:
            return mode
        return self.env._(
            "%(mode)s for %(years)s years", mode=mode, years=self.payment_years
        )

    def _cooling_off_text(self):
        """Return how long the contract can be given back, empty where it can't."""
        self.ensure_one()
        if not self._is_long_personal():
            return ""
        days = self.product_id.insurance_cooling_off_days or self.env[
            "insurance.parameter"
        ]._get("cooling_off_days")
        return self.env._(
            "%s days from the receipt of the policy; the premium is paid back.", days
        )
