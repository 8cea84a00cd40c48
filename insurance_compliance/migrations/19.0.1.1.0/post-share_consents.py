from odoo.tools import SQL, sql


def migrate(cr, version):
    """A share named one consent; now one for each kind of data."""
    if sql.column_exists(cr, "insurance_share", "consent_id"):
        cr.execute(
            SQL(
                "INSERT INTO insurance_share_consent_rel (share_id, consent_id)"
                " SELECT id, consent_id FROM insurance_share"
                " WHERE consent_id IS NOT NULL ON CONFLICT DO NOTHING"
            )
        )
