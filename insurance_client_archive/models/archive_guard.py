"""Database guards: what no raw SQL of another feature may do to an archive.

The contact merge, for one, rewrites and deletes rows without calling the ORM.
"""

from odoo.tools import SQL

#: transaction-local setting that lets the archive itself delete a row
DELETION_SETTING = "insurance_archive.deletion"

FUNCTIONS = SQL(
    """
CREATE OR REPLACE FUNCTION insurance_archive_guard() RETURNS trigger AS $guard$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        IF current_setting('insurance_archive.deletion', true)
                IS DISTINCT FROM 'allowed' THEN
            RAISE EXCEPTION 'A client archive ends by destruction, not by deletion.'
                USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.partner_id IS DISTINCT FROM OLD.partner_id THEN
        RAISE EXCEPTION 'A client archive stays with its contact.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    IF OLD.uuid IS NOT NULL AND NEW.uuid IS DISTINCT FROM OLD.uuid THEN
        RAISE EXCEPTION 'The uuid of a client archive never changes.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$guard$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION insurance_partner_guard() RETURNS trigger AS $guard$
BEGIN
    IF EXISTS (
        SELECT FROM insurance_archive
        WHERE partner_id = NEW.id AND state <> 'destroyed'
    ) THEN
        RAISE EXCEPTION 'A contact with a client archive stays active.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$guard$ LANGUAGE plpgsql;
"""
)

TRIGGERS = SQL(
    """
CREATE TRIGGER insurance_archive_guard
    BEFORE DELETE OR UPDATE OF partner_id, uuid ON insurance_archive
    FOR EACH ROW EXECUTE FUNCTION insurance_archive_guard();

CREATE TRIGGER insurance_archive_truncate_guard
    BEFORE TRUNCATE ON insurance_archive
    FOR EACH STATEMENT EXECUTE FUNCTION insurance_archive_guard();

CREATE TRIGGER insurance_partner_guard
    BEFORE UPDATE OF active ON res_partner
    FOR EACH ROW WHEN (OLD.active AND NOT NEW.active)
    EXECUTE FUNCTION insurance_partner_guard();
"""
)

DROP = SQL(
    """
DROP TRIGGER IF EXISTS insurance_archive_guard ON insurance_archive;
DROP TRIGGER IF EXISTS insurance_archive_truncate_guard ON insurance_archive;
DROP TRIGGER IF EXISTS insurance_partner_guard ON res_partner;
"""
)


def install_guards(cr):
    """Put the triggers in place, replacing those of an earlier version."""
    cr.execute(FUNCTIONS)
    cr.execute(DROP)
    cr.execute(TRIGGERS)


def drop_guards(cr):
    """Take the triggers and their functions away, before an uninstall."""
    cr.execute(DROP)
    cr.execute(
        SQL(
            "DROP FUNCTION IF EXISTS"
            " insurance_archive_guard(), insurance_partner_guard()"
        )
    )
