"""Whether a text says something of its own, or repeats another one.

Texts are compared by the short pieces that they consist of, so that other punctuation,
another order of the sentences or a few words more make no new text.
"""

import unicodedata


def normalise(text):
    """Return letters and figures only, wide and narrow forms made equal."""
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def pieces(text):
    """Return the set of short overlapping pieces of a text.

    Three signs of a script that writes a word in one or two; five letters otherwise.
    """
    plain = normalise(text)
    size = (
        3 if sum("\u3400" <= sign <= "\u9fff" for sign in plain) * 2 > len(plain) else 5
    )
    if len(plain) < size:
        return {plain} if plain else set()
    return {plain[start : start + size] for start in range(len(plain) - size + 1)}


def similarity(text, other):
    """Return which share of the shorter text stands in the longer one, 0 to 1."""
    first, second = pieces(text), pieces(other)
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def nearest(text, others):
    """Return (similarity, position) of the text that is most alike, or (0, None)."""
    found = (0.0, None)
    for position, other in enumerate(others):
        alike = similarity(text, other)
        if alike > found[0]:
            found = (alike, position)
    return found
