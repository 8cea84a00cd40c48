from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_round, formatLang

#: figure, and what it is made of; rates are averages over what can be said
CARDS = (
    ("advised", "__count", []),
    ("sold", "sold:sum", [("sold", ">", 0)]),
    ("sold_premium", "sold_premium:sum", [("sold", ">", 0)]),
    ("conversion", "conversion:avg", [("state", "in", ("sold", "declined"))]),
    ("accuracy", "accuracy:avg", [("sold", ">", 0)]),
    ("need_met", "need_met:avg", [("need_met", ">=", 0)]),
    ("kept_13", "kept_13:avg", [("kept_13", ">=", 0)]),
    ("kept_25", "kept_25:avg", [("kept_25", ">=", 0)]),
    ("satisfaction", "satisfaction:avg", [("satisfaction", ">=", 0)]),
    ("complaints", "complaints:sum", [("complaints", ">", 0)]),
)
RATES = frozenset({"conversion", "accuracy", "need_met", "kept_13", "kept_25"})
GROUPS = (
    "agent_id",
    "product_id",
    "category_id",
    "rules_version",
    "value_tier",
    "lifecycle_stage",
)
PERIODS = (3, 12, 36, 0)
ROWS = 8


class InsuranceRecommendationEffect(models.Model):
    """The effect at a glance: figures that open what they count."""

    _inherit = "insurance.recommendation.effect"

    @api.model
    def overview(self, months=12, by="agent_id", mine=False):
        """Return cards and rows of what the user may see.

        :param months: how far back; 0 is all
        :param by: what the rows are grouped by
        """
        by = by if by in GROUPS else GROUPS[0]
        domain = self._overview_domain(months, mine)
        aggregates = [aggregate for _name, aggregate, _what in CARDS]
        [figures] = self._read_group(domain, aggregates=aggregates)
        labels = self.fields_get([*GROUPS, *(name for name, *_rest in CARDS)])
        groups = self._read_group(
            domain,
            [by],
            [
                "__count",
                "conversion:avg",
                "conversion:count",
                "sold:sum",
                "sold_premium:sum",
            ],
        )
        rows = [
            {
                "key": value.id if isinstance(value, models.BaseModel) else value,
                "label": self._overview_label(by, value),
                "number": number,
                "sold": sold,
                "premium": self._overview_money(premium),
                "rate": conversion,
                "text": self._overview_percent(conversion),
                # what the rate is of: who still thinks about it is in neither
                "of": self.env._(
                    "%(sold)s of %(decided)s decided", sold=sold, decided=decided
                ),
            }
            for value, number, conversion, decided, sold, premium in groups
        ]
        rows.sort(key=lambda row: (-row["number"], row["label"]))
        return {
            "months": months,
            "by": by,
            "mine": mine,
            "periods": [
                {"months": number, "label": self._overview_period(number)}
                for number in PERIODS
            ],
            "groups": [
                {"name": name, "label": labels[name]["string"]} for name in GROUPS
            ],
            "cards": [
                {
                    "name": name,
                    "label": self._overview_title(name, labels),
                    "help": labels.get(name, {}).get("help") or "",
                    "text": self._overview_text(name, value),
                }
                for (name, _aggregate, _what), value in zip(CARDS, figures, strict=True)
            ],
            "rows": rows[:ROWS],
            "more": len(rows) - ROWS if len(rows) > ROWS else 0,
        }

    @api.model
    def action_open_overview(self, months, mine, card=None, by=None, key=None):
        """Open what a figure counts."""
        domain = self._overview_domain(months, mine)
        domain &= Domain(dict((name, what) for name, _sum, what in CARDS).get(card, []))
        if by in GROUPS:
            domain &= Domain(by, "=", key)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_product_match.insurance_recommendation_effect_action"
        )
        return {
            **action,
            "domain": list(domain),
            "views": [[False, "list"], [False, "pivot"], [False, "graph"]],
        }

    @api.model
    def _overview_domain(self, months, mine):
        domain = Domain.TRUE
        if months:
            today = fields.Date.context_today(self)
            domain &= Domain("date", ">=", today - relativedelta(months=int(months)))
        if mine:
            domain &= Domain("agent_id", "=", self.env.uid)
        return domain

    @api.model
    def _overview_title(self, name, labels):
        if name == "advised":
            return self.env._("Products recommended")
        return labels[name]["string"]

    @api.model
    def _overview_period(self, months):
        if not months:
            return self.env._("All")
        return self.env._("%s months", months)

    @api.model
    def _overview_label(self, by, value):
        if isinstance(value, models.BaseModel):
            return value.display_name or self.env._("None")
        selection = self._fields[by].type == "selection"
        labels = (
            dict(self._fields[by]._description_selection(self.env)) if selection else {}
        )
        return labels.get(value, value) or self.env._("None")

    @api.model
    def _overview_text(self, name, value):
        if name == "sold_premium":
            return self._overview_money(value)
        if name in RATES:
            return self._overview_percent(value)
        if name == "satisfaction":
            return "–" if value in (None, False) else f"{value:.1f}"
        return f"{int(value or 0):,}"

    @api.model
    def _overview_percent(self, value):
        # nothing can be said yet: no 0
        return "–" if value in (None, False) else f"{float_round(value, 1):.1f} %"

    @api.model
    def _overview_money(self, value):
        currency = self.env.company.currency_id
        amount = formatLang(self.env, value or 0, digits=0)
        if currency.position == "before":
            return f"{currency.symbol}{amount}"
        return f"{amount} {currency.symbol}"
