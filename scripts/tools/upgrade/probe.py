"""Look at an upgraded database with the new code: run in ``odoo shell``.

Prints one line for each finding, and ends with a line that counts what was looked at.
Nothing is kept: all is rolled back.
"""

import json
import os
from pathlib import Path

from odoo.tools.safe_eval import safe_eval

from odoo.addons.insurance_client_archive import vault_store

env = globals()["env"]
counts = dict.fromkeys(("sealed values", "models", "records", "rules", "actions"), 0)
OURS = [
    name
    for name in sorted(env.registry)
    if name.startswith("insurance.")
    and not env[name]._abstract
    and not env[name]._transient
]


def finding(text):
    print("finding:", " ".join(str(text).split())[:400])


def tried(what, call):
    try:
        with env.cr.savepoint():
            return call()
    except Exception as error:
        finding(f"{what}: {type(error).__name__}: {error}")


def sealed_values():
    """Open what the scene sealed, as the vault does, and compare."""
    for uuid, values in json.loads(
        Path(os.environ["UPGRADE_SCENE"]).read_text()
    ).items():
        archive = env["insurance.archive"].search([("uuid", "=", uuid)])
        cells = {vault_store.Cell(archive.id, name): name for name in values}
        opened = vault_store.get(env, list(cells))
        for cell, name in cells.items():
            counts["sealed values"] += 1
            if values[name] not in opened.get(cell, b"").decode():
                finding(f"sealed {name} of archive {archive.id} does not open")


def records():
    """Read every field of every record."""
    for name in OURS:
        model = env[name].with_context(active_test=False)
        counts["models"] += 1
        rows = tried(f"search {name}", lambda model=model: model.search([]))
        if not rows:
            continue
        counts["records"] += len(rows)
        tried(f"read {name}", rows.read)
        env.invalidate_all()


def stored():
    """Work out again what is stored, and compare: an upgrade does that for new columns.

    Archives whose keys were destroyed are left as they were on that day.
    """
    env.cr.execute(
        "SELECT archive_id FROM insurance_vault_key WHERE state = 'destroyed'"
    )
    dead = [number for (number,) in env.cr.fetchall()]
    for name in OURS:
        model = env[name].with_context(active_test=False)
        if not model._auto:
            continue
        column = "id" if name == "insurance.archive" else "archive_id"
        rows = model.search(
            [(column, "not in", dead)] if column in model._fields else []
        )
        for field in model._fields.values():
            if field.compute and field.store and field.column_type and rows:
                if field.readonly and not field.inherited:
                    tried(f"{name}.{field.name}", lambda f=field, r=rows: stale(f, r))
        env.invalidate_all()


def stale(field, rows):
    before = {row.id: row[field.name] for row in rows}
    env.add_to_compute(field, rows)
    changed = [row.id for row in rows if row[field.name] != before[row.id]]
    if changed:
        row = rows.browse(changed[0])
        finding(
            f"stored {field}: {len(changed)} of {len(rows)} are stale,"
            f" one: {before[row.id]!r} -> {row[field.name]!r}"
        )
    env.flush_all()


def rules():
    """Search each model with rules as each demo user, and open each menu."""
    users = env["res.users"].search([("login", "not in", ("__system__", "public"))])
    for user in users:
        own = env(user=user.id, context={"lang": "en_US"})
        for name in OURS:
            if own[name].has_access("read"):
                counts["rules"] += 1
                tried(
                    f"search {name} as {user.login}",
                    lambda own=own, name=name: own[name].search([], limit=5),
                )


def actions():
    for action in env["ir.actions.act_window"].search(
        [("res_model", "like", "insurance.")]
    ):
        counts["actions"] += 1
        if action.res_model not in env:
            finding(f"action {action.name} opens {action.res_model}, which is gone")
            continue
        model = env[action.res_model]
        context = tried(
            f"context of {action.xml_id}",
            lambda action=action: safe_eval(
                action.context or "{}", {"uid": 2, "active_id": 1, "active_ids": [1]}
            ),
        )
        for _view, kind in action.views:
            tried(
                f"{kind} of {action.xml_id}",
                lambda model=model, kind=kind: model.get_view(view_type=kind),
            )
        del context


for step in (sealed_values, records, rules, actions, stored):
    tried(step.__name__, step)
    env.cr.rollback()
print("looked at:", ", ".join(f"{number} {what}" for what, number in counts.items()))
