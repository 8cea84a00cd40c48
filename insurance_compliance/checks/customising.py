"""Checks of what was changed or added beside the code of these applications."""

import csv

from lxml import etree

from odoo.modules import Manifest
from odoo.tools import SQL, file_open

from ..check_catalogue import Found, check
from .rows import rows
from .system import OURS

PERMISSIONS = ("perm_read", "perm_write", "perm_create", "perm_unlink")


def added(env, model, among):
    """Return the rows of a model that no application has brought."""
    shipped = SQL(
        "item.id NOT IN (SELECT data.res_id FROM ir_model_data data"
        " JOIN ir_module_module app ON app.name = data.module"
        " AND app.state IN ('installed', 'to upgrade')"
        " WHERE data.model = %s AND data.res_id IS NOT NULL)",
        model,
    )
    return rows(env, model, among, shipped)


@check("field_added")
def field_added(env, since):
    """Fields that somebody has added to records of clients on the screen.

    They are not under the rules of the slices: a new kind of data needs an assessment
    first (PIPL 55).
    """
    return rows(
        env,
        "ir.model.fields",
        SQL("item.model LIKE 'insurance.%%'"),
        SQL("item.state = 'manual'"),
    )


@check("action_added")
def action_added(env, since):
    """Code and automations that somebody has added for records of clients."""
    return added(
        env,
        "ir.actions.server",
        SQL(
            "item.model_id IN (SELECT id FROM ir_model WHERE model LIKE 'insurance.%%')"
        ),
    )


@check("view_changed")
def view_changed(env, since):
    """Screens of client records that were changed or added in the database."""
    found = added(env, "ir.ui.view", SQL("item.model LIKE 'insurance.%%'"))
    edited = SQL(
        "SELECT id FROM ir_ui_view WHERE model LIKE 'insurance.%%' AND arch_updated"
    )
    return found._replace(ids=SQL("%s UNION %s", found.ids, edited))


@check("access_added")
def access_added(env, since):
    """Rights on client records that no application has brought."""
    return added(
        env,
        "ir.model.access",
        SQL(
            "item.active AND item.model_id IN"
            " (SELECT id FROM ir_model WHERE model LIKE 'insurance.%%')"
        ),
    )


@check("rule_added")
def rule_added(env, since):
    """Record rules on client records that no application has brought."""
    return added(
        env,
        "ir.rule",
        SQL(
            "item.active AND item.model_id IN"
            " (SELECT id FROM ir_model WHERE model LIKE 'insurance.%%')"
        ),
    )


@check("rule_changed")
def rule_changed(env, since):
    """Record rules that are not as these applications brought them."""
    facts, count = [], 0
    for xmlid, element in _shipped_rules(env):
        count += 1
        problem = _rule_problem(env, xmlid, element)
        if problem:
            facts.append(problem)
    return Found(count, facts=tuple(facts))


@check("access_changed")
def access_changed(env, since):
    """Rights that are not as these applications brought them."""
    facts, count = [], 0
    for module, row in _shipped_rights(env):
        count += 1
        record = env.ref(f"{module}.{row['id']}", raise_if_not_found=False)
        if not record or not record.active:
            facts.append(env._("The right %s is missing.", row["id"]))
        elif _right_differs(env, module, row, record):
            facts.append(env._("The right %s was changed.", row["id"]))
    return Found(count, facts=tuple(facts))


def _installed(env):
    return [name for name in OURS if name in env.registry._init_modules]


def _files(env, ending):
    for module in _installed(env):
        for path in Manifest.for_addon(module)["data"]:
            if path.endswith(ending):
                yield module, path


def _shipped_rules(env):
    """Yield the name and the element of each record rule in the data."""
    for module, path in _files(env, ".xml"):
        if not path.startswith("security/"):
            continue
        with file_open(f"{module}/{path}", "rb") as file:
            tree = etree.parse(file)
        for element in tree.iter("record"):
            if element.get("model") == "ir.rule":
                xmlid = element.get("id")
                yield (xmlid if "." in xmlid else f"{module}.{xmlid}"), element


def _rule_problem(env, xmlid, element):
    rule = env.ref(xmlid, raise_if_not_found=False)
    if not rule:
        return env._("The record rule %s is missing.", xmlid)
    if not rule.active:
        return env._("The record rule %s is switched off.", xmlid)
    shipped = {field.get("name"): field for field in element.iter("field")}
    wanted = shipped.get("domain_force")
    domain = wanted is not None and wanted.get("eval") is None
    changed = domain and _plain(wanted.text) != _plain(rule.domain_force)
    for name in PERMISSIONS:
        given = shipped.get(name)
        value = given is None or given.get("eval", given.text) in ("True", "1")
        changed = changed or rule[name] != value
    return env._("The record rule %s was changed.", xmlid) if changed else ""


def _plain(text):
    return "".join((text or "").split())


def _shipped_rights(env):
    for module, path in _files(env, "ir.model.access.csv"):
        with file_open(f"{module}/{path}", "r") as file:
            for row in csv.DictReader(file):
                yield module, row


def _right_differs(env, module, row, record):
    name = row["group_id:id"]
    group = name and env.ref(name if "." in name else f"{module}.{name}")
    return record.group_id != (group or record.group_id.browse()) or any(
        record[permission] != (row[permission] in ("1", "True"))
        for permission in PERMISSIONS
    )
