import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import number_pattern
from odoo.addons.insurance_client_archive.tools.number_pattern import (
    NumberPatternError,
)

STANDARD = "{fonds}-{class}-{year}-{retention}-{unit:04d}-{item:04d}"
VALUES = {"fonds": "Z001", "class": "01", "year": 2026, "retention": "D30"}


def test_standard_pattern_gives_the_number_of_the_standard():
    pattern = number_pattern.parse(STANDARD)
    number = pattern.render(VALUES, 100, 20)
    assert number == "Z001-01-2026-D30-0005-0020"


def test_item_counts_through_the_series_without_a_unit():
    pattern = number_pattern.parse("{fonds}.{year}.{item:06d}")
    assert pattern.render(VALUES, 100, 20) == "Z001.2026.000100"


def test_series_leaves_unit_and_item_open():
    series = number_pattern.parse(STANDARD).series(VALUES)
    assert series == "Z001-01-2026-D30-{unit}-{item}"
    wider = number_pattern.parse(STANDARD.replace("04d", "06d"))
    assert wider.series(VALUES) == series


def test_number_wider_than_its_width_is_not_cut():
    assert number_pattern.parse("{item:02d}").render({}, 12345, 1) == "12345"


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("{fonds}-{item", "braces"),
        ("{fonds}-}", "braces"),
        ("{fonds.__class__}-{item}", "placeholder"),
        ("{fonds[0]}-{item}", "placeholder"),
        ("{0}-{item}", "placeholder"),
        ("{}-{item}", "placeholder"),
        ("{fonds!r}-{item}", "placeholder"),
        ("{partner}-{item}", "placeholder"),
        ("{year:04d}-{item}", "width"),
        ("{item:99999999d}", "width"),
        ("{item:{unit}}", "width"),
        ("{item:>10}", "width"),
        ("{item}-{item}", "repeated"),
        ("{fonds}-{year}", "item"),
        ("", "item"),
        (None, "item"),
        ("{item}-{unit}", "order"),
        ("{fonds}{item}", "separator"),
        ("{fonds}-{class}{year}-{item}", "separator"),
        ("{fonds}A-{item}", "separator"),
        ("A{fonds}-{item}", "separator"),
        ("{fonds}-{item}X", "separator"),
        ("{fonds} {item}", "text"),
        ("{{{fonds}}}-{item}", "text"),
        ("档案-{item}", "text"),
    ],
)
def test_refused_pattern_says_why(pattern, code):
    with pytest.raises(NumberPatternError) as caught:
        number_pattern.parse(pattern)
    assert caught.value.code == code


@pytest.mark.parametrize("code", ["", None, "a", "A-1", "1" * 11, "é"])
def test_refused_code(code):
    with pytest.raises(NumberPatternError):
        number_pattern.check_code(code)


@given(st.text())
def test_any_text_is_a_pattern_or_refused(text):
    try:
        pattern = number_pattern.parse(text)
    except NumberPatternError:
        return
    pattern.render(VALUES, 1, 1)


codes = st.text("ABC0123456789", min_size=1, max_size=10)
series = st.fixed_dictionaries(
    {"fonds": codes, "class": codes, "year": st.integers(2000, 2099)}
).map(lambda values: {**values, "retention": "D10"})


@given(
    series, series, st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 999)
)
def test_different_places_have_different_numbers(first, second, here, there, size):
    pattern = number_pattern.parse(STANDARD)
    same_place = (first, here) == (second, there)
    numbers = pattern.render(first, here, size), pattern.render(second, there, size)
    assert (numbers[0] == numbers[1]) == same_place
