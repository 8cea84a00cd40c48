"""The ends of all archives beside plain SQL for the same dates.

BENCH_ARCHIVES (20,000); the product's own figures are for 1,000,000. Two policies for
each archive, a claim for every tenth, a complaint for every twentieth. The plain SQL
has the rules of the product as constants and writes the same rows into a table of the
same form; both have to say the same.
"""

import os
import resource

import harness

from odoo.tools import SQL

ARCHIVES = int(os.environ.get("BENCH_ARCHIVES", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CHUNK = 20_000
LIMIT = 2.0

INVENT = """
    WITH partner AS (
        INSERT INTO res_partner (name, complete_name, active, type, is_company, lang,
                                 create_date, write_date)
        SELECT 'Client', 'Client', true, 'contact', false, 'en_US', now(), now()
          FROM generate_series(1, %(archives)s) RETURNING id
    )
    INSERT INTO insurance_archive (partner_id, company_id, client_kind, state, uuid,
                                   create_date, last_contact_date)
    SELECT id, %(company)s, 'individual', 'filed', gen_random_uuid()::text,
           timestamp '1990-01-01' + (id %% 9000) * interval '1 day',
           timestamp '2000-01-01' + (id %% 9000) * interval '1 day'
      FROM partner;

    INSERT INTO insurance_policy (archive_id, product_id, payment_mode, state, number,
                                  start_date, end_date, state_date)
    SELECT archive.id, %(product)s, 'yearly',
           (ARRAY['expired', 'expired', 'active', 'surrendered', 'lapsed'])
               [1 + (archive.id + n) %% 5],
           'B' || archive.id || '-' || n,
           date '1990-01-01' + (archive.id * 7 + n * 400) %% 9000,
           date '1990-01-01' + (archive.id * 7 + n * 400) %% 9000
               + CASE WHEN (archive.id + n) %% 3 = 0 THEN 200 ELSE 3650 END,
           timestamp '2005-01-01' + ((archive.id + n) %% 7000) * interval '1 day'
      FROM insurance_archive archive, generate_series(1, 2) n
     WHERE archive.uuid IS NOT NULL AND archive.number IS NULL;

    INSERT INTO insurance_claim (archive_id, policy_id, event_date, reported_date,
                                 kind, state, state_date)
    SELECT archive_id, min(id), date '2000-01-01', date '2000-01-01', 'death',
           'closed', timestamp '2010-01-01'
      FROM insurance_policy WHERE archive_id %% 10 = 0 GROUP BY archive_id;

    INSERT INTO insurance_feedback (archive_id, user_id, received_on, name, kind,
                                    channel, complexity, state, state_date)
    SELECT id, 1, date '2000-01-01', '?', 'complaint', 'phone', 'simple', 'closed',
           timestamp '2015-01-01'
      FROM insurance_archive WHERE id %% 20 = 0;
"""
PLAIN = """
    INSERT INTO plain_retention (archive_id, status, until, rule_id, held)
    SELECT archive_id, CASE WHEN bool_or(until IS NULL) THEN 'open' ELSE 'dated' END,
           CASE WHEN bool_and(until IS NOT NULL) THEN max(until) END,
           (SELECT min(id) FROM insurance_retention_rule), false
      FROM (
        SELECT archive_id, max_end AS until FROM (
            SELECT archive_id,
                   CASE WHEN bool_and(ended IS NOT NULL)
                        THEN max(ended + interval '10 years')::date END AS max_end
              FROM (SELECT archive_id, CASE
                        WHEN state IN ('expired', 'matured') THEN end_date
                        WHEN state IN ('surrendered', 'terminated')
                        THEN least(end_date, (state_date + interval '14 hours')::date)
                        WHEN state = 'lapsed' AND end_date < current_date
                        THEN end_date END AS ended
                      FROM insurance_policy
                     WHERE state NOT IN ('declined', 'withdrawn', 'application',
                                         'underwriting')) ends
             GROUP BY archive_id) contracts
        UNION ALL
        SELECT archive_id, CASE
                   WHEN state IN ('paid', 'closed', 'refused', 'withdrawn')
                   THEN (greatest((state_date + interval '14 hours')::date, paid_on)
                         + interval '10 years')::date END
          FROM insurance_claim
        UNION ALL
        SELECT archive_id, CASE
                   WHEN state IN ('closed', 'withdrawn')
                   THEN ((state_date + interval '14 hours')::date
                         + interval '5 years')::date END
          FROM insurance_feedback WHERE kind = 'complaint'
        UNION ALL
        SELECT id, ((coalesce(last_contact_date, create_date)
                     + interval '14 hours')::date + interval '3 years')::date
          FROM insurance_archive
      ) found
     WHERE EXISTS (SELECT FROM insurance_archive archive
                    WHERE archive.id = found.archive_id AND archive.number IS NULL)
     GROUP BY archive_id
"""
DIFFERENT = """
    SELECT count(*) FROM plain_retention plain
      JOIN insurance_retention ours ON ours.archive_id = plain.archive_id
     WHERE (ours.status, ours.until) IS DISTINCT FROM (plain.status, plain.until)
"""


def main(env):
    cr = env.cr
    product = env["product.template"].search([("is_insurance", "=", True)], limit=1)
    values = {
        "archives": ARCHIVES,
        "company": env.company.id,
        "product": product.id,
    }
    # what the demo data have beside is not compared
    cr.execute("SELECT coalesce(max(id), 0) FROM insurance_archive")
    before = cr.fetchone()[0]
    cr.execute(INVENT, values)
    # a table of the same form, with the same indexes and links
    cr.execute(
        "CREATE TABLE plain_retention (LIKE insurance_retention INCLUDING ALL);"
        "ALTER TABLE plain_retention"
        " ADD FOREIGN KEY (archive_id) REFERENCES insurance_archive (id),"
        " ADD FOREIGN KEY (rule_id) REFERENCES insurance_retention_rule (id)"
    )
    cr.commit()
    for table in ("insurance_archive", "insurance_policy", "insurance_claim"):
        cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    cr.execute("SELECT max(id) FROM insurance_archive")
    last = cr.fetchone()[0]
    retention = env["insurance.retention"]

    def sweep():
        cr.execute("DELETE FROM insurance_retention")
        for after in range(0, last, CHUNK):
            until = min(last, after + CHUNK)
            retention._solve(
                lambda column, after=after, until=until: SQL(
                    "%s > %s AND %s <= %s", column, after, column, until
                )
            )
        cr.commit()

    def plain():
        cr.execute("DELETE FROM plain_retention")
        cr.execute(PLAIN)
        cr.commit()

    def again():
        for after in range(0, last, CHUNK):
            until = min(last, after + CHUNK)
            assert not retention._solve(
                lambda column, after=after, until=until: SQL(
                    "%s > %s AND %s <= %s", column, after, column, until
                )
            )

    result = harness.compare(
        f"ends of {ARCHIVES:,} archives",
        baseline=plain,
        subject=sweep,
        rounds=ROUNDS,
        warmup=1,
        limit=LIMIT,
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    again()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    cr.execute(DIFFERENT + " AND plain.archive_id > %s", [before])
    different = cr.fetchone()[0]
    assert not different, f"{different} archives have other ends in plain SQL."
    print(f"The same ends in both; memory grew by {grown} kB in another run.")
    harness.report(__file__, [result])


if __name__ == "__main__":
    bench = harness.environment()
    with bench.cr:
        main(bench)
