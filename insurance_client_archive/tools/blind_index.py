"""Exact search for sealed numbers without opening them.

The index keeps a keyed hash of the normalised number. Equal numbers give equal
hashes within one company and one field, so this is for numbers of high entropy only:
never for health, income or other values that can be guessed.
"""

import string

from . import resident_id
from .cipher import frame
from .text import strip_separators

#: raise it when a normaliser changes; rows of older versions are indexed anew
VERSION = 1
DIGEST_SIZE = 16
_CAPITALS = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


def normalize_code(value):
    """Return *value* half-width, without separators, in capitals."""
    return strip_separators(value).translate(_CAPITALS)


def normalize_identity(value):
    """Return an identity number in the one form it is indexed by.

    A resident ID number of the old form (15 digits) becomes one of 18.
    """
    try:
        return resident_id.parse(value).number
    except resident_id.ResidentIdError:
        return normalize_code(value)


NORMALIZERS = {"code": normalize_code, "identity": normalize_identity}


def digest(mac, company_id, field, normalized):
    """Return the index entry of a normalised value.

    :param mac: function from bytes to a keyed hash, see ``Keyring.index_mac``
    :param field: full name of the field, so that equal values of two fields differ
    """
    message = frame("ins-bidx", str(VERSION), str(company_id), field, normalized)
    return mac(message)[:DIGEST_SIZE]
