"""The keyring of the running server, checked against the database that asks.

The keyring is named in Odoo's configuration file, in a section of its own::

    [insurance_client_archive]
    keyring = /etc/odoo/insurance.keyring
    provider = file

Without the section the first sealed value of a database without sealed values makes a
keyring for development in the data directory; administrators are told until a real
one is in place. No other fallback exists: with a missing or wrong keyring the vault is
locked, and nothing is read or written.
"""

import os
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.tools import SQL, config
from odoo.tools.translate import get_translation

from . import vault_ledger
from .server_options import option, path_option
from .tools import keyring
from .tools.keyring import KeyringError
from .tools.ledger import LedgerError

MODULE = "insurance_client_archive"
DEVELOPMENT_FILE = "insurance_client_archive.keyring"
NEUTRALIZED = "neutralized"
#: row of those who have locked the vault by hand; it is no fingerprint
LOCK = "lock"
_loaded = {}


class VaultLocked(UserError):
    """The keys are missing, wrong or not for this database; ``code`` says which."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


class KeysRefused(Exception):
    """No keys for the use log; ``code`` says why."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


class Location(NamedTuple):
    """Where the keyring is; ``development`` when nobody has named a place."""

    provider: str
    path: str
    development: bool


def location():
    """Return the place of the keyring as the configuration names it."""
    if path := path_option("keyring"):
        return Location(option("provider", "file"), path, False)
    return Location("file", os.path.join(config["data_dir"], DEVELOPMENT_FILE), True)


def keys(env, sealing=False):
    """Return the keyring for the environment's database, or raise `VaultLocked`.

    :param sealing: the caller is about to write sealed values: the fingerprints of
        the keys are kept with them
    """
    kept = _kept(env, fresh=sealing)
    if LOCK in kept:
        raise locked(env, "incident")
    known = _fingerprints(kept)
    if NEUTRALIZED in known:
        raise locked(env, "neutralized")
    place = location()
    try:
        held = _open(place, create=sealing and not known and not _has_keys(env))
        current = held.fingerprints()
        # masters may have gone by what the ledger lists
        if _differ(_without_masters(known), current):
            raise locked(env, "fingerprint")
        # destroyed keys that a backup brought back go first
        ledger = vault_ledger.check(env, held, kept)
    except (KeyringError, LedgerError) as error:
        raise locked(env, error.code, error) from None
    if _differ(known, current) and _differ(_left(known, ledger), current):
        raise locked(env, "fingerprint")
    kept_ones = _in_use(current, held.active_version)
    if sealing and kept_ones.keys() - known.keys():
        _keep_fingerprints(env, kept_ones)
    return held


def log_keys(known, create=False):
    """Return the keyring for the use log, which is kept from the very first use on.

    The log's writer works without an environment, in a transaction of its own: so
    it does not keep fingerprints, which a request may be about to keep.

    :param dict known: fingerprints kept in the database
    :param create: make a keyring for development where there is none: nothing was
        ever sealed or recorded with another
    :raise KeysRefused: the keys are missing, wrong or not for this database
    """
    if NEUTRALIZED in known:
        raise KeysRefused("neutralized")
    try:
        held = _open(location(), create=create and not _fingerprints(known))
    except KeyringError as error:
        raise KeysRefused(error.code) from None
    # a retired master does not stop the log, which does not use it
    if _differ(_without_masters(_fingerprints(known)), held.fingerprints()):
        raise KeysRefused("fingerprint")
    return held


def status(env):
    """Return what administrators should know about the keys, without any secret."""
    place = location()
    answer = {"development": place.development, "provider": place.provider}
    try:
        held = keys(env)
    except VaultLocked as error:
        # a database without sealed values has no keyring yet, and needs none
        fresh = error.code == "missing" and is_unused(env)
        state = "empty" if fresh and place.development else "locked"
        return {**answer, "state": state, "code": error.code, "message": str(error)}
    return {
        **answer,
        "state": "open",
        "created": held.created,
        "backup_confirmed": held.backup_confirmed,
        "versions": held.versions(),
        "active_version": held.active_version,
        "cipher": held.cipher_name,
    }


def peek():
    """Return the keyring of the server without asking the database, or nothing."""
    try:
        return _open(location(), create=False)
    except KeyringError:
        return None


def is_unused(env):
    """Tell whether the database has never held a sealed value."""
    return not _fingerprints(_kept(env))


def lock(env, holder):
    """Lock the vault on all servers, from their next transaction on.

    Callers ask who may do this. The use log goes on: it needs no sealed value.

    :param str holder: who can unlock it, for people who look into the database
    """
    env.flush_all()
    env.cr.execute(
        SQL(
            "INSERT INTO insurance_vault_fingerprint (name, value) VALUES (%s, %s)"
            " ON CONFLICT (name) DO NOTHING",
            LOCK,
            holder,
        )
    )
    env.cr.cache.pop("insurance_vault", None)


def unlock(env):
    """Unlock the vault. Callers ask who may do this."""
    env.flush_all()
    env.cr.execute(SQL("DELETE FROM insurance_vault_fingerprint WHERE name = %s", LOCK))
    env.cr.cache.pop("insurance_vault", None)


def forget():
    """Forget the loaded keyrings; the next use reads the files again."""
    _loaded.clear()


def _open(place, create):
    if place.provider != "file":
        if place not in _loaded:
            _loaded[place] = keyring.open_keyring(place.provider, place.path)
        return _loaded[place]
    if create and place.development and not os.path.exists(place.path):
        _create(place.path)
    return _load_file(place.path)


def _load_file(path):
    """Return the keyring of a file, read anew when the file has changed."""
    try:
        status = os.stat(path)
    except OSError:
        # the error of loading says what is wrong
        return keyring.load(path)
    version = (status.st_mtime_ns, status.st_ino, status.st_size, status.st_mode)
    known_version, held = _loaded.get(path, (None, None))
    if version != known_version:
        held = keyring.load(path)
        _loaded[path] = (version, held)
    return held


def _create(path):
    try:
        keyring.create(path)
    except KeyringError as error:
        # another process was faster; its keyring is as good
        if error.code != "exists":
            raise


def _kept(env, fresh=False):
    """Return the bookkeeping kept in the database, asked once a transaction.

    :param fresh: ask again: a savepoint may have taken back what was kept
    """
    cache = env.cr.cache
    if fresh or "insurance_vault" not in cache:
        query = SQL("SELECT name, value FROM insurance_vault_fingerprint")
        cache["insurance_vault"] = dict(env.execute_query(query))
    return cache["insurance_vault"]


def _fingerprints(kept):
    return {
        name: value
        for name, value in kept.items()
        if not name.startswith(vault_ledger.ROW) and name != LOCK
    }


def _without_masters(known):
    return {name: value for name, value in known.items() if name[:7] != "master:"}


def _left(known, ledger):
    """Return the fingerprints without those of master keys that were destroyed."""
    entries = ledger.after(0, vault_ledger.MASTER)
    gone = {f"master:{entry.content['version']}" for entry in entries}
    return {name: value for name, value in known.items() if name not in gone}


def _in_use(current, active_version):
    """Return the fingerprints without those of master keys that only wait.

    Other servers need a new master key when it is activated, not when it is prepared.
    """
    return {
        name: value
        for name, value in current.items()
        if name[:7] != "master:" or name == f"master:{active_version}"
    }


def _differ(known, current):
    return any(current.get(name) != value for name, value in known.items())


def _has_keys(env):
    """Tell whether something was sealed, whatever the fingerprints say."""
    return bool(env.execute_query(SQL("SELECT FROM insurance_vault_key LIMIT 1")))


def _keep_fingerprints(env, current):
    rows = SQL(", ").join(SQL("(%s, %s)", *item) for item in current.items())
    env.execute_query(
        SQL(
            "INSERT INTO insurance_vault_fingerprint (name, value) VALUES %s"
            " ON CONFLICT (name) DO NOTHING RETURNING name",
            rows,
        )
    )
    del env.cr.cache["insurance_vault"]


def locked(env, code, error=None):
    reasons = {
        "neutralized": env._("This database is a neutralised copy without keys."),
        "fingerprint": env._("The keyring is not the one this database was used with."),
        "incident": env._("Compliance has locked them after an incident."),
    }
    lang = env.lang or "en_US"
    reason = reasons.get(code) or get_translation(MODULE, lang, error.message, ())
    return VaultLocked(
        env._(
            "Sealed data are locked. %(reason)s Nothing is lost; ask the "
            "administrator of the server.",
            reason=reason,
        ),
        code,
    )
