from odoo import api, fields, models

SEVERITIES = [
    ("none", "Suitable"),
    ("care", "Special care"),
    ("sign", "To be signed for"),
    ("stop", "Advised against"),
    ("block", "Not allowed"),
]
RANK = {severity: rank for rank, (severity, _label) in enumerate(SEVERITIES)}


class InsuranceRecommendationLine(models.Model):
    """Whether the product suits the client: found by the server, each time anew."""

    _inherit = "insurance.recommendation.line"

    finding_ids = fields.One2many(
        "insurance.recommendation.finding", "line_id", string="Findings"
    )
    severity = fields.Selection(
        SEVERITIES, string="Suitability", readonly=True, default="none"
    )
    source = fields.Selection(
        [
            ("engine", "Proposed by the matching"),
            ("manual", "Chosen by the agent"),
        ],
        readonly=True,
        default="manual",
        help="What the agent chooses beside the matching is an override and says why.",
    )
    override_reason = fields.Text(
        string="Why this one",
        help="Why you recommend it although the matching did not propose it.",
    )
    insists = fields.Boolean(
        string="Client insists",
        help="You have advised against it and the client still wants it.",
    )
    insists_text = fields.Char(string="In the client's words")
    advised_on = fields.Datetime(string="Advised against on", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered("insists")._note_advice()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.get("insists"):
            self._note_advice()
        return result

    def _note_advice(self):
        # superuser: when it was said is no entry
        self.sudo().write({"advised_on": fields.Datetime.now()})

    def _evaluate(self):
        """Find anew what speaks against each product, and keep it."""
        Finding = self.env["insurance.recommendation.finding"]
        for line in self:
            found = line._findings()
            kept = [
                (finding.code, finding.severity, finding.lang, finding.reason)
                for finding in line.finding_ids
            ]
            lang = self.env.lang or "en_US"
            now = [(one["code"], one["severity"], lang, one["reason"]) for one in found]
            severity = max(
                (one["severity"] for one in found), key=RANK.get, default="none"
            )
            # superuser: nobody writes findings by hand
            system = line.sudo()
            if kept != now:
                system.finding_ids.unlink()
                Finding.sudo().create(
                    [{**one, "lang": lang, "line_id": line.id} for one in found]
                )
            values = {"severity": severity, "source": line._source()}
            changed = {
                name: value for name, value in values.items() if system[name] != value
            }
            if changed:
                system.write(changed)

    def _findings(self):
        """Return the findings on the product, as values of records.

        Override to find more.
        """
        self.ensure_one()
        found = [
            {
                "code": finding.code,
                "severity": finding.severity,
                "reason": finding.reason,
                "regulation_id": finding.regulation.id,
            }
            for finding in self.archive_id._suitability(self.product_id, self._terms())
        ]
        return [*self._product_findings(), *found]

    def _product_findings(self):
        """Find whether the product is sold at all, and by this agent."""
        product = self.product_id
        if obstacle := product._insurance_sale_obstacle():
            yield self._finding("not_sold", "block", obstacle, "SM-32")
        refusal = self.recommendation_id.agent_id._insurance_may_sell(product).get(
            product
        )
        if refusal:
            yield self._finding("agent", "block", refusal, "SM-16")

    @api.model
    def _finding(self, code, severity, reason, article):
        # regulations are no secret
        regulation = self.env["insurance.regulation"].sudo()
        return {
            "code": code,
            "severity": severity,
            "reason": reason,
            "regulation_id": regulation.search([("code", "=", article)], limit=1).id,
        }

    def _source(self):
        """Override to recognise what the matching proposed."""
        return "manual"

    def _demands(self):
        """Yield what is missing on this product before it can be recommended."""
        self.ensure_one()
        name = self.product_id.display_name
        for finding in self.finding_ids:
            if finding.severity == "block":
                yield self.env._(
                    "%(product)s: %(finding)s", product=name, finding=finding.text
                )
        if self.premium <= 0:
            yield self.env._(
                "%(product)s: %(problem)s",
                product=name,
                problem=self.premium_problem or self.env._("There is no premium."),
            )
        if self.source == "manual" and not (self.override_reason or "").strip():
            yield self.env._(
                "%s: say why you recommend what the matching did not propose.", name
            )
        insists = self.insists and (self.insists_text or "").strip()
        if self.severity == "stop" and not insists:
            yield self.recommendation_id._demand(
                self.env._(
                    "%s: advise against it. Leave it out, or write down that the "
                    "client insists and what the client says.",
                    name,
                ),
                "SM-38",
            )
