"""Find everything that hangs under an archive, as the database itself knows it.

Not a list of models: foreign keys. What an addon adds later is found as well.
"""

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


class Schema:
    """The foreign keys of the database."""

    def __init__(self, cr):
        self.links = _links(cr)
        self.with_id = _tables_with_id(cr)
        self.by_parent = {}
        #: {table: tables without whose rows its own can't be}
        self.needed = {}
        for link in self.links:
            self.by_parent.setdefault(link.parent, []).append(link)
            if (link.required or link.action == CASCADE) and link.table != link.parent:
                self.needed.setdefault(link.table, set()).add(link.parent)
        self.of_archive = {
            link.table: link.column
            for link in self.to("insurance_archive")
            if link.column == "archive_id"
        }

    def to(self, parent):
        """Return the links to a table."""
        return self.by_parent.get(parent, [])


class Unlinkable(Exception):
    """A row of somebody else points to what is to be deleted, and must."""


class Plan:
    """The rows to be deleted: {table: ids}, and the tables in the order to delete.

    Each step asks all tables at once: one question, however many there are.
    """

    def __init__(self, cr, archive_id, schema=None):
        self.cr = cr
        self.archive_id = archive_id
        self.schema = schema or Schema(cr)
        self.rows = {}
        self._collect()

    def _collect(self):
        own = self.schema.to("insurance_archive")
        found = self._add((link, [self.archive_id]) for link in own)
        found |= {table for table, ids in list(self._owned()) if self._keep(table, ids)}
        while found:
            found = self._add(
                (link, self.rows[parent])
                for parent in sorted(found)
                for link in self.schema.to(parent)
                if self._hangs(link)
            )

    def _is_deleted(self, table):
        return (
            table not in registry.KEPT
            and table not in registry.BLANKED
            and table in self.schema.with_id
        )

    def _hangs(self, link):
        """Tell whether the rows are nothing without the row they point to."""
        if link.table in self.schema.of_archive:
            # it belongs to an archive by itself, perhaps to another one
            return False
        return link.action == CASCADE or link.required

    def _add(self, ways):
        """Add the rows that point to others; return the tables that have got more.

        :param ways: links, each with the ids that its rows point to
        """
        ways = [(link, ids) for link, ids in ways if self._is_deleted(link.table)]
        if not ways:
            return set()
        query = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s AS place, id FROM %s WHERE %s = ANY(%s)",
                place,
                SQL.identifier(link.table),
                SQL.identifier(link.column),
                list(ids),
            )
            for place, (link, ids) in enumerate(ways)
        )
        self.cr.execute(query)
        found = {}
        for place, row_id in self.cr.fetchall():
            found.setdefault(ways[place][0].table, set()).add(row_id)
        return {table for table, ids in found.items() if self._keep(table, ids)}

    def _keep(self, table, ids):
        """Add rows; tell whether there was one among them that was not known."""
        known = self.rows.get(table, set())
        self.rows[table] = known | ids
        return not ids <= known

    def _owned(self):
        links = [link for parent in registry.OWNED for link in self.schema.to(parent)]
        for link in links:
            if not self.rows.get(link.table):
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
        links = [
            link
            for table in sorted(tables)
            for link in self.schema.to(table)
            if link.table in self.schema.with_id
        ]
        firm = [link for link in links if link.required or link.action == CASCADE]
        self._check_nobody_else(firm)
        loose = set(links).difference(firm)
        for link in self.used((link, self.rows[link.parent]) for link in sorted(loose)):
            self.cr.execute(
                SQL(
                    "UPDATE %s SET %s = NULL WHERE %s = ANY(%s)",
                    SQL.identifier(link.table),
                    SQL.identifier(link.column),
                    SQL.identifier(link.column),
                    list(self.rows[link.parent]),
                )
            )

    def _check_nobody_else(self, links):
        """Refuse to take rows along that belong to another archive."""
        others = self.used(
            (
                (link, self.rows[link.parent])
                for link in links
                if link.table in self.schema.of_archive
            ),
            SQL("archive_id <> %s", self.archive_id),
        )
        if others:
            raise Unlinkable(f"{others[0].table}.{others[0].column}")

    def used(self, ways, condition=None):
        """Return the links by which some row points to one of the ids.

        :param ways: links, each with ids
        """
        ways = list(ways)
        if not ways:
            return []
        query = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s WHERE EXISTS (SELECT FROM %s WHERE %s = ANY(%s) AND %s)",
                place,
                SQL.identifier(link.table),
                SQL.identifier(link.column),
                list(ids),
                condition or SQL("true"),
            )
            for place, (link, ids) in enumerate(ways)
        )
        self.cr.execute(query)
        return [
            ways[place][0] for place in sorted(row[0] for row in self.cr.fetchall())
        ]

    def _in_order(self, tables):
        """Return the tables, those that others point to after these."""
        rest, ordered = set(tables), []
        while rest:
            needed = set().union(*(self.schema.needed.get(name, ()) for name in rest))
            # a circle can't be: each of its links would be required
            free = rest - needed or {min(rest)}
            ordered += sorted(free)
            rest -= free
        return ordered

    def _delete_relations(self):
        """Empty lists that say which archives something is about."""
        own = self.schema.to("insurance_archive")
        lists = [link for link in own if link.table not in self.schema.with_id]
        for link in self.used((link, [self.archive_id]) for link in lists):
            self.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s",
                    SQL.identifier(link.table),
                    SQL.identifier(link.column),
                    self.archive_id,
                )
            )
        blanked = [link for link in own if link.table in registry.BLANKED]
        for link in self.used((link, [self.archive_id]) for link in blanked):
            columns = registry.BLANKED[link.table]
            empty(self.cr, link.table, columns, link.column, [self.archive_id])


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
        """
        SELECT attname, attnotnull, format_type(atttypid, NULL)
          FROM pg_attribute
         WHERE attrelid = to_regclass(quote_ident(%s))
           AND attnum > 0 AND NOT attisdropped
         ORDER BY attname
        """,
        table,
    )
    cr.execute(query)
    return [
        (name, required, kind)
        for name, required, kind in cr.fetchall()
        if name not in kept
    ]


def newest_constraint(cr):
    """Return what is another one when a foreign key has come to the database."""
    cr.execute("SELECT max(oid)::bigint FROM pg_constraint")
    return cr.fetchone()[0]


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
