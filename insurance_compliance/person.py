"""Steps that a person takes, logged in, by an own call."""

from odoo.exceptions import AccessError

from odoo.addons.insurance_client_archive import vault_caller


def is_person(env):
    """Tell whether it is the very user who is logged in, not a program for the user.

    Superuser mode gives no right here, nor does another user's environment, nor code
    that an administrator has put into the database.
    """
    return vault_caller.is_own_environment(env) and not vault_caller.runs_stored_code()


def check_person(env):
    """Refuse everybody but the person who is logged in."""
    if not is_person(env):
        raise AccessError(env._("This step is taken by persons, not by programs."))
