import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import parameter_value
from odoo.addons.insurance_client_archive.tools.parameter_value import (
    ParameterValueError,
)

TYPES = ("integer", "float", "percentage", "boolean", "text")


@pytest.mark.parametrize(
    ("value_type", "text", "typed", "canonical"),
    [
        ("integer", " ６ ", 6, "6"),
        ("integer", "-07", -7, "-7"),
        ("integer", "10,000,000", 10_000_000, "10000000"),
        ("float", "85.60", 85.6, "85.6"),
        ("float", "4", 4.0, "4"),
        ("float", "-0", 0.0, "0"),
        ("float", "0.0000001", 1e-07, "0.0000001"),
        ("percentage", "20 %", 20.0, "20"),
        ("percentage", "12.5％", 12.5, "12.5"),
        ("boolean", "Yes", True, "true"),
        ("boolean", "否", False, "false"),
        ("text", " D30\n", "D30", "D30"),
    ],
)
def test_values(value_type, text, typed, canonical):
    assert parameter_value.typed(value_type, text) == typed
    assert type(parameter_value.typed(value_type, text)) is type(typed)
    assert parameter_value.canonical(value_type, text) == canonical


@pytest.mark.parametrize(
    ("value_type", "text"),
    [
        ("integer", ""),
        ("integer", None),
        ("integer", "6.5"),
        ("integer", "٦"),
        ("integer", "1" * 16),
        ("float", "nan"),
        ("float", "inf"),
        ("float", "1e5"),
        ("float", "."),
        ("percentage", "%"),
        ("boolean", "perhaps"),
        ("text", "  "),
    ],
)
def test_what_is_no_value_is_refused(value_type, text):
    with pytest.raises(ParameterValueError) as refused:
        parameter_value.typed(value_type, text)
    assert refused.value.code == value_type


@given(st.sampled_from(TYPES), st.one_of(st.text(), st.floats().map(str)))
def test_any_text_is_typed_or_refused_and_its_form_is_stable(value_type, text):
    try:
        canonical = parameter_value.canonical(value_type, text)
    except ParameterValueError:
        return
    assert parameter_value.canonical(value_type, canonical) == canonical
    assert parameter_value.typed(value_type, canonical) == parameter_value.typed(
        value_type, text
    )


@given(st.integers(-(10**14), 10**14))
def test_integers_survive(number):
    assert parameter_value.typed("integer", str(number)) == number
