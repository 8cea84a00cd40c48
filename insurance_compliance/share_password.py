"""The password of an encrypted packet: made of a key, kept nowhere.

Functions, no methods: the code of server actions and remote calls can't reach them.
"""

from odoo.addons.insurance_client_archive import vault_process

from .tools import share_zip

PURPOSE = b"insurance share password"


def password(share):
    """Return the password of a share that has a salt.

    A new salt makes a new password. Without the keyring, which is outside of the
    database, nobody can tell it.
    """
    salt = share.sudo().password_salt  # made of it, not shown
    held = vault_process.keys(share.env)
    message = b"\0".join([PURPOSE, share.number.encode(), salt.encode()])
    return share_zip.password_of(held.index_mac(message))
