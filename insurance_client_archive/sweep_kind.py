"""What an addon says about a kind of sweep. See ``docs/sweeps.md``."""

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of bulk work and who may start it.

    :param label: what people read
    :param model: has the methods ``_sweep_<key>_extent`` and ``_sweep_<key>_chunk``
    :param group: XML id of the group whose members may start it
    :param by_state: what is done leaves the extent, so that another pass finds what
        was locked by others; otherwise each row is visited once
    :param as_user: work with the rights of the user who started it
    :param seconds: how long a chunk should take
    :param limit: rows in the first chunk; the next ones adapt to ``seconds``
    :param use: action in the use log under which begin and end are recorded
    """

    label: str
    model: str
    group: str
    by_state: bool = False
    as_user: bool = False
    seconds: float = 1.0
    limit: int = 500
    use: str = ""


class Extent(NamedTuple):
    """Where the work is: ids from *first* to *last*, *total* rows among them."""

    first: int
    last: int
    total: int


class Failure(NamedTuple):
    """A row that could not be worked on.

    :param settled: the kind has taken the row out of its extent, so that no other try
        makes sense before somebody has looked at it
    """

    res_id: int
    message: str
    settled: bool = False


class Chunk(NamedTuple):
    """What a chunk did: *done* rows; all ids up to *after* were looked at."""

    done: int
    after: int
    failures: list = []


class SweepStopped(Exception):
    """Nothing more can be done now; the message tells people why."""


NOTHING = Extent(0, 0, 0)
