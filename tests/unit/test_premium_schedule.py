from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import premium_schedule

MODES = [*premium_schedule.MONTHS, "single"]
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("mode", "count"),
    [
        ("single", 1),
        ("yearly", 1),
        ("half_yearly", 2),
        ("quarterly", 4),
        ("monthly", 12),
    ],
)
def test_instalments_of_a_year(mode, count):
    assert premium_schedule.instalments_per_year(mode) == count


@pytest.mark.parametrize(
    ("start", "mode", "years", "day", "due"),
    [
        (date(2026, 1, 31), "monthly", 1, date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 1, 31), "monthly", 1, date(2026, 3, 1), date(2026, 3, 31)),
        (date(2024, 2, 29), "yearly", 5, date(2025, 1, 1), date(2025, 2, 28)),
        (date(2024, 2, 29), "yearly", 5, date(2027, 6, 1), date(2028, 2, 29)),
        (date(2026, 1, 1), "yearly", 1, date(2026, 1, 2), None),
        (date(2026, 1, 1), "single", 1, date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), "single", 1, date(2026, 1, 2), None),
        (date(2026, 1, 1), "quarterly", 0, date(2026, 12, 31), None),
        (date(2026, 5, 1), "quarterly", 2, date(2026, 1, 1), date(2026, 5, 1)),
    ],
)
def test_due_dates_count_from_the_start(start, mode, years, day, due):
    assert premium_schedule.next_due(start, mode, years, day) == due


@given(start=days, mode=st.sampled_from(MODES), years=st.integers(0, 40), day=days)
def test_next_due_date_is_never_in_the_past(start, mode, years, day):
    due = premium_schedule.next_due(start, mode, years, day)
    assert due is None or due >= day


@given(start=days, mode=st.sampled_from(MODES), years=st.integers(0, 8))
def test_walking_the_due_dates_meets_every_instalment(start, mode, years):
    met, day = 0, start
    while (due := premium_schedule.next_due(start, mode, years, day)) is not None:
        met += 1
        day = due + timedelta(days=1)
    assert met == premium_schedule.instalment_count(mode, years)
