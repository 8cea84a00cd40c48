"""Checks of the server: scheduled work, settings, connections."""

from urllib.parse import urlsplit

from odoo.tools import SQL, config

from ..check_catalogue import Found, check
from .rows import moment_ago, number, rows

LOCAL = ("localhost", "127.0.0.1", "::1")
OURS = ("insurance_client_archive", "insurance_compliance", "insurance_product_match")
#: switched on where a server has processors to spare
OPTIONAL = ("ir_cron_sweep_second",)
OF_OURS = SQL(
    "item.id IN (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron'"
    " AND module = ANY(%s) AND name <> ALL(%s))",
    list(OURS),
    list(OPTIONAL),
)


@check("cron_off")
def cron_off(env, since):
    """Scheduled work of these applications that somebody has switched off."""
    return rows(env, "ir.cron", OF_OURS, SQL("item.active IS NOT TRUE"))


@check("cron_late")
def cron_late(env, since):
    """Scheduled work that is late, or fails again and again."""
    late = moment_ago(hours=number(env, "check_cron_hours"))
    return rows(
        env,
        "ir.cron",
        SQL("item.active AND %s", OF_OURS),
        SQL("item.nextcall < %s OR item.failure_count > 0", late),
    )


@check("sweep_stuck")
def sweep_stuck(env, since):
    """Bulk work that has failed, or does not move."""
    late = moment_ago(hours=number(env, "check_sweep_hours"))
    return rows(
        env,
        "insurance.sweep",
        SQL("item.state IN ('draft', 'running', 'paused', 'failed')"),
        SQL(
            "item.state = 'failed'"
            " OR coalesce(item.date_run, item.date_start, item.create_date) < %s",
            late,
        ),
    )


@check("sweep_left_over")
def sweep_left_over(env, since):
    """Rows that bulk work has set aside because they went wrong."""
    return rows(
        env,
        "insurance.sweep",
        SQL("item.date_end >= %s", since),
        SQL(
            "EXISTS (SELECT FROM insurance_sweep_item row"
            " WHERE row.sweep_id = item.id AND row.state = 'aside')"
        ),
    )


@check("log_verbose")
def log_verbose(env, since):
    """A server log that holds queries and calls, and so client data."""
    facts = []
    if config["log_level"] in ("debug", "debug_sql", "debug_rpc", "debug_rpc_answer"):
        facts.append(
            env._(
                "The log level is %s: the log holds client data.", config["log_level"]
            )
        )
    handlers = [
        handler
        for handler in config["log_handler"] or ()
        if handler.rpartition(":")[2].upper() == "DEBUG"
    ]
    if handlers:
        facts.append(env._("The log is detailed for: %s.", ", ".join(handlers)))
    if config["log_db"]:
        facts.append(env._("The log is written to the database %s.", config["log_db"]))
    return Found(3, facts=tuple(facts))


@check("server_open")
def server_open(env, since):
    """Settings of the server that are for development alone."""
    facts = []
    if config["list_db"]:
        facts.append(env._("The database manager is open: set list_db = False."))
    if config.verify_admin_password("admin"):
        facts.append(env._("The master password of the server is the default one."))
    if config["dev_mode"]:
        facts.append(env._("The server runs in developer mode."))
    return Found(3, facts=tuple(facts))


@check("web_unencrypted")
def web_unencrypted(env, since):
    """Pages that travel in clear, and cookies with them (handbook 6.1)."""
    url = urlsplit(env["ir.config_parameter"].get_param("web.base.url") or "")
    facts = []
    if url.scheme != "https":
        facts.append(
            env._(
                "The address of the server is %s: it must begin with https.",
                url.geturl(),
            )
        )
    elif not config["proxy_mode"]:
        facts.append(
            env._(
                "Behind a proxy for https the server needs proxy_mode = True: else "
                "cookies are not marked as secure and the log has wrong addresses."
            )
        )
    return Found(1, facts=tuple(facts))


@check("database_unencrypted")
def database_unencrypted(env, since):
    """A connection to the database that crosses a network in clear."""
    local, encrypted = _connection(env)
    if local or encrypted:
        return Found(1)
    return Found(
        1,
        facts=(
            env._(
                "The server reaches the database over a network without encryption: "
                "set db_sslmode."
            ),
        ),
    )


def _connection(env):
    """Tell whether the database is on this machine, and the connection encrypted."""
    query = SQL(
        "SELECT inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8'"
        " OR inet_server_addr() = '::1',"
        " coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)"
    )
    return env.execute_query(query)[0]
