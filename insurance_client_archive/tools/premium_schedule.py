"""When instalments of a premium fall due, and how many there are in a year."""

from dateutil.relativedelta import relativedelta

#: months between two instalments; a single premium has only one
MONTHS = {"yearly": 12, "half_yearly": 6, "quarterly": 3, "monthly": 1}


def instalments_per_year(mode):
    """Return how often a premium is paid in a year; a single premium counts once."""
    return 12 // MONTHS.get(mode, 12)


def instalment_count(mode, years):
    """Return the number of instalments of the whole payment period."""
    if mode not in MONTHS:
        return 1
    return max(years, 1) * instalments_per_year(mode)


def next_due(start, mode, years, day):
    """Return the first due date on or after ``day``, or None when all is paid.

    Each date counts from the start, so that a policy of the 31st does not slide
    to the 28th after its first February.
    """
    step = MONTHS.get(mode, 0)
    if day <= start:
        return start
    if not step:
        return None
    passed = relativedelta(day, start)
    number = (passed.years * 12 + passed.months) // step
    due = start + relativedelta(months=number * step)
    if due < day:
        number += 1
        due = start + relativedelta(months=number * step)
    return due if number < instalment_count(mode, years) else None
