"""What proves that a consent is what it was: one digest over all its facts."""

import hashlib
import json

VERSION = "1"


def digest(content):
    """Return the SHA-256 of a text or of bytes, as figures and letters."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data or b"").hexdigest()


def canonical(facts):
    """Return the one spelling of *facts*, whatever order they come in."""
    return json.dumps(
        facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def seal(facts):
    """Return the digest of the facts of a consent, led by the version of the form."""
    return f"{VERSION}${digest(canonical({'version': VERSION, **facts}))}"


def is_sealed(facts, sealed):
    """Tell whether *sealed* is the digest of these facts."""
    return bool(sealed) and sealed == seal(facts)
