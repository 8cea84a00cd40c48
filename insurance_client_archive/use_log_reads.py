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
    action = "view" if len(records) == 1 else "list"
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


def log_export(records, field_names, archive_field=None):
    """Record an export and wait: without the record nothing is exported."""
    archives = records.env["insurance.archive"].browse(records._ids)
    if archive_field:
        archives = records[archive_field]
    if archives:
        archives._log_use("export", content=field_names)
