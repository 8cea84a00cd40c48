"""The contact of a destroyed archive, and what Odoo's own applications keep of it."""

from odoo.fields import Domain
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


def leads_of(plan, partner_id):
    """Return the opportunities with the client; before the interactions go.

    Those with the people of an enterprise are the client's own, unless they are
    clients themselves. What an interaction names of somebody else is left alone.
    """
    query = SQL(
        """
        WITH own AS (
             SELECT contact.id FROM res_partner contact
              WHERE contact.id = %(client)s
                 OR (contact.parent_id = %(client)s
                     AND NOT EXISTS (SELECT FROM insurance_archive archive
                                      WHERE archive.partner_id = contact.id)))
        SELECT id FROM crm_lead WHERE partner_id IN (SELECT id FROM own)
        UNION
        SELECT lead.id FROM insurance_interaction talk
          JOIN crm_lead lead ON lead.id = talk.lead_id
         WHERE talk.id = ANY(%(talks)s)
           AND (lead.partner_id IS NULL OR lead.partner_id IN (SELECT id FROM own))
        """,
        client=partner_id,
        talks=list(plan.rows.get("insurance_interaction", ())),
    )
    plan.cr.execute(query)
    return [row[0] for row in plan.cr.fetchall()]


def is_needed(env, plan, partner_id, archive_id):
    """Tell whether something else needs a contact; what is not known does.

    The client's own opportunities name nobody any more by then.
    """
    wizards = {model._table for model in env.registry.values() if model._transient}
    passing = registry.GO_WITH_CONTACT | registry.LOOSE | wizards
    links = [
        link
        for link in plan.schema.to("res_partner")
        if link.table not in passing and not _is_list_of(wizards, link.table)
    ]
    if plan.used((link, [partner_id]) for link in links):
        return True
    query = SQL(
        "SELECT EXISTS (SELECT FROM res_users WHERE partner_id = %(id)s"
        "               AND NOT coalesce(share, false))"
        " OR EXISTS (SELECT FROM insurance_archive WHERE partner_id = %(id)s"
        "            AND id <> %(archive)s)"
        " OR EXISTS (SELECT FROM crm_lead WHERE partner_id = %(id)s)",
        id=partner_id,
        archive=archive_id,
    )
    plan.cr.execute(query)
    return plan.cr.fetchone()[0]


def _is_list_of(wizards, table):
    """Tell whether a table has the contacts that a wizard has listed."""
    return table.endswith("_res_partner_rel") and table.startswith(tuple(wizards))


def anonymise(env, plan, partner_id, name):
    """Empty a contact, and delete or empty what says something about it."""
    cr = plan.cr
    links = plan.schema.to("res_partner")
    going = [link for link in links if link.table in registry.GO_WITH_CONTACT]
    for link in plan.used((link, [partner_id]) for link in going):
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


def delete_beside(env, rows):
    """Delete messages, files, activities and whatever else names rows by model and id.

    :param dict rows: {model: ids}
    :return: how many rows went
    """
    rows = {name: sorted(ids) for name, ids in rows.items() if ids}
    if not rows:
        return 0
    messages = env["mail.message"].search(_about(rows, "model", "res_id"))
    attachments = env["ir.attachment"].search(
        # files of fields as well
        _about(rows, "res_model", "res_id") & Domain("id", "!=", 0)
    )
    attachments |= messages.attachment_ids
    count = len(attachments) + len(messages)
    # the file itself goes with the last row that names it
    for records in (attachments, messages):
        if records:
            records.unlink()
    for table, *columns in env["insurance.archive"]._destruction_names():
        count += _delete_named(env.cr, table, columns, rows)
    _delete_named(env.cr, "ir_model_data", ("model", "res_id"), rows)
    return count


def _delete_named(cr, table, columns, rows):
    """Delete what names one of the rows by two columns; return how many."""
    model_column, id_column = map(SQL.identifier, columns)
    names = SQL(" OR ").join(
        SQL("(%s = %s AND %s = ANY(%s))", model_column, name, id_column, ids)
        for name, ids in rows.items()
    )
    cr.execute(SQL("DELETE FROM %s WHERE %s", SQL.identifier(table), names))
    return cr.rowcount


def _about(rows, model_field, id_field):
    return Domain.OR(
        Domain(model_field, "=", name) & Domain(id_field, "in", ids)
        for name, ids in rows.items()
    )


def clear_leads(env, lead_ids, name):
    """Empty the opportunities with the client; their figures stay."""
    for lead_id in lead_ids:
        clear(env.cr, "crm_lead", lead_id, registry.LEAD_COLUMNS, name=name)


def delete_words(env, partner_id):
    """Delete what the client has written anywhere."""
    written = env["mail.message"].search([("author_id", "=", partner_id)])
    count = len(written)
    if written:
        written.attachment_ids.unlink()
        written.unlink()
    return count


def references(env):
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
