"""Amounts of money as people type them."""

import re
from decimal import Decimal, InvalidOperation

from .coded_error import CodedError, _lt
from .text import clean

_SIGNS = re.compile(r"^(?:CNY|RMB|¥|￥|元|人民币)+|(?:CNY|RMB|元)$", re.IGNORECASE)
_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 13


class AmountError(CodedError):
    """The text is no amount of money."""

    MESSAGES = {
        "empty": _lt("The amount is missing."),
        "number": _lt("Enter an amount such as 350000, 350,000.50 or 35万."),
        "negative": _lt("The amount can't be negative."),
        "large": _lt("The amount is too large."),
    }


def parse(value):
    """Return the amount in *value* as a `Decimal` with two digits, or refuse it."""
    text = re.sub(r"[ ,，']", "", clean(str(value)))
    text = _SIGNS.sub("", text)
    if not text:
        raise AmountError("empty")
    factor = _UNITS.get(text[-1], 1)
    if factor != 1:
        text = text[:-1]
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?|[+-]?\.[0-9]+", text):
        raise AmountError("number")
    try:
        amount = (Decimal(text) * factor).quantize(_CENT)
    except InvalidOperation:
        raise AmountError("large") from None
    if amount < 0:
        raise AmountError("negative")
    if amount > LARGEST:
        raise AmountError("large")
    return abs(amount)
