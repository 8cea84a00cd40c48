"""What grants cost: each role's questions beside the superuser's on the same rows.

BENCH_ARCHIVES (20,000), BENCH_AGENTS (60) and BENCH_GRANTS (400); the product's own
figures are for 1,000,000 archives, 3,000 agents and 20,000 grants. A database in which
an earlier run has invented them is measured as it is.

Each question is asked twice over: as a request, in a transaction of its own as the
server handles a call (that is held against the limit), and in the ORM alone, with
nothing known of the records. The plans of all questions are kept in
``bench_access_plans.txt`` beside the figures.
"""

import functools
import os
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import access_data
import access_plans
import harness

ARCHIVES = int(os.environ.get("BENCH_ARCHIVES", "20000"))
AGENTS = int(os.environ.get("BENCH_AGENTS", "60"))
GRANTS = int(os.environ.get("BENCH_GRANTS", "400"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "41"))
LIMIT = 2.0
MODEL = "insurance.archive"
LIST = (
    "number name phone client_kind agent_id manager_id state lifecycle_stage value_tier"
    " income_band last_contact_date next_review_date completeness"
).split()
FORM = [*LIST, *("email street city gender birth_date health_grade asset_band".split())]


class Bench:
    def __init__(self, env):
        self.env = env
        self.scene = access_data.find(env) or access_data.invent(
            env, ARCHIVES, AGENTS, GRANTS
        )
        self.results, self.plans = [], []

    def run(self):
        for role, user in self.scene.people.items():
            self._measure(role, user, self.scene.same[role])

    def _measure(self, role, user, same):
        mine = self.env[MODEL].with_user(user)
        plain = self.env[MODEL]
        self._check_same(role, mine, plain, same)
        for name, call in self._questions(plain, same).items():
            for way in (self._request, self._in_orm):
                self._compare(role, name, way, call, user, same)
            statements = access_plans.statements(
                self.env, lambda call=call: self._in_orm(call, user.id, [])
            )
            self._keep_plans(role, name, statements)
        self.env.cr.rollback()

    def _questions(self, plain, same):
        """Return {name: method, ids, arguments for a domain}."""
        one = plain.search(same, limit=1)
        asked = f"Client {one.partner_id.name.split()[-1][:3]}"
        columns = {name: {} for name in LIST}
        form = {name: {} for name in FORM}
        return {
            "first page": (
                "web_search_read",
                (),
                lambda domain: {
                    "domain": domain,
                    "specification": columns,
                    "limit": 80,
                    "count_limit": 10_001,
                },
            ),
            # what the list's own search box asks
            "search box": (
                "web_search_read",
                (),
                lambda domain: {
                    "domain": [*domain, ("display_name", "ilike", asked)],
                    "specification": columns,
                    "limit": 80,
                    "count_limit": 10_001,
                },
            ),
            "name search": (
                "name_search",
                (),
                lambda domain: {"name": asked, "domain": domain, "limit": 8},
            ),
            "open a form": (
                "web_read",
                one.ids,
                lambda _domain: {"specification": form},
            ),
            "count": ("search_count", (), lambda domain: {"domain": domain}),
            "group by state": (
                "formatted_read_group",
                (),
                lambda domain: {
                    "domain": domain,
                    "groupby": ["state"],
                    "aggregates": ["__count"],
                },
            ),
        }

    def _check_same(self, role, mine, plain, same):
        # the same rows, not only as many: no id of one side is missing on the other
        count = mine.search_count([])
        assert count == plain.search_count(same) > 0, (role, count)
        assert mine.search([]) == plain.search(same), role
        print(f"{role}: {count} archives", flush=True)

    def _request(self, call, user_id, domain):
        """Answer as the server does, between the parsing of a call and its answer."""
        from odoo.api import Environment
        from odoo.service.model import call_kw, retrying

        method, ids, arguments = call
        args = [list(ids)] if ids else []
        registry = self.env.registry
        with registry.cursor() as cr:
            registry.check_signaling()
            env = Environment(cr, user_id, {"lang": "en_US", "tz": "Asia/Shanghai"})
            answer = functools.partial(
                call_kw, env[MODEL], method, args, arguments(domain)
            )
            return retrying(answer, env)

    def _in_orm(self, call, user_id, domain):
        self.env.invalidate_all()
        method, ids, arguments = call
        records = self.env[MODEL].with_user(user_id).browse(ids)
        return getattr(records, method)(**arguments(domain))

    def _compare(self, role, name, way, call, user, same):
        sides = ((self.env.uid, list(same)), (user.id, []))
        ask = [
            functools.partial(harness.seconds, functools.partial(way, call, *side))
            for side in sides
        ]
        for _turn in range(3):
            ask[0]()
            ask[1]()
        pairs = []
        for turn in range(ROUNDS):
            if turn % 2:  # neither side always runs first
                after = ask[1]()
                pairs.append((ask[0](), after))
            else:
                pairs.append((ask[0](), ask[1]()))
        before, after = (
            statistics.quantiles(side, n=20, method="inclusive")[-1] * 1000
            for side in zip(*pairs, strict=True)
        )
        request = way == self._request
        note = f"p95 {before:.1f} -> {after:.1f} ms ({after / before:.2f})"
        self.results.append(
            harness.from_pairs(
                f"{role}: {name}{'' if request else ' (ORM)'}",
                pairs,
                LIMIT if request else None,
                note,
            )
        )

    def _keep_plans(self, role, name, statements):
        """Keep how PostgreSQL answers, and look for a walk over all archives."""
        for plan in access_plans.explain(self.env, statements):
            self.plans.append(f"--- {role}: {name}\n{plan.text}\n")
            # with few archives, reading all of them is the shortest way
            if ARCHIVES >= 100_000:
                assert not plan.walks, f"all archives are read:\n{plan.text}"

    def report(self):
        folder = Path(os.environ.get("BENCH_DIR", ".local/bench"))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "bench_access_plans.txt").write_text("\n".join(self.plans))
        harness.report(__file__, self.results)


def main():
    bench = Bench(harness.environment())
    bench.run()
    bench.report()


if __name__ == "__main__":
    main()
