import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import cipher
from odoo.addons.insurance_client_archive.tools.cipher import SealError

KEY = bytes(range(32))
CONTEXT = ("ins-val", "4b9f6f9e-2f0f-4d5b-9a33-5a8a0a2f2f11", "id_number")

names = st.sampled_from(sorted(cipher.CIPHERS))
contexts = st.lists(st.text(), max_size=4).map(tuple)
numbers = st.integers(0, 2**16 - 1)


def refusal(key, blob, context):
    with pytest.raises(SealError) as refused:
        cipher.unseal(key, blob, context)
    return refused.value.code


@pytest.mark.parametrize("name", sorted(cipher.CIPHERS))
def test_both_ciphers_work_here(name):
    assert cipher.is_available(name)


@given(st.binary(), contexts, numbers, names)
def test_what_was_sealed_comes_back(plaintext, context, number, name):
    blob = cipher.seal(KEY, number, plaintext, context, name)
    assert cipher.unseal(KEY, blob, context) == plaintext
    assert cipher.key_number(blob) == number
    assert cipher.cipher_name(blob) == name
    assert plaintext not in blob or len(plaintext) < 4


@given(st.binary(max_size=40), names, st.data())
def test_any_flipped_bit_is_found(plaintext, name, data):
    blob = cipher.seal(KEY, 1, plaintext, CONTEXT, name)
    position = data.draw(st.integers(0, len(blob) * 8 - 1))
    damaged = bytearray(blob)
    damaged[position // 8] ^= 1 << position % 8
    assert refusal(KEY, bytes(damaged), CONTEXT) in ("damaged", "format", "cipher")


@given(st.binary(max_size=40), contexts, contexts, names)
def test_another_context_opens_nothing(plaintext, context, other, name):
    if context == other:
        return
    blob = cipher.seal(KEY, 1, plaintext, context, name)
    assert refusal(KEY, blob, other) == "damaged"


def test_borders_between_the_parts_of_a_context_count():
    blob = cipher.seal(KEY, 1, b"value", ("ab", "c"))
    assert refusal(KEY, blob, ("a", "bc")) == "damaged"
    assert refusal(KEY, blob, ("abc",)) == "damaged"
    assert refusal(KEY, blob, ("ab", "c", "")) == "damaged"


@given(st.binary(max_size=200), st.integers(0, 60))
def test_a_cut_blob_is_refused(plaintext, missing):
    blob = cipher.seal(KEY, 1, plaintext, CONTEXT)
    cut = blob[: max(0, len(blob) - 1 - missing)]
    assert refusal(KEY, cut, CONTEXT) in ("damaged", "format")


@pytest.mark.parametrize("name", sorted(cipher.CIPHERS))
def test_another_key_opens_nothing(name):
    blob = cipher.seal(KEY, 1, b"value", CONTEXT, name)
    assert refusal(os.urandom(32), blob, CONTEXT) == "damaged"


def test_the_cipher_of_a_blob_can_not_be_exchanged():
    blob = bytearray(cipher.seal(KEY, 1, b"value", CONTEXT, "aes-256-gcm"))
    blob[1] = cipher.Sm4Gcm.number
    assert refusal(KEY, bytes(blob), CONTEXT) == "damaged"


def test_sealing_twice_gives_two_blobs():
    assert cipher.seal(KEY, 1, b"v", CONTEXT) != cipher.seal(KEY, 1, b"v", CONTEXT)


def test_short_keys_and_unknown_ciphers_are_refused():
    for key, name, code in (
        (b"short", "aes-256-gcm", "key_size"),
        (KEY, "rot13", "cipher"),
    ):
        with pytest.raises(SealError) as refused:
            cipher.seal(key, 1, b"value", CONTEXT, name)
        assert refused.value.code == code


def test_error_does_not_carry_the_value():
    blob = cipher.seal(KEY, 1, b"11010519491231002X", CONTEXT)
    with pytest.raises(SealError) as refused:
        cipher.unseal(os.urandom(32), blob, CONTEXT)
    assert refused.value.__cause__ is None
    assert "1101" not in repr(refused.value)


@given(st.binary(max_size=5000))
def test_padding_comes_off_again(plaintext):
    assert cipher.unpad(cipher.pad(plaintext)) == plaintext


@given(st.binary(max_size=5000))
def test_padding_leaves_few_lengths(plaintext):
    size = len(cipher.pad(plaintext))
    assert size in cipher.PADDED_SIZES or size % cipher.PADDED_SIZES[-1] == 0


@given(st.binary(max_size=31), st.binary(max_size=31))
def test_short_values_have_one_length(one, other):
    sealed = [cipher.seal(KEY, 1, cipher.pad(text), CONTEXT) for text in (one, other)]
    assert len(sealed[0]) == len(sealed[1])


@pytest.mark.parametrize("padded", [b"", b"abc", b"\x80a", bytes(32)])
def test_wrong_padding_is_refused(padded):
    with pytest.raises(SealError):
        cipher.unpad(padded)
