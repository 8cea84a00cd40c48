"""What an addon does before it is uninstalled."""

from odoo.tools import SQL

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
 WHERE contype = 'f' AND (
    conrelid = ANY (SELECT to_regclass(name) FROM unnest(%s) name)
    OR (conrelid, conkey[1]) IN (
        SELECT attrelid, attnum FROM unnest(%s, %s) AS link (tab, col)
          JOIN pg_attribute ON attrelid = to_regclass(tab) AND attname = col
    ))
"""


def leave(env, addon):
    """Take away what Odoo would leave behind. Guards are dropped before."""
    _forget_reminders(env, addon)
    _let_go(env, addon)


def _forget_reminders(env, addon):
    """Delete the activities of the addon's types; Odoo would make them to-dos."""
    names = env["ir.model.data"].search(
        [("module", "=", addon), ("model", "=", "mail.activity.type")]
    )
    activities = env["mail.activity"].with_context(active_test=False)
    activities.search([("activity_type_id", "in", names.mapped("res_id"))]).unlink()


def _let_go(env, addon):
    """Let the tables and columns of *addon* hold nothing back; they go with it.

    Odoo deletes the records of an addon before its tables. What a row of these refers
    to would stay behind: parameters, activity types, surveys.
    """
    tables, links = set(), set()
    for model in env.registry.values():
        if model._abstract or not model._auto:
            continue
        own = model._original_module == addon
        if own:
            tables.add(model._table)
        for field in model._fields.values():
            if not field.store or not (own or set(field._modules) == {addon}):
                continue
            if field.type == "many2many":
                tables.add(field.relation)
            elif field.type == "many2one":
                links.add((model._table, field.name))
    names = [f'"{table}"' for table in tables]
    columns = [[f'"{table}"' for table, _name in links], [name for _t, name in links]]
    env.cr.execute(FOREIGN_KEYS, [names, *columns])
    for table, constraint in env.cr.fetchall():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table.strip('"')),
                SQL.identifier(constraint),
            )
        )
