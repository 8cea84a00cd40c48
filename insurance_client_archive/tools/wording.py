"""Find words in what people write, however they are spaced.

A phrase may have words in which it is not meant: "不保本" (no guarantee of the capital)
holds "保本" (guaranteed capital) and says the opposite.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

#: put between the signs of a word by whoever wants it overlooked: "保*本", "保 本"
_JOINTS = re.compile(r"[\s*_·•~^|/\\-]+")
_LATIN = re.compile(r"[a-z]")
_MASK = "\0"


class Phrase(NamedTuple):
    """Words that mean the same, and the words in which they are not meant."""

    key: int
    words: tuple
    allowed: tuple = ()


def find(text, phrases):
    """Return [(key, the words found)] of the phrases in *text*, each once."""
    spaced = _spaced(text)
    joined = _JOINTS.sub("", spaced)
    found = []
    for phrase in phrases:
        rest_spaced, rest_joined = spaced, joined
        for words in sorted(phrase.allowed, key=len, reverse=True):
            pattern, latin = _pattern(words)
            if latin:
                rest_spaced = pattern.sub(_MASK, rest_spaced)
            else:
                rest_joined = pattern.sub(_MASK, rest_joined)
        for words in phrase.words:
            pattern, latin = _pattern(words)
            if pattern.search(rest_spaced if latin else rest_joined):
                found.append((phrase.key, words))
                break
    return found


def _spaced(text):
    text = unicodedata.normalize("NFKC", text or "").casefold()
    # zero-width signs go: they split a word without being seen
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


@lru_cache(maxsize=2048)
def _pattern(words):
    """Return the pattern of some words, and whether they are written with spaces."""
    words = _spaced(words)
    if not _LATIN.search(words):
        return re.compile(re.escape(_JOINTS.sub("", words))), False
    parts = map(re.escape, _JOINTS.split(words.strip()))
    joined = r"[\s-]+".join(parts)
    return re.compile(rf"(?<!\w){joined}(?!\w)"), True
