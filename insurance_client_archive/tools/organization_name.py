"""Names of organisations: real and written in one way.

Looser than a person's name: figures, brackets and short Latin names (3M, BP) are
real. A Chinese name has at least four characters: place, trade name, form.
"""

import re

from .coded_error import CodedError, _lt
from .person_name import is_placeholder, is_repeated
from .text import clean

MAXIMUM_LENGTH = 200

_HAN = re.compile(
    "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)
_BRACKETS = str.maketrans("()", "（）")
_AROUND_HAN = re.compile(rf"(?<={_HAN.pattern}) +(?={_HAN.pattern})| *([（）]) *")
_FORMS = re.compile(
    "(?:股份)?(?:有限)?(?:责任)?公司$|(?:集团|企业|单位|机构|合作社|个体户)$|"
    r"[ ,.]*\b(?:co|company|corp|corporation|inc|limited|llc|ltd|plc|gmbh)\b\.?$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile("个人|个体|企业|单位|公司|集团|某+.{0,2}|.*[*?].*")


class OrganizationNameError(CodedError):
    """The text is no name of an organisation."""

    MESSAGES = {
        "empty": _lt("The organisation's name is missing."),
        "placeholder": _lt(
            "This is a placeholder; enter the organisation's real name."
        ),
        "digits": _lt("An organisation's name is not made of figures only."),
        "repeated": _lt("One character repeated is no name."),
        "too_short": _lt("Enter the organisation's full registered name."),
        "too_long": _lt("The name is too long."),
    }


def normalize(value):
    """Return *value* written in one way, whether or not it is a name.

    Half-width and single spaces; in Chinese names no spaces between characters and
    full-width brackets, as on business licences.
    """
    name = clean(value)
    if not _HAN.search(name):
        return name
    return _AROUND_HAN.sub(r"\1", name.translate(_BRACKETS)).strip(" ")


def check_organization_name(value):
    """Return *value* normalised, or raise `OrganizationNameError`."""
    name = normalize(value)
    if not name:
        raise OrganizationNameError("empty")
    stem = _without_form(name)
    if not stem or _PLACEHOLDER.fullmatch(stem) or is_placeholder(stem):
        raise OrganizationNameError("placeholder")
    if not any(character.isalpha() for character in name):
        raise OrganizationNameError("digits")
    if is_repeated(stem):
        raise OrganizationNameError("repeated")
    if len(name) < (4 if _HAN.search(name) else 2):
        raise OrganizationNameError("too_short")
    if len(name) > MAXIMUM_LENGTH:
        raise OrganizationNameError("too_long")
    return name


def is_valid(value):
    """Tell whether *value* may be an organisation's name."""
    try:
        check_organization_name(value)
    except OrganizationNameError:
        return False
    return True


def _without_form(name):
    """Return what is left when legal forms at the end are taken off."""
    stem = name
    while (shorter := _FORMS.sub("", stem).strip(" ,.")) != stem:
        stem = shorter
    return stem
