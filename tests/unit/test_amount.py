from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import amount
from odoo.addons.insurance_client_archive.tools.amount import AmountError


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("350000", "350000.00"),
        ("350,000.50", "350000.50"),
        ("３５０，０００", "350000.00"),
        ("¥ 12,500", "12500.00"),
        ("12500元", "12500.00"),
        ("RMB 12500", "12500.00"),
        ("35万", "350000.00"),
        ("1.2亿", "120000000.00"),
        ("0", "0.00"),
        (7, "7.00"),
        (7.5, "7.50"),
        (".5", "0.50"),
        ("-0", "0.00"),
    ],
)
def test_ways_of_typing_an_amount(typed, parsed):
    assert str(amount.parse(typed)) == parsed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("元", "empty"),
        ("much", "number"),
        ("1.2.3", "number"),
        ("1e9", "number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("万", "number"),
        ("-1", "negative"),
        ("99999999999999", "large"),
        ("9" * 400, "large"),
    ],
)
def test_each_fault_has_its_code(typed, code):
    with pytest.raises(AmountError) as refused:
        amount.parse(typed)
    assert refused.value.code == code


@given(st.decimals(0, amount.LARGEST, places=2))
def test_amount_reads_as_itself(value):
    assert amount.parse(f"{value:,f}") == value
    assert amount.parse(str(amount.parse(value))) == Decimal(value)


@given(st.text())
def test_any_text_is_parsed_or_refused_with_a_code(text):
    try:
        assert amount.parse(text) >= 0
    except AmountError as error:
        assert error.code in AmountError.MESSAGES
