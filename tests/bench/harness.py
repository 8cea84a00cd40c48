"""Paired runs: a subject against a baseline, in turns, in one process.

A machine is never equally fast twice, so a benchmark states a ratio: both sides run
alternately, and the median of the ratios of neighbouring runs is what counts.

    results = [compare("open the form", baseline=plain, subject=ours, rounds=15)]
    report(__file__, results)
"""

import dataclasses
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path


@dataclasses.dataclass
class Result:
    name: str
    rounds: int
    baseline_ms: float
    subject_ms: float
    ratio: float
    ratio_low: float  # quartiles of the ratios: how far to trust the median
    ratio_high: float
    limit: float | None = None
    note: str = ""

    @property
    def passed(self) -> bool:
        return self.limit is None or self.ratio <= self.limit


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def work(cr, action: Callable[[], object]) -> float:
    """Return the processor seconds of this process and of its PostgreSQL backend.

    For runs of minutes that can't take turns: a busy machine makes them later, not
    dearer. Waiting for disks is not in it; `cr` asks for no parallel workers meanwhile,
    which would not be in it, either. PostgreSQL must run on this machine.
    """
    backend = Path("/proc", str(cr.connection.get_backend_pid()), "stat")
    cr.execute("SET max_parallel_workers_per_gather = 0")

    def spent():
        # utime and stime, after the name of the program in brackets
        user, system = backend.read_text().rpartition(")")[2].split()[11:13]
        ticks = int(user) + int(system)
        return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()

    before = spent()
    action()
    return spent() - before


def compare(
    name: str,
    baseline: Callable[[], object],
    subject: Callable[[], object],
    rounds: int = 11,
    warmup: int = 2,
    limit: float | None = None,
    note: str = "",
) -> Result:
    """Time both, alternately; `limit` is the highest ratio that is still accepted."""
    for _turn in range(warmup):
        baseline()
        subject()
    pairs = []
    for turn in range(rounds):
        if turn % 2:  # neither side always runs first
            after = seconds(subject)
            before = seconds(baseline)
        else:
            before = seconds(baseline)
            after = seconds(subject)
        pairs.append((before, after))
    return from_pairs(name, pairs, limit, note)


def from_pairs(
    name: str,
    pairs: list[tuple[float, float]],
    limit: float | None = None,
    note: str = "",
) -> Result:
    """Sum up runs that were timed already: seconds of baseline and subject."""
    ratios = [after / before for before, after in pairs]
    low, ratio, high = statistics.quantiles(
        ratios if len(ratios) > 1 else ratios * 2, n=4, method="inclusive"
    )
    return Result(
        name=name,
        rounds=len(pairs),
        baseline_ms=statistics.median(before for before, _after in pairs) * 1000,
        subject_ms=statistics.median(after for _before, after in pairs) * 1000,
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
        limit=limit,
        note=note,
    )


def table(results: list[Result]) -> str:
    width = max(len(result.name) for result in results)
    lines = [f"{'':{width}}  baseline ms  subject ms  ratio (quartiles)"]
    for result in results:
        limit = "" if result.limit is None else f"  limit {result.limit:g}"
        verdict = "" if result.passed else "  OVER"
        times = f"{result.baseline_ms:11.2f}  {result.subject_ms:10.2f}"
        ratios = f"{result.ratio:5.2f} ({result.ratio_low:.2f}-{result.ratio_high:.2f})"
        lines.append(
            f"{result.name:{width}}  {times}  {ratios}{limit}{verdict}  {result.note}"
        )
    return "\n".join(lines)


def report(script: str, results: list[Result]) -> None:
    """Print the table, keep the figures, end with 1 when a limit is passed."""
    name = Path(script).stem
    print(table(results))
    folder = Path(os.environ.get("BENCH_DIR", ".local/bench"))
    folder.mkdir(parents=True, exist_ok=True)
    figures = [dataclasses.asdict(result) for result in results]
    (folder / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n")
    if not all(result.passed for result in results):
        raise SystemExit(1)


def find_addons():
    """Read Odoo's configuration: only then can modules of our addons be imported."""
    from odoo import tools

    tools.config.parse_config([], setup_logging=False)


def environment():
    """Return an Odoo environment (superuser) on the benchmark's own database."""
    import odoo.api
    from odoo import SUPERUSER_ID, tools
    from odoo.modules.registry import Registry

    find_addons()
    cursor = Registry(tools.config["db_name"][0]).cursor()
    return odoo.api.Environment(cursor, SUPERUSER_ID, {})
