"""Database guard: a row of the ledger of backups is completed, never changed."""

from odoo.tools import SQL

FUNCTION = SQL(
    """
CREATE OR REPLACE FUNCTION insurance_backup_guard() RETURNS trigger AS $guard$
DECLARE
    completed text[] := ARRAY['verified_on', 'verification', 'failed', 'gone_on',
        'offsite', 'minutes', 'size_mb', 'write_uid', 'write_date'];
BEGIN
    IF TG_OP = 'UPDATE' AND (
        (OLD.verified_on IS NULL OR NEW.verified_on = OLD.verified_on)
        AND (OLD.verified_on IS NULL
             OR NEW.verification IS NOT DISTINCT FROM OLD.verification)
        AND (OLD.gone_on IS NULL OR NEW.gone_on = OLD.gone_on)
        AND (NEW.failed OR NOT OLD.failed)
        AND to_jsonb(OLD) - completed = to_jsonb(NEW) - completed
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What a tool has reported stays as it is.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$guard$ LANGUAGE plpgsql;
"""
)
TRIGGER = SQL(
    """
DROP TRIGGER IF EXISTS insurance_backup_guard ON insurance_backup;
CREATE TRIGGER insurance_backup_guard
    BEFORE DELETE OR UPDATE ON insurance_backup
    FOR EACH ROW EXECUTE FUNCTION insurance_backup_guard();
"""
)


def install_guard(cr):
    """Put the trigger in place, replacing that of an earlier version."""
    cr.execute(FUNCTION)
    cr.execute(TRIGGER)


def drop_guard(cr):
    """Take the trigger and its function away, before an uninstall."""
    cr.execute(
        SQL(
            "DROP TRIGGER IF EXISTS insurance_backup_guard ON insurance_backup;"
            "DROP FUNCTION IF EXISTS insurance_backup_guard()"
        )
    )
