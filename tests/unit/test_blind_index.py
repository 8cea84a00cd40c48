import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import blind_index


def mac(message, key=b"k" * 32):
    return hmac.digest(key, message, hashlib.sha256)


def other_mac(message):
    return mac(message, b"o" * 32)


def entry(value="11010519491231002X", company=1, field="archive.id_number", by=mac):
    return blind_index.digest(by, company, field, value)


@given(st.text(), st.sampled_from(sorted(blind_index.NORMALIZERS)))
def test_normalizing_twice_changes_nothing(text, name):
    normalize = blind_index.NORMALIZERS[name]
    assert normalize(normalize(text)) == normalize(text)


@given(st.text(alphabet="0123456789xX -\u3000１９Ｘ", max_size=20))
def test_texts_like_numbers_are_stable_too(text):
    once = blind_index.normalize_identity(text)
    assert blind_index.normalize_identity(once) == once


@pytest.mark.parametrize(
    "typed",
    [
        "6222 0210 0111 2233 445",
        "6222-0210-01112233445",
        "６２２２０２１００１１１２２３３４４５",
    ],
)
def test_ways_of_typing_an_account_give_one_number(typed):
    assert blind_index.normalize_code(typed) == "6222021001112233445"


@pytest.mark.parametrize("typed", ["11010519491231002x", "110105491231002"])
def test_old_and_new_resident_id_are_found_alike(typed):
    assert blind_index.normalize_identity(typed) == "11010519491231002X"


@pytest.mark.parametrize("typed", ["e 1234 5678", "123456789012345"])
def test_passports_are_left_as_they_are(typed):
    assert blind_index.normalize_identity(typed) == typed.replace(" ", "").upper()


def test_entry_depends_on_key_company_field_and_value():
    entries = {
        entry(),
        entry(company=2),
        entry(field="archive.bank_account"),
        entry(value="110105194912310039"),
        entry(by=other_mac),
    }
    assert len(entries) == 5
    assert entry() == entry()
    assert len(entry()) == blind_index.DIGEST_SIZE


@given(st.text(), st.text(), st.text(), st.text())
def test_field_and_value_do_not_run_together(field, value, field2, value2):
    same = (field, value) == (field2, value2)
    assert (entry(value, 1, field) == entry(value2, 1, field2)) == same
