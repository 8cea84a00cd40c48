"""The contact of a destroyed archive, and what Odoo's own applications keep of it."""

from odoo.tools import SQL

from . import destruction_registry as registry
from .destruction_plan import columns_to_empty

#: value of a required column that is emptied, by its type
NOTHING = {
    "boolean": False,
    "character varying": "",
    "text": "",
    "integer": 0,
    "numeric": 0,
    "double precision": 0,
}


def contacts_of(plan, partner_id):
    """Return the client's contact, and those of related persons; before they go."""
    ids = list(plan.rows.get("insurance_related_person", ()))
    query = SQL(
        "SELECT contact_id FROM insurance_related_person"
        " WHERE id = ANY(%s) AND contact_id IS NOT NULL",
        ids,
    )
    plan.cr.execute(query)
    related = {row[0] for row in plan.cr.fetchall()}
    query = SQL(
        "SELECT id FROM res_partner WHERE parent_id = %s AND id <> %s",
        partner_id,
        partner_id,
    )
    plan.cr.execute(query)
    return [partner_id, *sorted(related | {row[0] for row in plan.cr.fetchall()})]


def leads_of(plan, partner_ids):
    """Return the opportunities with the client; before the interactions go."""
    query = SQL(
        "SELECT id FROM crm_lead WHERE partner_id = ANY(%s)"
        " UNION SELECT lead_id FROM insurance_interaction"
        " WHERE id = ANY(%s) AND lead_id IS NOT NULL",
        list(partner_ids),
        list(plan.rows.get("insurance_interaction", ())),
    )
    plan.cr.execute(query)
    return [row[0] for row in plan.cr.fetchall()]


def is_needed(env, plan, partner_id, archive_id):
    """Tell whether something else needs a contact; what is not known does."""
    wizards = {model._table for model in env.registry.values() if model._transient}
    for link in plan.links:
        if link.parent != "res_partner" or link.table in wizards:
            continue
        if link.table in registry.GO_WITH_CONTACT | registry.LOOSE:
            continue
        if link.table.endswith("_res_partner_rel") and any(
            link.table.startswith(table) for table in wizards
        ):
            continue
        if _exists(plan.cr, link, partner_id):
            return True
    query = SQL(
        "SELECT EXISTS (SELECT FROM res_users WHERE partner_id = %(id)s"
        "               AND NOT coalesce(share, false))"
        " OR EXISTS (SELECT FROM insurance_archive WHERE partner_id = %(id)s"
        "            AND id <> %(archive)s)",
        id=partner_id,
        archive=archive_id,
    )
    plan.cr.execute(query)
    return plan.cr.fetchone()[0]


def anonymise(env, plan, partner_id, name):
    """Empty a contact, and delete or empty what says something about it."""
    cr = plan.cr
    for link in plan.links:
        if link.parent == "res_partner" and link.table in registry.GO_WITH_CONTACT:
            cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s",
                    SQL.identifier(link.table),
                    SQL.identifier(link.column),
                    partner_id,
                )
            )
    cr.execute(
        SQL(
            "DELETE FROM res_partner_res_partner_category_rel WHERE partner_id = %s",
            partner_id,
        )
    )
    _close_logins(env, partner_id)
    _empty_events(cr, partner_id, name)
    named = {"name": name, "complete_name": name, "active": False}
    clear(cr, "res_partner", partner_id, registry.CONTACT_COLUMNS, **named)


def clear(cr, table, row_id, kept, **named):
    """Empty all columns of a row but those that are kept.

    :param named: values of columns that can't be empty
    """
    values = {}
    for name, required, kind in columns_to_empty(cr, table, kept):
        if not required:
            values[name] = None
        elif kind in NOTHING:
            values[name] = NOTHING[kind]
    values |= named
    assignments = SQL(", ").join(
        SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
    )
    cr.execute(
        SQL(
            "UPDATE %s SET %s WHERE id = %s", SQL.identifier(table), assignments, row_id
        )
    )


def delete_beside(env, model_name, ids):
    """Delete messages, files, activities and whatever else names rows by model and id.

    :return: how many rows went
    """
    ids = list(ids)
    if not ids:
        return 0
    count = 0
    attachments = env["ir.attachment"].search(
        [
            ("res_model", "=", model_name),
            ("res_id", "in", ids),
            ("id", "!=", 0),  # files of fields as well
        ]
    )
    messages = env["mail.message"].search(
        [("model", "=", model_name), ("res_id", "in", ids)]
    )
    attachments |= messages.attachment_ids
    count += len(attachments) + len(messages)
    # the file itself goes with the last row that names it
    attachments.unlink()
    messages.unlink()
    for table, model_column, id_column in _references(env):
        env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE %s = %s AND %s = ANY(%s)",
                SQL.identifier(table),
                SQL.identifier(model_column),
                model_name,
                SQL.identifier(id_column),
                ids,
            )
        )
        count += env.cr.rowcount
    env.cr.execute(
        SQL(
            "DELETE FROM ir_model_data WHERE model = %s AND res_id = ANY(%s)",
            model_name,
            ids,
        )
    )
    return count


def clear_leads(env, lead_ids, name):
    """Empty the opportunities with the client; their figures stay."""
    delete_beside(env, "crm.lead", lead_ids)
    for lead_id in lead_ids:
        clear(env.cr, "crm_lead", lead_id, registry.LEAD_COLUMNS, name=name)


def delete_words(env, partner_id):
    """Delete what the client has written anywhere."""
    written = env["mail.message"].search([("author_id", "=", partner_id)])
    count = len(written)
    written.attachment_ids.unlink()
    written.unlink()
    return count


def _references(env):
    """Return (table, column with the model, column with the id) of all such links."""
    found = []
    for model in env.registry.values():
        if model._transient or model._abstract or not model._auto:
            continue
        if model._name in registry.NOT_ABOUT | {"ir.attachment", "mail.message"}:
            continue
        for field in model._fields.values():
            if field.type == "many2one_reference" and field.store:
                by = model._fields.get(field.model_field)
                if by is not None and by.store and by.type in ("char", "selection"):
                    found.append((model._table, by.name, field.name))
    return found


def _exists(cr, link, partner_id):
    query = SQL(
        "SELECT EXISTS (SELECT FROM %s WHERE %s = %s)",
        SQL.identifier(link.table),
        SQL.identifier(link.column),
        partner_id,
    )
    cr.execute(query)
    return cr.fetchone()[0]


def _close_logins(env, partner_id):
    """Close the client's login on the portal; a login is an address, so it goes."""
    users = env["res.users"].with_context(active_test=False)
    for user in users.search([("partner_id", "=", partner_id)]):
        env["res.users.apikeys"].search([("user_id", "=", user.id)]).unlink()
        env.flush_all()
        env.cr.execute(
            SQL(
                "UPDATE res_users SET login = %s, active = false, password = NULL,"
                " signature = NULL WHERE id = %s",
                f"destroyed-{user.id}",
                user.id,
            )
        )


def _empty_events(cr, partner_id, name):
    """Empty appointments with the client."""
    query = SQL(
        "UPDATE calendar_event SET name = %s, description = NULL, location = NULL"
        " WHERE id IN (SELECT calendar_event_id FROM calendar_event_res_partner_rel"
        "               WHERE res_partner_id = %s)",
        name,
        partner_id,
    )
    cr.execute(query)
    cr.execute(
        SQL(
            "DELETE FROM calendar_event_res_partner_rel WHERE res_partner_id = %s",
            partner_id,
        )
    )
