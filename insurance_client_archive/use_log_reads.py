"""What counts as a use when records are read: the same for all models with client data.

A read by remote call ends in ``_read_format``, whatever method was called; code on the
server that only looks at a field does not pass there.
"""

#: what tells nothing about a client
PLAIN_FIELDS = frozenset(
    {
        "id",
        "display_name",
        "number",
        "accessible",
        "editable",
        "company_id",
        "currency_id",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
        "archive_id",
        "insurance_archive_id",
    }
)


def log_read(records, field_names, archive_field=None):
    """Note that *records* were read, without a query.

    :param archive_field: name of the field that leads to the archive
    """
    if not records or PLAIN_FIELDS.issuperset(field_names):
        return
    archives = archives_of(records, archive_field)
    if archive_field == "insurance_archive_id" and not archives:
        # contacts and opportunities of nobody's archive
        return
    # what hangs under one archive is part of its view
    seen = archives if archive_field else records
    action = "view" if len(seen) == 1 else "list"
    count = None if archives else len(records)
    archives._log_use(action, content=[records._name], count=count, wait=False)


def archives_of(records, archive_field):
    """Return the archives of the records, as far as the cache knows them."""
    archives = records.env["insurance.archive"]
    if not archive_field:
        return archives.browse(records._ids)
    field = records._fields[archive_field]
    cache = field._get_cache(records.env)
    ids = {cache.get(record_id) for record_id in records._ids}
    return archives.browse(sorted(filter(None, ids)))


def log_export(records, paths):
    """Record an export and wait: without purpose or record nothing is exported."""
    ways = {way for path in paths if (way := archive_way(records, path)) is not None}
    if not ways:
        return
    user = records.env.user
    if not (records.env.is_admin() or user.has_group("base.group_allow_export")):
        # Odoo refuses it next, in its own words
        archives = records.env["insurance.archive"]
        archives._log_use("export", content=paths, result="denied", count=len(records))
        return
    records.check_access("read")
    archives = records.env["insurance.archive"].union(
        *(records.mapped(way) if way else records for way in ways)
    )
    if archives:
        purpose = records.env["insurance.purpose"]._declared()
        archives._check_purpose("export", purpose, records, paths)
        archives._log_use("export", content=paths, **purpose)


def archive_way(model, path=""):
    """Return how to get from a record to the archive whose data a path shows.

    The empty way is that of an archive itself; None: the path shows nothing of one.
    """
    way = []
    for name in [*path.split("/"), ""]:
        if model._name == "insurance.archive":
            return ".".join(way)
        if leads_to_archive(model):
            return ".".join([*way, "archive_id"])
        field = model._fields.get(name)
        if field is None:
            return None
        if name.startswith("insurance_") and "insurance_archive_id" in model._fields:
            return ".".join([*way, "insurance_archive_id"])
        if not field.relational:
            return None
        way.append(name)
        model = model.env[field.comodel_name]
    return None


def leads_to_archive(model):
    """Tell whether each record of the model belongs to an archive."""
    field = model._fields.get("archive_id")
    return (
        model._name.startswith("insurance.")
        and field is not None
        and field.comodel_name == "insurance.archive"
    )
