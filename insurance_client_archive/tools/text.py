"""Clean text as people type, paste and import it."""

import re
import unicodedata

# Unassigned and private characters stay: rare Han characters may be newer than Python.
_INVISIBLE = ("Cc", "Cf", "Cs")
_SPACES = ("Zs", "Zl", "Zp")
_DASHES = ("Pd",)


def clean(value):
    """Return *value* on one line: half-width, composed, single spaces.

    Full-width and compatibility forms become ordinary ones (NFKC), control and
    zero-width characters go, every run of blanks becomes one space. ``None`` and
    ``False`` become ``""``. Cleaning twice changes nothing.
    """
    text = unicodedata.normalize("NFKC", str(value) if value else "")
    kept = (_visible(character) for character in text)
    # Two marks may meet when what stood between them is gone: compose again.
    text = unicodedata.normalize("NFKC", "".join(kept))
    return re.sub(" +", " ", text).strip(" ")


def strip_separators(value):
    """Return *value* cleaned and without blanks, dashes and leading apostrophes.

    For numbers in groups ("110105 19491231 002X") and for spreadsheet cells that
    were forced to text with an apostrophe.
    """
    text = "".join(
        character
        for character in clean(value)
        if character != " " and unicodedata.category(character) not in _DASHES
    )
    return unicodedata.normalize("NFKC", text.lstrip("'`’‘"))


def _visible(character):
    category = unicodedata.category(character)
    if category in _SPACES or character in "\t\n\r\v\f":
        return " "
    return "" if category in _INVISIBLE else character
