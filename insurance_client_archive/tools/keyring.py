"""The keys that are no part of the database: a file, or a provider such as a KMS.

The file is JSON, readable by the server's own user alone. It holds the versions of the
master key (which wrap the data keys of the archives), the key of the blind index, the
key of the use log and the key that signs the log. Losing it loses every sealed value.
"""

import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import cipher
from .coded_error import CodedError, _lt

FORMAT = 1
_FINGERPRINT = b"ins-keyring-fingerprint|v1|"
_PROVIDERS = {}


class KeyringError(CodedError):
    """A keyring that can't be used; ``code`` says why."""

    MESSAGES = {
        "missing": _lt("The keyring file is missing."),
        "unreadable": _lt("The keyring file can't be read by the server."),
        "permissions": _lt(
            "The keyring file can be read by others. Give it the mode 0400 or 0600."
        ),
        "format": _lt("The keyring file is damaged."),
        "short_key": _lt("A key in the keyring has the wrong length."),
        "unwritable": _lt("The keyring file can't be written where it is."),
        "exists": _lt("The keyring file exists already."),
        "version": _lt("The keyring lacks a version of the master key."),
        "in_use": _lt("The active version of the master key can't be removed."),
        "provider": _lt("The keyring provider is unknown."),
        "cipher": _lt("The keyring asks for a cipher that is missing here."),
    }


class Keyring:
    """What can be done with the keys. The keys themselves can't be asked for.

    They live in the closures of `_operations`; no attribute leads to them.
    """

    __slots__ = (
        "active_version",
        "audit_mac",
        "backup_confirmed",
        "cipher_name",
        "created",
        "fingerprints",
        "index_mac",
        "master_dates",
        "public_key",
        "sign",
        "unwrap",
        "versions",
        "wrap",
    )

    def __init__(self, **operations):
        for name, operation in operations.items():
            object.__setattr__(self, name, operation)

    def __setattr__(self, name, value):
        raise AttributeError("A keyring can't be changed.")

    def __repr__(self):
        return "<Keyring>"

    def __reduce__(self):
        raise TypeError("A keyring can't be copied or stored.")

    def verify(self, message, signature):
        """Tell whether *signature* was made by this keyring for *message*."""
        return verify(self.public_key(), message, signature)


def register_provider(name, factory):
    """Let ``open_keyring(name, location)`` call *factory(location)* for a `Keyring`.

    For a key management service: ``wrap``, ``unwrap`` and the other operations of
    `Keyring` then happen there, and the keys never reach this machine.
    """
    _PROVIDERS[name] = factory


def open_keyring(provider, location):
    """Return the keyring of a provider; ``file`` is the one that comes along."""
    try:
        factory = _PROVIDERS[provider]
    except KeyError:
        raise KeyringError("provider") from None
    return factory(location)


def load(path):
    """Return the keyring in the file *path*, or raise `KeyringError`."""
    return _operations(_parse(_read(path)))


def create(path, cipher_name=cipher.DEFAULT_CIPHER):
    """Make a keyring with new keys in a file that must not exist yet."""
    if not cipher.is_available(cipher_name):
        raise KeyringError("cipher")
    content = {
        "format": FORMAT,
        "created": _now(),
        "backup_confirmed": None,
        "cipher": cipher_name,
        "masters": {"1": _new_key()},
        "master_dates": {"1": _now()},
        "active_master": 1,
        "index": {"version": 1, "key": _new_key()},
        "audit": {"version": 1, "key": _new_key()},
        "signing": {
            "version": 1,
            "private": _encode(Ed25519PrivateKey.generate().private_bytes_raw()),
        },
    }
    # a hard link fails when the file exists and never shows half of it
    with _temporary(path, content) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise KeyringError("exists") from None
    return load(path)


def add_master(path):
    """Add a new master key, not active yet, and return its version."""
    content = _read(path)
    _parse(content)
    version = max(map(int, content["masters"])) + 1
    content["masters"][str(version)] = _new_key()
    content.setdefault("master_dates", {})[str(version)] = _now()
    content["backup_confirmed"] = None
    _replace(path, content)
    return version


def activate_master(path, version):
    """Wrap new data keys with master key *version* from now on."""
    content = _read(path)
    if str(version) not in content["masters"]:
        raise KeyringError("version")
    content["active_master"] = version
    _replace(path, content)


def remove_master(path, version):
    """Destroy a master key; what it wrapped can't be opened any more."""
    content = _read(path)
    if version == content["active_master"]:
        raise KeyringError("in_use")
    if content["masters"].pop(str(version), None) is None:
        raise KeyringError("version")
    _replace(path, content)


def confirm_backup(path):
    """Note that a copy of the keyring lies in a safe place."""
    content = _read(path)
    content["backup_confirmed"] = _now()
    _replace(path, content)


def verify(public_key, message, signature):
    """Tell whether *signature* fits *message* and a public key of 32 bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _operations(content):
    masters = content["masters"]
    active = content["active_master"]
    index_key, audit_key = content["index"], content["audit"]
    signing_key = Ed25519PrivateKey.from_private_bytes(content["signing"])
    public = signing_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def wrap(data_key, aad):
        blob = cipher.seal(
            masters[active], active, data_key, ("ins-dek", aad), content["cipher"]
        )
        return active, blob

    def unwrap(version, blob, aad):
        if version not in masters:
            raise KeyringError("version")
        if cipher.key_number(blob) != version:
            raise cipher.SealError("damaged")
        return cipher.unseal(masters[version], blob, ("ins-dek", aad))

    def mac(key):
        return lambda message: hmac.digest(key, message, "sha256")

    def fingerprints():
        keys = {f"master:{version}": key for version, key in masters.items()}
        versions = content["versions"]
        keys[f"index:{versions['index']}"] = index_key
        keys[f"audit:{versions['audit']}"] = audit_key
        keys[f"signing:{versions['signing']}"] = hashlib.sha256(public).digest()
        return {
            name: hmac.digest(key, _FINGERPRINT + name.encode(), "sha256")[:16].hex()
            for name, key in keys.items()
        }

    return Keyring(
        active_version=active,
        audit_mac=mac(audit_key),
        backup_confirmed=content["backup_confirmed"],
        cipher_name=content["cipher"],
        created=content["created"],
        fingerprints=fingerprints,
        index_mac=mac(index_key),
        master_dates=content["master_dates"],
        public_key=lambda: public,
        sign=signing_key.sign,
        unwrap=unwrap,
        versions=lambda: sorted(masters),
        wrap=wrap,
    )


def _parse(content):
    """Return the checked content of the file with keys as bytes."""
    try:
        if content["format"] != FORMAT:
            raise KeyringError("format")
        parsed = {
            "masters": {
                int(version): _decode(key)
                for version, key in content["masters"].items()
            },
            "active_master": content["active_master"],
            "index": _decode(content["index"]["key"]),
            "audit": _decode(content["audit"]["key"]),
            "signing": _decode(content["signing"]["private"]),
            "versions": {
                name: int(content[name]["version"])
                for name in ("index", "audit", "signing")
            },
            "cipher": content.get("cipher", cipher.DEFAULT_CIPHER),
            "created": content.get("created"),
            "master_dates": {
                int(version): date
                for version, date in content.get("master_dates", {}).items()
            },
            "backup_confirmed": content.get("backup_confirmed"),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, KeyringError):
            raise
        # the cause may show a piece of the file
        raise KeyringError("format") from None
    if parsed["active_master"] not in parsed["masters"]:
        raise KeyringError("version")
    if not cipher.is_available(parsed["cipher"]):
        raise KeyringError("cipher")
    return parsed


def _read(path):
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise KeyringError("format")
            if stat.S_IMODE(status.st_mode) & 0o177:
                raise KeyringError("permissions")
            content = json.load(file)
    except FileNotFoundError:
        raise KeyringError("missing") from None
    except OSError:
        raise KeyringError("unreadable") from None
    except ValueError as error:
        if isinstance(error, KeyringError):
            raise
        raise KeyringError("format") from None
    if not isinstance(content, dict):
        raise KeyringError("format")
    return content


def _replace(path, content):
    """Write the file anew in one step, so that a crash leaves the old or the new."""
    with _temporary(path, content) as temporary:
        os.replace(temporary, path)


@contextlib.contextmanager
def _temporary(path, content):
    folder = os.path.dirname(os.path.abspath(path))
    try:
        # mkstemp gives the mode 0600
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".keyring-")
    except OSError:
        raise KeyringError("unwritable") from None
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
        _sync_folder(folder)
    except OSError:
        raise KeyringError("unwritable") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _sync_folder(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _new_key():
    return _encode(secrets.token_bytes(cipher.KEY_SIZE))


def _encode(key):
    return base64.b64encode(key).decode()


def _decode(text):
    key = base64.b64decode(text, validate=True)
    if len(key) != cipher.KEY_SIZE:
        raise KeyringError("short_key")
    return key


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


register_provider("file", load)
