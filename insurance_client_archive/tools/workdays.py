"""Working days, without the holidays that the state announces year by year."""

from datetime import timedelta

SATURDAY = 5


def after(day, count):
    """Return the day that is *count* working days after *day*."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            count -= 1
    return day
