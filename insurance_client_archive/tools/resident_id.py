"""Numbers of Chinese identity cards: GB 11643-1999 and the cards built like it.

A number has 17 digits and a check character: six digits of place, eight of birth
date (YYYYMMDD), three of sequence whose last is odd for men, and one by
ISO 7064 MOD 11-2. Three more documents follow the same rule:

* residence permits of residents of Hong Kong (810000), Macao (820000) and
  Taiwan (830000),
* the foreign permanent resident ID card as issued since 1 December 2023: a 9, two
  digits of the issuing province, three of the nationality (ISO 3166-1 numeric).

The place is where the household was registered when the number was given. Places
were merged and renamed since, so an unknown place is a warning, never an error.
"""

import datetime
from typing import NamedTuple

from .coded_error import CodedError, _lt
from .text import strip_separators

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_DIGITS = frozenset("0123456789")
_CROSSES = str.maketrans(dict.fromkeys("x×ХхΧχ", "X"))
_EARLIEST_BIRTH = datetime.date(1800, 1, 1)
# First-generation sequences kept for people who were over a hundred years old then.
_CENTENARIAN_SEQUENCES = ("996", "997", "998", "999")

# GB/T 2260: the first two digits of a place.
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
    "50 51 52 53 54 61 62 63 64 65 71 81 82".split()
)
_PERMIT_KINDS = {
    "810000": "permit_hong_kong",
    "820000": "permit_macao",
    "830000": "permit_taiwan",
}


class ResidentIdError(CodedError):
    """The text is no identity card number."""

    MESSAGES = {
        "empty": _lt("The ID number is missing."),
        "characters": _lt("An ID number has digits only; the last one may be an X."),
        "length": _lt("An ID number has 18 characters (15 on old cards)."),
        "birth_date": _lt("The birth date inside the ID number does not exist."),
        "future_birth_date": _lt("The birth date inside the ID number is to come."),
        "check_digit": _lt(
            "The ID number has a typing error: its last character does not fit."
        ),
    }


class ResidentId(NamedTuple):
    """What an identity card number says.

    ``number`` has 18 characters. ``sex`` is ``"male"`` or ``"female"``. ``kind`` is
    ``"resident"``, ``"permit_hong_kong"``, ``"permit_macao"``, ``"permit_taiwan"`` or
    ``"foreign_permanent"``. ``region`` has six digits; ``region_known`` false is a
    warning. ``nationality`` (ISO 3166-1 numeric) is given for foreigners only.
    """

    number: str
    birth_date: datetime.date
    sex: str
    region: str
    region_known: bool
    kind: str
    nationality: str | None = None


def normalize(value):
    """Return *value* half-width, without separators, with a capital X."""
    return strip_separators(value).translate(_CROSSES)


def check_character(body):
    """Return the MOD 11-2 check character of the first 17 digits."""
    total = sum(
        weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)
    )
    return _CHECK_CHARACTERS[total % 11]


def complete(body):
    """Return the 18-character number that begins with the 17 digits *body*."""
    return body + check_character(body)


def make_resident_id(region, birth_date, sequence):
    """Return the number for six digits *region*, a date and a sequence 0–999.

    Odd sequences are men's. For demonstration and test data.
    """
    return complete(f"{region}{birth_date:%Y%m%d}{sequence:03d}")


def make_foreign_id(province, nationality, birth_date, sequence):
    """Return the number of a foreign permanent resident ID card (2023 edition)."""
    return make_resident_id(f"9{province}{nationality}", birth_date, sequence)


def to_18_digits(number):
    """Return the 18-character number for a normalised 15-digit one.

    Old cards leave out the century and the check character. Residents only: the
    other documents never had 15 digits.
    """
    old_sequence = number[12:]
    century = "18" if old_sequence in _CENTENARIAN_SEQUENCES else "19"
    return complete(number[:6] + century + number[6:])


def parse(value, today=None):
    """Return the `ResidentId` in *value*, or raise `ResidentIdError`.

    *today* bounds the birth date; give the user's own date where it matters (China
    is eight hours ahead of a server on UTC).
    """
    number = normalize(value)
    _check_shape(number)
    if len(number) == 15:
        number = to_18_digits(number)
    birth_date = _birth_date(number[6:14], today or datetime.date.today())
    if number[17] != check_character(number[:17]):
        raise ResidentIdError("check_digit")
    kind, region, region_known, nationality = _place(number)
    return ResidentId(
        number=number,
        birth_date=birth_date,
        sex="male" if int(number[16]) % 2 else "female",
        region=region,
        region_known=region_known,
        kind=kind,
        nationality=nationality,
    )


def is_valid(value, today=None):
    """Tell whether *value* holds an identity card number."""
    try:
        parse(value, today)
    except ResidentIdError:
        return False
    return True


def _check_shape(number):
    if not number:
        raise ResidentIdError("empty")
    if not _DIGITS.issuperset(number[:-1]) or number[-1] not in _DIGITS | {"X"}:
        raise ResidentIdError("characters")
    if len(number) == 15:
        if not number.isdecimal():
            raise ResidentIdError("characters")
        if number[0] in "89":
            raise ResidentIdError("length")
    elif len(number) != 18:
        raise ResidentIdError("length")


def _birth_date(digits, today):
    try:
        birth_date = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise ResidentIdError("birth_date") from error
    if birth_date < _EARLIEST_BIRTH:
        raise ResidentIdError("birth_date")
    if birth_date > today:
        raise ResidentIdError("future_birth_date")
    return birth_date


def _place(number):
    """Return kind, region, whether the region is known, and nationality."""
    region = number[:6]
    if number[0] == "9":
        province = number[1:3]
        return (
            "foreign_permanent",
            f"{province}0000",
            province in PROVINCES,
            number[3:6],
        )
    kind = _PERMIT_KINDS.get(region, "resident")
    return kind, region, kind != "resident" or region[:2] in PROVINCES, None
