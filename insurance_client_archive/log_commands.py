"""What ``odoo insurance log …`` does. Each command returns (answer, exit code)."""

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from .key_commands import FINE, REFUSED, WRONG

#: what the answer tells of a verification, in this order
TOLD = (
    "state",
    "misfit",
    "misfit_place",
    "done_count",
    "first_epoch",
    "last_epoch",
    "unsealed_count",
    "pruned_count",
    "anchored_count",
    "level",
)


def run(options, databases):
    """Carry out a command of the command line."""
    if len(databases or ()) != 1:
        return {"refused": "Name one database: -d NAME.", "code": "database"}, REFUSED
    registry = Registry(databases[0])
    if "insurance.use.check" not in registry:
        text = f"The archive is not installed in {databases[0]}."
        return {"refused": text, "code": "not_installed"}, REFUSED
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        return COMMANDS[options.command](env, options)


def _verify(env, options):
    """Seal, recount the log and keep the result, as the button does."""
    check = env["insurance.use.check"].create({"whole": not options.recent})
    check._run()
    (found,) = check.read(TOLD)
    labels = dict(check._fields["misfit"]._description_selection(env))
    if check.misfit:
        found["misfit"] = f"{check.misfit} ({labels[check.misfit]})"
    answer = {name: found[name] for name in TOLD if found[name]}
    return answer, FINE if check.state == "ok" else WRONG


def _status(env, options):
    """Tell what the screen of verification tells."""
    state = env["insurance.use.status"]._state()
    check = env["insurance.use.check"].browse(state["check_id"])
    answer = {
        "verified": check.date_end and check.date_end.isoformat(sep=" "),
        "result": check.state,
        "overdue": bool(state["overdue"]),
        "last_epoch": state["epoch_id"],
        "unsealed": state["unsealed_count"],
        "kept_outside": state["anchor_text"],
        "level": state["level"],
        "switched_off": state["cron_off"],
        "late_or_failing": state["cron_late"],
    }
    wrong = state["overdue"] or check.state == "misfit" or state["cron_off"]
    return answer, WRONG if wrong else FINE


COMMANDS = {"verify": _verify, "status": _status}
