"""Code that may open sealed values on the server without showing them to a person.

A consumer is a Python object made at import, in the module that uses it::

    PREMIUM = register_consumer("insurance_product_match.premium")

    with archives._unsealed(["annual_income"], "matching", PREMIUM) as values:
        ...

The code of server actions can't import, so it can't get hold of one; a name or a flag
in the context could be copied.
"""

from dataclasses import dataclass

_consumers = set()


@dataclass(frozen=True, eq=False)
class Consumer:
    """The right of one piece of code to open sealed values."""

    name: str


def register_consumer(name):
    """Return a new right to open sealed values, under a name for the log."""
    consumer = Consumer(name)
    _consumers.add(consumer)
    return consumer


def is_registered(consumer):
    return isinstance(consumer, Consumer) and consumer in _consumers
