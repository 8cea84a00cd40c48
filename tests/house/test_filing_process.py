"""Filing in processes of their own: two at once, killed, while more comes in."""

import os

import destruction_process as process
import psycopg2
import pytest
import sweep_workers
from keys.conftest import Server

LONG = os.environ.get("FAULTS") == "long"
COUNT = 1000 if LONG else 24
KILLS = 10 if LONG else 2
CHUNK = 10 if LONG else 2
FILINGS = sweep_workers.counter("insurance_filing", "archive_id", events=("INSERT",))
DAYS = sweep_workers.counter("insurance_archive", "id")

PREPARE = """
import json
env.cr.execute("DELETE FROM insurance_sweep")
env["insurance.requirement"].search([]).active = False
archives = env["insurance.archive"].create([
    {{"name": "Kestrelowl Testina", "phone": str(13800200000 + number)}}
    for number in range({count})
])
env.flush_all()
archives._write_multi([{{"state": "entered"}}] * len(archives))
env.cr.commit()
print("answer", json.dumps(archives.ids))
"""
#: file what is there, as an archivist does with a long list
FILE = """
from odoo.addons.insurance_compliance.demo.requests import acting
with acting(env, "archivist") as own:
    own["insurance.filing.batch"]._file(own["insurance.archive"].browse({ids}), {{}})
env.cr.execute('''{counter}''')
env.cr.commit()
"""
#: a policy for each archive, one after the other, whatever else happens to it
COME = """
import random
from odoo.service.model import retrying
product = env["product.template"].search([("is_insurance", "=", True)], limit=1)
ids = {ids}
random.Random(7).shuffle(ids)
def come(archive_id):
    return lambda: env["insurance.policy"].create(
        {{"archive_id": archive_id, "product_id": product.id,
          "number": "K%06d" % archive_id, "premium": 1, "sum_insured": 1}}
    ).id
for archive_id in ids:
    retrying(come(archive_id), env)
    env.cr.commit()
"""
#: somebody files at the moment at which something comes, which nobody sees yet
RACE = """
import json, psycopg2
from odoo import api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
registry = Registry(env.cr.dbname)
product = env["product.template"].search([("is_insurance", "=", True)], limit=1).id
users = [env.uid, env.ref("insurance_client_archive.demo_user_archivist").id]
env.cr.commit()
with registry.cursor() as late, registry.cursor() as early:
    somebody, archivist = (api.Environment(cr, user, {{}})
                           for cr, user in zip((late, early), users))
    def come():
        somebody["insurance.policy"].create(
            {{"archive_id": {archive_id}, "product_id": product,
              "number": "K%06d" % {archive_id}, "premium": 1, "sum_insured": 1}})
        somebody.flush_all()
    come()
    archivist["insurance.archive"].browse({archive_id})._file({{}})
    early.commit()
    try:
        late.commit()
        refused = False
    except psycopg2.errors.SerializationFailure:
        late.rollback()
        somebody.transaction.reset()
        refused = True
        come()
        late.commit()
print("answer", json.dumps(refused))
"""
BEGIN_CYCLE = """
env.cr.execute(
    "UPDATE insurance_archive SET filing_due_date = '1999-01-01'"
    " WHERE state IN ('entered', 'filed')")
count = env.cr.rowcount
env.cr.execute('''{counter}''')
env["insurance.sweep"]._start("filing_cycle")
env.cr.commit()
print("answer", count)
"""
SWEEPS = (
    "SELECT state, (SELECT count(*) FROM insurance_sweep_item) FROM insurance_sweep"
)
#: of archives: [filings of each kind, numbers, between the first and the last number]
FILED = """
SELECT array_agg(DISTINCT filing.first), array_agg(DISTINCT filing.again),
       array_agg(DISTINCT tests.count), count(DISTINCT archive.number)::int,
       max(number_item) - min(number_item) + 1
  FROM insurance_archive archive
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE kind = 'first')::int AS first,
              count(*) FILTER (WHERE kind = 'again')::int AS again
         FROM insurance_filing WHERE archive_id = archive.id
 ) filing
 CROSS JOIN LATERAL (
       SELECT count(*)::int FROM insurance_property_test
        WHERE archive_id = archive.id AND kind = 'filing'
 ) tests
 WHERE archive.id = ANY(%s) AND archive.state = 'filed'
"""
#: policies of archives: [all, in a filing, waiting and due, waiting though not due]
POLICIES = """
SELECT count(*)::int,
       (SELECT sum(policy_count)::int FROM insurance_filing WHERE archive_id = ANY(%s)),
       count(*) FILTER (WHERE waits AND archive.filing_since IS NOT NULL)::int,
       count(*) FILTER (WHERE waits AND archive.filing_since IS NULL)::int
  FROM insurance_policy policy
  JOIN insurance_archive archive ON archive.id = policy.archive_id
 CROSS JOIN LATERAL (
       SELECT policy.create_date > archive.filed_through AS waits) found
 WHERE archive.id = ANY(%s)
"""
#: days that plain SQL would write, though there are others
WRONG_DAYS = """
SELECT count(*)::int FROM insurance_archive archive
  LEFT JOIN (
       SELECT archive_id, min(moment)::date AS since FROM (
              SELECT archive_id, create_date AS moment FROM insurance_policy
               UNION ALL SELECT archive_id, create_date FROM insurance_claim
               UNION ALL SELECT archive_id, create_date FROM insurance_document
               UNION ALL SELECT archive_id, create_date FROM insurance_interaction
               UNION ALL SELECT archive_id, create_date FROM insurance_feedback) rows
         JOIN insurance_archive filed ON filed.id = archive_id
        WHERE moment > coalesce(filed.filed_through, '-infinity') GROUP BY 1
  ) came ON came.archive_id = archive.id
 WHERE archive.state = 'filed' AND came.since + interval '6 months'
       IS DISTINCT FROM archive.filing_due_date
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("filing"))
    server.timeout = process.TIMEOUT
    server.configure()
    server.use_keys_of_the_template()
    yield server
    server.close()


@pytest.fixture(scope="module")
def database(server):
    return server.copy(os.environ["TEMPLATE"], f"{os.environ['SCRATCH']}_filing")


@pytest.fixture(scope="module")
def workers(server, database):
    workers = sweep_workers.Workers(
        server.folder,
        max_chunk=CHUNK,
        configuration=server.configuration,
        database=database,
    )
    yield workers
    workers.close()


@pytest.fixture
def watcher(database):
    connection = psycopg2.connect(dbname=database)
    yield sweep_workers.Watcher(connection)
    connection.close()


def killed_again_and_again(server, database, workers, watcher, count):
    """Let two work, and kill them; each archive was written once all the same."""
    assert sweep_workers.kill_again_and_again(workers, watcher, count, KILLS) == KILLS
    assert watcher.writes()[0] == {1: count}
    assert set(server.ask(database, SWEEPS)) == {("done", 0)}


def test_killed_filing_files_once_and_loses_nothing(server, database, workers, watcher):
    ids = process.answer(server.shell(database, PREPARE.format(count=COUNT)))
    server.shell(database, FILE.format(ids=ids, counter=FILINGS))
    coming = process.start(server, database, COME.format(ids=ids))
    killed_again_and_again(server, database, workers, watcher, COUNT)
    assert coming.wait(process.TIMEOUT) == 0
    assert server.ask(database, FILED, ids) == [([1], [0], [1], COUNT, COUNT)]
    [(made, filed, waiting, forgotten)] = server.ask(database, POLICIES, ids, ids)
    assert (made, forgotten) == (COUNT, 0)
    assert filed + waiting == COUNT

    # what has come meanwhile is filed as well, once
    late = server.ask(
        database,
        "SELECT id FROM insurance_archive"
        " WHERE id = ANY(%s) AND filing_since IS NOT NULL",
        ids,
    )
    assert len(late) == waiting
    server.shell(database, FILE.format(ids=ids, counter=FILINGS))
    while workers.wait(workers.start()):
        pass
    assert watcher.writes()[0] == ({1: waiting} if waiting else {})
    assert server.ask(database, POLICIES, ids, ids) == [(COUNT, COUNT, 0, 0)]


def test_killed_cycle_writes_each_day_once(server, database, workers, watcher):
    ids = process.answer(server.shell(database, PREPARE.format(count=COUNT)))
    script = FILE.format(ids=ids[::2], counter=sweep_workers.NO_COUNTER)
    server.shell(database, script)
    assert workers.wait(workers.start()) == 0
    server.shell(database, COME.format(ids=ids[::4]))
    count = process.answer(server.shell(database, BEGIN_CYCLE.format(counter=DAYS)))
    killed_again_and_again(server, database, workers, watcher, count)
    assert server.ask(database, WRONG_DAYS) == [(0,)]


def test_what_comes_while_somebody_files_is_not_forgotten(server, database):
    [archive_id] = process.answer(server.shell(database, PREPARE.format(count=1)))
    race = RACE.format(archive_id=archive_id)
    assert process.answer(server.shell(database, race)) is True
    [found] = server.ask(database, POLICIES, [archive_id], [archive_id])
    assert found == (1, 0, 1, 0)
