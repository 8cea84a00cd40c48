"""From the points of a questionnaire to a level."""


def level(points, most, edges):
    """Return how many *edges*, in per cent of the most points, the points reach.

    >>> level(12, 20, [20, 40, 60, 80])
    3

    Without points to be had nobody reaches anything.
    """
    if most <= 0:
        return 0
    return sum(100 * points >= edge * most for edge in sorted(edges))


def number(text):
    """Return what a client has entered as an amount of 0 or more."""
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
