"""Records that the addons' data files bring, by XML id."""

import ast
import csv
import re
from pathlib import Path
from xml.etree import ElementTree

from psycopg2 import sql

#: what says when and by whom, or is counted by the server
OWN = {"id", "create_uid", "create_date", "write_uid", "write_date", "parent_path"}
#: columns that change by use, not by an administrator
USED = {
    "ir_ui_view": {"arch_prev", "arch_updated"},
    "survey_survey": {"access_token", "session_code"},
    "ir_cron": {"nextcall", "lastcall", "failure_count", "first_failure_date"},
    "ir_sequence": {"number_next"},
    "insurance_number_counter": {"next_number"},
}
#: a button in a view, an action in a menu: the number of a record
BUTTON = re.compile(r'(?<=name=")\d+(?=")')
#: when something was loaded, approved by the installation, or counted up to
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
NAMED = """
SELECT module || '.' || name, model, res_id, noupdate FROM ir_model_data
 WHERE module = ANY(%s)
"""
LINKS = """
SELECT attname, confrelid::regclass::text FROM pg_constraint
  JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
 WHERE conrelid = to_regclass(%s) AND contype = 'f' AND cardinality(conkey) = 1
"""


def demo_names(source):
    """Return the XML ids that only demo files of the addons in a folder define."""
    kept, demo = set(), set()
    for path in Path(source).glob("insurance_*/__manifest__.py"):
        manifest = ast.literal_eval(path.read_text())
        for files, names in (
            (manifest.get("data"), kept),
            (manifest.get("demo"), demo),
        ):
            for file in files or ():
                names |= _names(path.parent.name, path.parent / file)
    return demo - kept


def _names(addon, file):
    if file.suffix == ".csv":
        with open(file, newline="") as lines:
            ids = [row["id"] for row in csv.DictReader(lines) if "id" in row]
    elif file.suffix == ".xml":
        ids = [node.get("id") for node in ElementTree.parse(file).iter()]
    else:
        ids = []
    return {name if "." in name else f"{addon}.{name}" for name in ids if name}


def of_database(cr, addons):
    """Return {XML id: (model, noupdate, values)}; links are named, not numbered."""
    cr.execute(
        "SELECT model || ',' || res_id, module || '.' || name FROM ir_model_data"
    )
    names = dict(cr.fetchall())
    # all actions are numbered in one row
    for key, name in list(names.items()):
        model, number = key.split(",")
        if model.startswith("ir.actions."):
            names[f"ir.actions.*,{number}"] = name
    cr.execute("SELECT id, model FROM ir_model")
    models = dict(cr.fetchall())
    tables = {model.replace(".", "_"): model for model in models.values()}
    tables |= {"ir_act_window": "ir.actions.act_window", "ir_cron": "ir.cron"}
    cr.execute(NAMED, [list(addons)])
    found = {}
    for name, model, number, noupdate in cr.fetchall():
        found.setdefault(model, {})[number] = (name, noupdate)
    answer = {}
    for model, rows in found.items():
        values = _values(cr, model.replace(".", "_"), list(rows), names, tables, models)
        for number, (name, noupdate) in rows.items():
            answer[name] = (model, noupdate, values.get(number))
    return answer


def _values(cr, table, ids, names, tables, models):
    cr.execute("SELECT to_regclass(%s)", [table])
    if cr.fetchone() == (None,):
        return {}
    cr.execute(LINKS, [table])
    links = dict(cr.fetchall())
    query = sql.SQL("SELECT to_jsonb(r) FROM {} r WHERE id = ANY(%s)")
    cr.execute(query.format(sql.Identifier(table)), [ids])
    rows = {}
    for (row,) in cr.fetchall():
        number = row["id"]
        for column in OWN | USED.get(table, set()):
            row.pop(column, None)
        for column, target in links.items():
            value = row.get(column)
            if value is not None and column in row:
                if target == "ir_model":
                    row[column] = models.get(value)
                else:
                    named = names.get(f"{tables.get(target)},{value}")
                    row[column] = named or "(a record without XML id)"
        rows[number] = row
        if row.get("action"):  # of a menu
            row["action"] = names.get(row["action"], row["action"])
        for language, arch in (row.get("arch_db") or {}).items():
            row["arch_db"][language] = BUTTON.sub(
                lambda found: names.get(f"ir.actions.*,{found[0]}", found[0]), arch
            )
    return rows


def differences(fresh, upgraded, demo):
    """Say what data an upgrade left otherwise than a new database has them."""
    words = []
    for name in sorted(fresh.keys() | upgraded.keys()):
        if name in demo or name.split(".")[1].startswith("demo_"):
            continue
        if name not in upgraded:
            words.append(f"record missing: {name} ({fresh[name][0]})")
        elif name not in fresh:
            words.append(f"record left over: {name} ({upgraded[name][0]})")
        else:
            words += _changed(name, fresh[name], upgraded[name])
    return words


def _changed(name, fresh, upgraded):
    (model, noupdate, expected), (_model, kept, found) = fresh, upgraded
    if found is None and expected is not None:
        yield f"record deleted, its XML id not: {name} ({model})"
        return
    if noupdate != kept:
        yield f"record {name}: noupdate is {kept}, new {noupdate}"
    for column in sorted((expected or {}).keys() | (found or {}).keys()):
        old, new = (found or {}).get(column), (expected or {}).get(column)
        if old != new and not (_is_moment(old) and _is_moment(new)):
            yield f"record {name} ({model}).{column}: {old!r}, new {new!r}"


def _is_moment(value):
    return value is None or (isinstance(value, str) and MOMENT.match(value))
