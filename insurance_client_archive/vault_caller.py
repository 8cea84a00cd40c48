"""Is it really the user who asks, by a direct call of this very method?

Superuser mode, ``with_user`` in somebody else's server action, a scheduled action in a
user's name, and an action of an administrator that the user was made to click all
carry the user's environment. None of them is a call of ``reveal`` by the user.
"""

import builtins
import sys
import time
from typing import NamedTuple

from odoo.http import request
from odoo.service.server import thread_local

API_PATH = "/json/2/"


class Caller(NamedTuple):
    """Who has called what over the wire, as far as the server knows for itself."""

    uid: int | None
    #: "model.method" that the remote call names
    method: str
    #: logged in by a session in a browser, not by an API key or password per call
    has_session: bool
    #: time of the last password check in this session
    identity_checked: float


def current_caller(env):
    """Return who calls over the wire, or None in a scheduled job or a shell."""
    uid = env.transaction.default_env.uid
    method = getattr(thread_local, "rpc_model_method", "")
    if not request:
        # XML-RPC and JSON-RPC calls run without the request that brought them
        return Caller(uid, method, False, 0) if method else None
    path = request.httprequest.path
    if path.startswith(API_PATH):
        method = ".".join(path.removeprefix(API_PATH).rsplit("/", 1))
        return Caller(uid, method, False, 0)
    checked = request.session.get("identity-check-last", 0)
    return Caller(request.session.uid, method, True, checked)


def is_own_environment(env):
    """Tell whether the environment is that of whoever began the transaction."""
    return not env.su and env.uid == env.transaction.default_env.uid


def is_direct_call(env, caller, method):
    """Tell whether the environment is the caller's own, calling just *method*.

    Within that call an administrator's code may run, too: that of a record rule, of an
    action on what the call writes, of a template.
    """
    return (
        caller is not None
        and not runs_stored_code()
        and is_own_environment(env)
        and caller.uid == env.uid
        and caller.method == method
    )


def runs_stored_code():
    """Tell whether code that is kept in the database has called this.

    Such code runs with few of Python's own functions, unlike all code of modules.
    """
    frame = sys._getframe()
    while frame is not None:
        if frame.f_builtins is not builtins.__dict__:
            return True
        frame = frame.f_back
    return False


def identity_is_fresh(caller, minutes):
    """Tell whether the caller gave the password in the last minutes."""
    return caller.identity_checked > time.time() - 60 * minutes
