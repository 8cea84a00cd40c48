"""Odoo with several processes, as in production, and ways to hurt it.

Only processes that were started here are ever ended: by their number, or by the
process group that the server was started in.
"""

import configparser
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

SERVE = Path(__file__).with_name("serve.py")
#: nothing here takes so long on a machine that is not out of order
PATIENCE = 120
OWN_SECTION = "insurance_client_archive"


def until(condition, what, seconds=PATIENCE):
    """Return the first true answer of *condition*, or fail and say *what* did not come.

    What is waited for happens in other processes that tell nobody: it has to be asked.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PreforkServer:
    """A server with *workers* processes for requests; ``start`` and ``stop`` it.

    :param Path folder: configuration and log are kept there
    :param dict options: of the section ``[options]`` of its configuration
    :param dict section: the addon's own section
    """

    def __init__(self, folder, options, workers=4, section=None, environment=None):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.workers = workers
        self.database = options["db_name"]
        self.log = self.folder / "server.log"
        self.configuration = self.folder / "odoo.conf"
        self.environment = {**os.environ, **(environment or {})}
        self.environment["ODOO_RC"] = str(self.configuration)
        self.options = options
        self.section = section
        self.process = None

    def _write(self, changes):
        parser = configparser.RawConfigParser()
        parser["options"] = {
            "list_db": "False",
            "http_interface": "127.0.0.1",
            "http_port": self.port,
            "gevent_port": free_port(),
            "workers": self.workers,
            "max_cron_threads": 0,
            "logfile": self.log,
            # the log of each request would be the better part of the work
            "log_level": "warn",
            **self.options,
            **changes,
        }
        if self.section:
            parser[OWN_SECTION] = self.section
        with open(self.configuration, "w") as file:
            parser.write(file)

    def start(self, **changes):
        """Start with these changes of the options, and wait until it serves."""
        self._write(changes)
        self.process = subprocess.Popen(
            [sys.executable, SERVE, "-c", self.configuration],
            env=self.environment,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self.answers, "the server answers")
        until(lambda: len(self.worker_pids()) == self.workers, "all workers are there")

    def answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"the server ended, see {self.log}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/web/login")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def worker_pids(self):
        """Return the processes that serve requests (there are no others for jobs)."""
        pids = []
        for child in psutil.Process(self.process.pid).children():
            try:
                # the process of the bus was started, the workers were forked
                if "gevent" not in child.cmdline() and child.status() != "zombie":
                    pids.append(child.pid)
            except psutil.NoSuchProcess:
                continue
        return sorted(pids)

    def memory(self):
        """Return {worker: megabytes of its own} (what is shared counts in part)."""
        return {
            pid: psutil.Process(pid).memory_full_info().pss / 2**20
            for pid in self.worker_pids()
        }

    def threads(self):
        return {pid: psutil.Process(pid).num_threads() for pid in self.worker_pids()}

    def kill_worker(self, pid):
        """Kill a worker of this server without notice, and wait for its successor."""
        assert pid in self.worker_pids()
        os.kill(pid, signal.SIGKILL)
        until(
            lambda: (
                pid not in self.worker_pids()
                and len(self.worker_pids()) == self.workers
            ),
            "another worker takes its place",
        )

    def renew_worker(self, pid):
        """Let a worker end as Odoo lets it when it has served its time."""
        assert pid in self.worker_pids()
        os.kill(pid, signal.SIGINT)
        until(lambda: pid not in self.worker_pids(), "the worker ends")

    def kill(self):
        """Kill the whole server without notice."""
        self._end_group()
        self.process.wait()

    def stop(self):
        """Stop as an administrator does."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self._end_group()

    def _end_group(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # all of the group have ended

    def log_lines(self, *words):
        """Return the lines of the server's log that hold one of the words."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if any(word in line for word in words)]
