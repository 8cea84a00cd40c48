"""Which clients a statement is about."""

from typing import NamedTuple

from odoo.tools import SQL


class Scope(NamedTuple):
    """Which archives a statement works on: a range of ids, or a list of them."""

    first: int | None = None
    last: int | None = None
    archive_ids: tuple | None = None

    def on(self, column):
        """Return the condition on *column*, which holds the id of an archive."""
        if self.archive_ids is not None:
            return SQL("%s = ANY(%s)", column, list(self.archive_ids))
        conditions = [SQL("TRUE")]
        if self.first is not None:
            conditions.append(SQL("%s >= %s", column, self.first))
        if self.last is not None:
            conditions.append(SQL("%s <= %s", column, self.last))
        return SQL(" AND ").join(conditions)
