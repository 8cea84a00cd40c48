"""Database guards: no code whatever ends an archive that a hold keeps."""

from odoo.tools import SQL

FUNCTIONS = SQL(
    """
CREATE OR REPLACE FUNCTION insurance_archive_is_shredded(integer) RETURNS boolean
    LANGUAGE sql STABLE AS $guard$
    -- by the ledger alone: after a crash or a restore only the rows are left
    SELECT EXISTS (SELECT FROM insurance_vault_key
                    WHERE archive_id = $1 AND state = 'destroyed')
       AND NOT EXISTS (SELECT FROM insurance_vault_key
                        WHERE archive_id = $1 AND wrapped IS NOT NULL)
$guard$;

CREATE OR REPLACE FUNCTION insurance_archive_hold_guard() RETURNS trigger AS $guard$
BEGIN
    IF TG_OP = 'UPDATE' AND insurance_archive_is_shredded(OLD.id) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM insurance_legal_hold_archive line
          JOIN insurance_legal_hold hold ON hold.id = line.hold_id
         WHERE line.archive_id = OLD.id AND hold.state = 'active'
    ) THEN
        RAISE EXCEPTION 'A legal hold keeps this archive.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$guard$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION insurance_archive_end_guard() RETURNS trigger AS $guard$
BEGIN
    IF NOT insurance_archive_is_shredded(OLD.id) AND NOT EXISTS (
        SELECT FROM insurance_destruction_line line
          JOIN insurance_destruction run ON run.id = line.destruction_id
         WHERE line.archive_id = OLD.id AND line.decision = 'destroy'
           AND run.state = 'running'
           AND run.approver_id <> run.applicant_id
           AND run.supervisor_id NOT IN (run.applicant_id, run.approver_id)
           AND run.executor_id NOT IN (run.approver_id, run.supervisor_id)
    ) THEN
        RAISE EXCEPTION 'An archive ends by a destruction that three persons share.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$guard$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION insurance_archive_begin_guard() RETURNS trigger AS $guard$
BEGIN
    RAISE EXCEPTION 'A destroyed archive stays destroyed.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$guard$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION insurance_legal_hold_guard() RETURNS trigger AS $guard$
BEGIN
    IF EXISTS (
        SELECT FROM insurance_legal_hold
         WHERE id = OLD.hold_id AND state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'A hold is released, not taken apart.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$guard$ LANGUAGE plpgsql;
"""
)
TRIGGERS = SQL(
    """
DROP TRIGGER IF EXISTS insurance_archive_hold_guard ON insurance_archive;
CREATE TRIGGER insurance_archive_hold_guard
    BEFORE DELETE ON insurance_archive
    FOR EACH ROW EXECUTE FUNCTION insurance_archive_hold_guard();

DROP TRIGGER IF EXISTS insurance_archive_end_hold_guard ON insurance_archive;
CREATE TRIGGER insurance_archive_end_hold_guard
    BEFORE UPDATE OF state ON insurance_archive
    FOR EACH ROW WHEN (NEW.state = 'destroyed' AND OLD.state <> 'destroyed')
    EXECUTE FUNCTION insurance_archive_hold_guard();

DROP TRIGGER IF EXISTS insurance_archive_end_guard ON insurance_archive;
CREATE TRIGGER insurance_archive_end_guard
    BEFORE UPDATE OF state ON insurance_archive
    FOR EACH ROW WHEN (NEW.state = 'destroyed' AND OLD.state <> 'destroyed')
    EXECUTE FUNCTION insurance_archive_end_guard();

DROP TRIGGER IF EXISTS insurance_archive_begin_guard ON insurance_archive;
CREATE TRIGGER insurance_archive_begin_guard
    BEFORE UPDATE OF state ON insurance_archive
    FOR EACH ROW WHEN (OLD.state = 'destroyed' AND NEW.state <> 'destroyed')
    EXECUTE FUNCTION insurance_archive_begin_guard();

DROP TRIGGER IF EXISTS insurance_legal_hold_guard ON insurance_legal_hold_archive;
CREATE TRIGGER insurance_legal_hold_guard
    BEFORE DELETE OR UPDATE ON insurance_legal_hold_archive
    FOR EACH ROW EXECUTE FUNCTION insurance_legal_hold_guard();
"""
)


def install_guards(cr):
    """Put the triggers in place, replacing those of an earlier version."""
    cr.execute(FUNCTIONS)
    cr.execute(TRIGGERS)


def drop_guards(cr):
    """Take the triggers and their functions away, before an uninstall."""
    cr.execute(
        SQL(
            "DROP TRIGGER IF EXISTS insurance_archive_hold_guard ON insurance_archive;"
            "DROP TRIGGER IF EXISTS insurance_archive_end_hold_guard"
            " ON insurance_archive;"
            "DROP TRIGGER IF EXISTS insurance_archive_end_guard ON insurance_archive;"
            "DROP TRIGGER IF EXISTS insurance_archive_begin_guard ON insurance_archive;"
            "DROP TRIGGER IF EXISTS insurance_legal_hold_guard"
            " ON insurance_legal_hold_archive;"
            "DROP FUNCTION IF EXISTS insurance_archive_hold_guard(),"
            " insurance_archive_is_shredded(integer), insurance_archive_end_guard(),"
            " insurance_archive_begin_guard(),"
            " insurance_legal_hold_guard()"
        )
    )
