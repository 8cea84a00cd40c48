"""Rates of use by role from millions of records, beside SQL over the whole log.

BENCH_USES (500,000) records of one year, 300 people, three roles. The baseline counts
them by role and month, as the rates did before there were counts of past days. Both
say the same, and what the rates read of the log is but today.
"""

import os

import harness

from odoo.tools import SQL

USES = int(os.environ.get("BENCH_USES", "500000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))

INVENT = """
    SELECT insurance_use_log_add_month((now() - month * interval '1 month')::date)
      FROM generate_series(0, 12) month;

    INSERT INTO insurance_use_log (writer, n, date, user_id, company_id, tier, channel,
                                   action, result, archive_id, purpose, mac)
    SELECT 1, n, now() AT TIME ZONE 'UTC'
           - (%(uses)s - n) * interval '365 days' / %(uses)s,
           people.id[1 + n %% cardinality(people.id)], %(company)s,
           (ARRAY['agent', 'manager', 'department'])[1 + n %% 3], 'web', 'view', 'done',
           NULL, CASE WHEN n %% 7 > 0 THEN 'claim' END, ''
      FROM generate_series(1, %(uses)s) n,
           (SELECT array_agg(id) AS id FROM res_users) people;
"""
PLAIN = """
    SELECT tier.party, date_trunc('month', log.date)::date,
           avg(CASE WHEN coalesce(log.purpose, '') <> '' OR log.grant_id IS NOT NULL
                    THEN 100.0 ELSE 0 END), count(*)
      FROM insurance_use_log log
      JOIN (VALUES ('agent', 'agent'), ('manager', 'manager'),
                   ('supervisor', 'manager'), ('department', 'department'),
                   ('department_head', 'department'), ('compliance', 'department'),
                   ('archivist', 'department')) AS tier (name, party)
        ON tier.name = log.tier
     WHERE log.result = 'done'
       AND log.action NOT IN ('verify', 'prune', 'login', 'denied', 'alarm', 'key',
                              'writer_start', 'writer_stop', 'writer_gap')
     GROUP BY 1, 2
"""


def rows_read(cr, query):
    """Return how many records of the log a query looks at."""
    cr.execute(SQL("EXPLAIN (ANALYZE, TIMING off, FORMAT json) %s", query))
    waiting, count = [cr.fetchone()[0][0]["Plan"]], 0
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if node.get("Relation Name", "").startswith("insurance_use_log"):
            seen = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            count += node["Actual Loops"] * seen
    return count


def main(env):
    cr = env.cr
    cr.execute(INVENT, {"uses": USES, "company": env.company.id})
    cr.commit()
    cr.execute("ANALYZE insurance_use_log")
    tally = env["insurance.use.tally"]
    first = harness.seconds(tally._cron_tally)
    cr.execute("ANALYZE insurance_use_tally")
    cr.commit()
    next_night = harness.seconds(tally._cron_tally)
    print(f"counting: {first:.1f} s the first time, {next_night:.2f} s each night")

    def plain():
        cr.execute(PLAIN)
        return {
            (party, str(month)): (round(float(rate), 6), count)
            for party, month, rate, count in cr.fetchall()
        }

    def ours():
        env.invalidate_all()
        groups = env["insurance.records.rate"]._read_group(
            [("measure", "=", "use")],
            ["party", "day:month"],
            ["reached:avg", "duty_count:sum"],
        )
        return {
            (party, str(month)): (round(float(rate), 6), count)
            for party, month, rate, count in groups
        }

    assert ours() == plain(), "The rates are not what plain SQL counts."
    rates = harness.compare(
        f"rates of {USES:,} uses by role and month",
        baseline=plain,
        subject=ours,
        rounds=ROUNDS,
        limit=0.5,
    )
    pages = harness.compare(
        "first page of the list, beside the same",
        baseline=plain,
        subject=lambda: (
            env.invalidate_all(),
            env["insurance.records.rate"].search([], limit=80).mapped("reached"),
        ),
        rounds=ROUNDS,
        limit=1.0,
    )
    looked_at = rows_read(cr, env["insurance.records.rate"]._table_query)
    cr.execute("SELECT count(*) FROM insurance_use_log WHERE date >= current_date")
    today = cr.fetchone()[0]
    print(f"records of the log that are read: {looked_at:,}; of today: {today:,}")
    assert looked_at <= today, "Records are read that were counted."
    harness.report(__file__, [rates, pages])


if __name__ == "__main__":
    bench = harness.environment()
    with bench.cr:
        main(bench)
