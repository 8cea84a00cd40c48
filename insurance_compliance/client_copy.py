"""A copy of everything held about a client: made when it is fetched, kept nowhere.

Functions of a module and no methods: whoever calls them could import them, and code
that is kept in the database can't.
"""

from odoo import SUPERUSER_ID, fields
from odoo.fields import Domain
from odoo.models import MAGIC_COLUMNS

from odoo.addons.insurance_client_archive.vault_consumer import register_consumer

COPY = register_consumer("insurance_compliance.client_copy")
FORMAT = "insurance-client-copy/1"
PURPOSE = "client_request"
#: what hangs under an archive and is no data of the client: keys, queues, traps
LEFT_OUT = frozenset(
    {
        "insurance.access.grant.archive",
        "insurance.client.event",
        "insurance.client.event.failure",
        "insurance.consent.status",
        "insurance.decoy",
        "insurance.destruction.line",
        # who may have been affected is under inquiry; the letter tells
        "insurance.incident.archive",
        "insurance.legal.hold.archive",
        "insurance.retention",
        "insurance.use.log",
        "insurance.vault.index",
        "insurance.vault.key",
        "insurance.vault.value",
    }
)
#: records that belong to the client once this is true of them
NOT_BEFORE = {"insurance.incident.letter": [("told_on", "!=", False)]}
SKIPPED = frozenset({*MAGIC_COLUMNS, "archive_id", "partner_id", "company_id", "uuid"})
#: types that are no single readable value
SKIPPED_TYPES = ("one2many", "binary", "json", "properties", "properties_definition")


def copied_models(env):
    """Return the models whose records belong to a client, by name."""
    found = []
    for name in sorted(env.registry):
        model = env[name]
        field = model._fields.get("archive_id")
        if (
            field is not None
            and field.comodel_name == "insurance.archive"
            and field.store
            and not model._abstract
            and not model._transient
            and name not in LEFT_OUT
        ):
            found.append(name)
    return found


def make_copy(asked, lang):
    """Return everything that is held about the client of a request.

    The caller has checked who fetches it. The fetching is in the log, committed, and
    each sealed value passes the door.
    """
    # superuser: the client's own data, for the client; who fetches it was checked
    asked = asked.sudo().with_context(lang=lang, active_test=False)
    archive = asked.archive_id
    models = [] if asked.kind == "explanation" else copied_models(asked.env)
    archive._log_use(
        "export",
        content=[*models, "insurance.archive"],
        purpose=PURPOSE,
        purpose_text=asked.number,
    )
    copy = {
        "format": FORMAT,
        "request": asked.number,
        "made_on": fields.Datetime.to_string(fields.Datetime.now()),
        "language": lang,
        "client": archive.name,
    }
    if models:
        copy["archive"] = _rows(archive)[0]
        copy["contact"] = _contact(archive)
        copy["records"] = {
            name: block for name in models if (block := _block(archive, name))
        }
        copy["uses"] = _uses(archive)
    copy["explanation"] = _explanation(archive)
    return copy


def _block(archive, name):
    model = archive.env[name]
    own = Domain("archive_id", "=", archive.id) & Domain(NOT_BEFORE.get(name, []))
    records = model.search(own, order="id")
    if not records:
        return None
    return {
        "label": archive.env["ir.model"]._get(name).name,
        "fields": {
            field.name: field._description_string(archive.env)
            for field in _fields(model)
        },
        "rows": _rows(records),
    }


def _fields(model):
    sealed = set(_sealed(model))
    return [
        field
        for name, field in model._fields.items()
        if name not in SKIPPED
        and field.groups != fields.NO_ACCESS
        and field.type not in SKIPPED_TYPES
        and (field.store or name in sealed)
    ]


def _sealed(model):
    if not hasattr(model, "_sealed_fields"):
        return []
    return [field.name for field in model._sealed_fields()]


def _rows(records):
    names = [field.name for field in _fields(records)]
    sealed = _sealed(records)
    rows = [
        {name: _value(record, name) for name in names if name not in sealed}
        for record in records
    ]
    if sealed:
        with records._unsealed(sealed, PURPOSE, COPY) as values:
            for record, row in zip(records, rows, strict=True):
                row.update({name: values[record][name] or None for name in sealed})
    return rows


def _value(record, name):
    field, value = record._fields[name], record[name]
    if field.type in ("many2one", "reference"):
        return value.display_name if value else None
    if field.type == "many2many":
        return value.mapped("display_name")
    if field.type == "selection" and value:
        return dict(field._description_selection(record.env)).get(value, value)
    if field.type in ("date", "datetime"):
        return field.to_string(value) if value else None
    if field.type in ("boolean", "integer", "float", "monetary"):
        return value
    return str(value) if value else None


def _contact(archive):
    return {name: _value(archive, name) for name in archive._partner_fields()}


def _uses(archive):
    """Return who has used the data, as counts for each kind of use and role."""
    log = archive.env["insurance.use.log"]
    labels = dict(log._fields["action"]._description_selection(archive.env))
    tiers = dict(log._fields["tier"]._description_selection(archive.env))
    return [
        {
            "use": labels.get(action, action),
            "role": tiers.get(tier, tier),
            "times": count,
            "last": fields.Datetime.to_string(last),
        }
        for action, tier, count, last in log._read_group(
            [("archive_id", "=", archive.id), ("action", "not in", ["alarm"])],
            ["action", "tier"],
            ["__count", "date:max"],
        )
    ]


def _explanation(archive):
    """Return why a program has put the client where it is, or nothing."""
    # as the system: an explanation is made for whoever may open the archive
    score = archive.env["insurance.client.class"].search(
        [("archive_id", "=", archive.id)]
    )
    own = archive.with_user(SUPERUSER_ID)
    explained = score and own._explain(score.with_user(SUPERUSER_ID))
    if not explained:
        return []
    return [
        {
            "what": dimension["label"],
            "class": dimension["class_label"],
            "points": dimension["points"],
            "rule": dimension["rule"] or None,
            "factors": [
                {
                    "what": factor["name"],
                    "value": factor["value"],
                    "points": factor["points"],
                }
                for factor in dimension["factors"]
            ],
            "set_by_hand": bool(dimension["override"]),
        }
        for dimension in explained["dimensions"]
    ]
