"""What ``odoo insurance backups …`` does. Each command returns (answer, exit code)."""

from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry

FINE, WRONG, REFUSED = 0, 1, 3


def run(options, databases):
    """Carry out a command of the command line."""
    if len(databases or ()) != 1:
        return {"refused": "Name one database: -d NAME.", "code": "database"}, REFUSED
    registry = Registry(databases[0])
    if "insurance.backup" not in registry:
        text = f"Insurance Compliance is not installed in {databases[0]}."
        return {"refused": text, "code": "not_installed"}, REFUSED
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        try:
            return COMMANDS[options.command](env, options)
        except (OSError, UserError) as error:
            cr.rollback()
            return {"refused": str(error), "code": "refused"}, REFUSED


def _import(env, options):
    """Read a report as the wizard does, for a scheduled task of the server."""
    user = _user(env, options.user)
    verification = options.verification and Path(options.verification).read_text()
    taken = env["insurance.backup"]._take(
        Path(options.file).read_bytes(),
        place=_place(env, options.place),
        verification=verification or "",
        facts=frozenset(options.facts),
        user=user,
    )
    failed = (
        bool(taken.unread)
        or any(drill.result == "failed" for drill in taken.drills)
        or any(backup.failed for backup in taken.backups)
    )
    answer = {
        "new": taken.backups.mapped("label"),
        "known": len(taken.known),
        "gone": taken.gone.mapped("label"),
        "drills": taken.drills.mapped("name"),
        "unread": taken.unread,
    }
    return answer, WRONG if failed else FINE


def _user(env, login):
    if not login:
        return env.user
    user = env["res.users"].search([("login", "=", login)])
    if not user:
        raise UserError(env._("There is no user %s.", login))
    return user


def _place(env, code):
    places = env["insurance.storage.place"]
    if not code:
        return places
    place = places.search([("code", "=", code)])
    if not place:
        raise UserError(env._("There is no storage place with the code %s.", code))
    return place


def _status(env, options):
    found = env["insurance.backup"]._overdue()
    answer = {
        kind: {
            "last": state["last"] and state["last"].isoformat(sep=" "),
            "days": state["days"],
            "overdue": state["overdue"],
        }
        for kind, state in found.items()
    }
    return answer, WRONG if any(state["overdue"] for state in found.values()) else FINE


COMMANDS = {"import": _import, "status": _status}
