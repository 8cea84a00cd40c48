from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import proportions
from ..tools.proportions import Share
from .insurance_training_need import CAUSES


class InsuranceTrainingNeed(models.Model):
    """Which agents differ from their colleagues, and not by chance alone."""

    _inherit = "insurance.training.need"

    def action_evaluate(self):
        """Compare the agents now."""
        # whoever may plan a training may ask who needs one
        self.env["insurance.agent.training"].check_access("create")
        self._evaluate()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_product_match.insurance_training_need_action"
        )

    @api.model
    def _evaluate(self):
        """Find the needs of the company's agents."""
        get = self.env["insurance.parameter"]._get
        today = fields.Date.context_today(self)
        since = today - relativedelta(months=get("training_need_months"))
        fewest = get("training_need_min_cases")
        # figures about what has not been written yet would be wrong
        self.env.flush_all()
        compared = []
        for cause, _label in CAUSES:
            counts = dict(self._counts(cause, since))
            whole = Share(
                *(sum(one[place] for one in counts.values()) for place in range(3))
            )
            for user, one in counts.items():
                other = Share(*(a - b for a, b in zip(whole, one, strict=True)))
                if min(one.cases, other.cases) >= fewest:
                    compared.append((user, cause, one, other))
        confidence = get("match_proposal_confidence_pct") / 100
        z = proportions.deviate(confidence, len(compared))
        found = []
        for user, cause, one, other in compared:
            gap = proportions.difference(one, other, z)
            if gap.low > 0:
                low, high = proportions.wilson(one, z)
                found.append(
                    {
                        "user_id": user,
                        "company_id": self.env.company.id,
                        "cause": cause,
                        "hits": one.hits,
                        "cases": one.cases,
                        "rate": one.rate * 100,
                        "rate_low": low * 100,
                        "rate_high": high * 100,
                        "other_hits": other.hits,
                        "other_cases": other.cases,
                        "other_rate": other.rate * 100,
                        "gap_low": gap.low * 100,
                        "gap_high": gap.high * 100,
                        "comparisons": len(compared),
                        "date_from": since,
                        "date_to": today,
                    }
                )
        return self._note(found)

    @api.model
    def _note(self, found):
        """Keep what is known up to date, and add what is new."""
        # superuser: figures that nobody enters by hand
        needs = self.sudo()
        company = self.env.company.id
        known = {
            (need.user_id.id, need.cause): need
            for need in needs.search(
                [
                    ("company_id", "=", company),
                    ("state", "in", ("open", "planned")),
                ]
            )
        }
        months = self.env["insurance.parameter"]._get("match_proposal_rest_months")
        lately = fields.Datetime.now() - relativedelta(months=months)
        settled = {
            (need.user_id.id, need.cause)
            for need in needs.search(
                [
                    ("company_id", "=", company),
                    ("state", "in", ("done", "dismissed")),
                    ("state_date", ">=", lately),
                ]
            )
        }
        seen = {(values["user_id"], values["cause"]): values for values in found}
        for key, need in known.items():
            if key in seen:
                need.write(seen[key])
            elif need.state == "open":
                need._close("outdated")
        return needs.create(
            [
                values
                for key, values in seen.items()
                if key not in known and key not in settled
            ]
        )

    def _finish(self, training):
        """Close needs with the training that was passed."""
        if self:
            self.write({"training_id": training.id})
            self._close("done")

    def _close(self, state):
        """Set a state that only the system gives, which is no step of a person."""
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE insurance_training_need SET state = %s,"
            " state_date = now() AT TIME ZONE 'UTC' WHERE id IN %s",
            [state, tuple(self.ids)],
        )
        self.invalidate_recordset(["state", "state_date"])

    @api.model
    def _counts(self, cause, since):
        """Return [(user id, share)] of one cause."""
        rows = self.env.execute_query(getattr(self, f"_{cause}_sql")(since))
        return [(user, Share(hits, cases, cases)) for user, hits, cases in rows]

    @api.model
    def _effect_sql(self, since, hits, cases, where):
        # superuser: figures by agent, no client
        effect = self.env["insurance.recommendation.effect"].sudo()
        return SQL(
            "SELECT agent_id, count(DISTINCT archive_id) FILTER (WHERE %(hits)s),"
            " count(DISTINCT archive_id) FILTER (WHERE %(cases)s)"
            " FROM (%(effect)s) AS effect WHERE date >= %(since)s"
            " AND company_id = %(company)s AND %(where)s GROUP BY agent_id",
            effect=effect._table_query,
            since=since,
            company=self.env.company.id,
            hits=hits,
            cases=cases,
            where=where,
        )

    @api.model
    def _complaints_sql(self, since):
        """Count clients who complain of what was sold to them."""
        return self._effect_sql(
            since, SQL("complaints > 0"), SQL("sold > 0"), SQL("sold > 0")
        )

    @api.model
    def _against_sql(self, since):
        """Count clients who were recommended what they are advised against."""
        talked = SQL("state NOT IN ('collect', 'match', 'recommend')")
        return self._effect_sql(since, SQL("severity = 'stop'"), SQL("TRUE"), talked)

    @api.model
    def _recordings_sql(self, since):
        """Count recordings with a fault among those that were checked."""
        return SQL(
            "SELECT agent_id, count(*) FILTER (WHERE fault IS NOT NULL), count(*)"
            " FROM insurance_recording WHERE checked_on >= %s AND company_id = %s"
            " GROUP BY agent_id",
            since,
            self.env.company.id,
        )

    @api.model
    def _unfinished_sql(self, since):
        """Count advice that was begun and has lain since, or was dropped."""
        days = self.env["insurance.parameter"]._get("advice_idle_days")
        return SQL(
            """
            SELECT agent_id,
                   count(*) FILTER (
                       WHERE state = 'cancelled'
                          OR state IN ('collect', 'match', 'recommend')
                   ),
                   count(*)
            FROM insurance_recommendation
            WHERE create_date >= %(since)s AND company_id = %(company)s
              AND (state NOT IN ('collect', 'match', 'recommend')
                   OR state_date < now() AT TIME ZONE 'UTC'
                                   - make_interval(days => %(days)s))
            GROUP BY agent_id
            """,
            since=since,
            company=self.env.company.id,
            days=days,
        )
