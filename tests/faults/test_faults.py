"""Killed, crashed and cut off under load: what was shown is always in the log.

Short in ``make test``; all of it with ``FAULTS=long`` (docs/development.md).
"""

import itertools
import random
import time

import pytest
from prefork import until
from scene import LONG, WORKERS
from web_user import Refused

KILLS = 10 if LONG else 2
RESTARTS = 3 if LONG else 1
#: a reveal without its record is refused within this time, on a machine that has
#: nothing else to do
REFUSED_SECONDS = 2


@pytest.fixture(autouse=True)
def nothing_is_stuck(scene):
    yield
    scene.check_nothing_is_stuck()


def unexpected(load):
    """Return errors that are no broken connection: the server's own sentences."""
    return [a.error for a in load.answers if isinstance(a.error, Refused)]


def test_killed_workers_leave_a_log_that_fits(scene):
    with scene.load() as load:
        for _turn in range(KILLS):
            load.wait_for_more()
            scene.server.kill_worker(random.choice(scene.server.worker_pids()))
        load.wait_for_more()
        scene.check_reveals(load)
    scene.check_reveals(load)
    scene.check_chains()
    assert not unexpected(load)


def test_killed_server_leaves_a_log_that_fits(scene):
    with scene.load() as load:
        for _turn in range(KILLS):
            load.wait_for_more()
            scene.server.kill()
            scene.check_reveals(load)
            scene.server.start()
        load.wait_for_more()
    scene.check_reveals(load)
    scene.check_chains()
    assert not unexpected(load)


def test_restarted_database_leaves_a_log_that_fits(scene):
    modes = itertools.islice(itertools.cycle(["immediate", "fast"]), RESTARTS)
    with scene.load() as load:
        for mode in modes:
            load.wait_for_more()
            scene.cluster.restart(mode)
            # neither the server nor its writers are started again
            load.wait_for_more()
            scene.check_reveals(load)
    scene.check_reveals(load)
    scene.check_chains()


def test_renewed_and_stopped_workers_end_their_chains(scene):
    since = scene.last_record()
    workers = scene.server.worker_pids()
    with scene.load() as load:
        for pid in workers:
            load.wait_for_more()
            scene.server.renew_worker(pid)
        load.wait_for_more()
    scene.server.stop()
    assert not load.bad("list") + load.bad("form") + load.bad("reveal")
    scene.check_reads(load, since)
    chains = scene.chains(workers, since)
    assert len(chains) >= 2 * WORKERS, chains
    assert set(chains.values()) == {"writer_stop"}
    # what was left without a seal is sealed after the next start
    scene.server.start()
    scene.check_reveals(load)
    scene.check_chains()


@pytest.mark.parametrize("fault", ["refuse", "be_silent"])
def test_without_the_log_reveals_are_refused_and_lists_go_on(scene, fault):
    since = scene.last_record()
    with scene.load() as load:
        load.wait_for_more()
        getattr(scene.gate, fault)()
        shut = time.monotonic()
        wait_for_refusals(load, shut)
        # what was on its way when the gate was shut may still have been answered
        assert all(answer.began < shut for answer in load.good("reveal"))
        refused = load.bad("reveal", shut)
        assert not load.bad("list") + load.bad("form")
        scene.gate.open()
        load.wait_for_more()
    # lists and forms wait for no record: how long they take is the load of the machine
    slowest = max(a.seconds for a in load.good("list") + load.good("form"))
    for answer in refused:
        assert answer.error.name.endswith("UseLogUnavailable"), answer
        assert "can't be recorded" in answer.error.message
        assert answer.seconds < REFUSED_SECONDS + slowest, answer
    scene.check_reveals(load)
    scene.check_reads(load, since)
    scene.check_chains()


def wait_for_refusals(load, since, count=2 * WORKERS):
    until(lambda: len(load.bad("reveal", since)) >= count, "reveals are refused")
    until(lambda: len(load.good("list", since)) >= count, "lists go on")
    until(lambda: len(load.good("form", since)) >= count, "forms go on")
