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
#: a reveal without its record is refused within this time
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


@pytest.mark.parametrize("fault", ["refuse", "be_silent"])
def test_without_the_log_reveals_are_refused_and_lists_go_on(scene, fault):
    since = scene.last_record()
    with scene.load() as load:
        load.wait_for_more()
        getattr(scene.gate, fault)()
        # what was on its way when the gate was shut may still be answered
        shut = time.monotonic()
        _wait_for_refusals(load, shut, 2 * WORKERS)
        refused = load.bad("reveal", shut)
        assert not load.bad("list") and not load.bad("form")
        assert load.good("list", shut) and load.good("form", shut)
        opened = time.monotonic()
        scene.gate.open()
        load.wait_for_more()
    assert not load.good("reveal", shut + 0.5) or all(
        answer.began + answer.seconds > opened
        for answer in load.good("reveal", shut + 0.5)
    )
    for answer in refused:
        assert answer.error.name.endswith("UseLogUnavailable"), answer
        assert "can't be recorded" in answer.error.message
        assert answer.seconds < REFUSED_SECONDS, answer
    scene.check_reveals(load)
    scene.check_reads(load, since)
    scene.check_chains()


def _wait_for_refusals(load, since, count):
    until(lambda: len(load.bad("reveal", since)) >= count, "reveals are refused")
    until(lambda: len(load.good("list", since)) >= count, "lists go on")
    until(lambda: len(load.good("form", since)) >= count, "forms go on")


def test_workers_that_are_renewed_and_stopped_end_their_chains(scene):
    scene.server.stop()
    since = scene.last_record()
    scene.server.start(limit_request=25)
    first = set(scene.server.worker_pids())
    with scene.load() as load:
        until(
            lambda: not first & set(scene.server.worker_pids()), "workers are renewed"
        )
        load.wait_for_more()
    scene.server.stop()
    chains = scene.chains(since)
    assert len(chains) >= 2 * WORKERS
    assert set(chains.values()) == {"writer_stop"}
    scene.check_reads(load, since)
    assert not load.bad("list") + load.bad("form") + load.bad("reveal")
    # what was left without a seal is sealed after the next start
    scene.server.start()
    scene.check_reveals(load)
    scene.check_chains()
