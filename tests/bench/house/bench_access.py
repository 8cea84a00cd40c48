"""What grants cost: each role's questions beside the superuser's on the same rows.

BENCH_ARCHIVES (20,000), BENCH_AGENTS (60) and BENCH_GRANTS (400); the product's own
figures are for 1,000,000 archives, 3,000 agents and 20,000 grants. The plans are kept
in ``bench_access_plans.txt`` beside the figures.
"""

import os
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import access_data
import harness

ARCHIVES = int(os.environ.get("BENCH_ARCHIVES", "20000"))
AGENTS = int(os.environ.get("BENCH_AGENTS", "60"))
GRANTS = int(os.environ.get("BENCH_GRANTS", "400"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "21"))
LIMIT = 2.0
LIST = (
    "number name phone client_kind agent_id manager_id state lifecycle_stage value_tier"
    " income_band last_contact_date next_review_date completeness"
).split()
FORM = [*LIST, *("email street city gender birth_date health_grade asset_band".split())]


class Bench:
    def __init__(self, env):
        self.env = env
        self.scene = access_data.invent(env, ARCHIVES, AGENTS, GRANTS)
        self.results, self.plans = [], []

    def run(self):
        for role, user in self.scene.people.items():
            self._measure(role, user, self.scene.same[role])
        self._contacts()

    def _measure(self, role, user, same):
        mine = self.env["insurance.archive"].with_user(user)
        plain = self.env["insurance.archive"]
        self._check_same(role, mine, plain, same)
        one = plain.search(same, limit=1)
        asked = f"Client {one.partner_id.name.split()[-1][:3]}"
        specification = {name: {} for name in LIST}
        form = {name: {} for name in FORM}
        questions = {
            "first page": lambda archives, domain: archives.web_search_read(
                domain, specification, limit=80, count_limit=10_001
            ),
            "name search": lambda archives, domain: archives.name_search(
                asked, list(domain), limit=8
            ),
            "open a form": lambda archives, _domain: archives.browse(one.id).web_read(
                form
            ),
            "count": lambda archives, domain: archives.search_count(domain),
            "group by state": lambda archives, domain: archives.formatted_read_group(
                domain, ["state"], ["__count"]
            ),
        }
        for name, ask in questions.items():
            self._compare(f"{role}: {name}", ask, mine, plain, same)
        self._keep_plan(role, mine)

    def _check_same(self, role, mine, plain, same):
        count = mine.search_count([])
        assert count == plain.search_count(same) > 0, (role, count)
        print(f"{role}: {count} archives", flush=True)

    def _compare(self, name, ask, mine, plain, same):
        def run(archives, domain):
            self.env.invalidate_all()
            # people ask anew each time; the domain is given as the web client gives it
            return harness.seconds(lambda: ask(archives, domain))

        for _turn in range(3):
            run(plain, list(same))
            run(mine, [])
        pairs = []
        for turn in range(ROUNDS):
            if turn % 2:
                after = run(mine, [])
                before = run(plain, list(same))
            else:
                before = run(plain, list(same))
                after = run(mine, [])
            pairs.append((before, after))
        before, after = (
            statistics.quantiles(side, n=20, method="inclusive")[-1] * 1000
            for side in zip(*pairs, strict=True)
        )
        note = f"p95 {before:.1f} -> {after:.1f} ms ({after / before:.2f})"
        self.results.append(harness.from_pairs(name, pairs, LIMIT, note))
        self.env.cr.rollback()

    def _keep_plan(self, role, mine):
        """Keep how PostgreSQL finds the first page, and look for a walk over all."""
        query = mine._search([], limit=80, order=mine._order)
        sql = query.select()
        self.env.cr.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, COSTS) {sql.code}",
            sql.params,
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.plans.append(f"--- {role}\n{plan}\n")
        if role == "agent" and ARCHIVES >= 100_000:
            walks = "Seq Scan on insurance_archive " in plan
            assert not walks, f"all archives are read for an agent:\n{plan}"

    def _contacts(self):
        """Compare contacts for people without insurance: our fields, and none."""
        accountant = self.env["res.users"].create(
            {
                "name": "Bench accountant",
                "login": "bench accountant",
                "group_ids": [(6, 0, [self.env.ref("base.group_user").id])],
            }
        )
        partners = self.env["res.partner"].with_user(accountant)
        view = partners.get_view(view_type="list")
        names = list(view["models"]["res.partner"])
        ours = [name for name in names if name.startswith("insurance_")]
        plain = [name for name in names if name not in ours]

        def read(fields):
            self.env.invalidate_all()
            specification = {name: {} for name in fields}
            partners.web_search_read([], specification, limit=80)

        counts = []
        for fields in (plain, names):
            read(fields)
            before = self.env.cr.sql_log_count
            read(fields)
            counts.append(self.env.cr.sql_log_count - before)
        note = f"queries {counts[0]} -> {counts[1]}; {len(ours)} of our fields in it"
        self.results.append(
            harness.compare(
                "contacts without insurance",
                baseline=lambda: read(plain),
                subject=lambda: read(names),
                rounds=ROUNDS,
                limit=1.2,
                note=note,
            )
        )

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
