"""Unified social credit codes of Chinese organisations: GB 32100-2015.

Eighteen characters: registering department, kind of organisation, six digits of
registering region, nine characters of organisation code (GB 11714) and a check
character modulo 31. The alphabet leaves out I, O, S, V and Z.

The check of the organisation code inside is a second, independent one. Some codes
issued in the past fail it; `parse(..., strict=False)` accepts those and says so.
"""

import string
from typing import NamedTuple

from .coded_error import CodedError, _lt
from .text import strip_separators

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_DIGITS = frozenset(string.digits)
_CAPITALS = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)

# GB 32100, table 1: the first character.
DEPARTMENTS = {
    "1": "establishment",
    "2": "foreign_affairs",
    "3": "justice",
    "4": "culture",
    "5": "civil_affairs",
    "6": "tourism",
    "7": "religious_affairs",
    "8": "trade_union",
    "9": "market_regulation",
    "A": "military",
    "N": "agriculture",
    "Y": "other",
}


class CreditCodeError(CodedError):
    """The text is no unified social credit code."""

    MESSAGES = {
        "empty": _lt("The unified social credit code is missing."),
        "characters": _lt(
            "A unified social credit code has digits and capital letters "
            "without I, O, S, V and Z."
        ),
        "length": _lt("A unified social credit code has 18 characters."),
        "department": _lt(
            "The first character of the unified social credit code names no "
            "registering department."
        ),
        "region": _lt("Characters 3 to 8 of a unified social credit code are digits."),
        "organization_check": _lt(
            "The organisation code inside the unified social credit code "
            "(characters 9 to 17) has a typing error."
        ),
        "check_digit": _lt(
            "The unified social credit code has a typing error: its last character "
            "does not fit."
        ),
    }


class CreditCode(NamedTuple):
    """What a unified social credit code says.

    ``department`` is a key of `DEPARTMENTS`; ``kind`` is the second character, whose
    meaning depends on it (91 a company, 92 an individual business, 93 a farmers'
    cooperative). ``region`` has six digits, ``organization_code`` nine characters.
    """

    number: str
    department: str
    kind: str
    region: str
    organization_code: str
    organization_code_valid: bool


def normalize(value):
    """Return *value* half-width, without separators, in capitals."""
    return strip_separators(value).translate(_CAPITALS)


def check_character(body):
    """Return the GB 32100 check character of the first 17 characters."""
    total = sum(
        weight * _VALUES[character]
        for weight, character in zip(_WEIGHTS, body, strict=True)
    )
    return ALPHABET[-total % 31]


def organization_check_character(body):
    """Return the GB 11714 check character of eight digits or letters."""
    total = sum(
        weight * int(character, 36)
        for weight, character in zip(_ORGANIZATION_WEIGHTS, body, strict=True)
    )
    return "0123456789X"[-total % 11]


def complete(body):
    """Return the code that begins with the 17 characters *body*."""
    return body + check_character(body)


def make_credit_code(department, kind, region, organization):
    """Return the code for a department, a kind, six digits and eight characters.

    The organisation's own check character is added too. For demonstration and test
    data: ``make_credit_code("9", "1", "110000", "60003734")``.
    """
    organization_code = organization + organization_check_character(organization)
    return complete(f"{department}{kind}{region}{organization_code}")


def parse(value, strict=True):
    """Return the `CreditCode` in *value*, or raise `CreditCodeError`.

    With *strict* false a code whose inner organisation code does not check is
    returned with ``organization_code_valid`` false.
    """
    number = normalize(value)
    _check_shape(number)
    if number[17] != check_character(number[:17]):
        raise CreditCodeError("check_digit")
    organization_code = number[8:17]
    valid = organization_check_character(organization_code[:8]) == organization_code[8]
    if strict and not valid:
        raise CreditCodeError("organization_check")
    return CreditCode(
        number=number,
        department=DEPARTMENTS[number[0]],
        kind=number[1],
        region=number[2:8],
        organization_code=organization_code,
        organization_code_valid=valid,
    )


def is_valid(value, strict=True):
    """Tell whether *value* holds a unified social credit code."""
    try:
        parse(value, strict)
    except CreditCodeError:
        return False
    return True


def _check_shape(number):
    if not number:
        raise CreditCodeError("empty")
    if not _VALUES.keys() >= set(number):
        raise CreditCodeError("characters")
    if len(number) != 18:
        raise CreditCodeError("length")
    if number[0] not in DEPARTMENTS:
        raise CreditCodeError("department")
    if not _DIGITS.issuperset(number[2:8]):
        raise CreditCodeError("region")
