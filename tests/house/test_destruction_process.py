"""Destructions in processes of their own: killed, raced by holds, restored."""

import os

import destruction_process as process
import pytest
from keys.conftest import Server

LONG = os.environ.get("FAULTS") == "long"
COUNT = 1000 if LONG else 12
KILLS = 10 if LONG else 2
ROUNDS = 100 if LONG else 20
OPEN = """
import json
from odoo.service.model import retrying
from odoo.addons.insurance_client_archive import vault_store
from odoo.addons.insurance_client_archive.vault_store import Cell
lines = env["insurance.destruction"].browse({run}).line_ids
cells = [Cell(line.archive_id.id, "id_number") for line in lines]
def attempt():
    return len(vault_store.get(env, cells))
print("answer", json.dumps(retrying(attempt, env)))
"""
RACE = """
import json, random, select, threading
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
registry = Registry(env.cr.dbname)
run = env["insurance.destruction"].browse({run})
lines = [(line.id, line.archive_id.partner_id.id) for line in run.line_ids]
officer = env.ref("insurance_client_archive.demo_user_compliance").id
company = run.company_id.id
env.cr.commit()
faults = []
def repeat(action):
    with registry.cursor() as cr:
        own = api.Environment(cr, SUPERUSER_ID, {{}})
        try:
            retrying(lambda: action(own), own)
        except Exception as error:
            cr.rollback()
            faults.append(type(error).__name__)
holds = {{
    partner: env["insurance.legal.hold"].with_user(officer).create({{
        "name": "Race", "reason": "Race", "scope": "clients",
        "company_id": company, "partner_ids": [partner]}}).id
    for _line, partner in lines
}}
env.cr.commit()
chance = random.Random(7)
def destroy(line):
    return lambda own: own["insurance.destruction.line"].browse(line)._destroy()
def hold(partner):
    return lambda own: own["insurance.legal.hold"].with_user(officer).browse(
        holds[partner]).action_place()
for line, partner in lines[:{rounds}]:
    gate = threading.Barrier(2)
    def one(action, ahead=0, gate=gate):
        gate.wait()
        # now one, now the other is first
        select.select([], [], [], ahead)
        repeat(action)
    pair = [
        threading.Thread(target=one, args=(hold(partner),)),
        threading.Thread(target=one, args=(destroy(line), chance.random() * 0.4)),
    ]
    [thread.start() for thread in pair]
    [thread.join() for thread in pair]
env.cr.rollback()
env.cr.execute('''
    SELECT count(*) FILTER (WHERE held AND destroyed),
           count(*) FILTER (WHERE held), count(*) FILTER (WHERE destroyed)
      FROM (SELECT archive.state = 'destroyed' AS destroyed,
                   EXISTS (SELECT FROM insurance_legal_hold_archive line
                             JOIN insurance_legal_hold hold ON hold.id = line.hold_id
                            WHERE line.archive_id = archive.id
                              AND hold.state = 'active') AS held
              FROM insurance_archive archive
              JOIN insurance_destruction_line line ON line.archive_id = archive.id
             WHERE line.destruction_id = %s) found''', [run.id])
print("answer", json.dumps([*env.cr.fetchone(), faults]))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("destruction"))
    server.timeout = process.TIMEOUT
    server.configure()
    server.use_keys_of_the_template()
    yield server
    server.close()


@pytest.fixture
def database(server, request):
    name = f"{os.environ['SCRATCH']}_{request.node.name}"[:60]
    return server.copy(os.environ["TEMPLATE"], name)


def test_destruction_of_the_demo_data_is_finished(server, database):
    # the database knows a place in the ledger of this checkout: the vault opens
    numbers = "SELECT id FROM insurance_destruction WHERE done_on IS NOT NULL"
    [(run,)] = server.ask(database, numbers)
    assert process.verify(server, database, run) == ["done", 3, True, True]


def test_killed_run_has_destroyed_each_archive_wholly_or_not_at_all(server, database):
    run = process.prepare(server, database, COUNT)
    backup = server.copy(database, f"{database}_old")
    assert process.answer(server.shell(backup, OPEN.format(run=run))) == COUNT
    # what is sealed is not in the dump at any time
    assert process.marks(server, database) == set(process.MARKS[:2])
    torn = process.kill_again_and_again(server, database, run, COUNT, KILLS)
    assert torn == [0] * KILLS
    assert process.verify(server, database, run) == ["done", COUNT, True, True]
    assert server.ask(database, process.TORN, run)[0][0] == 0
    assert process.marks(server, database) == set()
    # yesterday's copy with today's ledger: nothing opens, and then nothing is left
    assert process.answer(server.shell(backup, OPEN.format(run=run))) == 0
    replayed = server.keys("shred-ledger", "replay", "-d", backup)
    assert replayed.said["destroyed_again"] == COUNT
    assert process.marks(server, backup) == set()
    # the list that was under way then ends as well
    assert process.work(server, backup).wait(process.TIMEOUT) == 0
    assert process.verify(server, backup, run)[:3] == ["done", COUNT, True]


def test_hold_placed_at_the_same_moment_keeps_the_archive(server, database):
    run = process.prepare(server, database, ROUNDS)
    printed = server.shell(database, RACE.format(run=run, rounds=ROUNDS))
    both, held, destroyed, faults = process.answer(printed)
    assert both == 0
    assert held + destroyed == ROUNDS
    assert set(faults) <= {"UserError"}
