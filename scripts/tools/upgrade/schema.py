"""What PostgreSQL knows of a database's structure, by name."""

#: Constraints and indexes by their text: the names of old ones differ by release
QUERIES = {
    "table": "SELECT relname, relkind::text FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')",
    "column": "SELECT attrelid::regclass || '.' || attname,"
    " format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' required'"
    " ELSE '' END FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')"
    " AND attnum > 0 AND NOT attisdropped",
    "constraint": "SELECT conrelid::regclass || ': ' || pg_get_constraintdef(oid),"
    " CASE WHEN convalidated THEN '' ELSE 'not valid' END FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND contype <> 't'",
    "index": "SELECT tablename || ': ' || regexp_replace(indexdef,"
    " '^CREATE (UNIQUE )?INDEX [^ ]+', 'CREATE \\1INDEX'), '' FROM pg_indexes"
    " WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass || ': ' || tgname, pg_get_triggerdef(oid)"
    " FROM pg_trigger WHERE NOT tgisinternal",
    "function": "SELECT oid::regprocedure::text, md5(prosrc) FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
    " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid"
    " AND deptype = 'e')",
    "view": "SELECT viewname, md5(definition) FROM pg_views"
    " WHERE schemaname = 'public'",
    "extension": "SELECT extname, '' FROM pg_extension",
}


def of_database(cr):
    """Return {kind: {name: definition}}."""
    found = {}
    for kind, query in QUERIES.items():
        cr.execute(query)
        found[kind] = dict(cr.fetchall())
    return found


def differences(fresh, upgraded):
    """Say what an upgraded database has otherwise than one made anew."""
    words = []
    for kind in QUERIES:
        expected, found = fresh[kind], upgraded[kind]
        for name in sorted(expected.keys() | found.keys()):
            if name not in found:
                words.append(f"{kind} missing: {name} {expected[name]}".rstrip())
            elif name not in expected:
                words.append(f"{kind} left over: {name} {found[name]}".rstrip())
            elif found[name] != expected[name]:
                words.append(
                    f"{kind} differs: {name}: {found[name]!r}, new {expected[name]!r}"
                )
    return words
