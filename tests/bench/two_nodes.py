"""Two Odoo servers at the same sweep, beside one: scheduled actions, then queue_job.

No benchmark but an experiment, as the addon queue_job is no part of this product:

    pip install --no-deps --target DIR odoo-addon-queue_job openupgradelib
    QUEUE_JOB=DIR scripts/bench tests/bench/two_nodes.py

``NODE_CLIENTS`` clients (50,000) get new figures and classes as of one day after the
other, by one server and by two in turns, ``NODE_ROUNDS`` times (3). Each server does
one thing at a time. Without ``QUEUE_JOB`` only scheduled actions are measured.
"""

import configparser
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import harness
import segment_data
from prefork import PreforkServer, until

from odoo import fields

CLIENTS = int(os.environ.get("NODE_CLIENTS", "50000"))
ROUNDS = int(os.environ.get("NODE_ROUNDS", "3"))
QUEUE = os.environ.get("QUEUE_JOB")
CRONS = ("ir_cron_sweep", "ir_cron_sweep_second")


class Node(PreforkServer):
    """A server; the process of the queue that hands out jobs is no worker of it."""

    def worker_pids(self):
        return super().worker_pids()[: self.workers]


class Balancer:
    """Hands each connection to the next node, as a load balancer does."""

    def __init__(self, ports):
        self.ports = ports
        self.handed = dict.fromkeys(ports, 0)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return  # closed
            node = self._next()
            if node is None:
                client.close()
                continue
            for source, target in ((client, node), (node, client)):
                threading.Thread(
                    target=self._pass_on, args=(source, target), daemon=True
                ).start()

    def _next(self):
        """Connect to the node that got the fewest, of those that are there."""
        for port in sorted(self.ports, key=self.handed.get):
            try:
                node = socket.create_connection(("127.0.0.1", port))
            except OSError:
                continue
            self.handed[port] += 1
            return node
        return None

    def _pass_on(self, source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return  # one side has gone

    def close(self):
        self.listener.close()


class Nodes:
    """So many servers, and the work given to them."""

    def __init__(self, folder, options, queued):
        self.folder, self.options, self.queued = Path(folder), options, queued
        self.day = fields.Date.today()

    def start(self, count):
        options = {**self.options, "max_cron_threads": 0 if self.queued else 1}
        if self.queued:
            options["server_wide_modules"] = "base,rpc,web,queue_job"
        # a second process answers while the first one is at a job
        nodes = [
            Node(self.folder / f"node{number}", options, workers=2)
            for number in range(count)
        ]
        balancer = Balancer([node.port for node in nodes])
        for node in nodes:
            node.environment |= {
                "ODOO_QUEUE_JOB_CHANNELS": f"root:{count}",
                "ODOO_QUEUE_JOB_HOST": "127.0.0.1",
                "ODOO_QUEUE_JOB_PORT": str(balancer.port),
            }
            node.start()
        return nodes, balancer

    def seconds(self, env, count):
        """Return how long it takes to bring everybody to the next day."""
        nodes, balancer = self.start(count)
        try:
            # the queue begins to hand out jobs a few seconds after its server
            self.sweep(env, "segment_classify")
            return self.sweep(env, "segment_refresh")
        finally:
            for node in nodes:
                node.stop()
            balancer.close()
            print(
                f"    {count} nodes, jobs handed out: {list(balancer.handed.values())}"
            )

    def sweep(self, env, kind):
        self.day = fields.Date.add(self.day, days=1)
        sweep = env["insurance.sweep"]._start(
            kind, {"day": fields.Date.to_string(self.day)}
        )
        env.cr.commit()
        begun = time.monotonic()

        def ended():
            env.cr.rollback()
            env.cr.execute(
                "SELECT state FROM insurance_sweep WHERE id = %s", [sweep.id]
            )
            return env.cr.fetchone()[0] != "running"

        until(ended, f"{kind} ends", 1800)
        seconds = time.monotonic() - begun
        env.invalidate_all()
        assert sweep.state == "done" and sweep.done_count >= CLIENTS, sweep.message
        return seconds


def in_turns(env, name, nodes):
    pairs = []
    for turn in range(ROUNDS):
        counts = (2, 1) if turn % 2 else (1, 2)
        spent = {count: nodes.seconds(env, count) for count in counts}
        pairs.append((spent[1], spent[2]))
        print(f"  {name}: one {spent[1]:.1f} s, two {spent[2]:.1f} s", flush=True)
    result = harness.from_pairs(f"{name}: two servers beside one", pairs)
    result.note = (
        f"{CLIENTS * 1000 / result.baseline_ms:,.0f} clients/s,"
        f" then {CLIENTS * 1000 / result.subject_ms:,.0f}"
    )
    return result


def configure(folder):
    """Let this process and the servers find the addon; return the options."""
    parser = configparser.RawConfigParser()
    parser.read(os.environ["ODOO_RC"])
    if QUEUE:
        parser["options"]["addons_path"] += f",{Path(QUEUE, 'odoo', 'addons')}"
        os.environ["PYTHONPATH"] = f"{os.environ.get('PYTHONPATH', '')}:{QUEUE}"
        sys.path.append(QUEUE)
    path = Path(folder, "nodes.conf")
    with path.open("w") as file:
        parser.write(file)
    os.environ["ODOO_RC"] = str(path)
    options = dict(parser["options"])
    for name in ("http_port", "http_interface", "max_cron_threads"):
        options.pop(name, None)
    return options


def prepare(env):
    """Invent clients, classify them once, and let no other scheduled action run."""
    segment_data.invent(env, CLIENTS, fields.Date.today())
    sweep = env["insurance.client.class"]._start_sweep("segment_refresh")
    env["insurance.sweep"]._run_to_end(sweep)
    crons = env["ir.cron"].with_context(active_test=False).search([])
    crons.active = False
    for name in CRONS:
        env.ref(f"insurance_client_archive.{name}").active = True
    env.cr.commit()


def with_queue(database):
    """Install queue_job, as an administrator does; return a new environment."""
    from odoo import sql_db
    from odoo.modules.registry import Registry

    Registry.delete(database)
    sql_db.close_all()
    subprocess.run(
        [
            *(sys.executable, "-m", "odoo", "-i", "queue_job"),
            *("--stop-after-init", "--no-http", "--log-level=error"),
        ],
        check=True,
    )
    env = harness.environment()
    assert "queue.job" in env
    return env


def main():
    with tempfile.TemporaryDirectory(prefix="bench-nodes-") as folder:
        options = configure(folder)
        env = harness.environment()
        prepare(env)
        results = [in_turns(env, "scheduled actions", Nodes(folder, options, False))]
        if QUEUE:
            env.cr.close()
            env = with_queue(options["db_name"])
            env["ir.cron"].search([]).active = False
            env.cr.commit()
            nodes = Nodes(folder, options, True)
            nodes.day = fields.Date.add(nodes.day, days=365)
            results.append(in_turns(env, "queue_job", nodes))
        env.cr.close()
        harness.report(__file__, results)


if __name__ == "__main__":
    main()
