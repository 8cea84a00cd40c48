"""Pack files into a ZIP that only its password opens: AES-256, in memory."""

import base64
import hashlib
from io import BytesIO

try:
    import pyzipper
except ImportError:  # optional: the server may not have it
    pyzipper = None

PASSWORD_LENGTH = 24


def available():
    """Tell whether this server can write such files."""
    return pyzipper is not None


def build(files, password):
    """Return a ZIP of {name: bytes} as bytes.

    The names stay readable in such a file: they say nothing about the client.
    """
    buffer = BytesIO()
    with pyzipper.AESZipFile(
        buffer,
        "w",
        compression=pyzipper.ZIP_DEFLATED,
        encryption=pyzipper.WZ_AES,
    ) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def password_of(digest):
    """Return a digest of a key as a password that a person can read out."""
    letters = base64.b32encode(hashlib.sha256(digest).digest()).decode().lower()
    letters = letters[:PASSWORD_LENGTH]
    return "-".join(letters[at : at + 4] for at in range(0, PASSWORD_LENGTH, 4))
