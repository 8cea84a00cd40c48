"""Authenticated encryption of short values, with two ciphers behind one interface.

A sealed blob is::

    format (1 byte) | cipher (1 byte) | key number (2 bytes) | nonce (12 bytes)
    | ciphertext | tag (16 bytes)

The key number is the generation of a data key or the version of a master key. The
whole header and the caller's *context* (who and what the value belongs to) are
authenticated, each part with its length before it, so that no two contexts can look
the same. Nonces are random; with a data key for each archive they can't repeat.
"""

import os
import struct

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from .coded_error import CodedError, _lt

FORMAT = 1
KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16
_HEADER = struct.Struct(">BBH")
_LENGTH = struct.Struct(">I")
#: padded sizes of short values; longer ones are multiples of the last
PADDED_SIZES = (32, 64, 128, 256, 512, 1024)


class SealError(CodedError):
    """A blob that can't be opened: damaged, moved or made with another key."""

    MESSAGES = {
        "format": _lt("The sealed value has an unknown format."),
        "cipher": _lt("The sealed value was made with a cipher that is missing here."),
        "damaged": _lt("The sealed value was changed or belongs elsewhere."),
        "key_size": _lt("A key has the wrong length."),
    }


class AesGcm:
    """AES-256-GCM."""

    name = "aes-256-gcm"
    number = 1

    @staticmethod
    def encrypt(key, nonce, plaintext, aad):
        return AESGCM(key).encrypt(nonce, plaintext, aad)

    @staticmethod
    def decrypt(key, nonce, ciphertext, aad):
        return AESGCM(key).decrypt(nonce, ciphertext, aad)


class Sm4Gcm:
    """SM4-GCM (GB/T 32907); its 128-bit key is derived from the 256-bit one."""

    name = "sm4-gcm"
    number = 2

    @staticmethod
    def encrypt(key, nonce, plaintext, aad):
        encryptor = Sm4Gcm._cipher(key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(aad)
        ciphertext = encryptor.update(plaintext) + encryptor.finalize()
        return ciphertext + encryptor.tag

    @staticmethod
    def decrypt(key, nonce, ciphertext, aad):
        body, tag = ciphertext[:-TAG_SIZE], ciphertext[-TAG_SIZE:]
        decryptor = Sm4Gcm._cipher(key, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(aad)
        return decryptor.update(body) + decryptor.finalize()

    @staticmethod
    def _cipher(key, mode):
        short_key = HKDFExpand(SHA256(), 16, b"ins-cipher|sm4-gcm").derive(key)
        return Cipher(algorithms.SM4(short_key), mode)


CIPHERS = {cipher.name: cipher for cipher in (AesGcm, Sm4Gcm)}
DEFAULT_CIPHER = AesGcm.name
_BY_NUMBER = {cipher.number: cipher for cipher in CIPHERS.values()}


def is_available(name):
    """Tell whether the cipher *name* works with the OpenSSL of this machine."""
    try:
        seal(bytes(KEY_SIZE), 0, b"", (), name)
    except SealError:
        return False
    return True


def seal(key, key_number, plaintext, context, cipher_name=DEFAULT_CIPHER):
    """Return *plaintext* sealed with *key* for *context*, a sequence of texts."""
    cipher = CIPHERS.get(cipher_name)
    if cipher is None:
        raise SealError("cipher")
    header = _HEADER.pack(FORMAT, cipher.number, key_number)
    nonce = os.urandom(NONCE_SIZE)
    aad = frame(header, *context)
    try:
        ciphertext = cipher.encrypt(_checked(key), nonce, plaintext, aad)
    except UnsupportedAlgorithm:
        raise SealError("cipher") from None
    return header + nonce + ciphertext


def unseal(key, blob, context):
    """Return what was sealed, or raise `SealError`; never a wrong value."""
    header, cipher = _parse(blob)
    nonce = blob[_HEADER.size : _HEADER.size + NONCE_SIZE]
    ciphertext = blob[_HEADER.size + NONCE_SIZE :]
    try:
        return cipher.decrypt(_checked(key), nonce, ciphertext, frame(header, *context))
    except InvalidTag:
        # the cause would carry nothing of use, and the caller logs the code
        raise SealError("damaged") from None
    except UnsupportedAlgorithm:
        raise SealError("cipher") from None


def key_number(blob):
    """Return the generation or version of the key that *blob* was sealed with."""
    header, _cipher = _parse(blob)
    return _HEADER.unpack(header)[2]


def cipher_name(blob):
    """Return the name of the cipher that *blob* was sealed with."""
    return _parse(blob)[1].name


def frame(*parts):
    """Join texts and bytes so that each keeps its borders: lengths stand before."""
    framed = []
    for part in parts:
        encoded = part if isinstance(part, bytes) else str(part).encode()
        framed += [_LENGTH.pack(len(encoded)), encoded]
    return b"".join(framed)


def pad(plaintext):
    """Return *plaintext* grown to one of few sizes, so that lengths tell little."""
    needed = len(plaintext) + 1
    longest = PADDED_SIZES[-1]
    size = next(
        (size for size in PADDED_SIZES if size >= needed),
        -(-needed // longest) * longest,
    )
    return plaintext + b"\x80" + bytes(size - needed)


def unpad(padded):
    """Return what `pad` was given."""
    body, mark, rest = padded.rpartition(b"\x80")
    if not mark or rest.strip(b"\0"):
        raise SealError("format")
    return body


def _parse(blob):
    if len(blob) < _HEADER.size + NONCE_SIZE + TAG_SIZE:
        raise SealError("format")
    header = bytes(blob[: _HEADER.size])
    version, number, _key_number = _HEADER.unpack(header)
    if version != FORMAT:
        raise SealError("format")
    if number not in _BY_NUMBER:
        raise SealError("cipher")
    return header, _BY_NUMBER[number]


def _checked(key):
    if len(key) != KEY_SIZE:
        raise SealError("key_size")
    return key
