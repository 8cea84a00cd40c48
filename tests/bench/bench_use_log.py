"""The use log: append with many threads, verification, an 80-row list.

Append is compared with the plain way: one chain head that every transaction locks.
Verification is compared with hashing alone what it has to hash.
"""

import hmac
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import harness
import psycopg2

EVENTS = 25
ADDON = "odoo.addons.insurance_client_archive"
HEAD = """
    CREATE TABLE IF NOT EXISTS bench_head (n bigint, mac bytea);
    TRUNCATE bench_head;
    INSERT INTO bench_head VALUES (0, decode(repeat('00', 32), 'hex'));
    CREATE TABLE IF NOT EXISTS bench_log (n bigint, body text, mac bytea);
    TRUNCATE bench_log;
"""


def modules():
    names = ("use_log_writer", "use_log_epoch", "use_log_verify", "vault_process")
    package = sys.modules[ADDON]
    return [getattr(package, name) for name in names]


def event(uid):
    return {
        "user_id": uid,
        "action": "view",
        "result": "done",
        "archive_id": 1,
        "count": 1,
        "content": "insurance.archive",
    }


def one_head(parameters, threads):
    """Lock the head, append, commit: on a connection for each thread."""
    connections = [psycopg2.connect(**parameters) for _thread in range(threads)]
    with connections[0].cursor() as cr:
        cr.execute(HEAD)
    connections[0].commit()

    def work(connection):
        for _turn in range(EVENTS):
            with connection.cursor() as cr:
                cr.execute("SELECT n, mac FROM bench_head FOR UPDATE")
                n, mac = cr.fetchone()
                body = f"{n + 1}|{event(1)}"
                mac = hmac.digest(b"k" * 32, bytes(mac) + body.encode(), "sha256")
                cr.execute("INSERT INTO bench_log VALUES (%s, %s, %s)", [n, body, mac])
                cr.execute("UPDATE bench_head SET n = n + 1, mac = %s", [mac])
            connection.commit()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, connections))
    for connection in connections:
        connection.close()


def append(writer, threads, waits=None):
    def work(_thread):
        for _turn in range(EVENTS):
            start = time.perf_counter()
            writer.submit(event(1))
            if waits is not None:
                waits.append(time.perf_counter() - start)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def append_results(env, log_writer):
    writer = log_writer.writer(env.cr.dbname)
    parameters = log_writer.connection_parameters(env.cr.dbname)
    for threads in (16, 32):
        waits = []
        result = harness.compare(
            f"append {threads * EVENTS} events, {threads} threads",
            baseline=lambda threads=threads: one_head(parameters, threads),
            subject=lambda threads=threads, waits=waits: append(writer, threads, waits),
            rounds=5,
            warmup=1,
            limit=1,
        )
        rate = threads * EVENTS * 1000 / result.subject_ms
        p50, p95 = statistics.quantiles(waits, n=20)[9::9]
        result.note = f"{rate:.0f}/s, p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"
        yield result


def verify_result(env, epochs, verification, keyring):
    """Recount what the benchmark has written, beside hashing the same bytes."""
    from odoo.addons.insurance_client_archive.tools import canonical, merkle

    with epochs.open_cursor(env.cr.dbname) as cr:
        first = epochs.seal(cr, keyring, everything=True)
    log_writer = modules()[0]
    writer = log_writer.writer(env.cr.dbname)
    for _turn in range(40_000):
        writer.submit(event(1), wait=False)
        if _turn % 10_000 == 9_999:
            writer.submit(event(1), timeout=60)
    with epochs.open_cursor(env.cr.dbname) as cr:
        epochs.seal(cr, keyring)
    bodies, found = [], {}

    def recount():
        with epochs.open_cursor(env.cr.dbname) as cr:
            found["result"] = verification.verify(cr, keyring, first=first + 1)

    recount()
    with epochs.open_cursor(env.cr.dbname) as cr:
        cr.execute(
            f"SELECT {epochs.ROW} FROM insurance_use_log log"
            " JOIN insurance_use_leaf leaf ON leaf.log_id = log.id"
            " WHERE leaf.epoch_id > %s ORDER BY leaf.position",
            [first],
        )
        bodies = [canonical.event_bytes(row) for row in cr.fetchall()]

    def hash_alone():
        mac, tree = canonical.ORIGIN, merkle.TreeHasher()
        for body in bodies:
            mac = keyring.audit_mac(mac + body)
            tree.add(merkle.leaf_hash(body + mac))
        tree.root()

    result = harness.compare(
        f"verify {len(bodies)} records (baseline: hashing alone)",
        baseline=hash_alone,
        subject=recount,
        rounds=5,
        warmup=1,
    )
    assert found["result"].ok, found["result"]
    result.note = (
        f"{len(bodies) * 1000 / result.subject_ms:.0f} records/s, hashing alone "
        f"{len(bodies) * 1000 / result.baseline_ms:.0f}/s"
    )
    return result


def list_result(env):
    # an agent, whose rules are asked in both runs; a superuser has none
    agent = env.ref("insurance_client_archive.group_agent").all_user_ids[:1]
    archives = env["insurance.archive"].with_user(agent or env.user)
    specification = {"name": {}, "phone": {}, "state": {}, "agent_id": {}}
    log = type(env["insurance.use.log"])
    record = log._record
    ids = archives.search([], limit=80).ids

    def read():
        env.invalidate_all()
        archives.web_search_read([("id", "in", ids)], specification, limit=80)
        env.cr.postcommit.clear()

    def read_without():
        log._record = lambda log, *args, **event: None
        try:
            read()
        finally:
            log._record = record

    return harness.compare(
        f"list of {len(ids)} archives with and without the log",
        baseline=read_without,
        subject=read,
        rounds=101,
        limit=1.1,
    )


def main():
    env = harness.environment()
    log_writer, epochs, verification, vault_process = modules()
    keyring = vault_process.log_keys({}, create=True)
    results = [list_result(env), *append_results(env, log_writer)]
    results.append(verify_result(env, epochs, verification, keyring))
    log_writer.stop_all()
    harness.report(__file__, results)


if __name__ == "__main__":
    main()
