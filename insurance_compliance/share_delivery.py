"""Hand a packet to the recipient: each time all is asked anew, logged, then built.

Functions, no methods: the code of server actions and remote calls can't reach them.
"""

import hashlib
from typing import NamedTuple

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_caller

from . import second_factor, share_packet, share_password
from .tools import share_zip

ROUTE = "/my/shares/"
CONTENT_TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


class Packet(NamedTuple):
    name: str
    content_type: str
    content: bytes


def download(env, share_id, file_format):
    """Return the packet for the recipient who asks for it in the own browser.

    In this order: who asks, with which factors; whether the share is the recipient's
    and open; the legal basis; one download less, in the row itself; the packet; the
    log with its hash, committed; and only then the bytes go out.

    :raise UserError: with the reason in the recipient's words
    """
    _check_caller(env)
    share = env["insurance.share"]._portal_share(share_id)
    if not share or file_format not in CONTENT_TYPES:
        raise AccessError(env._("There is no such share."))
    try:
        _check_open(share, file_format)
        _claim(share)
    except UserError:
        _log(share, file_format, result="denied")
        raise
    user = env.user
    # the clock that the recipient knows, or else the sender
    clock = share.with_context(tz=user.tz or share.requester_id.tz)
    moment = fields.Datetime.context_timestamp(clock, fields.Datetime.now())
    names = dict.fromkeys([user.partner_id.commercial_company_name, user.name])
    stamp = " · ".join(
        [
            *filter(None, names),
            user.login,
            moment.strftime("%Y-%m-%d %H:%M %z"),
            share.number,
        ]
    )
    password = share_password.password(share) if file_format == "zip" else ""
    content = share_packet.build(clock, file_format, stamp, password)
    digest = hashlib.sha256(content).hexdigest()
    env["insurance.share.event"]._append(
        share.sudo(False), "download", file_format.upper(), digest
    )
    _log(share, file_format, digest=digest)
    name = f"{share.number}.{file_format}"
    return Packet(name, CONTENT_TYPES[file_format], content)


def _check_caller(env):
    """Refuse anybody but the recipient's own request in a browser."""
    caller = vault_caller.current_caller(env)
    if (
        caller is None
        or not request
        or not caller.has_session
        or caller.uid != env.uid
        or vault_caller.runs_stored_code()
        or not vault_caller.is_own_environment(env)
        or not request.httprequest.path.startswith(ROUTE)
    ):
        raise AccessError(env._("A packet is given to its recipient alone."))
    hours = env["insurance.parameter"]._get("share_second_factor_hours")
    if not second_factor.is_fresh(env.user, hours):
        raise AccessError(env._("Confirm the code of your second factor first."))


def _check_open(share, file_format):
    """Refuse what is over, not undertaken, or without a legal basis by now."""
    env = share.env
    if not share.live:
        raise UserError(env._("This share is over."))
    if not share.undertaken_on:
        raise UserError(env._("Accept the confidentiality undertaking first."))
    if share.file_format not in ("both", file_format):
        raise UserError(env._("This share has no file of this kind."))
    if file_format == "zip":
        if not share_zip.available():
            raise UserError(share._zip_problem())
        if not share.password_salt:
            raise UserError(
                env._(
                    "The sender has not made a password for the ZIP yet. Ask the "
                    "sender by phone."
                )
            )
    try:
        share._check_recipient()
        share._check_basis()
    except UserError:
        # why is a matter between the company and the client
        raise UserError(
            env._("This share can't be opened any more. Ask the sender.")
        ) from None


def _claim(share):
    """Count the download in the row, where concurrent ones can't pass each other."""
    env = share.env
    env.flush_all()
    query = SQL(
        """
        UPDATE insurance_share SET download_count = download_count + 1
        WHERE id = %s AND state = 'delivered' AND recipient_user_id = %s
          AND date_to > clock_timestamp() AT TIME ZONE 'UTC'
          AND download_count < download_limit
        RETURNING download_count
        """,
        share.id,
        env.uid,
    )
    counted = env.execute_query(query)
    share.invalidate_recordset(["download_count"])
    if not counted:
        raise UserError(
            env._("This packet was downloaded as often as allowed. Ask the sender.")
        )


def _log(share, file_format, digest="", result="done"):
    text = f"{share.number} {file_format} sha256:{digest}" if digest else share.number
    share.archive_id._log_use(
        "download",
        content=share.part_ids.mapped("code"),
        purpose=share.purpose_id.code,
        purpose_text=text,
        result=result,
    )
