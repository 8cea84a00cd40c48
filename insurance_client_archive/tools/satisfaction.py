"""What an answer on a scale is worth, on the one scale that all surveys share."""


def score(answers):
    """Return the mean of ``(value, low, high)`` answers, from 0 to 100.

    >>> score([(10, 0, 10), (3, 1, 5)])
    75.0

    Answers on a scale without extent say nothing. None when nothing is left.
    """
    parts = [
        100 * (min(max(value, low), high) - low) / (high - low)
        for value, low, high in answers
        if high > low
    ]
    return round(sum(parts) / len(parts), 1) if parts else None


def trend(latest, before, tolerance=2.5):
    """Return ``better``, ``worse`` or ``same``; None without a score before.

    :param tolerance: points within which a change is none
    """
    if latest is None or before is None:
        return None
    if abs(latest - before) <= tolerance:
        return "same"
    return "better" if latest > before else "worse"
