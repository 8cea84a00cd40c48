"""Cases of keys, use log, people, server and what was changed beside the code."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tools import config

from odoo.addons.insurance_client_archive import vault_process, vault_report

from ..checks import system
from .check_cases import FACT, READY, case
from .check_cases_access import later
from .check_records import day, moment

MODULE = "insurance_client_archive"


@case("sealed_without_key")
def without_key(t):
    archive = t._archive(name="王芳")
    row = t.row("insurance.vault.value", archive_id=archive.id, generation=9)
    yield archive.id
    t.drop("insurance.vault.value", row)


def key(t):
    keys = t.env["insurance.vault.key"]
    return keys.search([("archive_id", "=", t.archive.id), ("state", "=", "live")]).id


@case("key_unreadable")
def unreadable(t):
    row = key(t)
    t.put("insurance.vault.key", row, state="broken")
    yield t.archive.id
    t.put("insurance.vault.key", row, state="live")


@case("key_wrapped_old")
def wrapped_old(t):
    row = key(t)
    version = t.env["insurance.vault.key"].browse(row).kek_version
    t.put("insurance.vault.key", row, kek_version=999)
    yield t.archive.id
    t.put("insurance.vault.key", row, kek_version=version)


@case("master_key_old")
def master_old(t):
    old = {1: {"state": "active", "days": 9999}}
    with patch.object(vault_report, "masters", lambda: old):
        yield FACT


@case("vault_locked")
def locked(t):
    status = {"state": "locked", "message": "No keyring."}
    with patch.object(vault_process, "status", lambda env: status):
        yield FACT


@case("keyring_unsafe")
def keyring_unsafe(t):
    known = vault_report.report(t.env)
    readable = {**known, "mode": "0644"}
    with patch.object(vault_report, "report", lambda env: readable):
        yield FACT


@case("vault_not_examined")
def not_examined(t):
    row = t.row("insurance.sweep", kind="vault_check", state="done", date_end=moment())
    yield READY
    t.put("insurance.sweep", row, date_end=moment(days=-400))
    yield FACT
    t.put("insurance.sweep", row, date_end=moment())


@case("log_unsealed")
def unsealed(t):
    row = t.use(date=moment(hours=-3))
    yield row
    t.env.cr.execute(
        "INSERT INTO insurance_use_leaf (log_id, epoch_id, position, writer, n)"
        " VALUES (%s, -1, -1, 0, 0)",
        [row],
    )


@case("log_lost")
def lost(t):
    yield t.use(action="writer_gap", archive_id=None)
    later(t)


@case("log_misfit")
def misfit(t):
    row = t.row("insurance.use.check", state="misfit", date_end=moment())
    yield row
    t.put("insurance.use.check", row, state="ok")


@case("log_unverified")
def unverified(t):
    t.env.cr.execute("UPDATE insurance_use_check SET state = 'waiting'")
    row = t.row("insurance.use.check", state="ok", date_end=moment())
    yield READY
    t.put("insurance.use.check", row, date_end=moment(days=-10))
    yield FACT
    t.put("insurance.use.check", row, date_end=moment())


@case("log_within_reach")
def within_reach(t):
    checks = t.env.registry["insurance.use.check"]
    with (
        patch.object(checks, "_is_changeable", lambda check: False),
        patch.object(checks, "_is_anchored_outside", lambda check: True),
    ):
        yield READY
        with patch.object(checks, "_is_changeable", lambda check: True):
            yield FACT
        yield READY


@case("guard_off")
def guard_off(t):
    change = (
        "ALTER TABLE insurance_legal_hold_archive {} TRIGGER insurance_legal_hold_guard"
    )
    t.env.cr.execute(change.format("DISABLE"))
    yield FACT
    t.env.cr.execute(change.format("ENABLE"))


def join(t, user, group):
    """Put a user into a group, past all checks of groups."""
    t.env.flush_all()
    t.env.cr.execute(
        "INSERT INTO res_groups_users_rel (uid, gid) VALUES (%s, %s)",
        [user.id, t.env.ref(group).id],
    )
    t.env.registry.clear_cache("groups")


def leave(t, user, group):
    t.env.flush_all()
    t.env.cr.execute(
        "DELETE FROM res_groups_users_rel WHERE uid = %s AND gid = %s",
        [user.id, t.env.ref(group).id],
    )
    t.env.registry.clear_cache("groups")


@case("second_factor_off")
def second_factor(t):
    t.put("res.users", t.agent.id, totp_secret="x")
    yield READY
    t.put("res.users", t.agent.id, totp_secret=None)
    yield t.agent.id
    t.put("res.users", t.agent.id, totp_secret="x")


@case("administrator_with_role")
def administrator(t):
    join(t, t.agent, "base.group_system")
    yield t.agent.id
    leave(t, t.agent, "base.group_system")


@case("user_idle")
def idle(t):
    t.put("res.users", t.agent.id, create_date=moment(days=-400))
    yield t.agent.id
    t.row("res.users.log", create_uid=t.agent.id, create_date=moment())


@case("outsider_with_role")
def outsider(t):
    user = t.env["res.users"].create(
        {
            "name": "Outsider",
            "login": "test outsider",
            "group_ids": [(6, 0, t.env.ref("base.group_portal").ids)],
        }
    )
    yield READY
    join(t, user, f"{MODULE}.group_agent")
    yield user.id
    leave(t, user, f"{MODULE}.group_agent")


@case("group_crowded")
def crowded(t):
    group = t.env.ref(f"{MODULE}.group_compliance")
    members = group.all_user_ids.filtered(lambda user: user.active and user.id != 1)
    t.parameter("check_powerful_members", len(members))
    yield READY
    join(t, t.accountant, f"{MODULE}.group_compliance")
    yield group.id
    leave(t, t.accountant, f"{MODULE}.group_compliance")


@case("api_key_endless")
def key_endless(t):
    row = t.row(
        "res.users.apikeys", name="x", user_id=t.agent.id, index="abcd1234", key="x"
    )
    yield row
    t.put("res.users.apikeys", row, expiration_date=moment(days=30))


@case("agent_without_role")
def without_role(t):
    t.put("insurance.archive", t.archive.id, agent_id=t.accountant.id)
    yield t.archive.id
    t.put("insurance.archive", t.archive.id, agent_id=t.agent.id)


def cron(t):
    return t.env.ref(f"{MODULE}.cron_use_log_seal").id


@case("cron_off")
def cron_off(t):
    t.put("ir.cron", cron(t), active=False)
    yield cron(t)
    t.put("ir.cron", cron(t), active=True)


@case("cron_late")
def cron_late(t):
    t.put("ir.cron", cron(t), nextcall=moment(days=1), failure_count=0)
    yield READY
    t.put("ir.cron", cron(t), nextcall=moment(days=-9))
    yield cron(t)
    t.put("ir.cron", cron(t), nextcall=moment(days=1))


def sweep(t, **values):
    return t.row("insurance.sweep", kind="retention", scope='{"test": 1}', **values)


@case("sweep_stuck")
def sweep_stuck(t):
    row = sweep(t, state="running", date_run=moment(days=-9))
    yield row
    t.put("insurance.sweep", row, state="cancelled")


@case("sweep_left_over")
def sweep_left_over(t):
    row = sweep(t, state="done", date_end=moment())
    item = t.row("insurance.sweep.item", sweep_id=row, state="aside")
    yield row
    t.drop("insurance.sweep.item", item)


@contextmanager
def setting(name, value):
    """Run the server with another value in its configuration."""
    before = config[name]
    config[name] = value
    try:
        yield
    finally:
        config[name] = before


@case("log_verbose")
def verbose(t):
    with setting("log_level", "info"):
        yield READY
        with setting("log_level", "debug_rpc"):
            yield FACT


@case("server_open")
def server_open(t):
    with setting("list_db", False):
        yield READY
        with setting("list_db", True):
            yield FACT


@case("web_unencrypted")
def web(t):
    parameters = t.env["ir.config_parameter"]
    with setting("proxy_mode", True):
        parameters.set_param("web.base.url", "https://archive.example.com")
        yield READY
        parameters.set_param("web.base.url", "http://archive.example.com")
        yield FACT
        parameters.set_param("web.base.url", "https://archive.example.com")
        yield READY


@case("database_unencrypted")
def database(t):
    with patch.object(system, "_connection", lambda env: (False, False)):
        yield FACT
    with patch.object(system, "_connection", lambda env: (False, True)):
        yield READY


@case("field_added")
def field_added(t):
    row = t.row(
        "ir.model.fields",
        name="x_income",
        model="insurance.archive",
        model_id=t.env["ir.model"]._get_id("insurance.archive"),
        ttype="char",
        state="manual",
    )
    yield row
    t.drop("ir.model.fields", row)


@case("action_added")
def action_added(t):
    action = t.env["ir.actions.server"].create(
        {
            "name": "Carry away",
            "model_id": t.env["ir.model"]._get_id("insurance.archive"),
            "state": "code",
        }
    )
    yield action.id
    action.unlink()


@case("view_changed")
def view_changed(t):
    view = t.env.ref(f"{MODULE}.insurance_archive_view_form").id
    t.put("ir.ui.view", view, arch_updated=True)
    yield view
    t.put("ir.ui.view", view, arch_updated=False)


@case("access_added")
def access_added(t):
    row = t.row(
        "ir.model.access",
        name="All keys",
        model_id=t.env["ir.model"]._get_id("insurance.vault.key"),
        active=True,
        perm_read=True,
    )
    yield row
    t.put("ir.model.access", row, active=False)


def rule(t, **values):
    return t.row(
        "ir.rule",
        name="All",
        model_id=t.env["ir.model"]._get_id("insurance.archive"),
        active=True,
        perm_read=True,
        **values,
    )


@case("rule_added")
def rule_added(t):
    row = rule(t, domain_force="[(1, '=', 1)]")
    yield row
    t.put("ir.rule", row, active=False)


@case("rule_changed")
def rule_changed(t):
    known = t.env.ref("insurance_compliance.insurance_check_run_rule_company")
    domain = known.domain_force
    t.put("ir.rule", known.id, domain_force="[(1, '=', 1)]")
    yield FACT
    t.put("ir.rule", known.id, domain_force=domain)


@case("access_changed")
def access_changed(t):
    known = t.env.ref("insurance_compliance.access_insurance_access_policy_user")
    t.put("ir.model.access", known.id, perm_write=True)
    yield FACT
    t.put("ir.model.access", known.id, perm_write=False)


@case("complaint_late")
def complaint_late(t):
    row = t.row(
        "insurance.feedback", kind="complaint", state="new", next_deadline=day(-1)
    )
    yield row
    t.put("insurance.feedback", row, state="answered")


@case("complaint_by_concerned")
def complaint_by_concerned(t):
    row = t.row(
        "insurance.feedback",
        kind="complaint",
        state="new",
        handler_id=t.agent.id,
        complained_user_id=t.agent.id,
    )
    yield row
    t.put("insurance.feedback", row, handler_id=t.agent2.id)


@case("claim_late")
def claim_late(t):
    policy = t._policy().id
    row = t.row(
        "insurance.claim", policy_id=policy, state="reported", next_deadline=day(-1)
    )
    yield row
    t.put("insurance.claim", row, state="paid")


@case("service_late")
def service_late(t):
    row = t.row("insurance.service.item", state="planned", due_date=day(-100))
    yield row
    t.put("insurance.service.item", row, state="done")


@case("churn_ignored")
def churn_ignored(t):
    row = t.row("insurance.churn.alert", state="new", date=day(-100))
    yield row
    t.put("insurance.churn.alert", row, state="won")


@case("benefit_forbidden")
def benefit(t):
    kind = t.env["insurance.incentive.kind"].search([("allowed", "=", True)], limit=1)
    row = t.row("insurance.incentive", state="granted", kind_id=kind.id)
    yield row
    t.put("insurance.incentive", row, approved_by_id=t.supervisor.id)


@case("scorecard_unreviewed")
def scorecard(t):
    cards = t.env["insurance.scorecard"]
    card = cards.search([("state", "=", "active")], limit=1).id
    t.put("insurance.scorecard", card, approved_on=moment())
    yield READY
    t.put("insurance.scorecard", card, approved_on=moment(days=-2000))
    yield card
    t.put("insurance.scorecard", card, approved_on=moment())
