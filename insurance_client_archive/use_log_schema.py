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
    "insurance_use_pruned",
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

CREATE TABLE IF NOT EXISTS insurance_use_pruned (
    id integer PRIMARY KEY,
    date timestamp NOT NULL,
    first_epoch integer NOT NULL,
    last_epoch integer NOT NULL,
    count bigint NOT NULL,
    before timestamp NOT NULL,
    root bytea NOT NULL,
    heads jsonb NOT NULL,
    requested_by integer NOT NULL,
    approved_by integer NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    public_key bytea NOT NULL,
    CHECK (first_epoch <= last_epoch AND requested_by <> approved_by)
);
"""
)

# text, not SQL: the percent signs are those of the database
FUNCTIONS = """
-- How long the log is kept at least. A role of its own that keeps the tables freezes
-- this number: see security/use_log_owner.sql.
CREATE OR REPLACE FUNCTION insurance_use_log_keep() RETURNS interval AS $keep$
DECLARE
    years integer;
BEGIN
    SELECT greatest(value::integer, minimum::integer) INTO STRICT years
        FROM insurance_parameter WHERE key = 'use_record_years';
    RETURN make_interval(years => years);
END
$keep$ LANGUAGE plpgsql STABLE;

-- A row goes only when a pruned record names its epoch and its time is over.
CREATE OR REPLACE FUNCTION insurance_use_log_guard() RETURNS trigger AS $guard$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF TG_TABLE_NAME = 'insurance_use_note' THEN
            IF current_setting('insurance_use_log.erase', true) = 'allowed' THEN
                RETURN OLD;
            END IF;
        ELSIF TG_TABLE_NAME = 'insurance_use_leaf' THEN
            IF EXISTS (
                SELECT FROM insurance_use_pruned
                WHERE OLD.epoch_id BETWEEN first_epoch AND last_epoch
            ) AND NOT EXISTS (
                SELECT FROM insurance_use_log WHERE id = OLD.log_id
            ) THEN
                RETURN OLD;
            END IF;
        ELSIF TG_TABLE_NAME LIKE 'insurance_use_log%' THEN
            IF EXISTS (
                SELECT FROM insurance_use_leaf leaf
                JOIN insurance_use_pruned pruned
                    ON leaf.epoch_id BETWEEN pruned.first_epoch AND pruned.last_epoch
                WHERE leaf.log_id = OLD.id
            ) AND OLD.date < (now() AT TIME ZONE 'UTC') - insurance_use_log_keep() THEN
                RETURN OLD;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION 'The use log is append only.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$guard$ LANGUAGE plpgsql;

-- Delete the records of the epochs that a pruned record names; all of them, or none.
CREATE OR REPLACE FUNCTION insurance_use_log_prune(pruned_id integer)
RETURNS bigint AS $prune$
DECLARE
    pruned insurance_use_pruned;
    gone bigint;
BEGIN
    SELECT * INTO STRICT pruned FROM insurance_use_pruned WHERE id = pruned_id;
    PERFORM set_config('insurance_use_log.erase', 'allowed', true);
    DELETE FROM insurance_use_note note USING insurance_use_leaf leaf
        WHERE leaf.epoch_id BETWEEN pruned.first_epoch AND pruned.last_epoch
          AND note.writer = leaf.writer AND note.n = leaf.n;
    PERFORM set_config('insurance_use_log.erase', '', true);
    DELETE FROM insurance_use_log log USING insurance_use_leaf leaf
        WHERE leaf.epoch_id BETWEEN pruned.first_epoch AND pruned.last_epoch
          AND log.id = leaf.log_id AND log.date < pruned.before;
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone <> pruned.count THEN
        RAISE EXCEPTION 'The use log holds % of % records to be pruned.',
            gone, pruned.count USING ERRCODE = 'restrict_violation';
    END IF;
    DELETE FROM insurance_use_leaf
        WHERE epoch_id BETWEEN pruned.first_epoch AND pruned.last_epoch;
    RETURN gone;
END
$prune$ LANGUAGE plpgsql;

-- Drop the months that pruning has emptied; return how many there were.
CREATE OR REPLACE FUNCTION insurance_use_log_drop_months()
RETURNS integer AS $drop$
DECLARE
    partition regclass;
    held boolean;
    dropped integer := 0;
BEGIN
    FOR partition IN
        SELECT inhrelid::regclass FROM pg_inherits
        JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'insurance_use_log'::regclass
          AND relname < 'insurance_use_log_' || to_char(
              (now() AT TIME ZONE 'UTC') - insurance_use_log_keep(), 'YYYY_MM')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', partition) INTO held;
        IF NOT held THEN
            EXECUTE format('DROP TABLE %s', partition);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    RETURN dropped;
END
$drop$ LANGUAGE plpgsql;

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
-- and then attached: that does not make readers and writers wait. A month that has
-- begun in the rest stays there: records are never moved.
CREATE OR REPLACE FUNCTION insurance_use_log_add_month(day date)
RETURNS boolean AS $month$
DECLARE
    first date := date_trunc('month', day);
    next date := first + interval '1 month';
    name text := 'insurance_use_log_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL OR EXISTS (
        SELECT FROM insurance_use_log_rest WHERE date >= first AND date < next
    ) THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I (LIKE insurance_use_log INCLUDING DEFAULTS)', name);
    EXECUTE format(
        'ALTER TABLE insurance_use_log ATTACH PARTITION %I'
        ' FOR VALUES FROM (%L) TO (%L)', name, first, next);
    PERFORM insurance_use_log_protect(name::regclass);
    RETURN true;
EXCEPTION WHEN check_violation THEN
    -- a record of the month has come to the rest meanwhile
    RETURN false;
END
$month$ LANGUAGE plpgsql;
"""

PROTECT = SQL("; ").join(
    SQL("SELECT insurance_use_log_protect(%s::regclass)", table)
    for table in (*TABLES, "insurance_use_log_rest")
)

DROP = SQL(
    """
DROP FUNCTION IF EXISTS insurance_use_log_prune(integer);
DROP TABLE IF EXISTS insurance_use_log, insurance_use_note, insurance_use_epoch,
    insurance_use_leaf, insurance_use_pruned CASCADE;
DROP SEQUENCE IF EXISTS insurance_use_log_id_seq;
DROP FUNCTION IF EXISTS insurance_use_log_add_month(date),
    insurance_use_log_protect(regclass), insurance_use_log_keep(),
    insurance_use_log_drop_months();
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


def drop_months(cr):
    """Drop the months that pruning has emptied; return how many there were."""
    cr.execute(SQL("SELECT insurance_use_log_drop_months()"))
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
