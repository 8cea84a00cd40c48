from typing import NamedTuple

from odoo import models


class Use(NamedTuple):
    """A use of personal data that is about to begin.

    ``kind``: sensitive, automated, entrusted, provided, public, abroad or other.
    ``subject``: what it is, by a technical name that a new version keeps.
    ``parts``: the data that it works on, by technical names.
    """

    kind: str
    subject: str
    parts: frozenset = frozenset()


class InsuranceLiveMixin(models.AbstractModel):
    """What decides on clients, or gives their data away, from some moment on."""

    _name = "insurance.live.mixin"
    _description = "Use of client data that goes live"

    def _check_may_go_live(self):
        """Override to refuse what was not assessed; alone, the archive allows it."""

    def _uses_when_live(self):
        """Override to return the ``Use``s that begin when the record goes live."""
        self.ensure_one()
        return []
