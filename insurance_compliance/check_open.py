"""Open a record that a check has found, for those who may."""

from odoo.exceptions import UserError


def open_record(record):
    """Return the action that shows the record; say what to do where it is closed."""
    if not record.has_access("read"):
        raise UserError(
            record.env._(
                "You may not open this record: checks open nothing. Pass the number on "
                "to the agent, or apply for access."
            )
        )
    return {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "view_mode": "form",
    }
