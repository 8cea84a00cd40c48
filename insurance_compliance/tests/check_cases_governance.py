"""Cases of backups, of what is to be mended, and of the numbers in force."""

from unittest.mock import patch

from .check_cases import FACT, READY, case
from .check_records import day, moment


@case("backup_old")
def backup_old(t):
    backup = t.env.registry["insurance.backup"]
    state = {"last": None, "days": 1, "overdue": False}
    with patch.object(backup, "_overdue", lambda backup: {"full": state}):
        yield READY
        state["overdue"] = True
        yield FACT
        state["overdue"] = False
        yield READY


@case("backup_with_keys")
def with_keys(t):
    values = {"encrypted": "yes", "with_keyring": "yes", "failed": False}
    row = t.row("insurance.backup", **values)
    yield row
    t.put("insurance.backup", row, gone_on=moment())


@case("rectification_late")
def rectification_late(t):
    row = t.row("insurance.rectification", state="new", deadline=day(-1))
    yield row
    t.put("insurance.rectification", row, deadline=day(9))


@case("parameter_untraced")
def untraced(t):
    parameter = t.env["insurance.parameter"].search([("key", "=", "minor_age")])
    t.put("insurance.parameter", parameter.id, value="99")
    yield parameter.id
    t.put("insurance.parameter", parameter.id, value=parameter.default_value)
