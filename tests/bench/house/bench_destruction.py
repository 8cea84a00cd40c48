"""Destruction of more and more archives: what the last ones cost beside the first ones.

BENCH_ARCHIVES (1,000) with a contact, a policy, an interaction, a key with a sealed
value and their row of retention each; as many others stay. The list is carried out by
the real sweep, one archive in a transaction, with a ledger of its own. Processor time
of Odoo and PostgreSQL: a run of hours is not disturbed by what else the machine does.
"""

import os
import tempfile

import harness
import many_keys

ARCHIVES = int(os.environ.get("BENCH_ARCHIVES", "1000"))
SHARES = 10

INVENT = """
    INSERT INTO insurance_policy (archive_id, partner_id, company_id, product_id,
                                  payment_mode, state, number, start_date, end_date,
                                  create_date)
    SELECT archive.id, archive.partner_id, archive.company_id, %(product)s, 'yearly',
           'expired', 'B' || archive.id, '1980-01-01', '1990-01-01', '1980-01-01'
      FROM insurance_archive archive WHERE archive.id > %(before)s;

    INSERT INTO insurance_interaction (archive_id, partner_id, company_id, name, date,
                                       channel, direction, purpose, outcome, user_id,
                                       create_date)
    SELECT archive.id, archive.partner_id, archive.company_id, 'Talk about cover',
           '1980-01-01', 'phone', 'out', 'care', 'reached', 1, '1980-01-01'
      FROM insurance_archive archive WHERE archive.id > %(before)s;

    INSERT INTO insurance_vault_value (archive_id, slot, generation, sealed)
    SELECT archive.id, 'health_notice', 1, 'x'
      FROM insurance_archive archive WHERE archive.id > %(before)s;

    UPDATE insurance_archive
       SET state = 'filed', number = 'B-' || id, create_date = '1980-01-01'
     WHERE id > %(before)s;
"""
LIST = """
    INSERT INTO insurance_destruction (name, company_id, day, state, applicant_id,
                                       approver_id, supervisor_id, executor_id)
    SELECT 'BENCH', %(company)s, current_date, 'running', person.id[1], person.id[2],
           person.id[3], person.id[1]
      FROM (SELECT array_agg(id ORDER BY id) AS id FROM res_users WHERE active) person
    RETURNING id
"""
LINES = """
    INSERT INTO insurance_destruction_line (destruction_id, archive_id, decision, state)
    SELECT %(run)s, id, 'destroy', 'planned' FROM insurance_archive
     WHERE id > %(before)s ORDER BY id LIMIT %(archives)s
"""


def main(env, folder):
    cr = env.cr
    cr.execute("SELECT coalesce(max(id), 0) FROM insurance_archive")
    values = {
        "before": cr.fetchone()[0],
        "archives": ARCHIVES,
        "company": env.company.id,
        "product": env["product.template"]
        .search([("is_insurance", "=", True)], limit=1)
        .id,
    }
    # nothing else is under way, and nobody holds an archive
    cr.execute("UPDATE insurance_legal_hold SET state = 'lifted'")
    many_keys.own_keyring(env, folder)
    many_keys.make(env, 2 * ARCHIVES)
    cr.execute(INVENT, values)
    cr.execute(LIST, values)
    values["run"] = cr.fetchone()[0]
    cr.execute(LINES, values)
    cr.execute(
        "SELECT archive_id FROM insurance_destruction_line WHERE destruction_id = %s",
        [values["run"]],
    )
    env["insurance.retention"]._solve_archives([row[0] for row in cr.fetchall()])
    cr.commit()
    cr.connection.autocommit = True
    cr.execute("ANALYZE")
    cr.connection.autocommit = False
    sweep = env["insurance.sweep"]._start(
        "destruction", {"destruction_id": values["run"]}
    )
    cr.commit()

    def share():
        for _archive in range(ARCHIVES // SHARES):
            assert sweep._step(), "A step did nothing."
            cr.commit()

    shares = [harness.work(cr, share) for _number in range(SHARES)]
    env["insurance.sweep"]._run_to_end(sweep)
    run = env["insurance.destruction"].browse(values["run"])
    assert (run.state, run.done_count) == ("done", ARCHIVES), run.line_ids[:1].message
    print(
        "ms of processor time for an archive, by tenths:",
        *(f"{1000 * SHARES * spent / ARCHIVES:.1f}" for spent in shares),
    )
    # the first tenth fills caches
    pairs = [(shares[1], late) for late in shares[-3:]]
    result = harness.from_pairs(
        f"the last of {ARCHIVES:,} archives beside the first", pairs, limit=1.3
    )
    harness.report(__file__, [result])


if __name__ == "__main__":
    bench = harness.environment()
    with bench.cr, tempfile.TemporaryDirectory() as place:
        main(bench, place)
