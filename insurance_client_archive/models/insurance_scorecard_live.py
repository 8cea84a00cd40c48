from odoo import api, models
from odoo.tools import SQL

from ..tools import score_compiler, score_types
from ..tools.score_types import ScoreError
from .insurance_client_segment import DIMENSION_NAMES

#: how many of the ways from class to class are listed
MOVES = 8


class InsuranceScorecard(models.Model):
    """What a version would do, while it is being typed: nothing is written."""

    _inherit = "insurance.scorecard"

    def live_preview(self, draft, exact=False):
        """Count who would be where, and who would change class, by unsaved lines.

        :param draft: ``dimension`` and, in their order, ``factors``, ``rules`` and
            ``levels``; a line that has not been touched is ``{"id": its id}``
        :param exact: count all clients, not a sample of a big book
        """
        self.env["insurance.scorecard"].check_access("write")
        try:
            compiled = self._compiled_draft(draft)
        except ScoreError as error:
            return {"problem": self._problem(error, self._named(error))}
        sampled = 100.0 if exact else self._sample_percent()
        companies = self.env.companies.ids
        rows = self._count_moves(draft["dimension"], compiled, companies, sampled)
        return {"problem": False, **self._live_figures(draft, rows, sampled)}

    def _live_figures(self, draft, rows, sampled):
        """Return the counts by class and by way, scaled up from the sample."""
        dimension = draft["dimension"]
        field = self.env["insurance.archive"]._fields[dimension]
        labels = dict(field._description_selection(self.env))
        now, then, moves = {}, {}, {}
        for old, new, number in rows:
            number *= 100 / sampled
            now[old] = now.get(old, 0) + number
            then[new] = then.get(new, 0) + number
            if old != new:
                moves[old, new] = moves.get((old, new), 0) + number
        total, moved = sum(now.values()), sum(moves.values())
        ways = sorted(moves.items(), key=lambda way: -way[1])
        return {
            "total": round(total),
            "moved": round(moved),
            "share": round(100 * moved / total, 1) if total else 0,
            "sampled": round(total * sampled / 100) if sampled < 100 else False,
            "classes": [
                {
                    "code": code,
                    "label": label,
                    "now": round(now.get(code, 0)),
                    "then": round(then.get(code, 0)),
                    "now_share": self._percent(now.get(code, 0), total),
                    "then_share": self._percent(then.get(code, 0), total),
                }
                for code, label in labels.items()
            ],
            "moves": [
                {
                    "old": labels.get(old) or self.env._("no class"),
                    "new": labels.get(new, new),
                    "clients": round(number),
                }
                for (old, new), number in ways[:MOVES]
            ],
        }

    @api.model
    def _percent(self, number, total):
        return round(100 * number / total, 1) if total else 0

    @api.model
    def _sample_percent(self):
        """Return how much of the book is enough, in per cent; 100 for a small one."""
        enough = self.env["insurance.parameter"]._get("preview_sample_clients")
        [(found,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM (SELECT FROM insurance_client_feature LIMIT %s)"
                " AS few",
                enough + 1,
            )
        )
        if found <= enough:
            return 100.0
        [(estimate,)] = self.env.execute_query(
            SQL(
                "SELECT reltuples::bigint FROM pg_class"
                " WHERE oid = 'insurance_client_feature'::regclass"
            )
        )
        return max(0.01, 100.0 * enough / max(estimate, found))

    # --- from what the browser sends to what the compiler takes

    def _compiled_draft(self, draft):
        """Compile lines that are not saved; only what is known by id or type passes."""
        dimension = draft.get("dimension")
        if dimension not in DIMENSION_NAMES:
            raise ScoreError("class", str(dimension))
        structure = score_types.Scorecard(
            rules=tuple(self._draft_parts(draft, "rules", self._draft_rule)),
            factors=tuple(self._draft_parts(draft, "factors", self._draft_factor)),
            levels=tuple(
                sorted(
                    self._draft_parts(draft, "levels", self._draft_level),
                    key=lambda level: level.threshold,
                )
            ),
        )
        return score_compiler.compile_scorecard(
            structure,
            # as superuser: the whitelist and the classes are no secret
            self.env["insurance.client.feature"].sudo()._feature_kinds(),
            self.env["insurance.client.segment"].sudo()._codes(dimension),
        )

    def _draft_parts(self, draft, name, build):
        """Yield the lines of a kind, those as stored and those as typed."""
        saved = self._stored_parts(name) if self else {}
        for number, line in enumerate(draft.get(name) or [], start=1):
            if set(line) == {"id"}:
                if line["id"] in saved:
                    yield saved[line["id"]]
            else:
                # keys only tell the lines apart: those of unsaved lines are negative
                yield build(line, -number)

    def _stored_parts(self, name):
        """Return {line: the same for the compiler}."""
        lines = {
            "rules": self.rule_ids.sorted(lambda rule: (rule.sequence, rule.id)),
            "factors": self.factor_ids.sorted(lambda line: (line.sequence, line.id)),
            "levels": self.level_ids.sorted("threshold"),
        }[name]
        parts = getattr(self._structure(), name)
        return dict(zip(lines.ids, parts, strict=True))

    def _draft_rule(self, line, key):
        return score_types.Rule(
            key,
            tuple(self._draft_test(test) for test in line.get("conditions") or []),
            self._code_of("insurance.client.segment", line.get("segment")),
        )

    def _draft_factor(self, line, key):
        feature = line.get("feature")
        return score_types.Factor(
            key,
            self._code_of("insurance.score.feature", feature),
            tuple(
                score_types.Band(
                    self._draft_test({**band, "feature": feature}),
                    self._whole(band.get("points")),
                )
                for band in line.get("bands") or []
            ),
            line.get("applies_to") or "all",
        )

    def _draft_level(self, line, _key):
        return score_types.Level(
            self._whole(line.get("threshold")),
            self._code_of("insurance.client.segment", line.get("segment")),
        )

    def _draft_test(self, test):
        low, high = test.get("low") or "", test.get("high") or ""
        options = [
            self._code_of("insurance.score.option", i)
            for i in test.get("options") or []
        ]
        return score_types.Test(
            feature=self._code_of("insurance.score.feature", test.get("feature")),
            low=score_types.limit(str(low)),
            high=score_types.limit(str(high)),
            values=tuple(sorted(options)),
            missing=bool(test.get("missing")),
        )

    @api.model
    def _whole(self, number):
        if type(number) is not int:
            raise ScoreError("points", str(number))
        return number

    @api.model
    def _code_of(self, model, res_id):
        """Return the code of a definition; unknown ones are refused by the compiler."""
        if type(res_id) is not int:
            return ""
        return self.env[model].browse(res_id).exists().code or ""

    def _named(self, error):
        """Return the figure that an error is about, to be named as people know it."""
        Feature = self.env["insurance.score.feature"]
        return Feature.search([("code", "=", error.detail or "")], limit=1)
