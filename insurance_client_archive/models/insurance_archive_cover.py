from odoo import models

from .insurance_client_feature import LINES


class InsuranceArchive(models.Model):
    """What a client is insured for, beside what would be enough.

    A simple estimate by parameters. Another addon that knows the needs better
    overrides ``_cover_needed``.
    """

    _inherit = "insurance.archive"

    def _cover_needed(self):
        """Override to return {line of business: sum insured that would be enough}.

        A line that is left out has no estimate. Only what the user may read is used.
        """
        self.ensure_one()
        get = self.env["insurance.parameter"]._get
        if self.client_kind != "individual":
            return {
                "accident": self.headcount * get("cover_head_sum"),
                "liability": self.headcount * get("cover_liability_sum"),
            }
        income = self._band_income()
        return {
            "life": income * get("cover_life_multiple"),
            "health": get("cover_health_sum"),
            "accident": income * get("cover_accident_multiple"),
            "annuity": income * get("cover_annuity_multiple"),
        }

    def _band_income(self):
        """Return the lower edge of the income band; of the lowest one half the next."""
        field = self._fields["income_band"]
        if not self._has_field_access(field, "read") or not self.income_band:
            return 0
        edges = self.env["insurance.band"]._edges("income")
        for number, (lower, code) in enumerate(edges):
            if code == self.income_band:
                return lower or (edges[1][0] / 2 if len(edges) > number + 1 else 0)
        return 0

    def _portrait_cover(self):
        """Return a bar for each line: what there is, what would be enough, the gap."""
        names = [f"sum_{line}" for line in LINES]
        Feature = self._readable("insurance.client.feature", names)
        # the sums are made of policies: who may not see those sees no sums
        if (
            Feature is None
            or self._readable("insurance.policy", ["sum_insured"]) is None
        ):
            return False
        row = Feature.search_fetch([("archive_id", "=", self.id)], names)
        if not row:
            return []
        needed = self._cover_needed()
        field = self.env["insurance.product.category"]._fields["line"]
        bars = []
        for line, label in field._description_selection(self.env):
            have, want = row[f"sum_{line}"], needed.get(line) or 0
            if not have and not want:
                continue
            gap = max(0, want - have)
            most = max(have, want)
            bars.append(
                {
                    "line": line,
                    "label": label,
                    "have": self._portrait_amount(have),
                    "want": want and self._portrait_amount(want) or False,
                    "gap": gap and self._portrait_amount(gap) or False,
                    "have_share": round(100 * have / most),
                    "want_share": round(100 * want / most),
                    "filled": round(100 * have / want) if want else False,
                }
            )
        return bars
