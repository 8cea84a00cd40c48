"""Find everything that hangs under an archive, as the database itself knows it.

Not a list of models: foreign keys. What an addon adds later is found as well.
"""

from collections import deque
from typing import NamedTuple

from odoo.tools import SQL

from . import destruction_registry as registry

CASCADE, SET_NULL = "c", "n"


class Link(NamedTuple):
    """A foreign key: rows of *table* point to rows of *parent* by *column*."""

    table: str
    column: str
    parent: str
    action: str
    required: bool


class Unlinkable(Exception):
    """A row of somebody else points to what is to be deleted, and must."""


class Plan:
    """The rows to be deleted: {table: ids}, and the tables in the order to delete."""

    def __init__(self, cr, archive_id):
        self.cr = cr
        self.archive_id = archive_id
        self.links = _links(cr)
        self.with_id = _tables_with_id(cr)
        self.of_archive = {
            link.table: link.column
            for link in self.links
            if link.parent == "insurance_archive" and link.column == "archive_id"
        }
        self.rows = {}
        self._collect()

    def _collect(self):
        waiting = deque()
        for link in self.links:
            if link.parent == "insurance_archive" and self._is_deleted(link.table):
                self._add(link, [self.archive_id], waiting)
        for table, ids in list(self._owned()):
            self._keep(table, ids, waiting)
        while waiting:
            parent = waiting.popleft()
            for link in self.links:
                if link.parent != parent or not self._is_deleted(link.table):
                    continue
                if self._hangs(link):
                    self._add(link, self.rows[parent], waiting)

    def _is_deleted(self, table):
        return (
            table not in registry.KEPT
            and table not in registry.BLANKED
            and table in self.with_id
        )

    def _hangs(self, link):
        """Tell whether the rows are nothing without the row they point to."""
        if link.table in self.of_archive:
            # it belongs to an archive by itself, perhaps to another one
            return False
        return link.action == CASCADE or link.required

    def _add(self, link, ids, waiting):
        query = SQL(
            "SELECT id FROM %s WHERE %s = ANY(%s)",
            SQL.identifier(link.table),
            SQL.identifier(link.column),
            list(ids),
        )
        self.cr.execute(query)
        self._keep(link.table, {row[0] for row in self.cr.fetchall()}, waiting)

    def _keep(self, table, ids, waiting):
        known = self.rows.setdefault(table, set())
        if not ids <= known:
            known |= ids
            waiting.append(table)

    def _owned(self):
        for link in self.links:
            if link.parent not in registry.OWNED or not self.rows.get(link.table):
                continue
            query = SQL(
                "SELECT %(column)s FROM %(table)s"
                " WHERE id = ANY(%(ids)s) AND %(column)s IS NOT NULL",
                column=SQL.identifier(link.column),
                table=SQL.identifier(link.table),
                ids=list(self.rows[link.table]),
            )
            self.cr.execute(query)
            yield link.parent, {row[0] for row in self.cr.fetchall()}

    # --- carrying out

    def delete(self):
        """Delete the rows; return {table: how many}."""
        tables = {table for table, ids in self.rows.items() if ids}
        self._loosen(tables)
        counts = {}
        for table in self._in_order(tables):
            query = SQL(
                "DELETE FROM %s WHERE id = ANY(%s)",
                SQL.identifier(table),
                list(self.rows[table]),
            )
            self.cr.execute(query)
            counts[table] = len(self.rows[table])
        self._delete_relations()
        return counts

    def _loosen(self, tables):
        """Empty the links of rows that stay to rows that go."""
        for link in self.links:
            if link.parent not in tables or link.table not in self.with_id:
                continue
            if link.required or link.action == CASCADE:
                self._check_nobody_else(link)
                continue
            self.cr.execute(
                SQL(
                    "UPDATE %s SET %s = NULL WHERE %s = ANY(%s)",
                    SQL.identifier(link.table),
                    SQL.identifier(link.column),
                    SQL.identifier(link.column),
                    list(self.rows[link.parent]),
                )
            )

    def _check_nobody_else(self, link):
        """Refuse to take rows along that belong to another archive."""
        if link.table not in self.of_archive:
            return
        query = SQL(
            "SELECT EXISTS (SELECT FROM %s WHERE %s = ANY(%s) AND archive_id <> %s)",
            SQL.identifier(link.table),
            SQL.identifier(link.column),
            list(self.rows[link.parent]),
            self.archive_id,
        )
        self.cr.execute(query)
        if self.cr.fetchone()[0]:
            raise Unlinkable(f"{link.table}.{link.column}")

    def _in_order(self, tables):
        """Return the tables, those that others point to after these."""
        rest, ordered = set(tables), []
        while rest:
            free = {
                table
                for table in rest
                if not any(
                    link.parent == table and link.table in rest and link.table != table
                    for link in self.links
                    if link.required or link.action == CASCADE
                )
            }
            # a circle can't be: each of its links would be required
            free = free or {min(rest)}
            ordered += sorted(free)
            rest -= free
        return ordered

    def _delete_relations(self):
        """Empty lists that say which archives something is about."""
        for link in self.links:
            if link.parent != "insurance_archive" or link.table in self.with_id:
                continue
            self.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s",
                    SQL.identifier(link.table),
                    SQL.identifier(link.column),
                    self.archive_id,
                )
            )
        for table, columns in registry.BLANKED.items():
            for link in self.links:
                if link.table == table and link.parent == "insurance_archive":
                    empty(self.cr, table, columns, link.column, [self.archive_id])


def empty(cr, table, columns, where, ids):
    """Set columns of some rows to NULL."""
    assignments = SQL(", ").join(
        SQL("%s = NULL", SQL.identifier(column)) for column in sorted(columns)
    )
    cr.execute(
        SQL(
            "UPDATE %s SET %s WHERE %s = ANY(%s)",
            SQL.identifier(table),
            assignments,
            SQL.identifier(where),
            list(ids),
        )
    )


def columns_to_empty(cr, table, kept):
    """Return the columns of a table that hold content: all that are not kept."""
    query = SQL(
        "SELECT column_name, is_nullable = 'NO', data_type"
        " FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s"
        " ORDER BY column_name",
        table,
    )
    cr.execute(query)
    return [
        (name, required, kind)
        for name, required, kind in cr.fetchall()
        if name not in kept
    ]


def _links(cr):
    cr.execute(
        """
        SELECT child.relname, attribute.attname, parent.relname,
               link.confdeltype::text, attribute.attnotnull
          FROM pg_constraint link
          JOIN pg_class child ON child.oid = link.conrelid
          JOIN pg_class parent ON parent.oid = link.confrelid
          JOIN pg_attribute attribute ON attribute.attrelid = link.conrelid
           AND attribute.attnum = link.conkey[1]
         WHERE link.contype = 'f' AND array_length(link.conkey, 1) = 1
           AND child.relnamespace = current_schema()::regnamespace
         ORDER BY 1, 2
        """
    )
    return [Link(*row) for row in cr.fetchall()]


def _tables_with_id(cr):
    cr.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND column_name = 'id'"
    )
    return {row[0] for row in cr.fetchall()}
