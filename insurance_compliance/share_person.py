"""Is it the person who is logged in, and no program in that person's name?"""

from odoo.exceptions import AccessError

from odoo.addons.insurance_client_archive import vault_caller


def check_person(env):
    """Refuse anybody but the person who is logged in.

    Superuser mode gives no right here, nor does another user's environment, nor code
    that an administrator has put into the database.
    """
    if not _in_person(env):
        raise AccessError(
            env._("What is shared is decided by persons, not by programs.")
        )


def _in_person(env):
    caller = env.transaction.default_env
    return caller.uid == env.uid and not vault_caller.runs_stored_code()
