from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import proportions


class InsuranceMatchProposal(models.Model):
    """Which differences are large and certain enough for a proposal.

    More points only follow from what clients keep, never from what sells well: needs
    come first (handbook 4.2).
    """

    _inherit = "insurance.match.proposal"

    def action_evaluate(self):
        """Look at the results now, and show what they speak for."""
        # a proposal is the beginning of a rule
        self.env["insurance.match.rule"].check_access("create")
        self._evaluate()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_product_match.insurance_match_proposal_action"
        )

    @api.model
    def _evaluate(self):
        """Propose what the results speak for; take back what they don't any more."""
        get = self.env["insurance.parameter"]._get
        today = fields.Date.context_today(self)
        since = today - relativedelta(months=get("match_proposal_months"))
        fewest = get("match_proposal_min_clients")
        compared = [
            comparison
            for comparison in self._comparisons(since)
            if min(comparison.one.units, comparison.other.units) >= fewest
        ]
        confidence = get("match_proposal_confidence_pct") / 100
        z = proportions.deviate(confidence, len(compared))
        frame = {
            "comparisons": len(compared),
            "confidence": confidence * 100,
            "date_from": since,
            "date_to": today,
        }
        found = {}
        for comparison in compared:
            verdict = self._verdict(comparison, z, get("match_proposal_margin_pct"))
            if verdict:
                values = {**self._values(comparison, *verdict, z), **frame}
                # the first measure that speaks for it: one proposal a subject
                found.setdefault(values["key"], values)
        return self._propose(found)

    @api.model
    def _verdict(self, comparison, z, margin):
        """Return the kind of proposal and the points, or nothing."""
        gap = proportions.difference(comparison.one, comparison.other, z)
        bad = comparison.measure in ("complained", "left_out")
        # how much better it is, at best and at worst
        best = (-gap.low if bad else gap.high) * 100
        worst = (-gap.high if bad else gap.low) * 100
        middle = (-gap.value if bad else gap.value) * 100
        worse = best < 0 and middle <= -margin
        idle = best < margin
        points = self.env["insurance.parameter"]._get("match_proposal_points")
        about = comparison.about
        if about in ("product", "segment", "left_out", "version"):
            if worse:
                serious = comparison.measure in ("kept", "complained")
                return about, -points * (1 + serious)
            kept = about == "product" and comparison.measure == "kept"
            if kept and worst > 0 and middle >= margin:
                return "kept_better", points
        elif about == "boost":
            given = self.env["insurance.match.rule"].browse(comparison.rule).points
            if given > 0 and worse:
                return "boost_harm", -max(1, given // 2)
            if given > 1 and idle and comparison.measure == "bought":
                return "boost_idle", given // 2
        elif about == "forbids" and comparison.measure != "bought" and worst > -margin:
            return "forbids_good", -2 * points
        elif about == "weight" and idle:
            weight = self.env["insurance.match.engine"]._weights()[comparison.factor]
            return "weight", int(weight) // 2
        return None

    @api.model
    def _values(self, comparison, kind, points, z):
        one, other = comparison.one, comparison.other
        low, high = proportions.wilson(one, z)
        other_low, other_high = proportions.wilson(other, z)
        gap = proportions.difference(one, other, z)
        name, value = comparison.segment
        what = (
            comparison.about,
            comparison.rule,
            comparison.product,
            value,
            comparison.factor,
            self.env.company.id,
        )
        return {
            "key": ":".join(map(str, what)),
            "company_id": self.env.company.id,
            "kind": kind,
            "measure": comparison.measure,
            "points": points,
            "rule_id": comparison.rule or False,
            "product_id": comparison.product or False,
            "segment_field": name or False,
            "segment_value": value or False,
            "factor": comparison.factor or False,
            "cases": one.cases,
            "clients": one.units,
            "rate": one.rate * 100,
            "rate_low": low * 100,
            "rate_high": high * 100,
            "other_cases": other.cases,
            "other_clients": other.units,
            "other_rate": other.rate * 100,
            "other_low": other_low * 100,
            "other_high": other_high * 100,
            "gap": gap.value * 100,
            "gap_low": gap.low * 100,
            "gap_high": gap.high * 100,
        }

    @api.model
    def _propose(self, found):
        """Keep what is open up to date, and add what is new."""
        # superuser: figures that nobody enters by hand
        proposals = self.sudo()
        mine = Domain("company_id", "=", self.env.company.id)
        waiting = proposals.search(mine & Domain("state", "=", "open"))
        known = {proposal.key: proposal for proposal in waiting}
        for key, proposal in known.items():
            if key in found:
                proposal.write(found[key])
        gone = waiting.filtered(lambda one: one.key not in found)
        gone._forget()
        settled = set(
            proposals.search(mine & self._settled_domain()).mapped("key")
        ) | set(known)
        return proposals.create(
            [values for key, values in found.items() if key not in settled]
        )

    def _forget(self):
        """Take back what the results do not say any more; no step of a person."""
        if self:
            self.env.cr.execute(
                "UPDATE insurance_match_proposal SET state = 'outdated' WHERE id IN %s",
                [tuple(self.ids)],
            )
            self.invalidate_recordset(["state"])

    @api.model
    def _settled_domain(self):
        """Return the domain of what was decided so lately that it is not asked anew."""
        months = self.env["insurance.parameter"]._get("match_proposal_rest_months")
        since = fields.Datetime.now() - relativedelta(months=months)
        decided = Domain("decided_on", ">=", since)
        drafted = Domain("draft_state", "in", ("draft", "approved"))
        return Domain("state", "in", ("adopted", "rejected", "enforced")) & (
            decided | drafted
        )
