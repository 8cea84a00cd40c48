"""Tests that look into texts and files; nothing of what they read is kept or shown."""

import hashlib
import re

from odoo.tools import SQL

from odoo.addons.insurance_client_archive.tools import resident_id

from .property_tests import archive_models, attachments, test, way

#: what a resident ID number looks like; the check digit decides
NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
NUMBER_SQL = "[1-9][0-9]{16}[0-9Xx]"
TEXTS = frozenset({"char", "text", "html"})
#: codes that are no words of anybody, and are checked where they are entered
CODES = frozenset({"credit_code", "uuid", "completeness_rules"})
#: first bytes of what a file says to be
BEGINNINGS = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG",),
    "application/xml": (b"<", b"\xef\xbb\xbf<"),
    "text/xml": (b"<", b"\xef\xbb\xbf<"),
}


def _text_columns(model):
    return [
        field.name
        for field in model._fields.values()
        if field.store
        and field.type in TEXTS
        and not field.translate
        and field.column_type
        and field.name not in CODES
    ]


@test("plain_number", "security")
def _plain_number(env, condition):
    """No ID number stands in a text: such a number belongs into the sealed field."""
    found = []
    for model in archive_models(env):
        columns = _text_columns(model)
        if not columns:
            continue
        texts = SQL(
            "concat_ws(' ', %s)",
            SQL(", ").join(SQL.identifier("owner", name) for name in columns),
        )
        rows = env.execute_query(
            SQL(
                "SELECT %s, %s FROM %s owner WHERE %s AND %s ~ %s",
                way(model),
                texts,
                SQL.identifier(model._table),
                condition(way(model)),
                texts,
                NUMBER_SQL,
            )
        )
        found += [
            archive_id
            for archive_id, text in rows
            for number in NUMBER.findall(text)
            if resident_id.is_valid(number.upper())
        ]
    return _rows(found)


@test("file_opens", "usability")
def _file_opens(env, condition):
    """Files open: they are what they say to be, and no stranger's password is on."""
    return _rows(
        archive_id
        for archive_id, mimetype, _checksum, content in _files(env, condition)
        if content is not None and not _opens(mimetype, content)
    )


@test("file_hash", "integrity")
def _file_hash(env, condition):
    """Files are as they were when they came: their hash fits."""
    return _rows(
        archive_id
        for archive_id, _mimetype, checksum, content in _files(env, condition)
        if content is None
        # the hash that Odoo keeps of each file: a comparison, no protection
        or hashlib.sha1(content, usedforsecurity=False).hexdigest() != checksum
    )


def _opens(mimetype, content):
    beginnings = BEGINNINGS.get(mimetype)
    if beginnings and not content.lstrip().startswith(beginnings):
        return False
    return not (mimetype == "application/pdf" and b"/Encrypt" in content)


def _files(env, condition):
    """Yield (archive, mimetype, hash, content or None when it can't be read)."""
    rows = env.execute_query(
        SQL(
            "SELECT archive_id, mimetype, checksum, id, store_fname FROM (%s) file"
            " WHERE type = 'binary' AND (store_fname IS NOT NULL"
            " OR db_datas IS NOT NULL)",
            attachments(
                env,
                condition,
                SQL(
                    "hanging.id, hanging.mimetype, hanging.checksum, hanging.type,"
                    " hanging.store_fname, hanging.db_datas"
                ),
            ),
        )
    )
    # superuser: the server compares; nothing of the content leaves this function
    Attachment = env["ir.attachment"].sudo()
    for archive_id, mimetype, checksum, attachment_id, _place in rows:
        content = Attachment.browse(attachment_id).raw
        yield archive_id, mimetype, checksum, content or None


def _rows(archive_ids):
    return SQL("SELECT unnest(%s::integer[]) AS archive_id", list(archive_ids))
