"""Values that can be recognised wherever they come up, however they are written."""

import base64
import datetime
import io
import re
import urllib.parse
import zipfile
import zlib

from odoo.addons.insurance_client_archive.tools import resident_id

#: what all ID numbers of the canaries have in common: place and date of birth
BORN = datetime.date(1911, 11, 11)
#: field: what each of its canaries holds, and nothing else in a database
MARKS = {
    "id_number": f"110105{BORN:%Y%m%d}",
    "bank_account": "KESTRELOWL",
    "annual_income": "867530942",
    "total_assets": "739186457",
    "health_notice": "kestrelowl",
}
#: pieces of packed data are unpacked up to this size
LARGEST_PIECE = 50_000_000
_PACKED = (b"PK\x03\x04", b"%PDF")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def values(number):
    """Return a value for each sealed field of the client with this *number*."""
    return {
        "id_number": resident_id.make_resident_id("110105", BORN, number),
        "bank_account": f"{MARKS['bank_account']}{number:05}",
        "annual_income": f"{MARKS['annual_income']}{number:03}",
        "total_assets": f"{MARKS['total_assets']}{number:03}",
        "health_notice": f"{MARKS['health_notice']} {number}: chronic",
    }


def find(content):
    """Return the marks that *content* (text or bytes) holds, as (field, spelling).

    Looked for as plain text in any case, in UTF-16, in hexadecimal digits, in Base64,
    with grouped digits, and inside zipped and deflated pieces.
    """
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    found = {
        (field, spelling)
        for spelling, needles in _NEEDLES.items()
        for field, pieces in needles.items()
        if any(piece in content for piece in pieces)
    }
    lowered = content.lower()
    found |= {
        (field, "plain")
        for field, mark in MARKS.items()
        if mark.lower().encode() in lowered
    }
    if content[:4] not in _PACKED and b"%" in content and len(content) < 100_000:
        plain = urllib.parse.unquote_to_bytes(content)
        if plain != content:
            found |= {(field, "URL") for field, _spelling in find(plain)}
    for piece in _unpacked(content):
        found |= {(field, "packed") for field, _spelling in find(piece)}
    return found


def _unpacked(content):
    if content[:4] == _PACKED[0]:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    elif content[:2] == b"\x1f\x8b":
        yield zlib.decompressobj(31).decompress(content, LARGEST_PIECE)
    elif content[:4] == _PACKED[1]:
        for stream in _PDF_STREAM.findall(content):
            try:
                yield zlib.decompressobj().decompress(stream, LARGEST_PIECE)
            except zlib.error:
                continue  # an image, or a stream that is not deflated


def _base64(mark):
    """Return what every Base64 text that holds the mark holds, wherever it begins."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + mark).decode()
        # the first and the last group depend on what stands around the mark
        yield text[4 if before else 0 :].rstrip("=")[:-1].encode()


def _grouped(mark):
    """Return an amount with separators: where the groups begin is not known."""
    for first in range(1, 4):
        groups = re.findall(r"\d{3}", mark[first:])
        yield from (
            separator.join([mark[:first], *groups]).encode() for separator in ",' "
        )


def _needles():
    spellings = {"UTF-16": {}, "hexadecimal": {}, "Base64": {}, "grouped": {}}
    for field, mark in MARKS.items():
        cases = {mark, mark.lower(), mark.upper(), mark.capitalize()}
        plain = [case.encode() for case in cases]
        wide = [case.encode("utf-16-le") for case in cases]
        spellings["UTF-16"][field] = wide + [b"\0" + text[:-1] for text in wide]
        spellings["hexadecimal"][field] = [
            digits.encode()
            for text in plain + wide
            for digits in (text.hex(), text.hex().upper())
        ]
        spellings["Base64"][field] = [
            piece for text in plain + wide for piece in _base64(text)
        ]
        spellings["grouped"][field] = list(_grouped(mark)) if mark.isdigit() else []
    return spellings


_NEEDLES = _needles()
