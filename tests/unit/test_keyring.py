import base64
import copy
import json
import os
import pickle
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import cipher, keyring
from odoo.addons.insurance_client_archive.tools.cipher import SealError
from odoo.addons.insurance_client_archive.tools.keyring import KeyringError

DATA_KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "keyring.json")


@pytest.fixture
def keys(path):
    return keyring.create(path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return keyring.create(str(tmp_path_factory.mktemp("keys") / "keyring.json"))


def rewrite(path, **changes):
    with open(path) as file:
        content = json.load(file)
    content.update(changes)
    with open(path, "w") as file:
        json.dump(content, file)


def refusal(path):
    with pytest.raises(KeyringError) as refused:
        keyring.load(path)
    return refused.value.code


def test_new_keyring_is_for_the_owner_alone(path, keys):
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert os.listdir(os.path.dirname(path)) == ["keyring.json"]


def test_existing_keyring_is_never_replaced(path, keys):
    before = keys.fingerprints()
    with pytest.raises(KeyringError) as refused:
        keyring.create(path)
    assert refused.value.code == "exists"
    assert keyring.load(path).fingerprints() == before


def test_loading_twice_gives_the_same_keys(path, keys):
    again = keyring.load(path)
    assert again.fingerprints() == keys.fingerprints()
    version, blob = keys.wrap(DATA_KEY, b"aad")
    assert again.unwrap(version, blob, b"aad") == DATA_KEY


def test_two_keyrings_differ_in_every_fingerprint(tmp_path):
    one, other = (keyring.create(str(tmp_path / name)) for name in "ab")
    assert one.fingerprints().keys() == other.fingerprints().keys()
    assert not set(one.fingerprints().values()) & set(other.fingerprints().values())


@given(st.binary(max_size=64), st.binary(max_size=64), st.binary(max_size=64))
def test_wrapped_key_belongs_to_its_place(shared, data_key, aad, other):
    version, blob = shared.wrap(data_key, aad)
    assert shared.unwrap(version, blob, aad) == data_key
    if other != aad:
        with pytest.raises(SealError):
            shared.unwrap(version, blob, other)


def test_missing_file(path):
    assert refusal(path) == "missing"


def test_folder_is_no_keyring(tmp_path):
    assert refusal(str(tmp_path)) in ("unreadable", "format")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o700])
def test_file_that_others_may_read_is_refused(path, keys, mode):
    os.chmod(path, mode)
    assert refusal(path) == "permissions"


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_file_of_the_owner_is_loaded(path, keys, mode):
    os.chmod(path, mode)
    assert keyring.load(path).versions() == [1]


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"format": 2}', "\x00\xff"])
def test_damaged_file(path, text):
    with open(
        path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)
    ) as file:
        file.write(text)
    assert refusal(path) == "format"


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_short_key(path, keys, size):
    short = base64.b64encode(bytes(size)).decode()
    rewrite(path, index={"version": 1, "key": short})
    assert refusal(path) == "short_key"


def test_active_version_must_be_there(path, keys):
    rewrite(path, active_master=2)
    assert refusal(path) == "version"


def test_cipher_of_the_keyring_is_used(tmp_path):
    keys = keyring.create(str(tmp_path / "sm4"), "sm4-gcm")
    version, blob = keys.wrap(DATA_KEY, b"aad")
    assert keys.cipher_name == cipher.cipher_name(blob) == "sm4-gcm"
    assert keys.unwrap(version, blob, b"aad") == DATA_KEY


def test_unknown_cipher_is_refused(path, keys):
    rewrite(path, cipher="rot13")
    assert refusal(path) == "cipher"


def test_old_wraps_open_after_a_new_master(path, keys):
    old = keys.wrap(DATA_KEY, b"aad")
    assert keyring.add_master(path) == 2
    prepared = keyring.load(path)
    assert prepared.versions() == [1, 2]
    assert prepared.wrap(DATA_KEY, b"aad")[0] == 1
    keyring.activate_master(path, 2)
    active = keyring.load(path)
    new = active.wrap(DATA_KEY, b"aad")
    assert new[0] == active.active_version == 2
    for version, blob in (old, new):
        assert active.unwrap(version, blob, b"aad") == DATA_KEY
    with pytest.raises(SealError):
        active.unwrap(1, new[1], b"aad")


def test_removed_master_opens_nothing(path, keys):
    version, blob = keys.wrap(DATA_KEY, b"aad")
    keyring.add_master(path)
    keyring.activate_master(path, 2)
    keyring.remove_master(path, 1)
    with pytest.raises(KeyringError) as refused:
        keyring.load(path).unwrap(version, blob, b"aad")
    assert refused.value.code == "version"


def test_active_master_can_not_be_removed(path, keys):
    with pytest.raises(KeyringError) as refused:
        keyring.remove_master(path, 1)
    assert refused.value.code == "in_use"
    for change in (keyring.activate_master, keyring.remove_master):
        with pytest.raises(KeyringError) as refused:
            change(path, 7)
        assert refused.value.code == "version"


def test_backup_is_confirmed_until_a_key_is_added(path, keys):
    assert not keys.backup_confirmed
    keyring.confirm_backup(path)
    assert keyring.load(path).backup_confirmed
    keyring.add_master(path)
    assert not keyring.load(path).backup_confirmed
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_keys_for_index_and_log_differ(keys):
    assert keys.index_mac(b"m") != keys.audit_mac(b"m")


@given(st.binary(max_size=99), st.binary(max_size=99))
def test_signature_fits_its_message_alone(shared, message, other):
    signature = shared.sign(message)
    assert shared.verify(message, signature)
    assert keyring.verify(shared.public_key(), message, signature)
    assert shared.verify(other, signature) == (other == message)
    assert not shared.verify(message, b"")


def test_keyring_shows_copies_and_stores_nothing(path, keys):
    with open(path) as file:
        secret = json.load(file)["masters"]["1"]
    assert repr(keys) == str(keys) == "<Keyring>"
    assert not hasattr(keys, "__dict__")
    assert secret not in "".join(repr(getattr(keys, name)) for name in dir(keys))
    for act in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            act(keys)
    with pytest.raises(AttributeError):
        keys.active_version = 2


def test_provider_can_be_registered():
    class Service:
        def __init__(self, location):
            self.location = location

    keyring.register_provider("service", Service)
    assert keyring.open_keyring("service", "kms://one").location == "kms://one"
    with pytest.raises(KeyringError) as refused:
        keyring.open_keyring("nowhere", "")
    assert refused.value.code == "provider"


def test_errors_do_not_carry_the_content(path, keys):
    with open(path) as file:
        content = file.read()
    with open(path, "w") as file:
        file.write(content[:-10])
    with pytest.raises(KeyringError) as refused:
        keyring.load(path)
    assert refused.value.__cause__ is None
