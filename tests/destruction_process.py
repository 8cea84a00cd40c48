"""A destruction in processes of their own, which are killed; and what is left then."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from odoo.tools.misc import find_pg_tool

#: nothing here takes so long, unless it has stopped
TIMEOUT = 3600 if os.environ.get("FAULTS") == "long" else 600
#: so many clients have left words and files elsewhere, too
SPREAD = 5
#: what the names, numbers and words of the clients have in common
MARKS = ("kestrelowl", "1380020000", "11010519111111")
#: the files of what is gone, as with the next run of the scheduled action
CLEAN = """
env["ir.attachment"]._gc_file_store()
env.cr.commit()
"""

PREPARE = """
from datetime import date
from odoo.addons.insurance_compliance.demo.requests import acting
from odoo.addons.insurance_client_archive.tools import resident_id
env.cr.execute("DELETE FROM insurance_destruction WHERE state <> 'done'")
env.cr.execute("DELETE FROM insurance_sweep")
env.cr.execute("UPDATE insurance_retention SET status = 'none'")
product = env["product.template"].search([("is_insurance", "=", True)], limit=1)
archives = env["insurance.archive"].create([
    {{"name": "Kestrelowl Testina", "phone": str(13800200000 + number),
      "email": "kestrelowl%d@example.com" % number, "street": "Kestrelowl Lane",
      "country_id": env.ref("base.cn").id}}
    for number in range({count})
])
for number, archive in enumerate(archives):
    archive.id_number = resident_id.make_resident_id(
        "110105", date(1911, 11, 11), number
    )
    archive.health_notice = "Kestrelowl"
for archive in archives[:{spread}]:
    # where words get in daily work; the test of the addon has all places
    partner = archive.partner_id
    lead = env["crm.lead"].create({{"name": "Kestrelowl", "partner_id": partner.id}})
    for record in (partner, lead):
        record.message_post(
            body="Kestrelowl", attachments=[("Kestrelowl.txt", b"Kestrelowl" * 99)]
        )
    env["insurance.interaction"].create(
        {{"archive_id": archive.id, "client_words": "Kestrelowl", "lead_id": lead.id}}
    )
env["insurance.policy"].create([
    {{"archive_id": archive.id, "product_id": product.id,
      "number": "K%06d" % archive.id, "state": "expired",
      "start_date": date(1980, 1, 1), "end_date": date(1990, 1, 1),
      "premium": 1, "sum_insured": 1}}
    for archive in archives
])
env.flush_all()
env.cr.execute(
    "UPDATE insurance_archive SET state = 'filed', number = 'K-' || id,"
    " create_date = '1990-01-01', last_contact_date = NULL WHERE id = ANY(%s)",
    [archives.ids],
)
env["insurance.retention"]._solve_archives(archives.ids)
env.cr.commit()
with acting(env, "archivist") as own:
    run = own["insurance.destruction"].create({{"note": "All over."}})
    run.action_list()
    run.action_submit()
with acting(env, "compliance") as own:
    run.with_env(own).action_approve()
with acting(env, "head") as own:
    run.with_env(own).action_supervise()
with acting(env, "archivist") as own:
    run.with_env(own).action_execute()
env.cr.commit()
print("answer", run.id)
"""
WORK = """
sweep = env["insurance.sweep"].search([("kind", "=", "destruction")], limit=1)
env["insurance.sweep"]._run_to_end(sweep)
env.cr.commit()
"""
VERIFY = """
import json
from odoo.service.model import retrying
run = env["insurance.destruction"].browse({run})
def fits():
    return [run.state, run.done_count, run._verify(), bool(run._dates().get("live"))]
print("answer", json.dumps(retrying(fits, env)))
"""
#: what a half-destroyed archive looks like, in any way
TORN = """
SELECT count(*) FROM insurance_destruction_line line
  JOIN insurance_archive archive ON archive.id = line.archive_id
  JOIN res_partner partner ON partner.id = archive.partner_id
 WHERE line.destruction_id = %s AND NOT (
    (line.state = 'done' AND archive.state = 'destroyed'
     AND NOT EXISTS (SELECT FROM insurance_policy WHERE archive_id = archive.id)
     AND NOT EXISTS (SELECT FROM insurance_vault_value WHERE archive_id = archive.id)
     AND NOT EXISTS (SELECT FROM insurance_vault_key
                      WHERE archive_id = archive.id AND wrapped IS NOT NULL)
     AND partner.name NOT LIKE 'Kestrelowl%%')
 OR (line.state = 'planned' AND archive.state = 'filed'
     AND EXISTS (SELECT FROM insurance_policy WHERE archive_id = archive.id)
     AND partner.name LIKE 'Kestrelowl%%'))
"""
DONE = (
    "SELECT count(*) FROM insurance_destruction_line"
    " WHERE destruction_id = %s AND state = 'done'"
)


def answer(printed):
    [line] = [line for line in printed.splitlines() if "answer" in line]
    return json.loads(line.partition("answer ")[2])


def prepare(server, database, count):
    """Let a destruction of so many archives wait for its workers; return its id."""
    script = PREPARE.format(count=count, spread=min(count, SPREAD))
    return answer(server.shell(database, script))


def work(server, database):
    """Start a worker in a process of its own."""
    return start(server, database, WORK)


def start(server, database, script):
    """Run Python in an ``odoo shell``, and do not wait for it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "odoo", "shell", "-d", database, "--no-http"],
        env={**os.environ, **server.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    process.stdin.write(script)
    process.stdin.close()
    return process


def kill_again_and_again(server, database, run, count, kills):
    """Kill the worker after each further share; return how torn it was, each time."""
    torn = []
    for number in range(1, kills + 1):
        process = work(server, database)
        wait_for(server, database, run, count * number // (kills + 1), process)
        process.send_signal(signal.SIGKILL)
        process.wait(TIMEOUT)
        torn.append(server.ask(database, TORN, run)[0][0])
    assert work(server, database).wait(TIMEOUT) == 0
    return torn


def wait_for(server, database, run, wanted, process):
    end = time.monotonic() + TIMEOUT
    pause = 0.02
    while server.ask(database, DONE, run)[0][0] < wanted:
        assert process.poll() is None, "The worker has ended by itself."
        assert time.monotonic() < end, "The worker does not go on."
        select_pause(pause)


def select_pause(seconds):
    """Look again a little later: the worker is another process and tells nobody."""
    import select

    select.select([], [], [], seconds)


def verify(server, database, run):
    """Return (state, archives destroyed, certificate fits, has its first date)."""
    return answer(server.shell(database, VERIFY.format(run=run)))


def marks(server, database):
    """Return which marks a whole dump of the database has, and its files."""
    server.shell(database, CLEAN)
    dump = subprocess.run(
        [find_pg_tool("pg_dump"), "--no-owner", database],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.lower()
    files = Path(server.options["data_dir"], "filestore", database)
    contents = [path.read_bytes() for path in files.rglob("*") if path.is_file()]
    return {
        mark
        for mark in MARKS
        for content in (dump, *contents)
        if mark.encode() in content.lower()
    }
