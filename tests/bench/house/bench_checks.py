"""All automatic checks beside a plain count of the same tables, in the same run.

BENCH_ARCHIVES (20,000), BENCH_AGENTS (60), BENCH_GRANTS (400); the product's own
figures are for 1,000,000 archives, 3,000 agents and 20,000 grants. A database in which
an earlier run has invented them is measured as it is. No check may take longer than
BENCH_SECONDS (5).
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import access_data
import check_data
import harness

from odoo.tools import SQL

ARCHIVES = int(os.environ.get("BENCH_ARCHIVES", "20000"))
AGENTS = int(os.environ.get("BENCH_AGENTS", "60"))
GRANTS = int(os.environ.get("BENCH_GRANTS", "400"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))


def main(env):
    from odoo import fields

    from odoo.addons.insurance_compliance.check_catalogue import CHECKS

    if not access_data.find(env):
        access_data.invent(env, ARCHIVES, AGENTS, GRANTS)
    check_data.fill(env)
    since = fields.Datetime.now() - timedelta(days=1)
    results = [
        _measure(env, code, function, since)
        for code, function in sorted(CHECKS.items())
    ]
    results = [result for result in results if result]
    for result in sorted(results, key=lambda result: -result.subject_ms)[:20]:
        print(f"{result.subject_ms:9.0f} ms  {result.name}  {result.note}")
    total = sum(result.subject_ms for result in results) / 1000
    plain = sum(result.baseline_ms for result in results) / 1000
    print(f"{len(results)} checks: {total:.1f} s; counting their tables: {plain:.1f} s")
    slow = [one.name for one in results if one.subject_ms > SECONDS * 1000]
    harness.report(__file__, results)
    assert not slow, f"Slower than {SECONDS} s: {', '.join(slow)}"


def _measure(env, code, function, since):
    found = function(env, since)
    if found is None:
        return None
    seen = {}

    def check():
        env.invalidate_all()
        now = function(env, since)
        seen["found"] = len(now.facts)
        if now.ids is not None:
            query = SQL("SELECT count(DISTINCT one.id) FROM (%s) AS one(id)", now.ids)
            seen["found"] = env.execute_query(query)[0][0]

    table = SQL.identifier(env[found.model or "insurance.check"]._table)

    def plain():
        env.cr.execute(SQL("SELECT count(*) FROM %s", table))

    result = harness.compare(
        code, baseline=plain, subject=check, rounds=ROUNDS, warmup=1
    )
    result.note = f"{seen['found']} of {found.population}"
    env.cr.rollback()
    return result


if __name__ == "__main__":
    bench = harness.environment()
    with bench.cr:
        main(bench)
