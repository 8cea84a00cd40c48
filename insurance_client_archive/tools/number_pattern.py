"""Patterns of archive numbers: text with named placeholders (DA/T 13).

``{fonds}-{class}-{year}-{retention}-{unit:04d}-{item:04d}`` gives
``Z001-01-2026-D30-0005-0020``. A pattern is data that people type, so it is taken
apart here and never handed to ``str.format``, which would follow attributes.

Between two placeholders stands a separator, and no value contains one: so different
series never give the same number.
"""

import re
import string
from typing import NamedTuple

from .coded_error import CodedError, _lt

TEXTS = ("fonds", "class", "retention")
COUNTS = ("unit", "item")
PLACEHOLDERS = (*TEXTS, "year", *COUNTS)
SEPARATORS = "-./·_"
MAXIMUM_WIDTH = 9

_WIDTH = re.compile(r"0([1-9])d")
_CODE = re.compile(r"[A-Z0-9]{1,10}")


class NumberPatternError(CodedError):
    """The text is no pattern of archive numbers."""

    MESSAGES = {
        "braces": _lt("The braces of the number pattern don't match."),
        "placeholder": _lt(
            "A number pattern knows the placeholders {fonds}, {class}, {year}, "
            "{retention}, {unit} and {item}."
        ),
        "width": _lt(
            "Only {unit} and {item} have a width, written as in {item:04d}; "
            "it goes from 1 to 9."
        ),
        "repeated": _lt("Each placeholder stands only once in a number pattern."),
        "item": _lt("A number pattern needs the placeholder {item}."),
        "order": _lt("In a number pattern {unit} stands before {item}."),
        "separator": _lt(
            "Between two placeholders of a number pattern stands a separator: "
            "one of - . / · _"
        ),
        "text": _lt(
            "Beside placeholders a number pattern has capital letters, digits and "
            "the separators - . / · _"
        ),
        "code": _lt("A code has 1 to 10 capital letters or digits."),
    }


class Piece(NamedTuple):
    """Text that comes before a placeholder, and the placeholder ('' at the end)."""

    text: str
    name: str
    width: int


class NumberPattern(NamedTuple):
    """A pattern that was checked."""

    pieces: tuple

    @property
    def names(self):
        return {piece.name for piece in self.pieces if piece.name}

    def series(self, values):
        """Return the pattern with all but unit and item filled in.

        All numbers of one series are counted together; the text names the series.
        It leaves out the widths, so that a wider pattern continues the series.
        """
        return "".join(
            piece.text + self._filled(piece, values) for piece in self.pieces
        )

    def render(self, values, position, unit_size):
        """Return the number at a 1-based *position* in its series.

        With a unit (box) in the pattern the item counts inside the unit, otherwise
        it counts through the whole series.
        """
        counts = {"item": position}
        if "unit" in self.names:
            unit, item = divmod(position - 1, unit_size)
            counts = {"unit": unit + 1, "item": item + 1}
        return self.series(
            {
                **values,
                **{
                    piece.name: str(counts[piece.name]).zfill(piece.width)
                    for piece in self.pieces
                    if piece.name in COUNTS
                },
            }
        )

    def _filled(self, piece, values):
        if not piece.name:
            return ""
        if piece.name in COUNTS and piece.name not in values:
            return f"{{{piece.name}}}"
        return str(values[piece.name])


def parse(value):
    """Return the `NumberPattern` in *value*, or raise `NumberPatternError`."""
    try:
        parts = list(string.Formatter().parse(value or ""))
    except ValueError as error:
        raise NumberPatternError("braces") from error
    pattern = NumberPattern(tuple(_piece(*part) for part in parts))
    _check(pattern)
    return pattern


def check_code(value):
    """Return *value* when it may stand in a number, or raise `NumberPatternError`."""
    if not _CODE.fullmatch(value or ""):
        raise NumberPatternError("code")
    return value


def _piece(text, name, width, conversion):
    if not re.fullmatch(rf"[A-Z0-9{re.escape(SEPARATORS)}]*", text):
        raise NumberPatternError("text")
    if name is None:
        return Piece(text, "", 0)
    if name not in PLACEHOLDERS or conversion:
        raise NumberPatternError("placeholder")
    match = _WIDTH.fullmatch(width)
    if width and not (match and name in COUNTS):
        raise NumberPatternError("width")
    return Piece(text, name, int(match[1]) if match else 1)


def _check(pattern):
    names = [piece.name for piece in pattern.pieces if piece.name]
    if len(names) != len(set(names)):
        raise NumberPatternError("repeated")
    if "item" not in names:
        raise NumberPatternError("item")
    if "unit" in names and names.index("unit") > names.index("item"):
        raise NumberPatternError("order")
    for before, piece in zip(pattern.pieces, pattern.pieces[1:], strict=False):
        joined = not piece.text or (
            piece.text[0] not in SEPARATORS
            or (piece.name and piece.text[-1] not in SEPARATORS)
        )
        if before.name and joined and (piece.name or piece.text):
            raise NumberPatternError("separator")
    first = pattern.pieces[0]
    if first.text and first.name and first.text[-1] not in SEPARATORS:
        raise NumberPatternError("separator")
