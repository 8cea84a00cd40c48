"""What is in a database: for each table the number of its rows, and a hash of them."""

from psycopg2 import sql

#: values are written alike on both sides, whatever the servers are set to
SETTINGS = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';"
    " SET extra_float_digits = 1; SET bytea_output = 'hex'; SET search_path = public;"
    " SET jit = off"
)
TABLES = """
SELECT namespace.nspname, class.relname FROM pg_class class
  JOIN pg_namespace namespace ON namespace.oid = class.relnamespace
 WHERE class.relkind = 'r' AND class.relpersistence = 'p'
   AND namespace.nspname NOT LIKE 'pg\\_%' AND namespace.nspname <> 'information_schema'
 ORDER BY 1, 2
"""
#: rows are hashed one by one, sorted, and hashed in portions by their first byte: the
#: order of rows on the disk does not matter, and a big table needs little memory
HASH = """
SELECT coalesce(sum(number), 0)::bigint,
       encode(sha256(coalesce(string_agg(portion, '' ORDER BY first), '')), 'hex')
  FROM (SELECT get_byte(hash, 0) AS first, count(*) AS number,
               sha256(string_agg(hash, ''::bytea ORDER BY hash)) AS portion
          FROM (SELECT sha256(convert_to(r::text, 'UTF8')) AS hash FROM {table} r) rows
         GROUP BY 1) portions
"""


def names(cr):
    """Return (schema, table) of all tables that a backup has to bring back."""
    cr.execute(TABLES)
    return cr.fetchall()


def of_tables(cr):
    """Return {schema.table: [rows, hash]} as this transaction sees them."""
    found = {}
    for schema, table in names(cr):
        cr.execute(sql.SQL(HASH).format(table=sql.Identifier(schema, table)))
        found[f"{schema}.{table}"] = list(cr.fetchone())
    return found


def of_files(cr):
    """Return {name in the filestore: SHA-1} of all files that the database names."""
    cr.execute(
        "SELECT DISTINCT store_fname, checksum FROM ir_attachment"
        " WHERE store_fname IS NOT NULL"
    )
    return dict(cr.fetchall())


def last_epoch(cr):
    """Return the number of the last sealed epoch of the use log, or 0."""
    cr.execute("SELECT to_regclass('insurance_use_epoch')")
    if cr.fetchone() == (None,):
        return 0
    cr.execute("SELECT coalesce(max(id), 0) FROM insurance_use_epoch")
    return cr.fetchone()[0]


def differences(expected, found):
    """Return in words what is not the same; no content, only names and numbers."""
    words = []
    for table in sorted(expected.keys() | found.keys()):
        before, after = expected.get(table), found.get(table)
        if before == after:
            continue
        if after is None:
            words.append(f"{table}: missing")
        elif before is None:
            words.append(f"{table}: was not there")
        elif before[0] != after[0]:
            words.append(f"{table}: {after[0]} rows instead of {before[0]}")
        else:
            words.append(f"{table}: rows were changed")
    return words
