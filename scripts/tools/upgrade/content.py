"""What rows an upgrade changed: each table before and after, row by row."""

from psycopg2 import sql

#: Odoo's own books, which an upgrade writes anew
BOOKS = ("ir_model%", "ir_module%", "ir_ui_%", "ir_act_%", "ir_actions%", "ir_logging")
TABLES = """
SELECT relname FROM pg_class
 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
   AND NOT relname LIKE ANY(%s) ORDER BY 1
"""
IGNORED = ("write_date", "write_uid")


def tables(cr):
    cr.execute(TABLES, [[pattern.replace("_", "\\_") for pattern in BOOKS]])
    return [name for (name,) in cr.fetchall()]


def rows(cr, table):
    """Return {key: row}; a table without id has its whole row as the key."""
    cr.execute(sql.SQL("SELECT to_jsonb(r) FROM {} r").format(sql.Identifier(table)))
    found = {}
    for (row,) in cr.fetchall():
        for column in IGNORED:
            row.pop(column, None)
        key = row.get("id") or repr(sorted(row.items(), key=str))
        found[key] = row
    return found


def differences(before, after):
    """Say what is gone or otherwise after an upgrade; new rows are only counted.

    :param before, after: cursors of the two databases
    """
    words, kept = [], set(tables(after))
    for table in tables(before):
        old = rows(before, table)
        if table not in kept:
            if old:
                words.append(f"table gone with {len(old)} rows: {table}")
            continue
        words += _of_table(table, old, rows(after, table))
    return words


def _of_table(table, old, new):
    gone = old.keys() - new.keys()
    if gone:
        yield f"{table}: {len(gone)} of {len(old)} rows are gone: {_some(gone)}"
    changed = {}
    kept = old.keys() & new.keys()
    for key in kept:
        for column, value in old[key].items():
            if new[key].get(column, _GONE) != value:
                changed.setdefault(column, []).append((key, value, new[key]))
    for column, found in sorted(changed.items()):
        key, value, row = found[0]
        if column in row:
            text = f"{table}.{column}: {len(found)} of {len(kept)} rows changed"
            yield f"{text}, one: {key}: {value!r:.120} -> {row[column]!r:.120}"
        elif any(value is not None for _key, value, _row in found):
            filled = sum(value is not None for _key, value, _row in found)
            yield f"{table}.{column}: column gone, {filled} rows had a value"


def _some(keys):
    return ", ".join(sorted(str(key) for key in keys)[:5])


_GONE = object()
