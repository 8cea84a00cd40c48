"""A stretch of load: all users at once, each asking as soon as the answer is there."""

import collections
import math
import random
import statistics
import threading
import time


class Phase:
    def __init__(self, users, mix):
        self.users = users
        self.kinds, self.weights = list(mix), list(mix.values())
        self.waits = collections.defaultdict(list)
        self.uses = collections.Counter()
        self.errors = []
        self.seconds = 0.0
        self._lock = threading.Lock()

    def run(self, seconds):
        start = time.monotonic()
        threads = [
            threading.Thread(target=self._work, args=[user, start + seconds])
            for user in self.users
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = time.monotonic() - start

    def _work(self, user, end):
        waits = []
        uses, errors = [], []
        while (began := time.monotonic()) < end:
            [kind] = random.choices(self.kinds, self.weights)
            try:
                answer = getattr(user, kind)()
            except Exception as error:  # whatever a user would see
                errors.append(error)
                continue
            waits.append((kind, time.monotonic() - began))
            uses.append(user.use(kind, answer))
        with self._lock:
            self.errors += errors
            self.uses.update(use for use in uses if use)
            for kind, wait in waits:
                self.waits[kind].append(wait)

    @property
    def rate(self):
        return sum(map(len, self.waits.values())) / self.seconds

    def milliseconds(self):
        """Return the time for a request, as throughput has it."""
        return 1000 / self.rate

    def percentile(self, kind, share):
        waits = self.waits[kind]
        if len(waits) < 2:
            return math.nan
        return statistics.quantiles(waits, n=100, method="inclusive")[share - 1] * 1000
