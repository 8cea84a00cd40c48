import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import satisfaction


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ([(10, 0, 10)], 100),
        ([(0, 0, 10)], 0),
        ([(1, 1, 5)], 0),
        ([(3, 1, 5), (10, 0, 10)], 75),
        ([(12, 0, 10), (-1, 0, 10)], 50),
        ([(4, 4, 4), (5, 0, 10)], 50),
        ([(4, 4, 4)], None),
        ([], None),
    ],
)
def test_scales_of_any_length_share_one_scale(answers, score):
    assert satisfaction.score(answers) == score


@given(
    st.lists(
        st.tuples(st.integers(-5, 20), st.integers(0, 4), st.integers(5, 10)),
        min_size=1,
    )
)
def test_score_lies_between_nought_and_a_hundred(answers):
    assert 0 <= satisfaction.score(answers) <= 100


@pytest.mark.parametrize(
    ("latest", "before", "trend"),
    [
        (90, 80, "better"),
        (80, 90, "worse"),
        (80, 82, "same"),
        (80, None, None),
        (None, 80, None),
        (0, 80, "worse"),
    ],
)
def test_trend_ignores_small_changes(latest, before, trend):
    assert satisfaction.trend(latest, before) == trend
