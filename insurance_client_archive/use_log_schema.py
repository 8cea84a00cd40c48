"""The tables of the use log: append only, no foreign keys, a partition for each month.

A foreign key would make the log's own connection wait for rows that the request has
not committed yet. The functions exist so that the tables can be given to a role other
than Odoo's: see ``security/use_log_owner.sql``.
"""

from odoo.tools import SQL

TABLES = (
    "insurance_use_log",
    "insurance_use_note",
    "insurance_use_epoch",
    "insurance_use_leaf",
)

#: the log of an early development version was an ordinary table
DROP_EARLY = SQL(
    """
DO $do$ BEGIN
    IF EXISTS (
        SELECT FROM pg_class
        WHERE oid = to_regclass('insurance_use_log') AND relkind = 'r'
    ) THEN
        DROP TABLE insurance_use_log;
    END IF;
END $do$
"""
)

CREATE = SQL(
    """
CREATE SEQUENCE IF NOT EXISTS insurance_use_log_id_seq;
CREATE TABLE IF NOT EXISTS insurance_use_log (
    id bigint NOT NULL DEFAULT nextval('insurance_use_log_id_seq'),
    writer bigint NOT NULL,
    n bigint NOT NULL,
    date timestamp NOT NULL,
    user_id integer NOT NULL,
    caller_id integer,
    company_id integer,
    tier varchar,
    channel varchar,
    action varchar NOT NULL,
    result varchar NOT NULL,
    archive_id integer,
    archive_ids integer[],
    count integer,
    ids_hash varchar,
    content varchar,
    purpose varchar,
    note_hash varchar,
    grant_id integer,
    mac bytea NOT NULL,
    UNIQUE (writer, n, date)
) PARTITION BY RANGE (date);
CREATE INDEX IF NOT EXISTS insurance_use_log_id_index ON insurance_use_log (id);
CREATE INDEX IF NOT EXISTS insurance_use_log_date_index ON insurance_use_log (date);
CREATE INDEX IF NOT EXISTS insurance_use_log_user_index
    ON insurance_use_log (user_id, date);
CREATE INDEX IF NOT EXISTS insurance_use_log_archive_index
    ON insurance_use_log (archive_id, date) WHERE archive_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS insurance_use_log_archives_index
    ON insurance_use_log USING gin (archive_ids) WHERE archive_ids IS NOT NULL;
CREATE TABLE IF NOT EXISTS insurance_use_log_rest
    PARTITION OF insurance_use_log DEFAULT;

CREATE TABLE IF NOT EXISTS insurance_use_note (
    writer bigint NOT NULL,
    n bigint NOT NULL,
    salt bytea NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (writer, n)
);

CREATE TABLE IF NOT EXISTS insurance_use_epoch (
    id integer PRIMARY KEY,
    date timestamp NOT NULL,
    count integer NOT NULL,
    root bytea NOT NULL,
    heads jsonb NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    public_key bytea NOT NULL
);

CREATE TABLE IF NOT EXISTS insurance_use_leaf (
    log_id bigint PRIMARY KEY,
    epoch_id integer NOT NULL,
    position integer NOT NULL,
    writer bigint NOT NULL,
    n bigint NOT NULL,
    UNIQUE (epoch_id, position)
);
"""
)

# text, not SQL: the percent signs are those of the database
FUNCTIONS = """
CREATE OR REPLACE FUNCTION insurance_use_log_guard() RETURNS trigger AS $guard$
BEGIN
    IF TG_TABLE_NAME = 'insurance_use_note' AND TG_OP = 'DELETE'
            AND current_setting('insurance_use_log.erase', true) = 'allowed' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The use log is append only.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$guard$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION insurance_use_log_protect(target regclass)
RETURNS void AS $protect$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_trigger
        WHERE tgrelid = target AND tgname = 'insurance_use_log_guard'
    ) THEN
        EXECUTE format(
            'CREATE TRIGGER insurance_use_log_guard BEFORE UPDATE OR DELETE ON %s'
            ' FOR EACH ROW EXECUTE FUNCTION insurance_use_log_guard()', target);
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_trigger
        WHERE tgrelid = target AND tgname = 'insurance_use_log_guard_all'
    ) THEN
        EXECUTE format(
            'CREATE TRIGGER insurance_use_log_guard_all BEFORE TRUNCATE ON %s'
            ' FOR EACH STATEMENT EXECUTE FUNCTION insurance_use_log_guard()', target);
    END IF;
END
$protect$ LANGUAGE plpgsql;

-- Make the partition of a month, if it is missing. The table is made beside the log
-- and then attached: that does not make readers and writers wait.
CREATE OR REPLACE FUNCTION insurance_use_log_add_month(day date)
RETURNS boolean AS $month$
DECLARE
    first date := date_trunc('month', day);
    name text := 'insurance_use_log_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I (LIKE insurance_use_log INCLUDING DEFAULTS)', name);
    EXECUTE format(
        'ALTER TABLE insurance_use_log ATTACH PARTITION %I'
        ' FOR VALUES FROM (%L) TO (%L)', name, first, first + interval '1 month');
    PERFORM insurance_use_log_protect(name::regclass);
    RETURN true;
END
$month$ LANGUAGE plpgsql;
"""

PROTECT = SQL("; ").join(
    SQL("SELECT insurance_use_log_protect(%s::regclass)", table)
    for table in (*TABLES, "insurance_use_log_rest")
)

DROP = SQL(
    """
DROP TABLE IF EXISTS insurance_use_log, insurance_use_note, insurance_use_epoch,
    insurance_use_leaf CASCADE;
DROP SEQUENCE IF EXISTS insurance_use_log_id_seq;
DROP FUNCTION IF EXISTS insurance_use_log_add_month(date),
    insurance_use_log_protect(regclass);
DROP FUNCTION IF EXISTS insurance_use_log_guard() CASCADE;
"""
)


def install(cr):
    """Make the tables, or bring them up to date where Odoo owns them."""
    cr.execute(DROP_EARLY)
    if not _is_owner(cr):
        # another role keeps the log; its own script brings it up to date
        return
    cr.execute(CREATE)
    cr.execute(FUNCTIONS)
    cr.execute(PROTECT)
    add_months(cr)


def add_months(cr, ahead=2):
    """Make the partitions of this month and the next; return how many were made."""
    cr.execute(
        SQL(
            """
            SELECT count(*) FILTER (WHERE insurance_use_log_add_month(
                (date_trunc('month', now() AT TIME ZONE 'UTC')
                 + step * interval '1 month')::date))
            FROM generate_series(0, %s) AS step
            """,
            ahead,
        )
    )
    return cr.fetchone()[0]


def drop(cr):
    """Take everything away, before an uninstall."""
    cr.execute(DROP)


def _is_owner(cr):
    cr.execute(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class"
        " WHERE oid = to_regclass('insurance_use_log')"
    )
    return all(owner for (owner,) in cr.fetchall())
