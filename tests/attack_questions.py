"""What may be asked of sealed values by a method call: every way that Odoo has.

A question is (model, method, ids or None, arguments). None of them may be answered
with more of a value than its mask, whoever asks.
"""

import canary

SEALED = list(canary.MARKS)
ON_CONTACT = [f"insurance_{name}" for name in SEALED]
VAULT = [
    f"insurance.vault.{name}"
    for name in ("key", "value", "index", "fingerprint", "quota")
]
#: the start of a value, with which its rest could be guessed piece by piece
OPERATORS = ("=", "=ilike", ">", "in", "not in")


def questions(target):
    """Yield all questions.

    :param target: ids by model of one client, ``all`` with the ids of all archives
    """
    archive, contact = [target["insurance.archive"]], [target["res.partner"]]
    yield from _reading("insurance.archive", archive, SEALED)
    yield from _reading("res.partner", contact, ON_CONTACT)
    yield from _reading("res.users", [target["res.users"]], ON_CONTACT)
    yield from _grouping("insurance.archive", SEALED)
    yield from _grouping("res.partner", ON_CONTACT[:1])
    yield from _searching("insurance.archive", SEALED)
    yield from _searching("res.partner", ON_CONTACT[:2])
    yield from _doors(archive)
    yield from _around(archive, contact)
    for model in VAULT:
        yield model, "search_read", None, {"domain": []}
        found = {"domain": [], "specification": {"id": {}}}
        yield model, "web_search_read", None, found
        yield model, "read", [1], {}
        yield model, "export_data", [1], _export(["id", "display_name"])


def lists(target):
    """Yield the questions about all clients at once."""
    specification = {name: {} for name in [*SEALED, "display_name"]}
    mine = [["id", "in", target["all"]]]
    found = {"domain": mine, "specification": specification, "limit": 500}
    yield "insurance.archive", "web_search_read", None, found
    names = _export([".id", "name", *SEALED])
    yield "insurance.archive", "export_data", target["all"], names
    paths = [f"insurance_archive_id/{name}" for name in SEALED]
    found = _export(["name", *ON_CONTACT, *paths])
    yield "res.partner", "export_data", target["contacts"], found
    yield "insurance.archive", "copy_data", target["all"], {}
    history = {"fields": ["field_name", "old_value", "new_value"], "domain": []}
    yield "insurance.change", "search_read", None, history
    yield "insurance.use.log", "search_read", None, {"domain": []}


def _export(names):
    # with a purpose: an export that is refused for want of one tries nothing
    return {"fields_to_export": names, "context": {"insurance_purpose": "claim"}}


def _reading(model, ids, names):
    specification = {name: {} for name in [*names, "display_name"]}
    linked = {"insurance_archive_id": {"fields": {name: {} for name in SEALED}}}
    yield model, "read", ids, {"fields": names}
    yield model, "web_read", ids, {"specification": specification}
    if model != "insurance.archive":
        yield model, "web_read", ids, {"specification": linked}
    mine = [["id", "in", ids]]
    yield model, "search_read", None, {"domain": mine, "fields": names}
    yield model, "export_data", ids, _export(names)
    yield model, "copy_data", ids, {}
    yield model, "default_get", None, {"fields": names}
    defaults = {f"default_{name}": "x" for name in names}
    yield model, "default_get", None, {"fields": names, "context": defaults}
    change = {"values": {}, "field_names": [], "fields_spec": specification}
    yield model, "onchange", ids, change
    typed = {**change, "values": {"name": "x"}, "field_names": [names[0]]}
    yield model, "onchange", [], typed
    yield model, "fields_get", None, {"allfields": names}
    yield model, "get_metadata", ids, {}
    yield model, "name_search", None, {"name": "1101051911"}
    yield model, "read_progress_bar", None, _progress(names[0])
    yield model, "search_panel_select_range", None, {"field_name": names[0]}
    yield model, "web_save", ids, {"vals": {}, "specification": specification}
    yield model, "load", None, {"fields": [names[0]], "data": [["x"]]}
    yield model, "mapped", ids, {"func": names[0]}
    yield model, "filtered_domain", ids, {"domain": [[names[0], "=", "x"]]}


def _progress(name):
    colors = {"field": name, "colors": {"x": "danger"}}
    return {"domain": [], "group_by": name, "progress_bar": colors}


def _grouping(model, names):
    for name in names:
        by = {"domain": [], "groupby": [name], "aggregates": ["__count"]}
        yield model, "formatted_read_group", None, by
        yield model, "web_read_group", None, by
        for function in ("array_agg", "max"):
            total = {"domain": [], "groupby": [], "aggregates": [f"{name}:{function}"]}
            yield model, "formatted_read_group", None, total
        yield model, "read_group", None, _old_grouping(name)
        yield model, "search", None, {"domain": [], "order": f"{name} desc"}


def _old_grouping(name):
    return {"domain": [], "fields": [f"{name}:max"], "groupby": [name]}


def _searching(model, names):
    for name, mark in zip(names, canary.MARKS.values(), strict=False):
        # what is asked for with the question is no news
        part = mark[:5]
        for operator in OPERATORS:
            value = [part] if operator.endswith("in") else part
            found = {"domain": [[name, operator, value]], "fields": [name]}
            yield model, "search_read", None, found


def _doors(archive):
    model = "insurance.archive"
    every = {"field_names": SEALED}
    yield model, "reveal_terms", archive, every
    yield model, "log_copy", archive, {"field_name": SEALED[0], "purpose": "claim"}
    number = {"field_name": "id_number", "value": "11010519491231002X"}
    yield model, "search_by_identifier", None, number
    yield model, "identifier_fields", None, {}
    consumer = {**every, "purpose": "claim", "consumer": "test reader"}
    for method in ("_unsealed", "open_values", "_sealed_tails", "_on_reveal"):
        yield model, method, archive, consumer
    yield model, "write", archive, {"vals": {"id_number": "no such number"}}
    # refused below the ORM: what does the error tell?
    broken = {"health_notice": "x", "agent_id": 2**30}
    yield model, "write", archive, {"vals": broken}
    yield model, "write", archive, {"vals": {"annual_income": "much"}}


def _around(archive, contact):
    paths = [f"insurance_archive_id.{name}" for name in SEALED]
    for path in paths:
        found = {"domain": [[path, "like", "1"]], "fields": ["name"]}
        yield "crm.lead", "search_read", None, found
    fields = [path.replace(".", "/") for path in paths]
    yield "crm.lead", "export_data", contact, _export(fields)
    related = [f"archive_id/{name}" for name in SEALED]
    found = _export(related)
    yield "insurance.interaction", "export_data", archive, found
    attached = {"domain": [["res_field", "!=", False]], "fields": ["datas", "raw"]}
    yield "ir.attachment", "search_read", None, attached
    yield "mail.message", "search_read", None, {"fields": ["body"], "limit": 50}
    yield "mail.mail", "search_read", None, {"fields": ["body_html"], "limit": 50}
    yield "base_import.import", "search_read", None, {"fields": ["file"]}
    yield "ir.logging", "search_read", None, {"domain": []}
    yield "ir.default", "search_read", None, {"domain": []}
    yield "ir.filters", "search_read", None, {"domain": []}
    merge = {"vals": {"partner_ids": [[6, 0, contact]]}, "specification": {}}
    yield "base.partner.merge.automatic.wizard", "web_save", [], merge
