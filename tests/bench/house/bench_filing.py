"""Filing days and tests of the four properties beside plain SQL for the same rows.

BENCH_ARCHIVES (20,000). Two policies, two interactions and a paper for each archive.
The plain SQL of the filing days has the cycle as a constant and says the same. That of
the tests looks for ID numbers in the texts of the three tables that have any: the least
that an auditor would write by hand, and the dearest single test.
"""

import os

import harness

from odoo.tools import SQL

ARCHIVES = int(os.environ.get("BENCH_ARCHIVES", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
CHUNK = 20_000

INVENT = """
    WITH partner AS (
        INSERT INTO res_partner (name, complete_name, active, type, is_company, lang,
                                 create_date, write_date)
        SELECT 'Client', 'Client', true, 'contact', false, 'en_US', now(), now()
          FROM generate_series(1, %(archives)s) RETURNING id
    )
    INSERT INTO insurance_archive (partner_id, company_id, client_kind, state, uuid,
                                   create_uid, create_date, filed_through)
    SELECT id, %(company)s, 'individual', 'filed', gen_random_uuid()::text, 1,
           now() - interval '2 years', now() - interval '9 months'
      FROM partner;

    INSERT INTO insurance_policy (archive_id, partner_id, company_id, product_id,
                                  payment_mode, state, number, start_date,
                                  end_date, create_date)
    SELECT archive.id, archive.partner_id, archive.company_id, %(product)s, 'yearly',
           'active', 'B' || archive.id || '-' || n, date '2020-01-01',
           date '2040-01-01',
           now() - ((archive.id + n * 7) %% 500) * interval '1 day'
      FROM insurance_archive archive, generate_series(1, 2) n
     WHERE archive.id > %(before)s;

    INSERT INTO insurance_interaction (archive_id, partner_id, company_id, name, date,
                                       channel, direction, purpose, outcome, user_id,
                                       create_date)
    SELECT archive.id, archive.partner_id, archive.company_id,
           'Talk about cover ' || n, now(), 'phone', 'out', 'care', 'reached', 1,
           now() - ((archive.id * 3 + n * 11) %% 700) * interval '1 day'
      FROM insurance_archive archive, generate_series(1, 2) n
     WHERE archive.id > %(before)s;

    INSERT INTO insurance_document (archive_id, partner_id, company_id, type_id, form,
                                    pages, received_on, create_date)
    SELECT id, partner_id, company_id,
           (SELECT min(id) FROM insurance_document_type), 'scan', 1, now(),
           now() - (id %% 400) * interval '1 day'
      FROM insurance_archive WHERE id > %(before)s;
"""
PLAIN_DAYS = """
    INSERT INTO plain_filing (id, due)
    SELECT archive.id, (min(came.create_date)::date + interval '6 months')::date
      FROM insurance_archive archive
      JOIN (SELECT archive_id, create_date FROM insurance_policy
            UNION ALL SELECT archive_id, create_date FROM insurance_claim
            UNION ALL SELECT archive_id, create_date FROM insurance_document
            UNION ALL SELECT archive_id, create_date FROM insurance_interaction
            UNION ALL SELECT archive_id, create_date FROM insurance_feedback) came
        ON came.archive_id = archive.id AND came.create_date > archive.filed_through
     WHERE archive.state = 'filed' AND archive.id > %(before)s
     GROUP BY archive.id;
    UPDATE insurance_archive SET filing_due_date = plain_filing.due
      FROM plain_filing WHERE plain_filing.id = insurance_archive.id;
"""
PLAIN_TEXTS = """
    SELECT archive_id FROM insurance_interaction WHERE name ~ '[1-9][0-9]{16}[0-9Xx]'
    UNION ALL SELECT archive_id FROM insurance_document
     WHERE concat_ws(' ', reference, storage_place) ~ '[1-9][0-9]{16}[0-9Xx]'
    UNION ALL SELECT archive_id FROM insurance_policy
     WHERE number ~ '[1-9][0-9]{16}[0-9Xx]'
"""
DIFFERENT = """
    SELECT count(*) FROM plain_filing plain
      JOIN insurance_archive archive ON archive.id = plain.id
     WHERE archive.filing_due_date IS DISTINCT FROM plain.due
"""


def main(env):
    cr = env.cr
    # as in a sweep: what a chunk runs is not compiled, on neither side
    cr.execute("SET jit = off")
    cr.execute("SELECT coalesce(max(id), 0) FROM insurance_archive")
    before = cr.fetchone()[0]
    product = env["product.template"].search([("is_insurance", "=", True)], limit=1)
    values = {
        "archives": ARCHIVES,
        "company": env.company.id,
        "product": product.id,
        "before": before,
    }
    cr.execute(INVENT, values)
    cr.execute("CREATE TABLE plain_filing (id integer PRIMARY KEY, due date)")
    cr.commit()
    for table in ("archive", "policy", "interaction", "document"):
        cr.execute(SQL("ANALYZE %s", SQL.identifier(f"insurance_{table}")))
    cr.execute("SELECT max(id) FROM insurance_archive")
    last = cr.fetchone()[0]
    Archive = env["insurance.archive"]

    def chunks():
        for after in range(before, last, CHUNK):
            until = min(last, after + CHUNK)
            yield lambda column, after=after, until=until: SQL(
                "%s > %s AND %s <= %s", column, after, column, until
            )

    def forget():
        cr.execute("TRUNCATE plain_filing")
        cr.execute(
            "UPDATE insurance_archive SET filing_due_date = NULL, filing_since = NULL"
            " WHERE id > %s",
            [before],
        )
        cr.commit()

    def plain_days():
        forget()
        cr.execute(PLAIN_DAYS, values)
        cr.commit()

    def our_days():
        forget()
        for condition in chunks():
            Archive._refresh_filing(condition)
        cr.commit()

    days = harness.compare(
        f"filing days of {ARCHIVES:,} archives",
        baseline=plain_days,
        subject=our_days,
        rounds=ROUNDS,
        warmup=1,
        limit=2.0,
    )
    plain_days()
    cr.execute(DIFFERENT)
    different = cr.fetchone()[0]
    assert not different, f"{different} archives have other days in plain SQL."

    def our_tests():
        for condition in chunks():
            env["insurance.property.test"]._run(condition, "yearly")
        cr.commit()

    tests = harness.compare(
        f"20 tests of {ARCHIVES:,} archives, beside one by hand",
        baseline=lambda: cr.execute(PLAIN_TEXTS),
        subject=our_tests,
        rounds=ROUNDS,
        warmup=1,
        limit=60.0,
    )
    harness.report(__file__, [days, tests])


if __name__ == "__main__":
    bench = harness.environment()
    with bench.cr:
        main(bench)
