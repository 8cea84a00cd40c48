"""One digest over what a client has signed for: what changes it shows."""

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
    """Return the digest of the facts, led by the version of the form."""
    return f"{VERSION}${digest(canonical({'version': VERSION, **facts}))}"
