"""Database guards: what was agreed stays as it was, whatever code writes it."""

from odoo.tools import SQL

FUNCTIONS = SQL(
    """
CREATE OR REPLACE FUNCTION insurance_consent_guard() RETURNS trigger AS $guard$
BEGIN
    -- the end of the archive is the end of its consents
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (
            SELECT FROM insurance_archive
             WHERE id = OLD.archive_id AND state = 'destroyed'
        ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'What a client has said is neither changed nor deleted.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$guard$ LANGUAGE plpgsql;
"""
)
TRIGGERS = SQL(
    """
DROP TRIGGER IF EXISTS insurance_consent_guard ON insurance_consent;
CREATE TRIGGER insurance_consent_guard
    BEFORE DELETE OR UPDATE OF archive_id, processing_id, basis, kind, recipient_id,
        evidence_id, notice_id, decided_on, given_on, refused_on, no_question_before,
        valid_until, evidence_hash, create_uid, create_date
    ON insurance_consent
    FOR EACH ROW EXECUTE FUNCTION insurance_consent_guard();

DROP TRIGGER IF EXISTS insurance_consent_truncate_guard ON insurance_consent;
CREATE TRIGGER insurance_consent_truncate_guard
    BEFORE TRUNCATE ON insurance_consent
    FOR EACH STATEMENT EXECUTE FUNCTION insurance_consent_guard();
"""
)


def install_guards(cr):
    """Put the triggers in place, replacing those of an earlier version."""
    cr.execute(FUNCTIONS)
    cr.execute(TRIGGERS)


def drop_guards(cr):
    """Take the triggers and their function away, before an uninstall."""
    cr.execute(
        SQL(
            "DROP TRIGGER IF EXISTS insurance_consent_guard ON insurance_consent;"
            "DROP TRIGGER IF EXISTS insurance_consent_truncate_guard"
            " ON insurance_consent;"
            "DROP FUNCTION IF EXISTS insurance_consent_guard()"
        )
    )
