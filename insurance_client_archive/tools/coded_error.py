"""Errors of the pure tools: a stable code for programs, a sentence for people."""


def _lt(text):
    """Mark *text* for Odoo's term export; nothing is translated here."""
    return text


class CodedError(ValueError):
    """A value refused for the reason named by ``code``.

    ``code`` never changes and may be stored or tested; ``message`` is the English
    sentence for it, out of the subclass's ``MESSAGES``. The sentences are exported as
    terms of this addon, so the Odoo layer shows them in the user's language with
    ``get_translation("insurance_client_archive", lang, error.message, ())``.
    The refused value is never part of the error: it may be sealed.
    """

    MESSAGES = {}

    def __init__(self, code):
        self.code = code
        self.message = self.MESSAGES[code]
        super().__init__(code)

    def __str__(self):
        return self.message
