"""For each automatic check: what breaks the demand, and what mends it again.

A case is a generator. It prepares, seeds and yields what the check has to find now and
did not find before: an id, a set of ids, or FACT for a new sentence. What follows
mends it. With READY it says that the clean state begins only here.
"""

READY = "ready"
FACT = "fact"
#: {code of the check: generator}
CASES = {}


def case(code):
    def register(function):
        assert code not in CASES, code
        CASES[code] = function
        return function

    return register
