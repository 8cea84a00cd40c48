"""Values of parameters: typed for programs, canonical text for storage.

Types: ``integer``, ``float``, ``percentage`` (a number of per cent: 20 stands for
20 %), ``boolean`` ("true" or "false") and ``text``.
"""

import math
import re
from decimal import Decimal

from .coded_error import CodedError, _lt
from .text import clean

_TRUE = frozenset(("true", "yes", "on", "1", "是", "真"))
_FALSE = frozenset(("false", "no", "off", "0", "否", "假"))
_INTEGER = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,10})?|\.\d{1,10})", re.ASCII)


class ParameterValueError(CodedError):
    """The text is no value of the type."""

    MESSAGES = {
        "integer": _lt("a whole number, such as 6"),
        "float": _lt("a number, such as 85.6"),
        "percentage": _lt("a percentage, such as 20"),
        "boolean": _lt("true or false"),
        "text": _lt("a text"),
    }


def typed(value_type, value):
    """Return *value* as int, float, bool or str.

    The error's message names what was expected, to be put into a sentence.
    """
    text = clean(value)
    parsed = _PARSERS[value_type](text) if text else None
    if parsed is None:
        raise ParameterValueError(value_type)
    return parsed


def canonical(value_type, value):
    """Return the one way to write *value*: "６ " is "6", "85.60" is "85.6"."""
    parsed = typed(value_type, value)
    if isinstance(parsed, bool):
        return "true" if parsed else "false"
    if isinstance(parsed, float):
        return format(Decimal(repr(parsed)), "f").removesuffix(".0")
    return str(parsed)


def _integer(text):
    digits = text.replace(",", "")
    return int(digits) if _INTEGER.fullmatch(digits) else None


def _float(text):
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    # Adding zero turns -0.0 into 0.0.
    return number + 0.0 if math.isfinite(number) else None


def _percentage(text):
    return _float(text.removesuffix("%").rstrip())


def _boolean(text):
    word = text.casefold()
    return True if word in _TRUE else False if word in _FALSE else None


_PARSERS = {
    "integer": _integer,
    "float": _float,
    "percentage": _percentage,
    "boolean": _boolean,
    "text": str,
}
