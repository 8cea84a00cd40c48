"""Put a packet together, and forget it: nothing of it is stored anywhere.

Functions, no methods: the code of server actions and remote calls can't reach them.
"""

import json

from odoo import fields

from odoo.addons.insurance_client_archive.vault_consumer import register_consumer

from .share_parts import PARTS
from .tools import share_pdf, share_zip
from .tools.share_pdf import Document, Section

CONSUMER = register_consumer("insurance_compliance.share")


def build(share, file_format, stamp, password):
    """Return the packet as bytes.

    :param share: one share in superuser mode; the caller has checked everything
    :param stamp: who receives it and when, for every page
    :param password: of the encrypted ZIP
    """
    content = _collect(share)
    try:
        pdf = share_pdf.build(_document(share, content, stamp))
        if file_format == "pdf":
            return pdf
        data = json.dumps(
            _machine_readable(share, content, stamp),
            ensure_ascii=False,
            indent=2,
            default=str,
        )
        files = {f"{share.number}.pdf": pdf, f"{share.number}.json": data.encode()}
        return share_zip.build(files, password)
    finally:
        content.clear()
        # what was read for this packet does not outlive it
        share.env.invalidate_all()


def _collect(share):
    """Return [(part, columns, rows)] with rows of (value, text)."""
    archive = share.archive_id
    codes = [part.code for part in share.part_ids]
    sealed_names = [name for code in codes for name in PARTS[code].sealed]
    if not sealed_names:
        return [_part(archive, part, {}) for part in share.part_ids]
    with archive._unsealed(sealed_names, share.purpose_id.code, CONSUMER) as opened:
        return [_part(archive, part, opened[archive]) for part in share.part_ids]


def _part(archive, part, opened):
    declared = PARTS[part.code]
    names = declared.fields + declared.sealed
    if declared.model:
        records = archive.env[declared.model].search(
            [("archive_id", "=", archive.id)], order="id"
        )
    else:
        records = archive
    columns = [(name, _label(records, name)) for name in names]
    rows = [[_cell(record, name, opened) for name in names] for record in records]
    return part, columns, rows


def _last(record, name):
    """Follow a dotted name to the record and field at its end."""
    *way, last = name.split(".")
    for step in way:
        record = record[step]
    return record, last


def _label(records, name):
    record, last = _last(records.browse(), name)
    return record._fields[last]._description_string(records.env)


def _cell(record, name, opened):
    """Return the value for machines and the text for people."""
    if name in opened:
        value = opened[name]
        return value or None, _amount(value) if isinstance(value, float) else value
    record, last = _last(record, name)
    field, value = record._fields[last], record[last]
    if field.type == "many2one":
        return value.display_name or None, value.display_name
    if field.type == "selection":
        labels = dict(field._description_selection(record.env))
        return value or None, labels.get(value, "")
    if field.type in ("date", "datetime"):
        return field.to_string(value) or None, field.to_string(value)
    if field.type in ("float", "monetary"):
        return value, _amount(value)
    return value, value


def _amount(value):
    return f"{value:,.2f}" if value else ""


def _facts(share, stamp):
    """Return who gave what to whom, on what right: the head of the packet."""
    bases = dict(share._fields["basis"]._description_selection(share.env))
    agreement = share.agreement_id
    basis = [bases[share.basis], share.basis_article, agreement.number]
    return [
        (share.env._("Shared by"), share.company_id.name),
        (share.env._("Recipient"), stamp),
        (share.env._("Purpose"), share.purpose_id.name),
        (share.env._("Legal basis"), " · ".join(filter(None, basis))),
        (share.env._("Consent"), ", ".join(share.consent_ids.mapped("display_name"))),
        (share.env._("Valid until"), _local(share, share.date_to)),
        (share.env._("Number"), share.number),
    ]


def _local(share, moment):
    moment = fields.Datetime.context_timestamp(share, moment)
    return moment.strftime("%Y-%m-%d %H:%M %z")


def _document(share, content, stamp):
    sections = []
    for part, columns, rows in content:
        if PARTS[part.code].model:
            cells = [[text for _value, text in row] for row in rows]
            labels = tuple(label for _name, label in columns)
            sections.append(Section(part.name, cells, labels))
        else:
            pairs = zip(columns, rows[0], strict=True)
            facts = [(label, text) for (_name, label), (_value, text) in pairs]
            sections.append(Section(part.name, facts))
    notice = share.env._(
        "Confidential. For the recipient and the purpose named here alone; passing it "
        "on is forbidden. Delete it when the purpose is fulfilled."
    )
    title = share.env._("Shared client data %s", share.number)
    return Document(title, _facts(share, stamp), sections, notice, stamp)


def _machine_readable(share, content, stamp):
    return {
        "number": share.number,
        "received": stamp,
        "purpose": share.purpose_id.code,
        "legal_basis": share.basis,
        "article": share.basis_article or None,
        "valid_until": f"{fields.Datetime.to_string(share.date_to)}Z",
        "parts": [
            {
                "part": part.code,
                "slice": part.slice,
                "rows": [
                    {
                        name: value
                        for (name, _label), (value, _text) in zip(
                            columns, row, strict=True
                        )
                    }
                    for row in rows
                ],
            }
            for part, columns, rows in content
        ],
    }
