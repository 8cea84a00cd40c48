"""What uninstalled addons have left in a database: fail and list it.

usage: leftovers.py DATABASE
"""

import sys

import psycopg2

QUERIES = {
    "table": "SELECT tablename FROM pg_tables WHERE tablename LIKE 'insurance%'",
    "model": "SELECT model FROM ir_model WHERE model LIKE 'insurance%'",
    "field": "SELECT model || '.' || name FROM ir_model_fields"
    " WHERE name LIKE 'insurance%' OR relation LIKE 'insurance%'",
    "parameter": "SELECT key FROM ir_config_parameter WHERE key LIKE 'insurance%'",
    "external id": "SELECT module || '.' || name FROM ir_model_data"
    " WHERE module LIKE 'insurance%'",
    "attachment": "SELECT name FROM ir_attachment WHERE res_model LIKE 'insurance%'",
    "scheduled action": "SELECT cron_name FROM ir_cron"
    " WHERE cron_name ILIKE '%insurance%'",
    "server action": "SELECT id::text FROM ir_act_server WHERE code LIKE '%insurance%'",
    "trigger": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'insurance%'",
    "function": "SELECT proname FROM pg_proc WHERE proname LIKE 'insurance%'",
}


def main(database):
    found = []
    connection = psycopg2.connect(dbname=database)
    with connection, connection.cursor() as cr:
        for kind, query in QUERIES.items():
            cr.execute(query)
            found += [f"{kind}: {name}" for (name,) in cr.fetchall()]
    connection.close()
    if found:
        sys.exit("left behind:\n  " + "\n  ".join(found))


if __name__ == "__main__":
    main(sys.argv[1])
